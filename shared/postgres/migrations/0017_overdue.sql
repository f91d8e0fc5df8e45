-- +goose Up
-- What an event tells of the task, sealed, where a reminder is pending: what is overdue comes in one statement.
ALTER TABLE tasks ADD COLUMN told text;

-- Whoever writes an event holds a row of its person to the end of the transaction: a change set, a
-- delivery, a reminder. So a removal waits for it, and what it then finds is everything. A reference checks
-- and locks the person once more for every event instead.
ALTER TABLE outbox DROP CONSTRAINT outbox_owner_fkey;
-- +goose StatementBegin
CREATE FUNCTION untold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge AS $$
BEGIN
    DELETE FROM outbox o WHERE o.owner = OLD.owner;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- By its name it comes after the references, which remove, and wait for, the other rows.
CREATE TRIGGER untold AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION untold();

-- The reminders that are overdue and that nobody holds, the longest first.
-- +goose StatementBegin
CREATE FUNCTION overdue_reminders(now_ timestamptz, most integer) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT r.id FROM reminders r
    WHERE r.state = 'pending' AND r.at <= now_ AND (r.leased_until IS NULL OR r.leased_until < now_)
    ORDER BY r.at LIMIT most
$$;
-- +goose StatementEnd

-- Makes overdue reminders come and their events wait to be published: in one statement, so that a claim is
-- not needed to keep them from others. One that is not overdue any more, that somebody holds, that comes
-- again, or whose task does not have ready what its event tells, is left as it is. The pattern is the text
-- between what differs among the events. Plans are kept: to make one takes as long as ten reminders.
-- +goose StatementBegin
CREATE FUNCTION fire_overdue(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[], pattern text[], ids uuid[], event_ids uuid[])
RETURNS TABLE (event_id uuid, event bytea) LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    p1 text := pattern[1]; p2 text := pattern[2]; p3 text := pattern[3]; p4 text := pattern[4]; p5 text := pattern[5];
    p6 text := pattern[6]; p7 text := pattern[7]; p8 text := pattern[8]; p9 text := pattern[9]; p10 text := pattern[10];
BEGIN
    RETURN QUERY WITH fired AS (
        UPDATE reminders r SET fired_at = now_, lease = NULL, leased_until = NULL, state = 'fired'
        FROM unnest(ids, event_ids) AS c (id, event_id), tasks t
        WHERE r.id = c.id AND r.state = 'pending' AND r.at - now_ <= interval '0' AND (r.leased_until IS NULL OR r.leased_until < now_)
          AND r.repeat_seconds = 0 AND t.id = r.task_id AND t.owner = r.owner AND t.told IS NOT NULL
        RETURNING c.event_id AS id, r.owner, to_json(r.owner)::text AS person, r.task_id::text AS task, t.version::text AS version,
            r.id::text AS reminder, to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, t.told
    )
    INSERT INTO outbox (id, owner, event, next_at, created_at, source, awaits)
    SELECT f.id, f.owner, convert_to(p1 || f.id || p2 || f.task || p3 || f.person || p4 || f.version || p5 || f.reminder || p6 || f.at
        || p7 || f.task || p8 || f.person || p9 || f.told || p10, 'UTF8'), next_at_, now_, source_, awaits_
    FROM fired f
    RETURNING outbox.id, outbox.event;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION overdue_reminders, fire_overdue, untold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overdue_reminders, fire_overdue TO nudge;

-- As in 0015, but its plan is kept, and no stream is woken: a reminder that came is no change set, and its
-- notification wakes the streams when there is something to tell.
DROP FUNCTION fire_reminders;
-- +goose StatementBegin
CREATE FUNCTION fire_reminders(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[],
    ids uuid[], leases uuid[], ats timestamptz[], nexts timestamptz[], event_ids uuid[], events bytea[])
RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY WITH fired AS (
        UPDATE reminders r SET fired_at = now_, lease = NULL, leased_until = NULL,
            state = CASE WHEN f.next IS NULL THEN 'fired' ELSE 'pending' END, at = coalesce(f.next, r.at)
        FROM unnest(ids, leases, ats, nexts, event_ids, events) AS f (id, lease, at, next, event_id, event)
        WHERE r.id = f.id AND r.lease = f.lease AND r.at IS NOT DISTINCT FROM f.at AND r.state = 'pending'
        RETURNING r.owner, f.event_id, f.event
    )
    INSERT INTO outbox (id, owner, event, next_at, created_at, source, awaits)
    SELECT f.event_id, f.owner, f.event, next_at_, now_, source_, awaits_ FROM fired f
    RETURNING outbox.id;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION fire_reminders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fire_reminders TO nudge;

-- +goose Down
DROP FUNCTION fire_reminders;
-- +goose StatementBegin
CREATE FUNCTION fire_reminders(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[],
    ids uuid[], leases uuid[], ats timestamptz[], nexts timestamptz[], event_ids uuid[], events bytea[])
RETURNS SETOF uuid LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    WITH fired AS (
        UPDATE reminders r SET fired_at = now_, lease = NULL, leased_until = NULL,
            state = CASE WHEN f.next IS NULL THEN 'fired' ELSE 'pending' END, at = coalesce(f.next, r.at)
        FROM unnest(ids, leases, ats, nexts, event_ids, events) AS f (id, lease, at, next, event_id, event)
        WHERE r.id = f.id AND r.lease = f.lease AND r.at IS NOT DISTINCT FROM f.at AND r.state = 'pending'
        RETURNING r.owner, r.task_id, f.event_id, f.event
    ), told AS (
        INSERT INTO outbox (id, owner, event, next_at, created_at, source, awaits)
        SELECT event_id, owner, event, next_at_, now_, source_, awaits_ FROM fired
    ), live AS (
        SELECT count(pg_notify('nudge_live', json_build_object('owner', owner, 'kind', 'change', 'tasks', tasks[:50])::text)) AS owners
        FROM (SELECT owner, array_agg(task_id) AS tasks FROM fired GROUP BY owner) whose
    )
    SELECT event_id FROM fired, live WHERE owners >= 0
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION fire_reminders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fire_reminders TO nudge;
DROP FUNCTION fire_overdue;
DROP FUNCTION overdue_reminders;
DROP TRIGGER untold ON people;
DROP FUNCTION untold;
DELETE FROM outbox o WHERE NOT EXISTS (SELECT FROM people p WHERE p.owner = o.owner);
ALTER TABLE outbox ADD CONSTRAINT outbox_owner_fkey FOREIGN KEY (owner) REFERENCES people ON DELETE CASCADE;
ALTER TABLE tasks DROP COLUMN told;
