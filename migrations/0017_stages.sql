-- Who was onboarded is at the stage at which they were last screened, whatever the source said: so the queue says what
-- the candidate's page does. From now on screenings keep it.
update candidates
set stage = coalesce((select screenings.stage from screenings where screenings.id = candidates.screening_id), stage)
where id in (select candidate_id from workers);
