//! Headings: which section of a résumé a line opens.

/// What a part of a résumé is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Above the first heading.
    Head,
    /// Under a heading of its own on contacts.
    Contact,
    /// Jobs.
    Work,
    /// Studies.
    Education,
    /// Projects.
    Projects,
    /// Referees.
    References,
    /// Anything else: skills, a summary, languages.
    Other,
}

/// No heading is longer, in bytes.
const LONGEST: usize = 60;

/// The section a line opens, and what stands behind the heading's colon on the same line.
pub(super) fn heading(line: &str) -> Option<(Section, &str)> {
    let bare = line.trim_start_matches(['#', '*', '_', '=', '-', '~', '|', ' ', '\t']);
    let decorated = bare.len() < line.trim_start().len();
    if !bare.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (words, rest) = match bare.split_once(':') {
        Some((words, rest)) => (words, Some(rest.trim_matches(DECORATION))),
        None => (bare, None),
    };
    let words = words.trim_end_matches(DECORATION);
    if words.len() > LONGEST {
        return None;
    }
    let upper = words.starts_with(|c: char| c.is_ascii_uppercase());
    if !(upper || decorated || rest.is_some()) {
        return None;
    }
    let mut key = String::with_capacity(words.len());
    for word in words.split([' ', '\t']).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        match word {
            "&" | "/" => key.push_str("and"),
            _ => key.push_str(word),
        }
    }
    key.make_ascii_lowercase();
    if key.len() > 6 && key.bytes().skip(1).step_by(2).all(|byte| byte == b' ') {
        key.retain(|c| c != ' '); // E X P E R I E N C E
    }
    named(&key).map(|section| (section, rest.unwrap_or_default()))
}

/// What may frame a heading.
const DECORATION: [char; 8] = ['#', '*', '_', '=', '-', '~', ' ', '\t'];

fn named(key: &str) -> Option<Section> {
    Some(match key {
        "experience"
        | "work experience"
        | "professional experience"
        | "relevant experience"
        | "selected experience"
        | "industry experience"
        | "relevant work experience"
        | "employment experience"
        | "experience and employment"
        | "employment"
        | "employment history"
        | "work history"
        | "professional history"
        | "professional background"
        | "career history"
        | "career experience"
        | "work"
        | "career"
        | "positions held" => Section::Work,
        "education"
        | "education and training"
        | "education and certifications"
        | "education and qualifications"
        | "academic background"
        | "academic history"
        | "academic qualifications"
        | "educational background"
        | "academics" => Section::Education,
        "projects"
        | "personal projects"
        | "selected projects"
        | "key projects"
        | "academic projects"
        | "side projects"
        | "open source"
        | "open source projects" => Section::Projects,
        "references" | "referees" | "professional references" | "reference" => Section::References,
        "contact"
        | "contacts"
        | "contact information"
        | "contact details"
        | "contact info"
        | "personal details"
        | "personal information"
        | "personal info" => Section::Contact,
        "summary"
        | "professional summary"
        | "executive summary"
        | "career summary"
        | "profile"
        | "professional profile"
        | "about"
        | "about me"
        | "objective"
        | "career objective"
        | "highlights"
        | "skills"
        | "technical skills"
        | "core skills"
        | "key skills"
        | "skills and tools"
        | "skills and technologies"
        | "core competencies"
        | "competencies"
        | "expertise"
        | "technologies"
        | "tools"
        | "certifications"
        | "certificates"
        | "licenses and certifications"
        | "certifications and licenses"
        | "training"
        | "languages"
        | "interests"
        | "hobbies"
        | "hobbies and interests"
        | "awards"
        | "honors"
        | "honors and awards"
        | "awards and honors"
        | "achievements"
        | "accomplishments"
        | "publications"
        | "patents"
        | "talks"
        | "presentations"
        | "volunteering"
        | "volunteer experience"
        | "volunteer work"
        | "activities"
        | "extracurricular activities"
        | "leadership"
        | "memberships"
        | "affiliations"
        | "professional affiliations"
        | "additional information"
        | "military service" => Section::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_known_by_its_words_whatever_frames_them() {
        let cases = [
            ("EXPERIENCE", Some((Section::Work, ""))),
            ("Work History:", Some((Section::Work, ""))),
            ("## Education", Some((Section::Education, ""))),
            ("**Education & Training**", Some((Section::Education, ""))),
            ("E X P E R I E N C E", Some((Section::Work, ""))),
            ("-- Projects --", Some((Section::Projects, ""))),
            ("Skills: Rust, Go", Some((Section::Other, "Rust, Go"))),
            ("References", Some((Section::References, ""))),
            ("experience", None),
            ("Experience with large systems", None),
            ("Experienced engineer: ten years", None),
            ("", None),
            ("####", None),
        ];
        for (line, expected) in cases {
            assert_eq!(heading(line), expected, "{line}");
        }
    }
}
