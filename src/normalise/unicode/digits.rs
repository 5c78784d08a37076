//! Decimal digits of every script, as ASCII.

/// Where each run of ten digits (general category Nd) begins, ascending. Full-width,
/// mathematical and segmented ones are not here: NFKC turns them into ASCII already.
/// Source: Unicode Character Database 16.0, `DerivedNumericType.txt`; read November 2026.
const ZEROS: [u32; 67] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1E140, 0x1E2F0, 0x1E4F0,
    0x1E5F1, 0x1E950,
];

/// The ASCII digit for a digit of any script; any other character unchanged.
pub(super) fn ascii(c: char) -> char {
    let code = u32::from(c);
    if code < ZEROS[0] {
        return c;
    }
    let run = ZEROS.partition_point(|zero| *zero <= code);
    let value = code - ZEROS[run - 1];
    char::from_digit(value, 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_of_any_script_are_ascii_ones() {
        for (digit, plain) in [
            ('٣', '3'),
            ('۹', '9'),
            ('०', '0'),
            ('๗', '7'),
            ('7', '7'),
            ('x', 'x'),
            ('国', '国'),
            ('\u{66a}', '\u{66a}'),
        ] {
            assert_eq!(super::ascii(digit), plain);
        }
        assert!(super::ZEROS.is_sorted());
    }
}
