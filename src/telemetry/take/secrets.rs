//! What is struck out before anything is kept.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::telemetry::{Item, Seen};

/// A command line may hold a PIN or a password: that it was there is all that anybody needs.
pub(super) fn without_secrets(item: &mut Item) {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        let flag = r#"(?i)(-{1,2}|/)(pin|password|passwd|pass|pwd|token|secret|api-?key|code)([=:\s]+)("[^"]*"|\S+)"#;
        Regex::new(flag).expect("the pattern is ours")
    });
    if let Item::Observation(one) = item
        && let Seen::Process {
            command_line: Some(line),
            ..
        } = &mut one.seen
        && let Cow::Owned(without) = SECRET.replace_all(line, "${1}${2}${3}…")
    {
        *line = without;
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::telemetry::{DeviceId, Observation};

    #[test]
    fn no_pin_is_kept() {
        for (written, kept) in [
            (
                "remoting_start_host --pin=123456 --code=\"4/0A x\" --name=a",
                "remoting_start_host --pin=… --code=… --name=a",
            ),
            ("tool /password:x -token abc", "tool /password:… -token …"),
            ("spinner --pinned=1 pin=2", "spinner --pinned=1 pin=2"),
        ] {
            let mut item = Item::Observation(Observation {
                id: "o".into(),
                device: DeviceId::of("d").unwrap(),
                at: Timestamp::UNIX_EPOCH,
                seen: Seen::Process {
                    name: "a".into(),
                    path: None,
                    command_line: Some(written.into()),
                    port: None,
                },
            });
            without_secrets(&mut item);
            let Item::Observation(Observation {
                seen: Seen::Process { command_line, .. },
                ..
            }) = item
            else {
                unreachable!()
            };
            assert_eq!(command_line.as_deref(), Some(kept));
        }
    }
}
