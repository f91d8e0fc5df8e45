-- +goose Up
-- What is claimed is found by the index of what waits and then taken by its keys. Joined to the table,
-- a batch of a size that the planner does not know is one it may read the whole table for.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION claim_reminders(now_ timestamptz, horizon timestamptz, lease_ uuid, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, at timestamptz) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE reminders r SET lease = lease_, leased_until = until
    WHERE r.id = ANY (ARRAY(SELECT c.id FROM reminders c
          WHERE c.state = 'pending' AND c.at <= horizon AND (c.leased_until IS NULL OR c.leased_until < now_)
          ORDER BY c.at LIMIT most FOR UPDATE SKIP LOCKED))
    RETURNING r.id, r.owner, r.at
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION claim_outbox(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, event bytea, attempts integer) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE outbox o SET attempts = o.attempts + 1, next_at = until
    WHERE o.id = ANY (ARRAY(SELECT c.id FROM outbox c WHERE c.published_at IS NULL AND c.next_at <= now_
          ORDER BY c.next_at LIMIT most FOR UPDATE SKIP LOCKED))
    RETURNING o.id, o.owner, o.event, o.attempts
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION claim_reminders(now_ timestamptz, horizon timestamptz, lease_ uuid, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, at timestamptz) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE reminders r SET lease = lease_, leased_until = until
    FROM (SELECT c.id FROM reminders c
          WHERE c.state = 'pending' AND c.at <= horizon AND (c.leased_until IS NULL OR c.leased_until < now_)
          ORDER BY c.at LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE r.id = due.id
    RETURNING r.id, r.owner, r.at
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION claim_outbox(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, event bytea, attempts integer) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE outbox o SET attempts = o.attempts + 1, next_at = until
    FROM (SELECT c.id FROM outbox c WHERE c.published_at IS NULL AND c.next_at <= now_
          ORDER BY c.next_at LIMIT most FOR UPDATE SKIP LOCKED) waiting
    WHERE o.id = waiting.id
    RETURNING o.id, o.owner, o.event, o.attempts
$$;
-- +goose StatementEnd
