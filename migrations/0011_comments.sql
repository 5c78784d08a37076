-- What people wrote about a candidate: appended, never changed, and struck out by nobody but its author. text is
-- sealed; name is how the author was called then.
create table comments (
    id           text primary key,
    candidate_id text not null references candidates (id) on delete cascade,
    user_id      text not null,
    name         text not null,
    text         bytea not null,
    at           bigint not null,
    struck_at    bigint
);
create index comments_of_candidate on comments (candidate_id, id);
