//! What the form and the résumé both hold: each writing once, with the places it stands in.

use std::collections::HashMap;

use crate::candidate::Seen;
use crate::normalise::resume::Piece;

/// No résumé has more phones, mailboxes or links that belong to its person; what comes after
/// these is not read.
const MOST_PIECES: usize = 100;

/// One writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Writing<'a> {
    /// `phones[0]`, or `resume_text`.
    pub field: String,
    /// As written, without the white space around it.
    pub raw: &'a str,
    /// In which places it stands.
    pub seen: Seen,
}

/// The writings of a form's field, in order, then the further ones of the résumé. Blank ones are
/// left out; they keep their place in the count.
pub(super) fn writings<'a>(
    field: &str,
    form: &'a [String],
    pieces: &'a [Piece],
) -> Vec<Writing<'a>> {
    let mut found: Vec<Writing> = Vec::with_capacity(form.len());
    let mut places = HashMap::new();
    let form = form.iter().enumerate().map(|(i, raw)| {
        let seen = Seen::FORM;
        (Some(i), raw.trim(), seen)
    });
    let pieces = pieces.iter().take(MOST_PIECES).map(|piece| {
        let seen = Seen {
            in_form: false,
            in_resume_text: true,
            own: piece.own && !piece.referee,
        };
        (None, piece.raw.trim(), seen)
    });
    for (index, raw, seen) in form.chain(pieces).filter(|(_, raw, _)| !raw.is_empty()) {
        let place = *places.entry(raw).or_insert_with(|| {
            found.push(Writing {
                field: index.map_or_else(|| "resume_text".to_owned(), |i| format!("{field}[{i}]")),
                raw,
                seen,
            });
            found.len() - 1
        });
        let known = &mut found[place].seen;
        known.in_form |= seen.in_form;
        known.in_resume_text |= seen.in_resume_text;
        known.own |= seen.own;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(raw: &str, own: bool, referee: bool) -> Piece {
        Piece {
            raw: raw.to_owned(),
            own,
            referee,
        }
    }

    #[test]
    fn one_writing_is_one_item_wherever_it_stands() {
        let form = ["a ".to_owned(), " ".to_owned(), "b".to_owned()];
        let pieces = [
            piece("b", false, true),
            piece("c", true, false),
            piece("d", true, true),
            piece("c", false, false),
            piece("e", false, false),
        ];
        let seen: Vec<_> = writings("phones", &form, &pieces)
            .into_iter()
            .map(|writing| {
                let Seen {
                    in_form,
                    in_resume_text,
                    own,
                } = writing.seen;
                (
                    writing.field,
                    writing.raw.to_owned(),
                    in_form,
                    in_resume_text,
                    own,
                )
            })
            .collect();
        let row = |field: &str, raw: &str, form, resume, own| {
            (field.to_owned(), raw.to_owned(), form, resume, own)
        };
        assert_eq!(
            seen,
            [
                row("phones[0]", "a", true, false, true),
                row("phones[2]", "b", true, true, true),
                row("resume_text", "c", false, true, true),
                row("resume_text", "d", false, true, false),
                row("resume_text", "e", false, true, false),
            ]
        );
    }

    #[test]
    fn a_hostile_résumé_is_read_to_the_limit() {
        let pieces: Vec<_> = (0..100_000)
            .map(|i| piece(&i.to_string(), false, false))
            .collect();
        assert_eq!(writings("phones", &[], &pieces).len(), MOST_PIECES);
    }
}
