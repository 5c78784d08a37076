//! Passwords: argon2id, and which are taken.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::{Error, Result, refused};

/// The shortest password taken, in characters (NIST SP 800-63B asks for 15 where it stands alone, 8 beside a second
/// factor; no rules on which characters).
pub const SHORTEST: usize = 12;

/// The longest, in bytes: hashing time must not be a stranger's to choose.
const LONGEST: usize = 1_000;

/// Hashes at a time: each takes 19 MiB and 30 ms of a core.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Compared with where there is no such user, so that answers take the same time.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    let hash = Argon2::default().hash_password(b"nobody has this password");
    hash.map(|hash| hash.to_string()).unwrap_or_default()
});

/// Refuses what is too short, too long, or among the first that anybody would try.
pub fn check(password: &str, email: &str) -> Result<()> {
    let wrong = |why: &str| Err(refused("password", why));
    if password.chars().count() < SHORTEST {
        return wrong(
            "has fewer than 12 characters; a few words in a row are easy to keep in mind",
        );
    }
    if password.len() > LONGEST {
        return wrong("is longer than 1000 bytes");
    }
    let folded = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if (local.len() >= 4 && folded.contains(local)) || folded.contains("telltale") {
        return wrong("contains your mailbox's or this service's name, which is tried first");
    }
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 {
        return wrong("repeats fewer than 5 different characters");
    }
    Ok(())
}

/// Refuses what [`check`] does, and what is on the operator's list of leaked passwords.
pub async fn acceptable(app: &App, password: &str, email: &str) -> Result<()> {
    check(password, email)?;
    let Some(list) = app.access.breached.clone() else {
        return Ok(());
    };
    let password = password.to_owned();
    let looked_up = tokio::task::spawn_blocking(move || list.holds(&password)).await;
    match looked_up {
        Ok(Ok(true)) => Err(refused(
            "password",
            "is on a list of passwords that have leaked somewhere, which are tried first",
        )),
        Ok(Ok(false)) => Ok(()),
        // A list that cannot be read keeps nobody from choosing a password.
        Ok(Err(error)) => {
            tracing::error!(%error, "the list of leaked passwords");
            Ok(())
        }
        Err(error) => Err(Error::Internal(format!("looking up a password: {error}"))),
    }
}

/// The hash to keep, in PHC form.
pub async fn hash(password: String) -> Result<String> {
    in_turn(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string())
            .map_err(|error| Error::Internal(format!("hashing a password: {error}")))
    })
    .await?
}

/// Whether a password is the one that was kept; takes as long where none was.
pub async fn verify(password: String, kept: Option<String>) -> Result<bool> {
    in_turn(move || {
        let is_somebodys = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODYS.clone());
        let same = argon2::PasswordHash::new(&kept).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
        same && is_somebodys
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let failed =
        |error: &dyn std::fmt::Display| Error::Internal(format!("hashing a password: {error}"));
    let _turn = TURNS.acquire().await.map_err(|error| failed(&error))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let kept = hash("correct horse battery".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(
            verify("correct horse battery".into(), Some(kept.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verify("correct horse batterz".into(), Some(kept))
                .await
                .unwrap()
        );
        assert!(
            !verify("nobody has this password".into(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for wrong in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "telltale-telltale",
            "ada.lovelace2026",
        ] {
            assert!(check(wrong, "ada.lovelace@example.com").is_err(), "{wrong}");
        }
        check("correct horse battery", "ada@example.com").unwrap();
    }
}
