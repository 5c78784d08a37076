//! Reads the rows of imports that were started, in batches.

use std::collections::{HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::handed_back::place;
use super::pieces::{Pieces, Seen};
use super::rows::{self, Item, RefusedRow};
use super::{Format, State, forget};
use crate::app::{App, compute};
use crate::application::Application;
use crate::audit::{self, Action, Actor};
use crate::error::Result;
use crate::intake::Refused;
use crate::screening;
use crate::store::imports::{self, Import, Progress};

/// How long an import is held by whoever works on it: longer than any batch takes.
pub const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How often rows that could not be kept are tried again, and the wait after the first time; each time as much more.
const TRIES: i64 = 5;
const AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// Rows that are kept together at the most: fewer than the desk takes, so that pages are answered in between.
const ROWS: usize = 100;

/// Bytes of résumés that are read ahead together.
const BATCH_BYTES: usize = 8 << 20;

/// How often to look for imports that were started.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How often to look for what is to be forgotten.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Works until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    let mut forgot = Timestamp::default();
    loop {
        // A bug ends one round, not the work.
        let round = AssertUnwindSafe(round(&app, &stop)).catch_unwind().await;
        let busy = match round {
            Ok(Ok(busy)) => busy,
            Ok(Err(error)) => {
                error.log();
                false
            }
            Err(_) => {
                tracing::error!("a bug ended a round of imports");
                false
            }
        };
        let now = app.now();
        if now.duration_since(forgot) >= FORGET_EVERY {
            forgot = now;
            if let Err(error) = forget(&app).await {
                error.log();
            }
        }
        if busy && !stop.is_cancelled() {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Does all that is due now.
pub async fn work_off(app: &App) -> Result<()> {
    while round(app, &CancellationToken::new()).await? {}
    forget(app).await
}

/// Takes an import and works on it; whether there was one.
async fn round(app: &App, stop: &CancellationToken) -> Result<bool> {
    let (now, claim) = (app.now(), app.new_id());
    let mut tx = app.db.begin().await?;
    let claimed = imports::claim(&mut tx, &claim, now, now + LEASE).await?;
    tx.commit().await?;
    let Some(import) = claimed else {
        return Ok(false);
    };
    let held = Held { app, import, claim };
    if held.import.cancelled {
        held.end(State::Cancelled, None).await?;
    } else {
        Box::pin(held.work(stop)).await?;
    }
    Ok(true)
}

/// An import that is held.
struct Held<'a> {
    app: &'a App,
    import: Import,
    claim: String,
}

/// Rows that were read together, and how far the file was read then.
struct Batch {
    items: VecDeque<Item>,
    bytes: i64,
}

/// What became of some rows.
enum Went {
    /// They are kept.
    On,
    /// They are kept, and somebody asked to stop.
    Stop,
    /// They are not: somebody else holds the import.
    Lost,
}

impl Held<'_> {
    async fn work(&self, stop: &CancellationToken) -> Result<()> {
        let (pieces, seen) = Pieces::of(self.app, &self.import.id);
        let (sender, mut batches) = mpsc::channel(1);
        let (import, told) = (self.import.clone(), seen.clone());
        let reading = tokio::task::spawn_blocking(move || read(pieces, &told, &import, &sender));
        let (mut at, mut tries) = (self.import.rows_read, self.import.attempts);
        let mut most = if tries > 0 { 1 } else { ROWS };
        while let Some(mut batch) = batches.recv().await {
            while !batch.items.is_empty() {
                let some = part(&batch.items, most);
                let giving_up = some == 1 && tries >= TRIES;
                let items = batch.items.iter().take(some).cloned().collect();
                match self.keep(at, items, batch.bytes, giving_up).await {
                    Ok(Went::On) => {
                        batch.items.drain(..some);
                        at += i64::try_from(some).unwrap_or_default();
                        (tries, most) = (0, ROWS.min(2 * most));
                    }
                    Ok(Went::Stop) => return self.end(State::Cancelled, None).await,
                    Ok(Went::Lost) => return Ok(()),
                    // It may be one row's fault: the others go on without it.
                    Err(error) if some > 1 => {
                        error.log();
                        most = some / 2;
                    }
                    Err(error) => {
                        error.log();
                        return self.put_off(tries).await;
                    }
                }
                if stop.is_cancelled() {
                    let mut tx = self.app.db.begin().await?;
                    imports::hold(&mut tx, (&self.import.id, &self.claim), self.app.now()).await?;
                    return Ok(tx.commit().await?);
                }
            }
        }
        let whole = reading.await.is_ok();
        if let Some(trouble) = seen.trouble() {
            tracing::error!(import = %self.import.id, %trouble, "a kept file cannot be read");
            if tries < TRIES {
                return self.put_off(tries).await;
            }
            return self
                .end(State::Failed, Some("the kept file cannot be read on"))
                .await;
        }
        if !whole {
            return self
                .end(State::Failed, Some("a bug ended the reading of the file"))
                .await;
        }
        self.end(State::Done, None).await
    }

    /// Keeps rows, the first of which is the `at`-th, with how far the import is, and screens them.
    async fn keep(&self, at: i64, items: Vec<Item>, bytes: i64, giving_up: bool) -> Result<Went> {
        let app = self.app;
        let count = items.len();
        let (mut places, mut good, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let mut unread = 0;
        for (n, item) in (at..).zip(items) {
            match item.read {
                Ok(application) if giving_up => refused.push((n, ours(&application))),
                Ok(application) => {
                    unread += self.import.mapping.0.unread(&application).count();
                    places.push((
                        n,
                        application.source.clone(),
                        application.external_id.clone(),
                    ));
                    good.push(application);
                }
                Err(why) => refused.push((n, RefusedRow::of(why, item.raw))),
            }
        }
        let of = app.clone();
        let prepared = compute(move || screening::prepare(&of, good)).await?;
        let mut ready = Vec::with_capacity(prepared.len());
        for ((n, source, external_id), one) in places.into_iter().zip(prepared) {
            match one {
                Ok(one) => ready.push(one),
                // A bug in the work on one record is that record's.
                Err(error) => {
                    error.log();
                    let application = Application {
                        external_id,
                        source,
                        ..Application::default()
                    };
                    refused.push((n, ours(&application)));
                }
            }
        }
        refused.sort_unstable_by_key(|(n, _)| *n);
        let id = &self.import.id;
        let seal = |(n, row): &(i64, RefusedRow)| (*n, app.vault.seal_json(&place(id, *n), row));
        let sealed: Vec<_> = refused.iter().map(seal).collect();
        let by = Progress {
            bytes,
            rows: i64::try_from(count).unwrap_or_default(),
            refused: i64::try_from(refused.len()).unwrap_or_default(),
            unread: i64::try_from(unread).unwrap_or_default(),
        };
        let mut tx = app.db.begin().await?;
        let until = app.now() + LEASE;
        let Some(stop) = imports::advance(&mut tx, (id, &self.claim), by, until).await? else {
            return Ok(Went::Lost);
        };
        imports::refuse(&mut tx, id, &sealed).await?;
        if ready.is_empty() {
            tx.commit().await?;
        } else {
            let kept = screening::keep_within(app, &mut tx, ready).await?;
            imports::brought(&mut tx, id, &kept.ids()).await?;
            tx.commit().await?;
            // Whatever happens from here on, they are kept and due.
            for error in kept.screen(app).await.into_iter().filter_map(Result::err) {
                error.log();
            }
        }
        Ok(if stop { Went::Stop } else { Went::On })
    }

    async fn put_off(&self, tries: i64) -> Result<()> {
        let wait = i32::try_from(tries + 1).unwrap_or(i32::MAX);
        let until = self.app.now() + AGAIN * wait;
        let mut tx = self.app.db.begin().await?;
        imports::put_off(&mut tx, (&self.import.id, &self.claim), until).await?;
        Ok(tx.commit().await?)
    }

    async fn end(&self, state: State, said: Option<&str>) -> Result<()> {
        let app = self.app;
        let mut tx = app.db.begin().await?;
        let held = (self.import.id.as_str(), Some(self.claim.as_str()));
        let Some(ended) = imports::end(&mut tx, held, state, said, app.now()).await? else {
            return Ok(());
        };
        let who = Actor {
            kind: "user",
            id: ended.user_id.clone(),
            name: ended.who.clone(),
        };
        let detail = json!({"format": ended.format, "ended": ended.state, "rows": ended.rows_read,
            "candidates": ended.candidates, "refused": ended.refused});
        let object = format!("import:{}", ended.id);
        audit::append(app, &mut tx, &who, Action::HandedIn, &object, &detail).await?;
        Ok(tx.commit().await?)
    }
}

/// The refusal of a row that was good, and could not be kept.
fn ours(application: &Application) -> RefusedRow {
    let named = format!("{} {}", application.source, application.external_id);
    let why = format!("something went wrong on our side with {named}; hand it in again later");
    RefusedRow::of(
        Refused {
            line: None,
            field: None,
            reason: why,
        },
        None,
    )
}

/// How many of the first rows can be kept together: versions of one candidate follow each other.
fn part(items: &VecDeque<Item>, most: usize) -> usize {
    let mut seen = HashSet::new();
    let together = items.iter().take(most).take_while(|item| match &item.read {
        Ok(one) => seen.insert((one.source.as_str(), one.external_id.as_str())),
        Err(_) => true,
    });
    together.count()
}

/// Sends the rows that were not read before, in batches; stops when nobody listens any more, or the file cannot be
/// read on.
fn read(pieces: Pieces, seen: &Seen, import: &Import, to: &mpsc::Sender<Batch>) {
    let mut skip = import.rows_read;
    let (mut items, mut size) = (VecDeque::new(), 0);
    let send = |items: &mut VecDeque<Item>| {
        let items = std::mem::take(items);
        let bytes = seen.bytes();
        items.is_empty() || to.blocking_send(Batch { items, bytes }).is_ok()
    };
    let format = Format::of_word(&import.format);
    rows::each(pieces, format, &import.mapping.0, |item| {
        // What follows is not the file's end.
        if seen.trouble().is_some() {
            return false;
        }
        if skip > 0 {
            skip -= 1;
            return true;
        }
        let text = item
            .read
            .as_ref()
            .ok()
            .and_then(|one| one.resume_text.as_ref());
        size += text.map_or(0, String::len);
        items.push_back(item);
        if items.len() < ROWS && size < BATCH_BYTES {
            return true;
        }
        size = 0;
        send(&mut items)
    });
    send(&mut items);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_one_candidate_are_kept_one_after_another() {
        let item = |id: &str| Item {
            read: match id {
                "" => Err(Refused {
                    line: None,
                    field: None,
                    reason: String::new(),
                }),
                id => Ok(Application {
                    external_id: id.into(),
                    ..Application::default()
                }),
            },
            raw: None,
        };
        for (ids, most, want) in [
            (&["a", "b", "c"][..], 9, 3),
            (&["a", "b", "a"], 9, 2),
            (&["a", "", "", "b"], 9, 4),
            (&["a", "b"], 1, 1),
            (&["a", "a"], 9, 1),
        ] {
            let items = ids.iter().map(|id| item(id)).collect();
            assert_eq!(part(&items, most), want, "{ids:?}");
        }
    }
}
