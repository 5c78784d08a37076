-- How decisions are made: every change is another row, and the latest is in force. Roles are words with spaces between.
create table procedures (
    id            text primary key,
    at            bigint not null,
    set_by        text not null,
    set_by_id     text not null,
    opens_at      text not null,
    clear_roles   text not null,
    confirm_roles text not null,
    note_min      bigint not null,
    clock_days    bigint not null,
    second_person boolean not null,
    fresh_eyes    boolean not null,
    blind         boolean not null
);
create index procedures_by_age on procedures (at);

-- rule is null where the whole screening was decided on; user_id is null where a key of the API did. counts_at is when
-- it came to count: at once, or when a second person signed it; null as long as it is proposed.
alter table decisions add column rule text;
alter table decisions add column user_id text;
alter table decisions add column procedure_id text;
alter table decisions add column counts_at bigint;
update decisions set counts_at = at;
create index decisions_of_screening on decisions (screening_id);

-- What a second person made of a proposed decision: signed, or sent back.
create table signatures (
    decision_id  text primary key references decisions (id) on delete cascade,
    candidate_id text not null references candidates (id) on delete cascade,
    signed       boolean not null,
    by_whom      text not null,
    user_id      text not null,
    reason       text not null,
    at           bigint not null
);
create index signatures_of_candidate on signatures (candidate_id);

-- The findings that a decision is about, one of a whole screening too: evidence is a list of salted hashes of what was
-- seen, related a list of the candidates that were involved.
create table decided_findings (
    id           text primary key,
    decision_id  text not null references decisions (id) on delete cascade,
    candidate_id text not null references candidates (id) on delete cascade,
    rule         text not null,
    evidence     text not null,
    related      text not null
);
create index decided_findings_of_candidate on decided_findings (candidate_id, rule);
create index decided_findings_of_decision on decided_findings (decision_id);

-- Explanations of findings that were taken back.
create table taken_back (
    finding_id   text primary key references decided_findings (id) on delete cascade,
    candidate_id text not null references candidates (id) on delete cascade,
    by_whom      text not null,
    user_id      text not null,
    reason       text not null,
    at           bigint not null
);
create index taken_back_of_candidate on taken_back (candidate_id);

-- What a candidate said against a decision, and who wrote it down.
create table contests (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    decision_id  text not null,
    said         text not null,
    channel      text not null,
    said_on      text not null,
    by_whom      text not null,
    user_id      text not null,
    at           bigint not null
);
create index contests_of_candidate on contests (candidate_id);

-- A candidate that somebody has to decide on, until they have.
create table cases (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    next_step    text not null,
    opened_at    bigint not null,
    due_at       bigint not null,
    contest_id   text,
    closed_at    bigint,
    closed_by    text
);
create unique index cases_open on cases (candidate_id) where closed_at is null;
create index cases_of_candidate on cases (candidate_id);
create index cases_due on cases (due_at) where closed_at is null;
