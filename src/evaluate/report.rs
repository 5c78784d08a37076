//! An evaluation as tables for reading.

use std::fmt::Write;

use super::quality::{Evaluation, InGroup, OfRule, Share};

/// The tables, each with its heading.
pub fn table(found: &Evaluation) -> String {
    let mut text = format!(
        "{} records: {} members of {} rings, {} genuine\n",
        found.evaluated, found.members, found.rings, found.genuine
    );
    for (count, what) in [
        (
            found.not_in_truth,
            "stored, and the truth says nothing of them: left out",
        ),
        (found.not_screened, "stored and never screened: left out"),
        (found.not_found, "in the truth and not stored"),
    ] {
        if count > 0 {
            let _ = writeln!(text, "{count} {what}");
        }
    }
    for at in &found.steps {
        let step = at.step.word();
        let _ = writeln!(text, "\n{} or higher", step.to_uppercase());
        row(&mut text, "members (recall)", at.members);
        row(&mut text, "rings with a member", at.rings);
        row(&mut text, "precision", at.precision);
        row(&mut text, "genuine", at.genuine);
        groups(&mut text, "genuine: ", &at.genuine_groups);
        groups(&mut text, "members: ", &at.member_groups);
    }
    text.push_str("\nPRECISION AT K\n");
    for at in &found.at_k {
        let _ = writeln!(
            text,
            "  {:<6} {:>6.1} % ({:.1})",
            at.k,
            at.precision * 100.0,
            at.hits
        );
    }
    if let Some(pairs) = &found.pairs {
        text.push_str("\nRINGS, PAIR BY PAIR\n");
        row(&mut text, "precision", pairs.precision);
        row(&mut text, "recall", pairs.recall);
        if let Some(f1) = pairs.f1 {
            let _ = writeln!(text, "  {:<30} {f1:>9.4}", "F1");
        }
    }
    let _ = writeln!(
        text,
        "\n{:<32} {:>17} {:>17}  GENUINE, BY GROUP",
        "RULE FIRED ON", "MEMBERS", "GENUINE"
    );
    for rule in &found.rules {
        rule_line(&mut text, rule);
    }
    text
}

fn row(text: &mut String, what: &str, share: Share) {
    let percent = |value: Option<f64>| value.map_or(f64::NAN, |value| value * 100.0);
    let _ = match share.share {
        None => writeln!(text, "  {what:<30} none"),
        Some(_) => writeln!(
            text,
            "  {what:<30} {:>9.3} %  [{:.3}, {:.3}]  {} of {}",
            percent(share.share),
            percent(share.low),
            percent(share.high),
            share.hit,
            share.of
        ),
    };
}

/// One line a group; a single group would say again what is said already.
fn groups(text: &mut String, before: &str, groups: &[InGroup]) {
    if groups.len() > 1 {
        for one in groups {
            row(text, &format!("{before}{}", visible(&one.group)), one.share);
        }
    }
}

fn rule_line(text: &mut String, rule: &OfRule) {
    let share = |share: &Share| {
        let percent = share.share.unwrap_or_default() * 100.0;
        format!("{} ({percent:.3} %)", share.hit)
    };
    let by_group = rule.genuine_groups.iter();
    let by_group: Vec<_> = by_group
        .map(|one| format!("{} {}", visible(&one.group), one.share.hit))
        .collect();
    let name = if rule.on_trial {
        format!("{} (on trial)", rule.rule)
    } else {
        rule.rule.clone()
    };
    let line = format!(
        "{name:<32} {:>17} {:>17}  {}",
        share(&rule.members),
        share(&rule.genuine),
        by_group.join(", ")
    );
    text.push_str(line.trim_end());
    text.push('\n');
}

/// A group's name that cannot steer a terminal.
fn visible(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::evaluate::quality::{AtK, AtStep, Evaluation, InGroup, OfRule, Share};
    use crate::rules::NextStep;

    #[test]
    fn an_evaluation_is_read_in_tables() {
        let group = |name: &str, hit, of| InGroup {
            group: name.into(),
            share: Share::of(hit, of),
        };
        let found = Evaluation {
            evaluated: 1000,
            members: 6,
            genuine: 994,
            rings: 2,
            not_in_truth: 0,
            not_screened: 0,
            not_found: 3,
            not_found_ids: vec!["a".into()],
            steps: vec![AtStep {
                step: NextStep::Ask,
                members: Share::of(5, 6),
                precision: Share::of(5, 7),
                genuine: Share::of(2, 994),
                genuine_groups: vec![group("couples", 2, 94), group("genuine", 0, 900)],
                member_groups: vec![group("members", 5, 6)],
                rings: Share::of(2, 2),
            }],
            at_k: vec![AtK {
                k: 6,
                hits: 4.5,
                precision: 0.75,
            }],
            rules: vec![OfRule {
                rule: "x.phone".into(),
                on_trial: false,
                members: Share::of(4, 6),
                genuine: Share::of(2, 994),
                genuine_groups: vec![group("couples", 2, 94)],
            }],
            pairs: None,
        };
        insta::assert_snapshot!(table(&found), @r#"
1000 records: 6 members of 2 rings, 994 genuine
3 in the truth and not stored

ASK or higher
  members (recall)                  83.333 %  [43.650, 96.995]  5 of 6
  rings with a member              100.000 %  [34.238, 100.000]  2 of 2
  precision                         71.429 %  [35.893, 91.778]  5 of 7
  genuine                            0.201 %  [0.055, 0.731]  2 of 994
  genuine: couples                   2.128 %  [0.585, 7.429]  2 of 94
  genuine: genuine                   0.000 %  [0.000, 0.425]  0 of 900

PRECISION AT K
  6        75.0 % (4.5)

RULE FIRED ON                              MEMBERS           GENUINE  GENUINE, BY GROUP
x.phone                               4 (66.667 %)       2 (0.201 %)  couples 2
"#);
    }
}
