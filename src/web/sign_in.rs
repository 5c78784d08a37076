//! Signing in and out.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Client;
use super::pages::sign_in::{CodePage, GonePage, LinkPage, SignInPage};
use super::visitor::{Visitor, here_only};
use super::{Web, cookies};
use crate::access::link::For;
use crate::access::lockout::{self, Owner, What};
use crate::access::sign_in::Means;
use crate::access::{
    self, Role, User, changes, factor, link, password, sealed, sign_in, token_hash,
};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::users::Row;
use crate::store::{one_time_links, sign_ins, users};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Then {
    pub(super) next: String,
}

/// The form.
pub(super) async fn index(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    Query(then): Query<Then>,
) -> Result<Response> {
    let next = here_only(&then.next).to_owned();
    if visitor.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let page = SignInPage {
        nobody: !users::any(&web.app.db).await?,
        ..page(&web.app, next)
    };
    Ok(page.into_response())
}

fn page(app: &App, next: String) -> SignInPage {
    SignInPage {
        next,
        sso: app.access.sso.is_some(),
        ..SignInPage::default()
    }
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    email: String,
    password: String,
    next: String,
}

/// Signs somebody in, or asks for their second factor.
pub(super) async fn enter(
    State(web): State<Web>,
    client: Client,
    Form(said): Form<Said>,
) -> Result<Response> {
    let app = &web.app;
    let next = here_only(&said.next).to_owned();
    let email = said.email.trim().to_lowercase();
    // Nobody's mailbox holds a NUL, and PostgreSQL would fail at being asked for it.
    let row = match email.contains('\0') {
        true => None,
        false => users::by_email(&app.db, &email).await?,
    };
    let row = row.filter(|row| row.disabled_at.is_none());
    let device = client.device(app, row.as_ref());
    let whose = client.whose(&email, row.as_ref(), device.as_deref());
    let refused = |error: Error| {
        let page = SignInPage {
            email: said.email.clone(),
            wrong: Some(error.to_string()),
            ..page(app, next.clone())
        };
        too_many(error, page)
    };
    let attempt = match lockout::attempt(app, &whose, What::Password).await {
        Ok(attempt) => attempt,
        Err(error) => return refused(error),
    };
    let kept = row.as_ref().and_then(|row| row.password.clone());
    let right = password::verify(said.password, kept).await?;
    let Some(row) = row.filter(|_| right) else {
        attempt.was_wrong(app).await?;
        let page = SignInPage {
            email: said.email,
            wrong: Some("This mailbox and this password do not go together.".to_owned()),
            ..page(app, next)
        };
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let mut tx = app.db.begin().await?;
    if row.totp.is_some() {
        attempt.was_right(&mut tx).await?;
        tx.commit().await?;
        let state = Halfway::of(&row, next).seal(app);
        return Ok(CodePage { state, wrong: None }.into_response());
    }
    attempt.was_enough(&mut tx).await?;
    let detail = json!({ "by": "password" });
    let set = begin(app, &mut tx, &row.user(), &client, Means::Password, &detail).await?;
    tx.commit().await?;
    Ok((set, Redirect::to(&next)).into_response())
}

/// Who has said the right password, and is not signed in yet: it goes through the form of the code.
#[derive(Debug, Deserialize, Serialize)]
struct Halfway {
    user_id: String,
    /// A hash of the password's hash: another password ends it.
    password: String,
    next: String,
}

const HALFWAY: &str = "half a sign-in";

/// How long finding the phone may take.
const HALFWAY_MINUTES: i64 = 5;

impl Halfway {
    fn of(row: &Row, next: String) -> Self {
        Self {
            user_id: row.id.clone(),
            password: token_hash(row.password.as_deref().unwrap_or_default()),
            next,
        }
    }

    fn seal(&self, app: &App) -> String {
        sealed::close(app, HALFWAY, HALFWAY_MINUTES, self)
    }
}

/// The form of the second factor.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SaidCode {
    state: String,
    code: String,
}

/// Signs somebody in who has said the right password.
pub(super) async fn code(
    State(web): State<Web>,
    client: Client,
    Form(said): Form<SaidCode>,
) -> Result<Response> {
    let app = &web.app;
    let late = || {
        let page = SignInPage {
            wrong: Some("That took longer than five minutes; please begin again.".to_owned()),
            ..page(app, "/".to_owned())
        };
        (StatusCode::UNAUTHORIZED, page).into_response()
    };
    let Some(halfway) = sealed::open::<Halfway>(app, HALFWAY, &said.state) else {
        return Ok(late());
    };
    let row = users::by_id(&app.db, &halfway.user_id).await?;
    let same = |row: &Row| Halfway::of(row, String::new()).password == halfway.password;
    let Some(row) = row.filter(|row| row.disabled_at.is_none() && same(row)) else {
        return Ok(late());
    };
    let wrong = |why: String| CodePage {
        state: said.state.clone(),
        wrong: Some(why),
    };
    let device = client.device(app, Some(&row));
    let whose = client.whose(&row.email, Some(&row), device.as_deref());
    let attempt = match lockout::attempt(app, &whose, What::Code).await {
        Ok(attempt) => attempt,
        Err(error) => {
            let page = wrong(error.to_string());
            return too_many(error, page);
        }
    };
    let mut tx = app.db.begin().await?;
    let Some(used) = factor::take(app, &mut tx, &row, &said.code).await? else {
        drop(tx);
        attempt.was_wrong(app).await?;
        let page = wrong("This is not a code that counts now; each counts once.".to_owned());
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    attempt.was_enough(&mut tx).await?;
    let detail = json!({ "by": "password", "second_factor": used.word() });
    let set = begin(app, &mut tx, &row.user(), &client, Means::Password, &detail).await?;
    tx.commit().await?;
    Ok((set, Redirect::to(here_only(&halfway.next))).into_response())
}

/// Shows on the page itself how long there is to wait; anything else goes its way.
pub(super) fn too_many(error: Error, page: impl IntoResponse) -> Result<Response> {
    match error {
        Error::TooMany { .. } => {
            let head = error.into_response();
            let mut response = page.into_response();
            *response.status_mut() = head.status();
            if let Some(wait) = head.headers().get(axum::http::header::RETRY_AFTER) {
                let headers = response.headers_mut();
                headers.insert(axum::http::header::RETRY_AFTER, wait.clone());
            }
            Ok(response)
        }
        other => Err(other),
    }
}

/// The headers of who has just been signed in: their cookie, and the one by which the browser is known from then on.
pub(super) type SignedIn = AppendHeaders<[cookies::Set; 2]>;

/// Signs in who has proved who they are, by which means; the answer's headers are theirs. The last in its transaction.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    user: &User,
    client: &Client,
    means: Means,
    detail: &Value,
) -> Result<SignedIn> {
    let token = sign_in::open_by(app, tx, user, client.agent(), means).await?;
    users::seen(tx, &user.id, app.now()).await?;
    let set = headers(app, tx, &user.id, client, &token).await?;
    audit::append(app, tx, &Actor::from(user), Action::SignedIn, "", detail).await?;
    Ok(set)
}

/// The headers of a sign-in.
pub(super) async fn headers(
    app: &App,
    tx: &mut Tx,
    user_id: &str,
    client: &Client,
    token: &str,
) -> Result<SignedIn> {
    let password = users::password(tx, user_id).await?;
    let owner = Owner {
        id: user_id,
        password: password.as_deref(),
    };
    let known = client.device_of(app, user_id);
    let known = known.filter(|cookie| lockout::is_device(app, owner, cookie));
    let device = known.unwrap_or_else(|| lockout::device(app, owner));
    Ok(AppendHeaders([
        cookies::sign_in(app, Some(token)),
        cookies::set_device(app, user_id, &device),
    ]))
}

/// Signs out.
pub(super) async fn leave(State(web): State<Web>, visitor: Visitor) -> Result<Response> {
    let app = &web.app;
    let mut tx = app.db.begin().await?;
    sign_ins::delete(&mut tx, &visitor.sign_in).await?;
    let by = visitor.actor();
    audit::append(app, &mut tx, &by, Action::SignedOut, "", &Value::Null).await?;
    tx.commit().await?;
    let set = AppendHeaders([cookies::sign_in(app, None)]);
    Ok((set, Redirect::to("/sign-in")).into_response())
}

/// A link that was used, has expired, or never was one: which of them is not told.
const NO_LINK: Error = Error::NotFound("link");

/// What a one-time link leads to: nothing is used up by looking.
pub(super) async fn link(State(web): State<Web>, Path(token): Path<String>) -> Result<Response> {
    or_gone(look(&web.app, token).await)
}

async fn look(app: &App, token: String) -> Result<Response> {
    let found = link::find(app, &token).await?.ok_or(NO_LINK)?;
    let row = row_of(app, &found).await?;
    Ok(LinkPage::of(token, &found, has_factor(row.as_ref())).into_response())
}

/// A page of its own for a link that works no more.
fn or_gone(answer: Result<Response>) -> Result<Response> {
    match answer {
        Err(Error::NotFound(_)) => Ok((StatusCode::NOT_FOUND, GonePage).into_response()),
        other => other,
    }
}

async fn row_of(app: &App, found: &For) -> Result<Option<Row>> {
    match found {
        For::User(user) => {
            let row = users::by_id(&app.db, &user.id).await?;
            let row = row.filter(|row| row.disabled_at.is_none());
            Ok(Some(row.ok_or(NO_LINK)?))
        }
        For::FirstAdmin => Ok(None),
    }
}

fn has_factor(row: Option<&Row>) -> bool {
    row.is_some_and(|row| row.totp.is_some())
}

/// What is said with a one-time link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taken {
    email: String,
    name: String,
    password: String,
    code: String,
}

/// Uses a one-time link.
pub(super) async fn take(
    State(web): State<Web>,
    Path(token): Path<String>,
    client: Client,
    Form(taken): Form<Taken>,
) -> Result<Response> {
    or_gone(use_up(&web.app, token, &client, taken).await)
}

async fn use_up(app: &App, token: String, client: &Client, taken: Taken) -> Result<Response> {
    let found = link::find(app, &token).await?.ok_or(NO_LINK)?;
    let row = row_of(app, &found).await?;
    let page = |error: &Error| LinkPage {
        error: Some(error.to_string()),
        email: taken.email.clone(),
        name: taken.name.clone(),
        ..LinkPage::of(token.clone(), &found, has_factor(row.as_ref()))
    };
    let user = match checked(app, &found, row.as_ref(), &taken).await {
        Ok(user) => user,
        Err(error) => return Ok((error.status(), page(&error)).into_response()),
    };
    let device = client.device(app, row.as_ref());
    let whose = client.whose(&user.email, row.as_ref(), device.as_deref());
    let attempt = match has_factor(row.as_ref()) {
        true => match lockout::attempt(app, &whose, What::Code).await {
            Ok(attempt) => Some(attempt),
            Err(error) => {
                let page = page(&error);
                return too_many(error, page);
            }
        },
        false => None,
    };
    let hash = match taken.password.is_empty() {
        true => None,
        false => Some(password::hash(taken.password.clone()).await?),
    };
    let mut tx = app.db.begin().await?;
    let mut used = factor::Used::Nothing;
    if let (Some(row), Some(attempt)) = (&row, attempt) {
        match factor::take(app, &mut tx, row, &taken.code).await? {
            Some(code) => {
                used = code;
                attempt.was_enough(&mut tx).await?;
            }
            None => {
                drop(tx);
                attempt.was_wrong(app).await?;
                let error = crate::error::refused("code", "does not count now; each counts once");
                return Ok((error.status(), page(&error)).into_response());
            }
        }
    }
    if !one_time_links::take(&mut tx, &token_hash(&token)).await? {
        return Err(NO_LINK);
    }
    if matches!(found, For::FirstAdmin) && !users::insert(&mut tx, &user, app.now()).await? {
        return Err(NO_LINK);
    }
    if let Some(hash) = &hash {
        users::set_password(&mut tx, &user.id, hash).await?;
        // Whoever was signed in with the old one is not any more.
        sign_ins::delete_of(&mut tx, &user.id).await?;
    }
    let by = Actor::from(&user);
    match (&found, &hash) {
        (For::FirstAdmin, _) => {
            let object = format!("user:{}", user.id);
            let detail = json!({ "email": user.email, "role": user.role.word() });
            audit::append(app, &mut tx, &by, Action::UserAdded, &object, &detail).await?;
        }
        (For::User(_), Some(_)) => {
            let detail = json!({ "what": "password" });
            changes::log(app, &mut tx, &by, &user.id, &detail).await?;
        }
        (For::User(_), None) => {}
    }
    let detail = json!({ "by": "link", "second_factor": used.word() });
    let set = begin(app, &mut tx, &user, client, Means::Link, &detail).await?;
    tx.commit().await?;
    Ok((set, Redirect::to("/")).into_response())
}

/// Who it is, if what they said can be taken.
async fn checked(app: &App, found: &For, row: Option<&Row>, taken: &Taken) -> Result<User> {
    let user = match found {
        For::User(user) => user.clone(),
        For::FirstAdmin => User {
            id: app.new_id(),
            email: access::email(&taken.email)?,
            name: access::name(&taken.name)?,
            role: Role::Admin,
        },
    };
    if !taken.password.is_empty() && row.is_some_and(|row| access::comes_by_sso(app, row)) {
        return Err(crate::error::refused("password", access::BY_SSO));
    }
    // Who is invited may do without a password, as where there is single sign-on.
    if !taken.password.is_empty() || matches!(found, For::FirstAdmin) {
        password::acceptable(app, &taken.password, &user.email).await?;
    }
    Ok(user)
}
