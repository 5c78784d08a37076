-- What an installation remembers of itself: name and value.
create table settings (
    name  text primary key,
    value text not null
);

-- One row a candidate, with what the queue shows of its latest screening.
-- revision grows whenever something that a screening would see has changed;
-- as long as screened_revision is smaller, a screening is due. announced_version
-- is the latest version that those who share something with it were told of.
create table candidates (
    id                text primary key,
    source            text not null,
    external_id       text not null,
    version           bigint not null,
    revision          bigint not null,
    screened_revision bigint not null default 0,
    announced_version bigint not null default 0,
    stage             text not null,
    name              text,
    agency            text,
    home              bigint,
    search            text not null,
    applied_at        bigint not null,
    received_at       bigint not null,
    screening_id      text,
    next_step         text,
    score_db          double precision,
    screened_at       bigint,
    unique (source, external_id)
);

create index candidates_worst_first on candidates (score_db desc, id desc);
create index candidates_due on candidates (id) where screened_revision < revision;

-- Every version as it came in.
create table versions (
    candidate_id text not null references candidates (id) on delete cascade,
    version      bigint not null,
    received_at  bigint not null,
    application  text not null,
    primary key (candidate_id, version)
);

-- Keyed hashes of what candidates could share. No reference to candidates:
-- it would need a second index, and a row that is left over finds nobody.
create table keys (
    hash         bigint not null,
    candidate_id text not null,
    primary key (hash, candidate_id)
);

-- Every screening, never changed: the signals it saw and what the rules made of them.
create table screenings (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    version      bigint not null,
    stage        text not null,
    ruleset      text not null,
    next_step    text not null,
    score_db     double precision not null,
    screened_at  bigint not null,
    signals      text not null,
    judgement    text not null
);

create index screenings_of_candidate on screenings (candidate_id, id);

-- The rule files behind a digest.
create table rulesets (
    digest  text primary key,
    files   text not null,
    used_at bigint not null
);

create table api_keys (
    id           text primary key,
    name         text not null,
    scope        text not null,
    secret_hash  text not null unique,
    created_at   bigint not null,
    last_used_at bigint
);

-- Requests that carried an Idempotency-Key, and the answers given to them;
-- a request without an answer is at work.
create table answers (
    api_key_id   text not null references api_keys (id) on delete cascade,
    request_key  text not null,
    request_hash text not null,
    claimed_at   bigint not null,
    status       bigint,
    body         text,
    primary key (api_key_id, request_key)
);

create index answers_by_age on answers (claimed_at);
