//! JSON read for the few members that are wanted: a member of another type is as if it were missing,
//! and a list is bounded, so that a file made for the purpose takes no more memory than a real one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Items of one list at the most.
const MOST: usize = 400_000;

/// Visits of scalars where none is wanted.
macro_rules! nothing {
    ($type:ty: $nothing:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<$type, E> {
            Ok($nothing)
        }

        fn visit_bool<E>(self, _: bool) -> Result<$type, E> {
            Ok($nothing)
        }

        fn visit_i64<E>(self, _: i64) -> Result<$type, E> {
            Ok($nothing)
        }

        fn visit_u64<E>(self, _: u64) -> Result<$type, E> {
            Ok($nothing)
        }

        fn visit_f64<E>(self, _: f64) -> Result<$type, E> {
            Ok($nothing)
        }

        fn visit_unit<E>(self) -> Result<$type, E> {
            Ok($nothing)
        }
    };
}

/// A scalar as text: `90` and `"90"` are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub Option<String>);

impl Text {
    pub fn get(&self) -> Option<&str> {
        self.0
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    pub fn is(&self, word: &str) -> bool {
        self.get() == Some(word)
    }

    /// Whether it says yes; `None` where it says neither.
    pub fn flag(&self) -> Option<bool> {
        match self.get()? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text(Some(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Text, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor)
    }
}

/// A list of objects, or one object that stands for a list of one; nothing for other types.
#[derive(Clone, Debug)]
pub(super) struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = items.next_element::<One<T>>()? {
            if all.len() >= MOST {
                return Err(A::Error::custom(format!(
                    "a list has more than {MOST} items; import it in parts"
                )));
            }
            all.extend(one.0);
        }
        Ok(Many(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Many<T>, A::Error> {
        let one = T::deserialize(serde::de::value::MapAccessDeserializer::new(members))?;
        Ok(Many(vec![one]))
    }

    nothing!(Many<T>: Many::default());
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ManyVisitor(PhantomData))
    }
}

/// An object, or nothing for any other type.
struct One<T>(Option<T>);

struct OneVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneVisitor<T> {
    type Value = One<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<One<T>, A::Error> {
        let one = T::deserialize(serde::de::value::MapAccessDeserializer::new(members))?;
        Ok(One(Some(one)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<One<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(One(None))
    }

    nothing!(One<T>: One(None));
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneVisitor(PhantomData))
    }
}

/// A list of words; other items are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct WordsVisitor;
        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of words")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = items.next_element::<Text>()? {
                    words.extend(word.0.filter(|_| words.len() < 100));
                }
                Ok(Words(words))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Words, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Words::default())
            }

            nothing!(Words: Words::default());
        }
        from.deserialize_any(WordsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Thing {
        #[serde(default)]
        name: Text,
        #[serde(default)]
        parts: Many<Thing>,
    }

    #[test]
    fn members_of_other_types_are_as_if_missing() {
        for (json, name, parts) in [
            (
                r#"{"name":"a","parts":[{"name":1},7,null,[{}]]}"#,
                Some("a"),
                1,
            ),
            (r#"{"name":{"x":[1]},"parts":{"name":"b"}}"#, None, 1),
            (r#"{"name":90,"parts":"none"}"#, Some("90"), 0),
            (r#"{"parts":null,"other":[{}]}"#, None, 0),
        ] {
            let thing: Thing = serde_json::from_str(json).unwrap();
            assert_eq!(
                (thing.name.get(), thing.parts.0.len()),
                (name, parts),
                "{json}"
            );
        }
        let deep = format!("{}{}", "{\"parts\":[".repeat(5_000), "]}".repeat(5_000));
        assert!(serde_json::from_str::<Thing>(&deep).is_err());
        let many = format!("{{\"parts\":[{}{{}}]}}", "{},".repeat(MOST));
        let error = serde_json::from_str::<Thing>(&many)
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("more than 400000 items"), "{error}");
    }
}
