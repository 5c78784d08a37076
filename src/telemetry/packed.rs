//! Raw timings in few bytes: times as the step from the one before, and microseconds, both as LEB128.

use jiff::Timestamp;

/// A timing: milliseconds since 1970, and microseconds that it took.
pub type Timing = (i64, u32);

/// Packs timings, which are in the order of their times.
pub fn pack(timings: &[Timing]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(timings.len() * 5);
    let mut last = 0;
    for (at, us) in timings {
        put(&mut bytes, u64::try_from(at - last).unwrap_or_default());
        put(&mut bytes, u64::from(*us));
        last = *at;
    }
    bytes
}

/// Reads what [`pack`] wrote; what is damaged ends it.
pub fn unpack(bytes: &[u8]) -> Vec<Timing> {
    let mut rest = bytes.iter().copied();
    let mut timings = Vec::with_capacity(bytes.len() / 4);
    let mut at = 0;
    while let Some((step, us)) = take(&mut rest).zip(take(&mut rest)) {
        at = step.cast_signed().wrapping_add(at);
        timings.push((at, u32::try_from(us).unwrap_or(u32::MAX)));
    }
    timings
}

/// A time as it is packed.
pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond().max(0)
}

fn put(bytes: &mut Vec<u8>, mut value: u64) {
    let low = |value: u64| value.to_le_bytes()[0];
    while value >= 0x80 {
        bytes.push(low(value) | 0x80);
        value >>= 7;
    }
    bytes.push(low(value));
}

fn take(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes.next()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(mut all in prop::collection::vec((0_i64..4_000_000_000_000, any::<u32>()), 0..100)) {
            all.sort_unstable();
            prop_assert_eq!(unpack(&pack(&all)), all);
        }

        #[test]
        fn damage_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            unpack(&bytes);
        }
    }
}
