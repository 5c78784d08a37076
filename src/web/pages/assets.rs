//! Style sheet, scripts and icon, part of the binary.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates/assets"]
struct Files;

/// A file to serve.
#[derive(Debug)]
pub struct Asset {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
    /// Beginning of its SHA-256 in hexadecimal: changes when the file does.
    pub version: String,
}

/// The file of that name, which is what follows `/assets/`.
pub fn get(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let content_type = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut version = String::with_capacity(16);
    for byte in &file.metadata.sha256_hash()[..8] {
        let _ = write!(version, "{byte:02x}");
    }
    Some(Asset {
        bytes: file.data,
        content_type,
        version,
    })
}

/// `/assets/app.css?v=…`: an address that may be cached for ever.
pub fn style_sheet() -> &'static str {
    static HREF: LazyLock<String> = LazyLock::new(|| href("app.css"));
    &HREF
}

/// `/assets/favicon.svg?v=…`.
pub fn icon() -> &'static str {
    static HREF: LazyLock<String> = LazyLock::new(|| href("favicon.svg"));
    &HREF
}

/// The address of a script, such as `queue.js`.
pub fn script(name: &str) -> String {
    href(name)
}

fn href(name: &str) -> String {
    let version = get(name).map_or_else(String::new, |asset| asset.version);
    format!("/assets/{name}?v={version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_embedded_small_and_named_by_content() {
        let style = get("app.css").unwrap();
        assert_eq!(style.content_type, "text/css; charset=utf-8");
        assert!(style.bytes.len() < 40 * 1024, "{} bytes", style.bytes.len());
        assert_eq!(
            style_sheet(),
            format!("/assets/app.css?v={}", style.version)
        );
        assert!(get("favicon.svg").is_some());
        assert!(get("../layout.html").is_none());
    }
}
