//! A line for a chat, as incoming webhooks of Slack, Mattermost and others take it.

use serde_json::{Value, json};

use super::message::{Kind, Message, words};

/// The body for a message. It names nobody: a channel has more readers than the file.
pub fn line(message: &Message) -> Value {
    let data = &message.data;
    let who = format!("{} {}", data.source, data.external_id);
    let told = match message.kind {
        Kind::ScreeningCompleted => "Screened",
        Kind::NextStepRaised => "Next step raised",
        Kind::DecisionMade => "Decision recorded",
        Kind::LatencyAlarm => "Measurements changed",
        Kind::TicketOpened => "Against policy",
    };
    let outcome = match data.more.get("outcome").and_then(Value::as_str) {
        Some(outcome) => format!("{outcome}."),
        None => format!("{} ({}).", words(data.next_step), data.next_step.word()),
    };
    let link = data
        .url
        .as_deref()
        .map_or_else(String::new, |url| format!(" <{url}|Open>"));
    json!({"text": format!("{told}: candidate {}: {}{link}", escaped(&who), escaped(&outcome))})
}

/// What would be markup there, as text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
