-- How somebody signed in: password, link, or sso, whose provider sees to the second factor by itself.
alter table sign_ins add column means text not null default 'password';

-- Codes that stand in for a lost second factor, by their hash; each goes when it is used.
create table recovery_codes (
    user_id   text not null references users (id) on delete cascade,
    code_hash text not null,
    primary key (user_id, code_hash)
);

-- Wrong passwords and codes. bucket is a keyed hash of whose attempts are counted together; when
-- the count has reached its limit, the bucket waits until ends_at.
create table failures (
    bucket  text primary key,
    count   bigint not null,
    ends_at bigint not null
);
create index failures_by_end on failures (ends_at);
