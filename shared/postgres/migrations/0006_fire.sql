-- +goose Up
-- Many reminders come in one transaction, whoever owns them: in a burst a transaction each would cost
-- more than the work. The doors give and take the reminders of a lease only, and sealed text only.

-- What the events of claimed reminders tell, of those whose claim still holds.
-- +goose StatementBegin
CREATE FUNCTION due_reminders(ids uuid[], leases uuid[]) RETURNS TABLE (id uuid, owner text, at timestamptz, repeat_seconds integer, data_key bytea,
    task_id uuid, content bytea, priority smallint, due_at timestamptz, due_local text, due_zone text, series_id uuid, slot text, version bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT r.id, r.owner, r.at, r.repeat_seconds, p.data_key, t.id, t.content, t.priority, t.due_at, t.due_local, t.due_zone, t.series_id, t.slot, t.version
    FROM unnest(ids, leases) AS c (id, lease)
    JOIN reminders r ON r.id = c.id AND r.lease = c.lease AND r.state = 'pending'
    JOIN tasks t ON t.id = r.task_id AND t.owner = r.owner
    JOIN people p ON p.owner = r.owner
$$;
-- +goose StatementEnd

-- Makes claimed reminders come and their events wait to be published; gives the events that do. A claim
-- that no longer holds changes nothing: somebody else has it, or the reminder was moved, cancelled or removed.
-- +goose StatementBegin
CREATE FUNCTION fire_reminders(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[],
    ids uuid[], leases uuid[], ats timestamptz[], nexts timestamptz[], event_ids uuid[], events bytea[])
RETURNS SETOF uuid LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    WITH fired AS (
        UPDATE reminders r SET fired_at = now_, lease = NULL, leased_until = NULL,
            state = CASE WHEN f.next IS NULL THEN 'fired' ELSE 'pending' END, at = coalesce(f.next, r.at)
        FROM unnest(ids, leases, ats, nexts, event_ids, events) AS f (id, lease, at, next, event_id, event)
        WHERE r.id = f.id AND r.lease = f.lease AND r.at = f.at AND r.state = 'pending'
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
REVOKE ALL ON FUNCTION due_reminders, fire_reminders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_reminders, fire_reminders TO nudge;

-- +goose Down
DROP FUNCTION fire_reminders;
DROP FUNCTION due_reminders;
