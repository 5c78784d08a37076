-- Systems that tell us of candidates or of checks, and that a note may be left in. secrets and api_key
-- are sealed. refused counts deliveries whose signature was not good, which are not kept.
create table connections (
    id            text primary key,
    vendor        text not null,
    name          text not null,
    source        text not null,
    secrets       bytea,
    api_url       text,
    api_key       bytea,
    settings      text not null,
    leaves        boolean not null,
    created_at    bigint not null,
    verified_at   bigint,
    refused       bigint not null default 0,
    refused_at    bigint,
    refused_why   text,
    failing_since bigint,
    failure       text
);

-- Where results are sent: webhooks, a SIEM, a chat. secrets are sealed. events are words with a
-- blank between them.
create table endpoints (
    id            text primary key,
    kind          text not null,
    name          text not null,
    url           text not null,
    secrets       bytea,
    events        text not null,
    private       boolean not null,
    created_at    bigint not null,
    disabled_at   bigint,
    disabled_why  text,
    failing_since bigint,
    failure       text
);

-- What was received and what is sent, each with its state; also the queue of work to do, which is
-- whatever has a next_at. body is sealed, and null when it is forgotten. channel is the connection's
-- or the endpoint's id.
create table deliveries (
    id            text primary key,
    incoming      boolean not null,
    channel       text not null,
    kind          text not null,
    subject       text,
    candidate_id  text,
    headers       text not null,
    body          bytea,
    size          bigint not null,
    created_at    bigint not null,
    state         text not null,
    attempts      bigint not null default 0,
    next_at       bigint,
    claimed_until bigint,
    status        bigint,
    said          text,
    done_at       bigint
);
create index deliveries_due on deliveries (incoming, next_at) where next_at is not null;
create index deliveries_of_channel on deliveries (channel, id);
create index deliveries_in_trouble on deliveries (state, id) where state in ('held', 'dead');
create index deliveries_of_candidate on deliveries (candidate_id, id) where candidate_id is not null;

-- What tells deliveries apart: an id or a hash, good for a time.
create table delivery_keys (
    connection  text not null,
    key         text not null,
    delivery_id text not null,
    expires_at  bigint not null,
    primary key (connection, key)
);
create index delivery_keys_by_age on delivery_keys (expires_at);

-- People as a source knows them. Who was erased stays as an id, so that what comes late is dropped.
-- handles is JSON: other ids that the source's API needs. resume is the last file read.
create table people (
    source      text not null,
    external_id text not null,
    merged_into text,
    erased_at   bigint,
    handles     text not null,
    resume      text,
    primary key (source, external_id)
);
create index people_merged on people (source, merged_into) where merged_into is not null;

-- What deliveries said of them, in the order of the source's own time: the versions follow from it,
-- in whichever order it came.
create table events (
    source      text not null,
    external_id text not null,
    at          bigint not null,
    digest      text not null,
    kind        text not null,
    delivery_id text not null,
    event       text not null,
    primary key (source, external_id, at, digest)
);

-- Whom a delivery was about, for its log, and so that its body goes with the person.
create table delivery_people (
    source      text not null,
    external_id text not null,
    delivery_id text not null,
    primary key (source, external_id, delivery_id)
);

create index delivery_people_by_delivery on delivery_people (delivery_id);

-- What was left at a vendor's. state is 'sending' from before the request until its answer.
create table notes_left (
    connection   text not null,
    candidate_id text not null,
    kind         text not null,
    state        text not null,
    remote_id    text,
    next_step    text not null,
    at           bigint not null,
    primary key (connection, candidate_id, kind)
);

-- What a named person made of a screening.
create table decisions (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    screening_id text not null,
    outcome      text not null,
    reason       text not null,
    by_whom      text not null,
    at           bigint not null
);
create index decisions_of_candidate on decisions (candidate_id, at);

-- as_of is when a version held by its source's clock, where that is known; superseded ones were made
-- before something older had come, and no longer follow from what is known.
alter table versions add column as_of bigint;
alter table versions add column superseded boolean not null default false;
alter table candidates add column merged_into text;
create index candidates_merged on candidates (merged_into) where merged_into is not null;
create index candidates_by_external_id on candidates (external_id);

-- Where a check came from that a vendor made: the same again is not another check.
alter table checks add column origin text;
create unique index checks_by_origin on checks (origin) where origin is not null;
