-- What others must know of a candidate to tell reuse from innocence, and the ring it is in.
-- derived says by which version of the program the keys were derived; a candidate with an older
-- one has them derived again when it is next screened, which is due at once.
alter table candidates add column household bigint;
alter table candidates add column rejected_at bigint;
alter table candidates add column ring text;
alter table candidates add column derived bigint not null default 0;
create index candidates_of_ring on candidates (ring) where ring is not null;
update candidates set revision = revision + 1;

-- Two candidates that share something and look like different people: a < b. hash is the key that
-- is shared, 0 for a text and for two records of one person (kind same_person). found_by saw it first,
-- and takes it back when it no longer holds. Whoever explains a link away keeps it from counting, not
-- from history; explained_in is the ring it was explained in.
create table links (
    a            text not null,
    b            text not null,
    kind         text not null,
    hash         bigint not null,
    weight_db    double precision not null,
    found_by     text,
    found_at     bigint not null,
    explained    text,
    explained_by text,
    explained_at bigint,
    explained_in text,
    note         text,
    primary key (a, b, kind, hash)
);
create index links_of_b on links (b, a);
create index links_by_hash on links (hash);
create index links_explained_in on links (explained_in) where explained_in is not null;

-- What lists show of each ring, kept as it changes. kinds are words with a blank between them, the
-- commonest first. A ring that nobody is in any more stays with no members.
create table rings (
    id         text primary key,
    identities bigint not null,
    members    bigint not null,
    kinds      text not null,
    found_at   bigint not null,
    changed_at bigint not null
);
create index rings_by_size on rings (identities, id);

-- What of a résumé finds texts like it: band and bullet hashes of 32 bits, little endian. Appended;
-- the index in memory follows it by seq, which grows with every commit.
create table sketches (
    seq          bigint primary key,
    candidate_id text not null,
    entries      bytea not null
);
create index sketches_of_candidate on sketches (candidate_id);

create table counters (
    name  text primary key,
    value bigint not null
);
-- Whoever changes rings holds this row meanwhile.
insert into counters (name, value) values ('rings', 0);

-- Identifiers that an operator has listed, as keyed hashes: indicators of known cases, and what
-- belongs to agencies (purpose agency) or does not (not_agency). list is the name of the import they
-- came with, or the agency's. A number or mailbox stands here twice, as a candidate's and a referee's.
create table listed (
    list       text not null,
    hash       bigint not null,
    kind       text not null,
    purpose    text not null,
    label      text not null,
    confidence bigint,
    confirmed  boolean not null,
    seen_at    bigint,
    expires_at bigint,
    primary key (purpose, list, hash)
);
create table lists (
    list        text not null,
    purpose     text not null,
    source      text not null,
    digest      text not null,
    rows        bigint not null,
    imported_at bigint not null,
    primary key (purpose, list)
);

-- Said by a reviewer: these two are not one person, and are not to be asked about again.
create table not_same (
    a       text not null,
    b       text not null,
    by_whom text not null,
    note    text,
    at      bigint not null,
    primary key (a, b)
);

-- Rules that found nothing and rules that could not look, as JSON: some hundred combinations serve a
-- million screenings, which would otherwise be half as large again.
create table silences (
    id    bigint primary key,
    rules text not null
);
alter table screenings add column silence bigint;
