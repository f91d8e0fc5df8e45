-- +goose Up
-- A claim changes no indexed column: with room on its page the row stays under the index entries it has,
-- instead of getting new ones in all three.
ALTER TABLE reminders SET (fillfactor = 70);

-- As in 0006, but what fires is found by its key alone. A comparison for equality lets the planner look it
-- up in the due index by its time, for each reminder, among all that are due at that time: very many, on
-- the full hour.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION fire_reminders(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[],
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

-- +goose Down
ALTER TABLE reminders RESET (fillfactor);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION fire_reminders(now_ timestamptz, next_at_ timestamptz, source_ text, awaits_ text[],
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
