-- Files that people hand in: CSV, or JSON records. state is arriving, mapping (waits for somebody to say what its
-- columns are), waiting, running, done, cancelled or failed. mapping is JSON; steps counts the candidates by next
-- step at the end, as JSON. claim is whoever works on it, until claimed_until; cancelled asks to stop.
create table imports (
    id             text primary key,
    user_id        text not null,
    who            text not null,
    file_name      text not null,
    format         text not null,
    size           bigint not null default 0,
    digest         text not null default '',
    headers_digest text not null default '',
    mapping        text not null default '{}',
    state          text not null,
    cancelled      boolean not null default false,
    bytes_read     bigint not null default 0,
    rows_read      bigint not null default 0,
    refused        bigint not null default 0,
    candidates     bigint not null default 0,
    steps          text not null default '{}',
    attempts       bigint not null default 0,
    claim          text,
    claimed_until  bigint,
    said           text,
    created_at     bigint not null,
    started_at     bigint,
    done_at        bigint
);
create index imports_open on imports (id) where state in ('waiting', 'running');
create index imports_of_digest on imports (digest, id);

-- The file itself, sealed in pieces; taken away as soon as its rows are read.
create table import_chunks (
    import_id text not null references imports (id) on delete cascade,
    n         bigint not null,
    body      bytea not null,
    primary key (import_id, n)
);

-- Rows that were refused, sealed as they were; taken away some days after the end.
create table import_refused (
    import_id text not null references imports (id) on delete cascade,
    n         bigint not null,
    body      bytea not null,
    primary key (import_id, n)
);

-- Whom an import under way brought, to be counted at its end.
create table import_candidates (
    import_id    text not null references imports (id) on delete cascade,
    candidate_id text not null,
    primary key (import_id, candidate_id)
);

-- What somebody said last of the columns of files with the same headers.
create table import_mappings (
    user_id        text not null,
    headers_digest text not null,
    mapping        text not null,
    primary key (user_id, headers_digest)
);
