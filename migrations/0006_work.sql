-- Who a candidate became: one worker. A worker whose revision is greater than the one that was judged is
-- due; gauge is what its machines come to, as JSON, and fired names the rules that it fires by itself.
-- baseline_from is set where somebody confirmed a move. household is known to onboarding alone.
create table workers (
    worker_id       text primary key,
    candidate_id    text not null unique,
    start_date      text,
    region          text,
    revision        bigint not null default 1,
    gauged_revision bigint not null default 0,
    gauged_at       bigint not null default 0,
    gauge           text,
    fired           text not null default '[]',
    baseline_from   bigint,
    created_at      bigint not null
);
create index workers_due on workers (worker_id) where gauged_revision < revision;
create index workers_by_age on workers (gauged_at);

-- What HR said at each onboarding of a candidate; appended. said is sealed; bank and document stand in it
-- as keyed hashes alone.
create table onboardings (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    worker_id    text not null,
    at           bigint not null,
    said         bytea not null
);
create index onboardings_of_candidate on onboardings (candidate_id, id);

-- Which device was whose, and when; a device is with one worker at a time.
create table bindings (
    device    text not null,
    from_at   bigint not null,
    until_at  bigint,
    worker_id text not null,
    primary key (device, from_at)
);
create unique index bindings_open on bindings (device) where until_at is null;
create index bindings_of_worker on bindings (worker_id);

-- Devices that have been heard of, bound or not, with the span that is heard of.
create table devices (
    device   text primary key,
    first_at bigint not null,
    last_at  bigint not null
);
create index devices_by_age on devices (last_at);

-- Summaries of timings. summary says that the sender made it; else it follows from samples, and sketch
-- and rhythm hold what more samples are added to.
create table sessions (
    device     text not null,
    kind       text not null,
    id         text not null,
    started_at bigint not null,
    ended_at   bigint not null,
    n          bigint not null,
    p05_ms     double precision not null,
    median_ms  double precision not null,
    mad_ms     double precision not null,
    p95_ms     double precision not null,
    relay      boolean,
    probe      text,
    probe_lat  double precision,
    probe_lon  double precision,
    access     text,
    summary    boolean not null,
    sketch     bytea,
    rhythm     text,
    primary key (device, kind, id)
);
create index sessions_by_time on sessions (device, started_at);

-- Raw timings, some thousand to a row, packed; forgotten after a time.
create table samples (
    device  text not null,
    kind    text not null,
    session text not null,
    part    text not null,
    from_at bigint not null,
    until_at bigint not null,
    packed  bytea not null,
    primary key (device, kind, session, part)
);
create index samples_by_age on samples (until_at);

-- What was seen on devices; body is sealed.
create table observations (
    device text not null,
    id     text not null,
    at     bigint not null,
    type   text not null,
    body   bytea not null,
    primary key (device, id)
);
create index observations_by_time on observations (device, at);
create index observations_by_age on observations (type, at);

-- Networks in which devices were, as keyed hashes of address and gateway.
create table networks (
    hash     bigint not null,
    device   text not null,
    first_at bigint not null,
    last_at  bigint not null,
    primary key (hash, device)
);
create index networks_of_device on networks (device);

-- Each worker's usual timing of a kind, which cohorts are made of.
create table levels (
    worker_id text not null,
    kind      text not null,
    probe     text not null,
    region    text not null,
    access    text not null,
    median_ms double precision not null,
    at        bigint not null,
    primary key (worker_id, kind, probe)
);
create index levels_of_cohort on levels (kind, probe, region, access, at);

-- osquery hosts that have enrolled, by the hash of their node key.
create table osquery_nodes (
    node_hash   text primary key,
    api_key_id  text not null references api_keys (id) on delete cascade,
    device      text not null,
    enrolled_at bigint not null,
    seen_at     bigint not null
);

-- Breaches of policy that security looks at, whatever the score says: one a candidate and rule while open.
create table tickets (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    rule         text not null,
    title        text not null,
    message      text not null,
    opened_at    bigint not null,
    closed_at    bigint,
    closed_by    text,
    note         text
);
create unique index tickets_open on tickets (candidate_id, rule) where closed_at is null;
create index tickets_of_candidate on tickets (candidate_id, rule);
create index tickets_by_age on tickets (id) where closed_at is null;

-- What is settled with an identity provider that is told, and the public keys of what is signed for it: JSON.
alter table endpoints add column settings text;
