//! Names of many origins, each with the way a mailbox spells it. Nobody here exists.

/// A name as written, and its given and family parts in the letters of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    pub written: &'static str,
    pub given: &'static str,
    pub family: &'static str,
}

const fn alias(written: &'static str, given: &'static str, family: &'static str) -> Alias {
    Alias {
        written,
        given,
        family,
    }
}

/// Names in Latin letters; the first is what the others are compared with.
pub const LATIN: &[Alias] = &[
    alias("Daniel Whitfield", "daniel", "whitfield"),
    alias("Jo Ek", "jo", "ek"),
    alias(
        "Maximiliana Featherstonehaugh",
        "maximiliana",
        "featherstonehaugh",
    ),
    alias("Nguyễn Thị Minh Khai", "khai", "nguyen"),
    alias("Omar El-Sayed", "omar", "elsayed"),
    alias("Abd al-Rahman Haddad", "abdalrahman", "haddad"),
    alias("Zhang Wei", "wei", "zhang"),
    alias("Li Na", "na", "li"),
    alias("Ouyang Xiaoyu", "xiaoyu", "ouyang"),
    alias("Kim Min-su", "minsu", "kim"),
    alias("Oluwaṣeun Adébáyọ̀", "oluwaseun", "adebayo"),
    alias("Ngozi Eze", "ngozi", "eze"),
    alias("Þórdís Jónsdóttir", "thordis", "jonsdottir"),
    alias("José Luis García Márquez", "jose", "garcia"),
    alias("María de los Ángeles Núñez", "maria", "nunez"),
    alias("Anne-Marie Smith-Jones", "annemarie", "smithjones"),
    alias("Suharto", "suharto", "suharto"),
    alias("Devon Webb", "devon", "webb"),
    alias("Ananya Venkatasubramanian", "ananya", "venkatasubramanian"),
    alias("Łukasz Żak", "lukasz", "zak"),
    alias("D'Angelo O'Brien", "dangelo", "obrien"),
];

/// Names in their own script, with the spelling of the passport in the mailbox.
pub const OTHER_SCRIPTS: &[Alias] = &[
    alias("张伟", "wei", "zhang"),
    alias("欧阳晓宇", "xiaoyu", "ouyang"),
    alias("김민수", "minsu", "kim"),
    alias("محمد عبد الله", "mohammed", "abdullah"),
    alias("Олена Коваль", "olena", "koval"),
    alias("田中花子", "hanako", "tanaka"),
    alias("Γιώργος Παπαδάκης", "giorgos", "papadakis"),
    alias("अनन्या शर्मा", "ananya", "sharma"),
];

/// Letters as a mailbox spells them: ASCII, lower case.
pub fn ascii(text: &str) -> String {
    let letters = any_ascii::any_ascii(text).to_lowercase();
    letters
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}
