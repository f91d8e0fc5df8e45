-- +goose Up
ALTER TABLE people
    ADD COLUMN quiet_from  text NOT NULL DEFAULT '',  -- local time of day; both empty: no quiet hours
    ADD COLUMN quiet_until text NOT NULL DEFAULT '',
    ADD COLUMN digest_at   text NOT NULL DEFAULT '',  -- local time of day; empty: no digest
    ADD COLUMN digest_next timestamptz,               -- when the next digest is due, or may be claimed again
    ADD COLUMN date_order  text NOT NULL DEFAULT '',
    ALTER COLUMN language SET DEFAULT '',
    DROP COLUMN email,                                -- an address is a channel now; it was sealed for its old place
    DROP COLUMN email_reminders;
-- So far everybody began with "en": it says nothing about a person.
UPDATE people SET language = '' WHERE language = 'en';
CREATE INDEX people_digest ON people (digest_next) WHERE digest_next IS NOT NULL;

CREATE TABLE channels (
    id             uuid PRIMARY KEY,
    owner          text NOT NULL REFERENCES people ON DELETE CASCADE,
    kind           text NOT NULL CHECK (kind IN ('email', 'webpush', 'webhook', 'binding')),
    fingerprint    bigint NOT NULL,                   -- keyed hash of the address
    content        bytea NOT NULL,                    -- sealed: label, address, secrets
    enabled        boolean NOT NULL DEFAULT true,
    reminders      boolean NOT NULL DEFAULT true,     -- what the person wants here
    digest         boolean NOT NULL DEFAULT true,
    verified_at    timestamptz,
    code           bigint,                            -- keyed hash of the code that proves the address
    code_expires   timestamptz,
    code_tries     integer NOT NULL DEFAULT 0,
    prompted_at    timestamptz,                       -- the last code or test
    failing        text NOT NULL DEFAULT '',          -- why the last delivery failed; empty: it did not
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    CONSTRAINT one_channel_per_address UNIQUE (owner, fingerprint)
);
ALTER TABLE channels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON channels USING (owner = current_setting('nudge.owner', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON channels TO nudge;

-- A notification is a reminder that came, or the digest of a local day.
ALTER TABLE notifications
    ADD COLUMN kind text NOT NULL DEFAULT 'reminder' CHECK (kind IN ('reminder', 'digest')),
    ADD COLUMN day text,                              -- of a digest: the local date
    ADD COLUMN silent boolean NOT NULL DEFAULT false, -- it came in quiet hours
    ADD COLUMN acknowledged_at timestamptz,
    ALTER COLUMN task_id DROP NOT NULL,
    ALTER COLUMN reminder_id DROP NOT NULL,
    ADD CHECK ((kind = 'digest') = (day IS NOT NULL)),
    ADD CHECK ((kind = 'reminder') = (reminder_id IS NOT NULL AND task_id IS NOT NULL));
CREATE UNIQUE INDEX digested_once ON notifications (owner, day) WHERE kind = 'digest';

DROP INDEX deliveries_waiting;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state_check;
ALTER TABLE deliveries
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(), -- the key that the provider is given
    ADD COLUMN kind text NOT NULL DEFAULT '',              -- of the channel
    ADD COLUMN reminder_id uuid,                           -- as in notifications
    ADD CONSTRAINT deliveries_state_check CHECK (state IN ('held', 'sending', 'delivered', 'failed', 'cancelled', 'superseded'));
UPDATE deliveries SET kind = channel;
UPDATE deliveries SET state = 'cancelled', detail = 'removed' WHERE channel = 'email' AND state = 'sending';
CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE state IN ('held', 'sending');
-- Of a reminder that came ten times in the night, one message waits for the morning.
CREATE UNIQUE INDEX held_once ON deliveries (reminder_id, channel) WHERE state = 'held';

-- Deliveries whose next try, or the end of whose quiet hours, has come.
DROP FUNCTION claim_deliveries;
-- +goose StatementBegin
CREATE FUNCTION claim_deliveries(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (notification_id uuid, owner text, channel text, attempts integer) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE deliveries d SET attempts = d.attempts + 1, next_at = until
    FROM (SELECT c.notification_id, c.channel FROM deliveries c WHERE c.state IN ('held', 'sending') AND c.next_at <= now_
          ORDER BY c.next_at LIMIT most FOR UPDATE SKIP LOCKED) waiting
    WHERE d.notification_id = waiting.notification_id AND d.channel = waiting.channel
    RETURNING d.notification_id, d.owner, d.channel, d.attempts
$$;
-- +goose StatementEnd

-- People whose digest is due, each held by one caller until the given instant.
-- +goose StatementBegin
CREATE FUNCTION claim_digests(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (owner text) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE people p SET digest_next = until
    FROM (SELECT c.owner FROM people c WHERE c.digest_next <= now_
          ORDER BY c.digest_next LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE p.owner = due.owner
    RETURNING p.owner
$$;
-- +goose StatementEnd

-- When the next delivery or digest is due.
-- +goose StatementBegin
CREATE FUNCTION next_delivery() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT least((SELECT min(next_at) FROM deliveries WHERE state IN ('held', 'sending')), (SELECT min(digest_next) FROM people))
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION claim_deliveries, claim_digests, next_delivery FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_deliveries, claim_digests, next_delivery TO nudge;

-- +goose Down
DROP FUNCTION next_delivery;
DROP FUNCTION claim_digests;
DROP FUNCTION claim_deliveries;
DROP INDEX held_once;
DROP INDEX deliveries_waiting;
UPDATE deliveries SET state = 'failed' WHERE state IN ('held', 'cancelled', 'superseded');
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state_check;
ALTER TABLE deliveries
    DROP COLUMN reminder_id,
    DROP COLUMN kind,
    DROP COLUMN id,
    ADD CONSTRAINT deliveries_state_check CHECK (state IN ('sending', 'delivered', 'failed'));
CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE state = 'sending';
DELETE FROM notifications WHERE kind = 'digest';
ALTER TABLE notifications
    DROP COLUMN kind, DROP COLUMN day, DROP COLUMN silent, DROP COLUMN acknowledged_at,
    ALTER COLUMN task_id SET NOT NULL,
    ALTER COLUMN reminder_id SET NOT NULL;
DROP TABLE channels;
UPDATE people SET language = 'en' WHERE language = '';
ALTER TABLE people
    ADD COLUMN email_reminders boolean NOT NULL DEFAULT true,
    ADD COLUMN email bytea,
    ALTER COLUMN language SET DEFAULT 'en',
    DROP COLUMN date_order,
    DROP COLUMN digest_next,
    DROP COLUMN digest_at,
    DROP COLUMN quiet_until,
    DROP COLUMN quiet_from;
-- +goose StatementBegin
CREATE FUNCTION claim_deliveries(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (notification_id uuid, owner text, channel text, attempts integer) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE deliveries d SET attempts = d.attempts + 1, next_at = until
    FROM (SELECT c.notification_id, c.channel FROM deliveries c WHERE c.state = 'sending' AND c.next_at <= now_
          ORDER BY c.next_at LIMIT most FOR UPDATE SKIP LOCKED) waiting
    WHERE d.notification_id = waiting.notification_id AND d.channel = waiting.channel
    RETURNING d.notification_id, d.owner, d.channel, d.attempts
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION claim_deliveries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_deliveries TO nudge;
