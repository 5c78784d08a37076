//! Style sheet and icon. Their addresses change with their content, so they may be kept for ever.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::pages::assets;
use crate::error::Error;

/// One file.
pub(super) async fn show(Path(file): Path<String>) -> Result<Response, Error> {
    let asset = assets::get(&file).ok_or(Error::NotFound("file"))?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes.into_owned()).into_response())
}
