-- What the queue is filtered by. assigned_to is a user's id. decided is the outcome of the latest decision on the latest
-- screening, and empty again when another version comes, the score rises or the decision is contested. found_hash is a hash of what was found.
-- changed_at is when it last became another: version, score, next step or findings.
alter table candidates add column assigned_to text;
alter table candidates add column decided text;
alter table candidates add column found_hash bigint;
alter table candidates add column changed_at bigint;
-- Which rules found something is written when a candidate is next screened, which is due at once.
update candidates set revision = revision + 1, changed_at = screened_at, decided =
    (select outcome from decisions where decisions.candidate_id = candidates.id
     and decisions.screening_id = candidates.screening_id order by at desc, decisions.id desc limit 1);

-- An index takes no text of any length.
update candidates set agency = substr(agency, 1, 255) where length(agency) > 255;

-- Lists and counts are answered out of this index alone, whatever is asked for.
drop index candidates_worst_first;
create index candidates_queue on candidates
    (score_db desc, id desc, next_step, stage, source, agency, assigned_to, decided, applied_at);
-- Names are looked through in an index, which takes no text of any length: the few long ones have one of their own.
create index candidates_search on candidates (search, id) where length(search) <= 600;
create index candidates_search_long on candidates (id) where length(search) > 600;
create index candidates_by_change on candidates (changed_at);
create index candidates_by_agency on candidates (agency) where agency is not null;

-- Whom the latest screening found something on, by which rule: what queue, reports and the rules' own figures count.
-- on_trial: the rule is a shadow, and its findings count nothing. explained: all that it found is.
create table candidate_rules (
    candidate_id text not null references candidates (id) on delete cascade,
    rule         text not null,
    strength     text not null,
    on_trial     boolean not null,
    explained    boolean not null,
    primary key (candidate_id, rule)
);
create index candidate_rules_by_rule on candidate_rules (rule, candidate_id, on_trial);

-- Filters that somebody has given a name: a query, which names nobody who applied. folded is the name in lower case.
create table saved_views (
    id         text primary key,
    user_id    text not null references users (id) on delete cascade,
    name       text not null,
    folded     text not null,
    query      text not null,
    shared     boolean not null,
    created_at bigint not null,
    unique (user_id, folded)
);
create index saved_views_shared on saved_views (folded) where shared;
