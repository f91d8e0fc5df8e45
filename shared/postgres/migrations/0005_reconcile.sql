-- +goose Up
-- Each event says which consumers must have a trace of it, so that reconciliation finds every effect
-- that is missing, looks at each event about once, and sends nothing again that all have handled.
ALTER TABLE outbox
    ADD COLUMN source     text,
    ADD COLUMN awaits     text[] NOT NULL DEFAULT '{audit}',
    ADD COLUMN resent     smallint NOT NULL DEFAULT 0,     -- times it was caused again
    ADD COLUMN settled_at timestamptz;                     -- when all who are awaited were seen to have it
UPDATE outbox SET source = convert_from(event, 'UTF8')::jsonb ->> 'source';
ALTER TABLE outbox ALTER COLUMN source SET NOT NULL;
CREATE INDEX outbox_unsettled ON outbox (published_at) WHERE published_at IS NOT NULL AND settled_at IS NULL;

-- Whether a consumer has a trace of an event: the audit its row, the others their receipt. What a
-- consumer refused for good is with the dead letters, for a person to look at. A notification is one per
-- reminder and time, whichever event asked for it.
-- +goose StatementBegin
CREATE FUNCTION has_handled(consumer_ text, source_ text, event_id_ text, event_ bytea) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    body jsonb;
BEGIN
    IF consumer_ = 'audit' THEN
        IF EXISTS (SELECT FROM audit a WHERE a.source = source_ AND a.event_id = event_id_) THEN
            RETURN true;
        END IF;
    ELSIF EXISTS (SELECT FROM inbox i WHERE i.consumer = consumer_ AND i.source = source_ AND i.event_id = event_id_) THEN
        RETURN true;
    ELSIF consumer_ = 'notifications' THEN
        body := convert_from(event_, 'UTF8')::jsonb;
        IF EXISTS (SELECT FROM notifications n WHERE n.reminder_id = (body ->> 'reminder')::uuid AND n.remind_at = (body ->> 'remindat')::timestamptz) THEN
            RETURN true;
        END IF;
    END IF;
    RETURN EXISTS (SELECT FROM dead_letters d WHERE d.source = source_ AND d.event_id = event_id_
        AND d.destination LIKE '%/events/' || consumer_ AND d.code BETWEEN 400 AND 499 AND d.code NOT IN (404, 408, 409, 429));
END $$;
-- +goose StatementEnd

-- Looks at published events that are not settled: those that all awaited consumers have are settled,
-- the others wait to be published again. Each time an event is caused again, twice as long passes before
-- it is looked at once more.
DROP FUNCTION reconcile;
-- +goose StatementBegin
CREATE FUNCTION reconcile(now_ timestamptz, after_ interval, before_ interval, most integer)
RETURNS TABLE (looked bigint, missed bigint) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    WITH old AS MATERIALIZED (
        SELECT o.id, o.source, o.event, o.awaits FROM outbox o
        WHERE o.published_at BETWEEN now_ - before_ AND now_ - after_ AND o.settled_at IS NULL
          AND o.published_at <= now_ - after_ * (1 << least(o.resent, 8))
        ORDER BY o.published_at LIMIT most FOR UPDATE SKIP LOCKED
    ), judged AS MATERIALIZED (
        SELECT old.id, EXISTS (SELECT FROM unnest(old.awaits) AS consumer
            WHERE NOT has_handled(consumer, old.source, old.id::text, old.event)) AS missing
        FROM old
    ), settled AS (
        UPDATE outbox o SET settled_at = now_ FROM judged j WHERE o.id = j.id AND NOT j.missing
    ), again AS (
        UPDATE outbox o SET published_at = NULL, next_at = now_, resent = o.resent + 1 FROM judged j WHERE o.id = j.id AND j.missing
    )
    SELECT count(*), count(*) FILTER (WHERE missing) FROM judged
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION reconcile, has_handled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reconcile TO nudge;

-- When the next reminder can be claimed. One that somebody holds is free when the lease ends, and must
-- not hide the ones behind it.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION next_reminder(now_ timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = nudge AS $$
DECLARE
    free timestamptz;
    held timestamptz;
BEGIN
    SELECT r.at INTO free FROM reminders r
    WHERE r.state = 'pending' AND (r.leased_until IS NULL OR r.leased_until < now_) ORDER BY r.at LIMIT 1;
    IF free <= now_ THEN
        RETURN free;
    END IF;
    -- Only what is about due is ever held.
    SELECT min(greatest(r.at, r.leased_until)) INTO held FROM reminders r
    WHERE r.state = 'pending' AND r.at <= now_ + interval '1 minute' AND r.leased_until >= now_;
    RETURN least(free, held);
END $$;
-- +goose StatementEnd

-- Gives reminders back that a dispatcher holds and will not fire.
-- +goose StatementBegin
CREATE FUNCTION release_reminders(ids uuid[], lease_ uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE reminders SET lease = NULL, leased_until = NULL WHERE id = ANY (ids) AND lease = lease_ AND state = 'pending'
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION release_reminders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION release_reminders TO nudge;

-- +goose Down
DROP FUNCTION release_reminders;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION next_reminder(now_ timestamptz) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT greatest(at, leased_until) FROM reminders WHERE state = 'pending' ORDER BY at LIMIT 1
$$;
-- +goose StatementEnd
DROP FUNCTION reconcile;
DROP FUNCTION has_handled;
DROP INDEX outbox_unsettled;
ALTER TABLE outbox DROP COLUMN source, DROP COLUMN awaits, DROP COLUMN resent, DROP COLUMN settled_at;
-- +goose StatementBegin
CREATE FUNCTION reconcile(now_ timestamptz, older_than timestamptz, newer_than timestamptz, most integer) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    WITH missed AS (
        SELECT o.id FROM outbox o
        WHERE o.published_at BETWEEN newer_than AND older_than
          AND NOT EXISTS (SELECT FROM audit a WHERE a.event_id = o.id::text)
        LIMIT most
    ), again AS (
        UPDATE outbox o SET published_at = NULL, next_at = now_ FROM missed m WHERE o.id = m.id RETURNING 1
    ) SELECT count(*) FROM again
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION reconcile FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reconcile TO nudge;
