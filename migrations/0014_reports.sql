-- What reports by period are read by.
create index candidates_applied on candidates (applied_at, id, next_step, source, agency);
create index audit_log_reads on audit_log (action, at, who_name, object);
create index decisions_by_age on decisions (at);
create index audit_log_of_person on audit_log (who_name, seq);
create index audit_log_of_action on audit_log (action, seq);
