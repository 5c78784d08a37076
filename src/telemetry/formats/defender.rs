use super::{Context, Format, Read};
pub(super) const FORMAT: Format = Format {
    name: "defender",
    title: "Defender",
    read,
};
fn read(_: &[u8], _: &Context<'_>) -> Read {
    Read::default()
}
