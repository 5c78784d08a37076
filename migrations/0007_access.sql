-- Who may sign in. email is folded to lower case; password is an argon2id hash in PHC form; totp is the
-- sealed secret of a second factor and totp_step the last step that was used; subject is who a single
-- sign-on provider says it is, "issuer subject". Disabled ones stay, since the audit log names them.
create table users (
    id           text primary key,
    email        text not null unique,
    name         text not null,
    role         text not null,
    password     text,
    totp         bytea,
    totp_step    bigint,
    subject      text unique,
    created_at   bigint not null,
    seen_at      bigint,
    disabled_at  bigint
);

-- Who is signed in, by the hash of the cookie. proved_at is when the person last proved who they are.
create table sign_ins (
    token_hash text primary key,
    id         text not null unique,
    user_id    text not null references users (id) on delete cascade,
    created_at bigint not null,
    seen_at    bigint not null,
    proved_at  bigint not null,
    agent      text not null
);
create index sign_ins_of_user on sign_ins (user_id);

-- Links that sign somebody in once, by their hash. A link of nobody makes the first administrator.
create table one_time_links (
    token_hash text primary key,
    user_id    text references users (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null
);

-- What was done, and who did it: appended, never changed. hash is over all other columns and the hash of the entry
-- before, and seal is over hash under the installation's key.
create table audit_log (
    seq       bigint primary key,
    at        bigint not null,
    who_kind  text not null,
    who_id    text not null,
    who_name  text not null,
    action    text not null,
    object    text not null,
    detail    text not null,
    hash      text not null,
    seal      text not null
);
create index audit_log_of_object on audit_log (object, seq);
create index audit_log_by_age on audit_log (at);

-- The last entry's number and hash: the one row that all who append wait for.
create table audit_head (
    id   bigint primary key,
    seq  bigint not null,
    hash text not null
);
insert into audit_head (id, seq, hash) values (1, 0, '');

alter table api_keys add column revoked_at bigint;
