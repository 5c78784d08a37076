//! Standard output. Whoever reads it may close it after the first line (`telltale rules list | head -1`), and a disk
//! may be full: neither is worth a backtrace.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write as _};
use std::process::exit;

use super::{Failure, UNUSABLE};

/// Prints a line, as `println!` does; ends the program where it cannot be written.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::out::line(format_args!($($words)*)) };
}
pub(super) use say;

/// Prints a line.
pub(super) fn line(words: Arguments<'_>) {
    text(&format!("{words}\n"));
}

/// Prints what has its line ends already.
pub(super) fn text(text: &str) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        match ended(error) {
            Ok(()) => exit(0),
            Err(failure) => {
                eprintln!("telltale: {failure}");
                exit(i32::from(UNUSABLE))
            }
        }
    }
}

/// What not being able to write means: nothing where nobody reads any more, else that the command failed.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what `or_else` hands on ends here"
)]
pub(super) fn ended(error: io::Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        ErrorKind::StorageFull => Err(Failure::Environment(
            "writing the output: No space left on device".to_owned(),
        )),
        _ => Err(Failure::Environment(format!("writing the output: {error}"))),
    }
}

/// Words of others on one line, with a code in the place of what cannot be seen and could steer a terminal.
pub(super) fn visible(words: &str) -> String {
    let line = words.replace(char::is_control, "\u{fffd}");
    crate::explain::visible::plain(&line)
}
