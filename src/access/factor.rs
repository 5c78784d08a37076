//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and codes on paper for when it is lost.

use std::fmt::Write as _;

use jiff::Timestamp;
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, TOTP};

use super::{User, sealed, token_hash};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::users::Row;
use crate::store::{recovery_codes, settings, users};

/// What every authenticator app does: six digits of SHA-1, a new code every 30 seconds.
const DIGITS: usize = 6;
const STEP_S: i64 = 30;

/// Clocks may be one step off, and a code takes time to type.
const SKEW: i64 = 1;

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// Codes on paper, and the random bytes of each: 80 bits, which need no slow hash.
const RECOVERY_CODES: usize = 10;
const RECOVERY_BYTES: usize = 10;

/// The setting that says whether everybody needs one, and what it says then.
pub const SETTING: &str = "second_factor";
/// See [`SETTING`].
pub const REQUIRED: &str = "required";

/// How a sign-in is marked whose provider sees to the second factor by itself.
pub const SSO: &str = "sso";

/// What was used in the place of a second factor, or as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// There is none.
    Nothing,
    /// A code of the app.
    App,
    /// A code on paper, which is gone now.
    Paper,
}

impl Used {
    /// Its word in the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::App => "app",
            Self::Paper => "recovery code",
        }
    }
}

/// A secret that is offered, and nobody's until a code of it has been typed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Offer {
    secret: Vec<u8>,
}

impl Offer {
    /// A new one.
    pub fn new() -> Result<Self> {
        let mut secret = vec![0; SECRET_BYTES];
        getrandom::fill(&mut secret).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { secret })
    }

    /// As it goes through a form: only this installation can open it, for this user, within an hour.
    pub fn seal(&self, app: &App, user: &User) -> String {
        sealed::close(app, &place_of_offer(&user.id), 60, self)
    }

    /// As it came back through a form.
    pub fn open(app: &App, user: &User, text: &str) -> Option<Self> {
        sealed::open(app, &place_of_offer(&user.id), text)
    }

    /// The secret in groups of four letters, to be typed.
    pub fn text(&self) -> String {
        let letters = totp(self.secret.clone()).get_secret_base32();
        let groups: Vec<&str> = (0..letters.len())
            .step_by(4)
            .map(|at| &letters[at..(at + 4).min(letters.len())])
            .collect();
        groups.join(" ")
    }

    /// What an app reads off the picture.
    pub fn url(&self, email: &str) -> String {
        let mut account = String::new();
        for byte in email.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                account.push(char::from(byte));
            } else {
                let _ = write!(account, "%{byte:02X}");
            }
        }
        let secret = totp(self.secret.clone()).get_secret_base32();
        format!("otpauth://totp/telltale:{account}?secret={secret}&issuer=telltale")
    }

    /// Makes it somebody's, if the code is one of it, and returns codes for paper, to be shown once.
    pub async fn confirm(
        &self,
        app: &App,
        tx: &mut Tx,
        user: &User,
        code: &str,
    ) -> Result<Option<Vec<String>>> {
        let Some(step) = step_of(&self.secret, app.now(), code) else {
            return Ok(None);
        };
        let secret = app.vault.seal(&place(&user.id), &self.secret);
        users::set_factor(tx, &user.id, Some((secret, step))).await?;
        new_codes(tx, &user.id).await.map(Some)
    }
}

/// New codes for paper in the place of those before.
pub async fn new_codes(tx: &mut Tx, user_id: &str) -> Result<Vec<String>> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0; RECOVERY_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
        let hex = crate::secret::hex(&bytes);
        let groups = [&hex[..5], &hex[5..10], &hex[10..15], &hex[15..]];
        codes.push(groups.join("-"));
    }
    let hashes: Vec<String> = codes.iter().map(|code| paper_hash(code)).collect();
    recovery_codes::replace(tx, user_id, &hashes).await?;
    Ok(codes)
}

/// Takes the second factor away.
pub async fn remove(tx: &mut Tx, user_id: &str) -> Result<()> {
    users::set_factor(tx, user_id, None).await?;
    Ok(recovery_codes::replace(tx, user_id, &[]).await?)
}

/// Checks a code and uses it up; `None`: it is not right. Where there is no second factor, anything is.
pub async fn take(app: &App, tx: &mut Tx, row: &Row, code: &str) -> Result<Option<Used>> {
    let Some(secret) = &row.totp else {
        return Ok(Some(Used::Nothing));
    };
    let opened = app.vault.open(&place(&row.id), secret);
    let secret = opened.map_err(|error| Error::Internal(format!("a second factor: {error}")))?;
    if let Some(step) = step_of(&secret, app.now(), code) {
        let is_new = users::use_step(tx, &row.id, step).await?;
        return Ok(is_new.then_some(Used::App));
    }
    let is_one = recovery_codes::take(tx, &row.id, &paper_hash(code)).await?;
    Ok(is_one.then_some(Used::Paper))
}

/// Whether everybody needs one.
pub async fn is_required(app: &App) -> Result<bool> {
    let value = settings::get(&app.db, SETTING).await?;
    Ok(value.as_deref() == Some(REQUIRED))
}

fn place(user_id: &str) -> String {
    format!("users totp {user_id}")
}

fn place_of_offer(user_id: &str) -> String {
    format!("users totp offer {user_id}")
}

fn totp(secret: Vec<u8>) -> TOTP {
    // One step and no more: which steps count is decided here, where it is known which were used.
    TOTP::new_unchecked(Algorithm::SHA1, DIGITS, 0, STEP_S.unsigned_abs(), secret)
}

/// The step that a code is of, among those that count now.
fn step_of(secret: &[u8], now: Timestamp, code: &str) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != DIGITS {
        return None;
    }
    let totp = totp(secret.to_owned());
    let step = now.as_second().div_euclid(STEP_S);
    (step - SKEW..=step + SKEW).find(|step| {
        let right = totp.generate((step * STEP_S).unsigned_abs());
        right.as_bytes().ct_eq(code.as_bytes()).into()
    })
}

/// What is kept of a code on paper, however it is typed.
fn paper_hash(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    token_hash(&plain.to_ascii_lowercase())
}

/// A QR code as the data of an SVG path and its width: a square for each dark module.
pub fn picture(text: &str) -> Result<(String, usize)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| Error::Internal(format!("a QR code: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width, at / width);
        }
    }
    Ok((path, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_second(at).unwrap();
            assert_eq!(step_of(secret, now, code), Some(at / 30), "{code}");
        }
    }

    #[test]
    fn a_code_counts_one_step_to_either_side() {
        let secret = b"12345678901234567890";
        for (off, counts) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let now = Timestamp::from_second(1_111_111_111 + off).unwrap();
            assert_eq!(step_of(secret, now, "050 471").is_some(), counts, "{off}");
        }
        let now = Timestamp::from_second(1_111_111_111).unwrap();
        for wrong in ["", "050472", "50471", "0504711", "０５０４７１"] {
            assert_eq!(step_of(secret, now, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_can_read_what_is_offered() {
        let offer = Offer {
            secret: b"12345678901234567890".to_vec(),
        };
        assert_eq!(offer.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            offer.url("ada+x@example.com"),
            "otpauth://totp/telltale:ada%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=telltale"
        );
        let (path, width) = picture(&offer.url("ada@example.com")).unwrap();
        assert!(
            path.starts_with("M0 0h1v1h-1zM1 0") && width >= 21,
            "{width}"
        );
    }

    #[test]
    fn codes_on_paper_are_read_however_they_are_typed() {
        let hash = paper_hash("0a1b2-c3d4e-5f607-18293");
        for typed in ["0A1B2 C3D4E 5F607 18293", " 0a1b2c3d4e5f60718293 "] {
            assert_eq!(paper_hash(typed), hash);
        }
    }
}
