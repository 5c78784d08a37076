-- What reports by period are made of. fired names the rules of the latest screening's findings with their
-- strengths, "x.phone=strong phone.voip=weak", in the order of their names: counting who has what reads no
-- screening. It is null where the screening was kept before this column was; a report fills it then.
alter table candidates add column fired text;
create index candidates_applied on candidates (applied_at);
create index candidates_unfired on candidates (id) where fired is null and screening_id is not null;
create index decisions_by_age on decisions (at);
create index audit_log_of_person on audit_log (who_name, seq);
create index audit_log_of_action on audit_log (action, seq);
