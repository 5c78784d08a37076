//! Reads the tags of a page as a browser does, as far as guarding it needs.

/// A start tag.
#[derive(Debug)]
pub struct Tag {
    /// Its name, in lower case.
    pub name: String,
    /// Its attributes, with names in lower case and values as they are meant.
    pub attributes: Vec<(String, String)>,
    /// What stands in an element whose content is no markup.
    pub content: String,
}

impl Tag {
    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Elements whose content is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// The start tags of a page, in their order.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        if !rest.starts_with(|one: char| one.is_ascii_alphabetic()) {
            continue;
        }
        let (mut tag, behind) = tag(rest);
        rest = behind;
        if RAW.contains(&tag.name.as_str()) {
            let end = format!("</{}", tag.name);
            let at = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
            rest[..at].clone_into(&mut tag.content);
            rest = &rest[at..];
        }
        found.push(tag);
    }
    found
}

fn tag(text: &str) -> (Tag, &str) {
    let ends = |one: char| one.is_ascii_whitespace() || one == '/' || one == '>';
    let at = text.find(ends).unwrap_or(text.len());
    let mut tag = Tag {
        name: text[..at].to_ascii_lowercase(),
        attributes: Vec::new(),
        content: String::new(),
    };
    let mut rest = &text[at..];
    loop {
        rest = rest.trim_start_matches(|one: char| one.is_ascii_whitespace() || one == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            return (tag, behind);
        }
        // A browser takes a leading `=` for part of the name.
        let name_ends = |one: char| ends(one) || one == '=';
        let at = rest[1..].find(name_ends).map_or(rest.len(), |at| at + 1);
        let name = rest[..at].to_ascii_lowercase();
        rest = rest[at..].trim_start();
        let mut value = "";
        if let Some(behind) = rest.strip_prefix('=') {
            let behind = behind.trim_start();
            (value, rest) = match behind.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let behind = &behind[1..];
                    behind.split_once(quote).unwrap_or((behind, ""))
                }
                _ => {
                    let end = |one: char| one.is_ascii_whitespace() || one == '>';
                    behind.split_at(behind.find(end).unwrap_or(behind.len()))
                }
            };
        }
        tag.attributes.push((name, meant(value)));
    }
}

/// A value with its character references resolved.
fn meant(value: &str) -> String {
    let numeric = [
        ("&#34;", "\""),
        ("&#38;", "&"),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#x27;", "'"),
    ];
    let named = [
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let mut value = value.to_owned();
    for (written, meant) in numeric
        .iter()
        .filter(|(written, _)| *written != "&#38;")
        .chain(&named[..3])
    {
        value = value.replace(written, meant);
    }
    value.replace("&#38;", "&").replace("&amp;", "&")
}
