-- Who made a key: a user's id, empty for the command line, and what they were called then. Of keys made before, the
-- audit log knows it.
alter table api_keys add column made_by text not null default '';
alter table api_keys add column made_by_name text not null default '';
update api_keys set
    made_by = coalesce((select min(who_id) from audit_log where object = 'key:' || api_keys.id and action = 'key.made'), ''),
    made_by_name = coalesce((select min(who_name) from audit_log where object = 'key:' || api_keys.id and action = 'key.made'), '');

-- Cells of an import's rows that are not the date which their column was said to be; the rows were taken in without.
alter table imports add column unread bigint not null default 0;

-- Who made the key by which a program decided: they do not sign it too.
alter table decisions add column key_maker text;
