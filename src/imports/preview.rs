//! How the first rows of a file would be read.

use super::pieces::Pieces;
use super::rows::{self, Item};
use super::{Format, Mapping};
use crate::app::App;
use crate::application::Application;
use crate::error::{Error, Result};
use crate::intake::{self, CsvHead, Refused};
use crate::store::imports::Import;

/// Rows that are shown.
const ROWS: usize = 20;

/// Rows of which cells are shown beside each column.
const SAMPLES: usize = 3;

/// The first rows.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The header and its first cells; of CSV alone.
    pub head: CsvHead,
    /// Why no row can be read by the mapping.
    pub wrong: Option<String>,
    /// What each row says, or why it is refused.
    pub rows: Vec<Result<Application, Refused>>,
}

/// Reads the first rows, as they would be taken in.
pub async fn preview(app: &App, import: &Import, mapping: &Mapping) -> Result<Preview> {
    let (app, id, mapping) = (app.clone(), import.id.clone(), mapping.clone());
    let format = Format::of_word(&import.format);
    let look = move || {
        let mut preview = Preview::default();
        if format == Format::Csv {
            let (pieces, _) = Pieces::of(&app, &id);
            preview.head = intake::csv_head(pieces, SAMPLES).unwrap_or_default();
        }
        if let Err(wrong) = mapping.check(format) {
            preview.wrong = Some(wrong.to_string());
            return preview;
        }
        let (pieces, _) = Pieces::of(&app, &id);
        rows::each(pieces, format, &mapping, |Item { read, .. }| {
            preview.rows.push(read);
            preview.rows.len() < ROWS
        });
        preview
    };
    let looked = tokio::task::spawn_blocking(look).await;
    looked.map_err(|_| Error::Internal("a bug ended the reading of a file".into()))
}
