//! STIX 2.1 patterns, as far as they name identifiers: equalities, combined with OR.
//!
//! <https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html>, section 9. A pattern that asks
//! for more than one thing at once (AND, FOLLOWEDBY) is no list of identifiers; one of expressions
//! (MATCHES, LIKE) names none. The one AND that is read says of what service an account is.

use std::borrow::Cow;

/// An object and what it must be equal to: `email-addr:value` and the text.
pub(super) type Equal<'a> = (&'a str, Cow<'a, str>);

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A path, a keyword, or a number.
    Word(&'a str),
    /// Between quotation marks.
    Text(Cow<'a, str>),
    /// `[ ] ( ) , = != < > <= >=`
    Sign(&'a str),
}

/// Alternatives of a pattern; those of one alternative hold together. `Err` says what cannot be read.
pub(super) fn read(pattern: &str) -> Result<Vec<Vec<Equal<'_>>>, &'static str> {
    let tokens = tokens(pattern)?;
    let mut all = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        depth += parentheses(&tokens, &mut at, "(");
        expect(&tokens, &mut at, "[")?;
        observation(&tokens, &mut at, &mut all)?;
        expect(&tokens, &mut at, "]")?;
        let closed = parentheses(&tokens, &mut at, ")");
        depth = depth.checked_sub(closed).ok_or(BROKEN)?;
        match tokens.get(at) {
            None if depth == 0 => return Ok(all),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("OR") => at += 1,
            Some(Token::Word(word)) => return Err(combination(word)),
            _ => return Err(BROKEN),
        }
    }
}

const BROKEN: &str = "it is no STIX pattern";

/// Why a word between two conditions is not read.
fn combination(word: &str) -> &'static str {
    match word.to_ascii_uppercase().as_str() {
        "AND" => "it asks for several things at once (AND)",
        "FOLLOWEDBY" => "it asks for one thing after another (FOLLOWEDBY)",
        "WITHIN" | "REPEATS" | "START" | "STOP" => "it asks when or how often something happened",
        _ => BROKEN,
    }
}

/// The comparisons of one `[…]`.
fn observation<'a>(
    tokens: &[Token<'a>],
    at: &mut usize,
    all: &mut Vec<Vec<Equal<'a>>>,
) -> Result<(), &'static str> {
    let mut together = Vec::new();
    let (mut depth, mut grouped, mut anded) = (0_usize, false, false);
    loop {
        depth += parentheses(tokens, at, "(");
        grouped |= depth > 0;
        let (path, mut values) = comparison(tokens, at)?;
        let closed = parentheses(tokens, at, ")");
        depth = depth.checked_sub(closed).ok_or(BROKEN)?;
        let more = match tokens.get(*at) {
            Some(Token::Word(word)) => Some(*word),
            _ => None,
        };
        let and = more.is_some_and(|word| word.eq_ignore_ascii_case("AND"));
        anded |= and;
        if anded && grouped {
            return Err("it groups what holds together (AND) in a way that is not read");
        }
        if and || !together.is_empty() {
            // Only what is said of one account may hold together.
            if !path.starts_with("user-account:") || values.len() != 1 {
                return Err(combination("AND"));
            }
            together.push((path, values.swap_remove(0)));
            if !and {
                all.push(std::mem::take(&mut together));
            }
        } else {
            all.extend(values.into_iter().map(|value| vec![(path, value)]));
        }
        match more {
            None if depth == 0 => return Ok(()),
            None => return Err(BROKEN),
            Some(word) if and || word.eq_ignore_ascii_case("OR") => *at += 1,
            Some(word) => return Err(combination(word)),
        }
    }
}

/// `path = 'value'` or `path IN ('a', 'b')`.
fn comparison<'a>(
    tokens: &[Token<'a>],
    at: &mut usize,
) -> Result<(&'a str, Vec<Cow<'a, str>>), &'static str> {
    let Some(Token::Word(path)) = tokens.get(*at) else {
        return Err(BROKEN);
    };
    if path.eq_ignore_ascii_case("NOT") || path.eq_ignore_ascii_case("EXISTS") {
        return Err("it asks for what is not there (NOT), or only whether something is (EXISTS)");
    }
    *at += 1;
    match tokens.get(*at) {
        Some(Token::Sign("=")) => {
            *at += 1;
            let value = literal(tokens, at)?;
            Ok((path, vec![value]))
        }
        Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => {
            *at += 1;
            expect(tokens, at, "(")?;
            let mut values = vec![literal(tokens, at)?];
            while tokens.get(*at) == Some(&Token::Sign(",")) {
                *at += 1;
                values.push(literal(tokens, at)?);
            }
            expect(tokens, at, ")")?;
            Ok((path, values))
        }
        Some(Token::Word(word)) => Err(match word.to_ascii_uppercase().as_str() {
            "MATCHES" => "it is a regular expression (MATCHES)",
            "LIKE" => "it is an expression with wildcards (LIKE)",
            "NOT" => "it asks for what is not there (NOT)",
            "ISSUBSET" | "ISSUPERSET" => {
                "it asks for a network (ISSUBSET), and only single addresses are listed"
            }
            _ => BROKEN,
        }),
        Some(Token::Sign("!=" | "<" | ">" | "<=" | ">=")) => {
            Err("it compares otherwise than by equality")
        }
        _ => Err(BROKEN),
    }
}

fn literal<'a>(tokens: &[Token<'a>], at: &mut usize) -> Result<Cow<'a, str>, &'static str> {
    let value = match tokens.get(*at) {
        Some(Token::Text(text)) => text.clone(),
        Some(Token::Word(word)) => Cow::Borrowed(*word),
        _ => return Err(BROKEN),
    };
    *at += 1;
    Ok(value)
}

fn expect(tokens: &[Token<'_>], at: &mut usize, sign: &str) -> Result<(), &'static str> {
    match tokens.get(*at) {
        Some(Token::Sign(found)) if *found == sign => {
            *at += 1;
            Ok(())
        }
        _ => Err(BROKEN),
    }
}

/// Steps over parentheses and says how many.
fn parentheses(tokens: &[Token<'_>], at: &mut usize, sign: &str) -> usize {
    let from = *at;
    while matches!(tokens.get(*at), Some(Token::Sign(found)) if *found == sign) {
        *at += 1;
    }
    *at - from
}

fn tokens(pattern: &str) -> Result<Vec<Token<'_>>, &'static str> {
    let mut tokens = Vec::new();
    let mut rest = pattern.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '\'' => text(&rest[1..])?,
            '[' | ']' | '(' | ')' | ',' | '=' => (Token::Sign(&rest[..1]), &rest[1..]),
            '!' | '<' | '>' => {
                let length = if rest[1..].starts_with('=') { 2 } else { 1 };
                (Token::Sign(&rest[..length]), &rest[length..])
            }
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// A text up to its closing mark; `\'` and `\\` stand for themselves.
fn text(rest: &str) -> Result<(Token<'_>, &str), &'static str> {
    let mut escaped = false;
    let mut any = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => (escaped, any) = (true, true),
            b'\'' => {
                let written = &rest[..at];
                let value = if any {
                    let mut value = String::with_capacity(written.len());
                    let mut chars = written.chars();
                    while let Some(c) = chars.next() {
                        value.extend(if c == '\\' { chars.next() } else { Some(c) });
                    }
                    Cow::Owned(value)
                } else {
                    Cow::Borrowed(written)
                };
                return Ok((Token::Text(value), &rest[at + 1..]));
            }
            _ => {}
        }
    }
    Err("a text in it does not end")
}

/// A path such as `email-addr:value` or `x-a:b.'c d'[0].e`, a keyword, or a number.
fn word(rest: &str) -> Result<(Token<'_>, &str), &'static str> {
    let (mut quoted, mut index) = (false, false);
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        match c {
            '\'' if at > 0 => quoted = !quoted,
            _ if quoted => {}
            // An index of a list belongs to the path: `from_ref[0]`, `[*]`.
            '[' if at > 0 => index = true,
            ']' if index => index = false,
            c if c.is_whitespace() || "[](),=!<>".contains(c) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    if quoted || end == 0 {
        return Err(BROKEN);
    }
    Ok((Token::Word(&rest[..end]), &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn equalities_combined_with_or_are_read() {
        for (pattern, expected) in [
            (
                "[email-addr:value = 'a@example.org']",
                "email-addr:value=a@example.org",
            ),
            (
                "[email-addr:value='a@example.org' OR url:value = 'https://example.org/o\\'neil\\\\']",
                "email-addr:value=a@example.org | url:value=https://example.org/o'neil\\",
            ),
            (
                "[email-addr:value = 'a'] OR ([url:value = 'b']) or [ipv4-addr:value IN ('c', 'd')]",
                "email-addr:value=a | url:value=b | ipv4-addr:value=c | ipv4-addr:value=d",
            ),
            (
                "[(url:value = 'a') OR (url:value = 'b')]",
                "url:value=a | url:value=b",
            ),
            (
                "([url:value = 'a'] OR [(url:value = 'b' OR url:value = 'c')])",
                "url:value=a | url:value=b | url:value=c",
            ),
            (
                "[user-account:account_type = 'github' AND user-account:account_login = 'jdoe' OR url:value = 'b']",
                "user-account:account_type=github & user-account:account_login=jdoe | url:value=b",
            ),
            (
                "[x-phone:number = 12127365000]",
                "x-phone:number=12127365000",
            ),
            (
                "[email-message:from_ref.value = 'a@b.example']",
                "email-message:from_ref.value=a@b.example",
            ),
            (
                "[file:hashes.'SHA-256' = 'ab' OR url:value = 'a']",
                "file:hashes.'SHA-256'=ab | url:value=a",
            ),
        ] {
            let read = read(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
            let told: Vec<String> = read
                .iter()
                .map(|together| {
                    let each: Vec<_> = together.iter().map(|(p, v)| format!("{p}={v}")).collect();
                    each.join(" & ")
                })
                .collect();
            assert_eq!(told.join(" | "), expected);
        }
    }

    #[test]
    fn everything_else_says_why_not() {
        for (pattern, why) in [
            ("[email-addr:value = 'a' AND url:value = 'b']", "AND"),
            ("[email-addr:value = 'a'] AND [url:value = 'b']", "AND"),
            (
                "[email-addr:value = 'a'] FOLLOWEDBY [url:value = 'b']",
                "FOLLOWEDBY",
            ),
            ("[email-addr:value MATCHES '.*@example']", "MATCHES"),
            ("[url:value LIKE '%example%']", "LIKE"),
            ("[url:value NOT = 'a']", "NOT"),
            ("[NOT url:value = 'a']", "NOT"),
            ("[url:value != 'a']", "equality"),
            ("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", "network"),
            ("[url:value = 'a'] WITHIN 5 SECONDS", "when"),
            (
                "[user-account:account_login = 'a' AND (user-account:account_type = 'github' OR user-account:account_type = 'x')]",
                "groups",
            ),
            ("[(url:value = 'a']", "no STIX pattern"),
            ("([url:value = 'a']", "no STIX pattern"),
            ("[url:value = 'a", "does not end"),
            ("[url:value = ]", "no STIX pattern"),
            ("[url:value = 'a'] [", "no STIX pattern"),
            ("", "no STIX pattern"),
            ("url", "no STIX pattern"),
            ("((((((", "no STIX pattern"),
        ] {
            let refused = read(pattern).expect_err(pattern);
            assert!(refused.contains(why), "{pattern}: {refused}");
        }
    }
}
