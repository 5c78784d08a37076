//! Names of many origins, the common ones more often, with a long tail of rare ones.

use super::dice::Dice;

/// How names of one origin are made.
struct Origin {
    /// Of 100 people.
    weight: usize,
    given: &'static str,
    /// A second part that is put to the first where given names have two.
    second: &'static str,
    family: &'static str,
    /// Beginnings and ends of rarer family names.
    stems: &'static str,
    ends: &'static str,
    /// Two family names, of father and mother.
    double: bool,
}

const ORIGINS: [Origin; 12] = [
    Origin {
        weight: 34,
        given: "James Mary Michael Jennifer Robert Linda David Elizabeth William Susan Christopher Jessica Matthew Sarah Joshua Karen Andrew Emily Daniel Ashley Ryan Amanda Brandon Megan Justin Rachel Tyler Laura Kevin Nicole Eric Heather Brian Rebecca Scott Hannah Patrick Abigail Nathan Olivia Kyle Grace Derek Allison Peter Claire Trevor Paige Spencer Molly",
        second: "",
        family: "Smith Johnson Williams Brown Jones Davis Miller Wilson Moore Taylor Anderson Thomas Jackson White Harris Martin Thompson Clark Lewis Walker Hall Allen Young King Wright Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Murphy Kelly Sullivan Bennett Foster",
        stems: "Ash Black Brad Brook Clay Cran Dal Eld Fair Farn Gar Glen Hag Hart Hay Hol Ken Kirk Lang Lind Mar Mil Nor Oak Pem Rad Red Ross Rush Sher Stan Stock Thorn Wake Wal Ward West Whit Win Wood",
        ends: "ford ley ton well wood stone field burn bridge more ham worth dale croft combe by gate man land brook",
        double: false,
    },
    Origin {
        weight: 15,
        given: "María José Luis Ana Carlos Carmen Juan Sofía Miguel Gabriela Jorge Daniela Pedro Valeria Diego Lucía Fernando Mariana Ricardo Paola Javier Camila Alejandro Isabel Andrés Natalia Rafael Verónica Sergio Alicia Héctor Rosa Óscar Elena Raúl Teresa Iván Claudia Mauricio Adriana",
        second: "",
        family: "García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Alvarez Mendoza Vásquez Castillo Jiménez Moreno Romero Herrera Medina Aguilar Vargas Guzmán Méndez Delgado Salazar Cabrera Figueroa Navarro",
        stems: "Alba Barre Cala Casti Duar Esco Figue Galle Iba Lare Mala Monte Olive Palo Quin Rive Sala Terra Valle Zamo",
        ends: "bar ñez ra ta no do ros les nte ga rano lla",
        double: true,
    },
    Origin {
        weight: 11,
        given: "Priya Rahul Anjali Amit Sneha Vikram Pooja Arjun Kavya Rohan Neha Sanjay Divya Karthik Lakshmi Suresh Meera Anil Shreya Nikhil Ritu Manoj Swati Deepak Nisha Rajesh Asha Varun Ishita Gaurav Aditi Harish Sunita Vivek Tanvi Mohan Rekha Siddharth Padma Ajay",
        second: "",
        family: "Patel Sharma Singh Kumar Gupta Reddy Shah Rao Nair Iyer Mehta Joshi Verma Desai Menon Agarwal Chopra Bhat Pillai Banerjee Mukherjee Das Ghosh Sinha Mishra Kapoor Malhotra Naidu Krishnan Subramanian Kulkarni Deshpande Chatterjee Bose Jain Saxena Trivedi Pandey Hegde Shetty",
        stems: "Rama Venkata Chandra Sri Nara Bala Hari Gana Jaya Vija Sura Maha Lok Ananda Raghu",
        ends: "nathan murthy sekhar swamy krishna yan moorthy gopal rajan prasad esh appa",
        double: false,
    },
    Origin {
        weight: 8,
        given: "Wei Xiao Li Jing Yan Hui Mei Jun Ming Hao Yu Lei Xin Zhi Jia Ying Chen Rui Tian Bo",
        second: "ming ling hua wei jie yan ping fang long hong qing xia jun yi tao na bin ning feng lan",
        family: "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Song Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du",
        stems: "",
        ends: "",
        double: false,
    },
    Origin {
        weight: 5,
        given: "Min Ji Seo Hyun Sung Young Jae Eun Soo Dong Kyung Hye Jin Woo Tae",
        second: "jun ho yeon hee min woo jin young soo ah kyu seok bin ra won",
        family: "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong Moon Bae Baek Nam Yang",
        stems: "",
        ends: "",
        double: false,
    },
    Origin {
        weight: 5,
        given: "Minh Linh Anh Thanh Huy Trang Duc Lan Quang Thu Tuan Mai Khanh Ngoc Hoang",
        second: " Anh Thu Phuong Duy Ha An Minh Van Ngan Bao Chi Nam",
        family: "Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Truong Mai Luong Trinh",
        stems: "",
        ends: "",
        double: false,
    },
    Origin {
        weight: 5,
        given: "Olena Dmytro Anna Ivan Katarzyna Piotr Natalia Sergei Magdalena Andrei Irina Tomasz Oksana Pavel Agnieszka Mikhail Svetlana Jakub Yulia Viktor Ewa Marek Tatiana Oleg Zuzana Milan Daria Bogdan Kinga Vlad",
        second: "",
        family: "Kowalski Ivanov Nowak Petrov Shevchenko Novak Wójcik Kovalenko Horvat Lewandowski Popov Bondarenko Dvořák Zieliński Sokolov Tkachenko Svoboda Kamiński Volkov Kravchenko",
        stems: "Boris Kuzn Mor Pavl Rom Stepan Vasil Zakhar Danil Fed Gavr Kar Lys Mel Nikol Ostap Proh Savch Tymosh Yar",
        ends: "enko ovsky ov ev uk yuk ski chuk in ich",
        double: false,
    },
    Origin {
        weight: 5,
        given: "Ahmed Fatima Omar Aisha Hassan Layla Yusuf Noor Ali Zainab Khalid Mariam Karim Salma Tariq Huda Samir Rania Bilal Yasmin Ibrahim Leila Nabil Dina Faisal Amira Ziad Hana Rami Sara",
        second: "",
        family: "Khan Ahmed Hussain Malik Ali Rahman Hassan Sheikh Qureshi Siddiqui Haddad Mansour Khalil Nasser Farouk Aziz Saleh Bakr Chaudhry Mirza Rahimi Karimi Hosseini Ahmadi Najjar Khoury Sayed Hamdan Shah Baig",
        stems: "Al El Abu Bin",
        ends: "-Masri -Amin -Sabah -Hakim -Rashid -Tamimi -Zahra -Najem -Bitar -Qasim",
        double: false,
    },
    Origin {
        weight: 5,
        given: "Chidi Ngozi Emeka Amara Tunde Ifeoma Kwame Abena Kofi Adaeze Segun Funmi Obinna Zainabu Tendai Wanjiru Otieno Amina Sipho Thandi Yaw Efua Bola Nneka Musa Halima Kamau Akinyi Desta Selam",
        second: "",
        family: "Okafor Adeyemi Okonkwo Mensah Eze Balogun Owusu Nwosu Abebe Tesfaye Kamau Otieno Mwangi Diallo Traoré Ndiaye Adebayo Osei Boateng Chukwu Ibrahim Bello Mutasa Dlamini Nkosi Obi Afolabi Asante Haile Kariuki",
        stems: "Ade Olu Oye Akin Ayo Ogun Nwa Chukwu Ola Babat",
        ends: "bisi mide yinka wale kunle funmi dele tunde sola gbemi unde niran",
        double: false,
    },
    Origin {
        weight: 3,
        given: "Hiroshi Yuki Kenji Sakura Takeshi Aiko Haruto Naomi Daichi Emi Satoshi Yoko Ren Mika Kaito Rina Shota Hana Ryo Kana",
        second: "",
        family: "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto Inoue Kimura Hayashi Shimizu Mori Abe",
        stems: "Fuji Naka Yama Mura Kawa Oka Hara Taka Matsu Shima Ishi Kuro Ao Miya",
        ends: "moto da shita mura saki zawa no guchi hara naga bayashi oka",
        double: false,
    },
    Origin {
        weight: 2,
        given: "João Ana Pedro Beatriz Lucas Mariana Gustavo Larissa Rafael Juliana Thiago Camila Bruno Fernanda Felipe Letícia Diego Aline Caio Renata",
        second: "",
        family: "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Almeida Carvalho Ribeiro Martins Rocha Barbosa Araújo Nascimento Cardoso Teixeira Moreira Azevedo",
        stems: "",
        ends: "",
        double: true,
    },
    Origin {
        weight: 2,
        given: "Maria Jose Angelo Grace Mark Jocelyn Ramon Liza Arnel Rowena Jerome Marites Rodel Cherry Noel Divine Rey Analyn Jun Sheila",
        second: "",
        family: "Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Villanueva Dela~Cruz Aquino Ramos Castro Magbanua Macaraeg Dimaculangan Pangilinan Salonga Tolentino Evangelista Manalo",
        stems: "",
        ends: "",
        double: false,
    },
];

/// Long and short forms by which one person may go.
const NICKNAMES: [(&str, &str); 20] = [
    ("Michael", "Mike"),
    ("Robert", "Bob"),
    ("William", "Bill"),
    ("Elizabeth", "Liz"),
    ("Jennifer", "Jen"),
    ("Christopher", "Chris"),
    ("Matthew", "Matt"),
    ("Joshua", "Josh"),
    ("Andrew", "Drew"),
    ("Daniel", "Dan"),
    ("Jessica", "Jess"),
    ("Susan", "Sue"),
    ("Amanda", "Mandy"),
    ("Rebecca", "Becky"),
    ("Nathan", "Nate"),
    ("Patrick", "Pat"),
    ("Abigail", "Abby"),
    ("Alejandro", "Alex"),
    ("James", "Jim"),
    ("David", "Dave"),
];

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Given names.
    pub given: String,
    /// Family name or names.
    pub family: String,
    /// An initial between them.
    pub middle: Option<char>,
    origin: usize,
}

impl Name {
    /// As it is written on an application.
    pub fn full(&self) -> String {
        match self.middle {
            Some(middle) => format!("{} {middle}. {}", self.given, self.family),
            None => format!("{} {}", self.given, self.family),
        }
    }

    /// The short form of the given name, where it has one.
    pub fn nickname(&self) -> Option<&'static str> {
        let known = NICKNAMES.iter().find(|(long, _)| *long == self.given);
        known.map(|(_, short)| *short)
    }
}

fn word(list: &'static str, dice: &mut Dice) -> String {
    let count = list.split(' ').count();
    let word = list.split(' ').nth(dice.skewed(count)).unwrap_or_default();
    word.replace('~', " ")
}

fn any(list: &'static str, dice: &mut Dice) -> &'static str {
    let count = list.split(' ').count();
    list.split(' ').nth(dice.below(count)).unwrap_or_default()
}

fn family(origin: &Origin, dice: &mut Dice) -> String {
    if !origin.stems.is_empty() && dice.chance(45) {
        return format!("{}{}", any(origin.stems, dice), any(origin.ends, dice));
    }
    word(origin.family, dice)
}

fn given(origin: &Origin, dice: &mut Dice) -> String {
    let first = word(origin.given, dice);
    if origin.second.is_empty() || dice.chance(15) {
        return first;
    }
    let second = any(origin.second, dice);
    // A list that begins with an empty word is of names written apart.
    if origin.second.starts_with(' ') {
        return if second.is_empty() {
            first
        } else {
            format!("{first} {second}")
        };
    }
    format!("{first}{second}")
}

/// Somebody's name.
pub fn name(dice: &mut Dice) -> Name {
    let total: usize = ORIGINS.iter().map(|origin| origin.weight).sum();
    let mut place = dice.below(total);
    let mut at = 0;
    while place >= ORIGINS[at].weight {
        place -= ORIGINS[at].weight;
        at += 1;
    }
    of(at, dice)
}

fn of(at: usize, dice: &mut Dice) -> Name {
    let origin = &ORIGINS[at];
    let mut last = family(origin, dice);
    if origin.double && dice.chance(35) {
        last = format!("{last} {}", family(origin, dice));
    }
    // Families are mixed.
    let from = if dice.chance(12) {
        dice.below(ORIGINS.len())
    } else {
        at
    };
    Name {
        given: given(&ORIGINS[from], dice),
        family: last,
        middle: dice
            .chance(18)
            .then(|| char::from(b'A' + u8::try_from(dice.below(23)).unwrap_or(0))),
        origin: at,
    }
}

/// Another given name beside the family name of somebody.
pub fn relative(of: &Name, dice: &mut Dice) -> Name {
    loop {
        let other = given(&ORIGINS[of.origin], dice);
        if other != of.given {
            return Name {
                given: other,
                middle: None,
                ..of.clone()
            };
        }
    }
}

/// Another family name for somebody, as by marriage.
pub fn married(of: &Name, dice: &mut Dice) -> Name {
    let other = name(dice).family;
    let family = if dice.chance(30) {
        format!("{}-{other}", of.family)
    } else {
        other
    };
    Name {
        family,
        ..of.clone()
    }
}

/// One of the commonest names.
pub fn common(dice: &mut Dice) -> Name {
    let origin = &ORIGINS[dice.below(4)];
    let first = |list: &'static str, dice: &mut Dice| {
        list.split(' ')
            .nth(dice.below(5))
            .unwrap_or_default()
            .to_owned()
    };
    let given_name = first(origin.given, dice);
    let second = if origin.second.is_empty() {
        String::new()
    } else {
        first(origin.second, dice)
    };
    Name {
        given: format!("{given_name}{second}"),
        family: first(origin.family, dice),
        middle: None,
        origin: 0,
    }
}

/// Letters of a name as mailboxes and links write them.
pub fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'a'..='z' => Some(c),
            'á' | 'ã' | 'â' | 'à' => Some('a'),
            'é' | 'ê' => Some('e'),
            'í' => Some('i'),
            'ó' | 'ô' | 'õ' => Some('o'),
            'ú' => Some('u'),
            'ñ' | 'ń' => Some('n'),
            'ç' => Some('c'),
            'ł' => Some('l'),
            'ř' => Some('r'),
            _ => None,
        })
        .collect()
}

/// One slip of the keyboard: two letters swapped, one doubled or one left out.
pub fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}
