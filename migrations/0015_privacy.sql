-- Who must not be erased, why, and since when. One stands at a time; lifted ones stay for the record.
create table holds (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    reason       text not null,
    by_whom      text not null,
    at           bigint not null,
    lifted_at    bigint,
    lifted_by    text,
    lifted_why   text
);
create unique index holds_standing on holds (candidate_id) where lifted_at is null;
create index holds_of_candidate on holds (candidate_id, at);

-- Whom a source asked to erase while a hold stood: done when it is lifted.
create table put_off_erasures (
    source      text not null,
    external_id text not null,
    asked_at    bigint not null,
    primary key (source, external_id)
);
