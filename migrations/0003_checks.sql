-- What people found out about a candidate: a registrar's or an employer's answer, an ID seen in
-- person. Appended, never changed; of a kind of check on one claim the latest counts. claim is the
-- claim as it stood in that version, as JSON: a later version may write it otherwise.
create table checks (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    version      bigint not null,
    kind         text not null,
    result       text not null,
    about        text,
    claim        text not null,
    by_whom      text not null,
    note         text,
    at           bigint not null,
    recorded_at  bigint not null
);

create index checks_of_candidate on checks (candidate_id, at);
