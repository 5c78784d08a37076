//! Our own sessions, samples and observations as JSON.

use super::documents::{Document, documents, object};
use super::fields::Fields;
use super::{Context, Fault, Format, Item, Read, Table, observation, sample, session};

pub(super) const FORMAT: Format = Format {
    name: "json",
    title: "JSON",
    read,
};

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let documents = documents(bytes);
    let mut read = Read::default();
    read.items.reserve(documents.len());
    for (index, document) in documents.into_iter().enumerate() {
        let item = item(document, context).map(Some);
        read.take(index, document.line, item);
    }
    read
}

fn item(document: Document<'_>, context: &Context<'_>) -> Result<Item, Fault> {
    match context.table {
        Table::Samples => sample::of_json(document, context.now),
        Table::Sessions => session::of_fields(Fields::strict(&object(document)?), context.now),
        Table::Observations => {
            observation::of_fields(Fields::strict(&object(document)?), context.now)
        }
    }
}
