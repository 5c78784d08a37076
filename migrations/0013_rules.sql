-- Changes of whether a rule counts: proposed by one, answered by another. from_status was in force when it was proposed,
-- file_status is what the rule's file said then; to_status `file` is what its file says, whatever that is. answer is
-- approved, declined or withdrawn; alone tells that whoever proposed it approved it too, as nobody else could.
-- What is in force of a rule is the change that was approved last.
create table rule_changes (
    id            text primary key,
    rule          text not null,
    from_status   text not null,
    to_status     text not null,
    file_status   text not null,
    reason        text not null,
    proposed_by   text not null,
    proposed_name text not null,
    proposed_at   bigint not null,
    answer        text,
    answered_by   text,
    answered_name text,
    answered_at   bigint,
    note          text,
    alone         boolean not null default false
);
create index rule_changes_of_rule on rule_changes (rule, proposed_at);
create unique index rule_changes_open on rule_changes (rule) where answer is null;
