//! What is changed of people, by themselves or by administrators.

use serde_json::{Value, json};

use super::{Role, User, factor, name as plain_name, password};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::users::Row;
use crate::store::{one_time_links, settings, sign_ins, users};

/// Somebody by their id.
pub async fn find(app: &App, id: &str) -> Result<Row> {
    let row = users::by_id(&app.db, id).await?;
    row.ok_or(Error::NotFound("person"))
}

/// Gives somebody another role, which ends their sign-ins.
pub async fn role(app: &App, by: &Actor, id: &str, role: Role) -> Result<()> {
    let row = find(app, id).await?;
    if row.role == role.word() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    set_role(&mut tx, &row, role).await?;
    log(
        app,
        &mut tx,
        by,
        id,
        &json!({ "role": role.word(), "before": row.role }),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Sets a role within a transaction; the caller logs it.
pub(super) async fn set_role(tx: &mut Tx, row: &Row, role: Role) -> Result<()> {
    if role != Role::Admin {
        keep_an_admin(tx, row).await?;
    }
    users::set_role(tx, &row.id, role).await?;
    Ok(sign_ins::delete_of(tx, &row.id).await?)
}

/// Keeps somebody from signing in, now and later.
pub async fn disable(app: &App, by: &Actor, id: &str) -> Result<()> {
    let row = find(app, id).await?;
    if row.disabled_at.is_some() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    keep_an_admin(&mut tx, &row).await?;
    users::set_disabled(&mut tx, id, Some(app.now())).await?;
    sign_ins::delete_of(&mut tx, id).await?;
    one_time_links::delete_of(&mut tx, id).await?;
    log(app, &mut tx, by, id, &json!({ "disabled": true })).await?;
    Ok(tx.commit().await?)
}

/// Lets somebody sign in again.
pub async fn enable(app: &App, by: &Actor, id: &str) -> Result<()> {
    let row = find(app, id).await?;
    if row.disabled_at.is_none() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    users::set_disabled(&mut tx, id, None).await?;
    log(app, &mut tx, by, id, &json!({ "disabled": false })).await?;
    Ok(tx.commit().await?)
}

/// Takes somebody's second factor away, as when it is lost, which ends their sign-ins but for one to keep.
pub async fn remove_factor(app: &App, by: &Actor, id: &str, keep: Option<&str>) -> Result<()> {
    let row = find(app, id).await?;
    if row.totp.is_none() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    factor::remove(&mut tx, id).await?;
    sign_ins::delete_others(&mut tx, id, keep.unwrap_or_default()).await?;
    log(app, &mut tx, by, id, &json!({ "second_factor": "removed" })).await?;
    Ok(tx.commit().await?)
}

/// Sets one's own name.
pub async fn name(app: &App, user: &User, called: &str) -> Result<()> {
    let called = plain_name(called)?;
    let mut tx = app.db.begin().await?;
    users::set_name(&mut tx, &user.id, &called).await?;
    log(
        app,
        &mut tx,
        &user.into(),
        &user.id,
        &json!({ "what": "name" }),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Sets one's own password, which ends all other sign-ins.
pub async fn password(app: &App, user: &User, sign_in: &str, chosen: String) -> Result<()> {
    password::acceptable(app, &chosen, &user.email).await?;
    let hash = password::hash(chosen).await?;
    let mut tx = app.db.begin().await?;
    users::set_password(&mut tx, &user.id, &hash).await?;
    sign_ins::delete_others(&mut tx, &user.id, sign_in).await?;
    one_time_links::delete_of(&mut tx, &user.id).await?;
    log(
        app,
        &mut tx,
        &user.into(),
        &user.id,
        &json!({ "what": "password" }),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Says whether everybody needs a second factor.
pub async fn require_factor(app: &App, by: &Actor, required: bool) -> Result<()> {
    let value = if required {
        factor::REQUIRED
    } else {
        "optional"
    };
    let mut tx = app.db.begin().await?;
    settings::put(&mut tx, factor::SETTING, value).await?;
    let object = format!("setting:{}", factor::SETTING);
    let detail = json!({ "value": value });
    audit::append(app, &mut tx, by, Action::SettingChanged, &object, &detail).await?;
    Ok(tx.commit().await?)
}

/// Refuses to leave nobody who says who else may sign in.
async fn keep_an_admin(tx: &mut Tx, row: &Row) -> Result<()> {
    let is_admin = row.role == Role::Admin.word() && row.disabled_at.is_none();
    if is_admin && !users::another_admin(tx, &row.id).await? {
        return Err(Error::Conflict(
            "this is the last administrator who can sign in; make somebody else one first, who has a password or comes by single sign-on",
        ));
    }
    Ok(())
}

/// Appends what was changed of somebody, last in its transaction.
pub async fn log(app: &App, tx: &mut Tx, by: &Actor, id: &str, detail: &Value) -> Result<()> {
    let object = format!("user:{id}");
    audit::append(app, tx, by, Action::UserChanged, &object, detail).await
}
