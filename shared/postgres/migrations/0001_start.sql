-- +goose Up
-- Every table with an owner has row-level security: the run-time role `nudge` sees the rows of the
-- owner named in the setting nudge.owner, and none where it is not set. Text is sealed (shared/seal).

CREATE TABLE people (
    owner           text PRIMARY KEY,
    data_key        bytea NOT NULL,                    -- wrapped by the keyset
    time_zone       text NOT NULL DEFAULT '',
    language        text NOT NULL DEFAULT 'en',
    week_start      text NOT NULL DEFAULT 'monday',
    email           bytea,                             -- sealed
    email_reminders boolean NOT NULL DEFAULT true,
    version         bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE series (
    id              uuid PRIMARY KEY,
    owner           text NOT NULL REFERENCES people ON DELETE CASCADE,
    rule            text NOT NULL,                     -- RFC 5545 RRULE value
    start           text NOT NULL,                     -- local date or date-time
    zone            text NOT NULL,
    from_completion boolean NOT NULL,
    end_of_month    text NOT NULL CHECK (end_of_month IN ('skip', 'clamp')),
    catch_up        text NOT NULL CHECK (catch_up IN ('next', 'each')),
    exdates         text[] NOT NULL DEFAULT '{}',
    rdates          text[] NOT NULL DEFAULT '{}',
    version         bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz
);

CREATE TABLE tasks (
    id           uuid PRIMARY KEY,
    owner        text NOT NULL REFERENCES people ON DELETE CASCADE,
    content      bytea NOT NULL,                       -- sealed: title, description, tags
    tokens       bigint[] NOT NULL,                    -- keyed hashes of word prefixes and tags
    priority     smallint NOT NULL CHECK (priority BETWEEN 1 AND 3),
    due_at       timestamptz,
    due_local    text,
    due_zone     text,
    parent       uuid,
    position     double precision NOT NULL,
    completed    boolean NOT NULL,
    series_id    uuid REFERENCES series,
    slot         text,
    version      bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    completed_at timestamptz,
    trashed_at   timestamptz,
    CONSTRAINT one_task_per_slot UNIQUE (series_id, slot),
    CHECK ((due_at IS NULL) = (due_local IS NULL) AND (due_at IS NULL) = (due_zone IS NULL)),
    CHECK ((series_id IS NULL) = (slot IS NULL)),
    CHECK (completed = (completed_at IS NOT NULL))
);
CREATE INDEX tasks_open ON tasks (owner, due_at, id) WHERE NOT completed AND trashed_at IS NULL;
CREATE INDEX tasks_done ON tasks (owner, completed_at DESC, id) WHERE completed AND trashed_at IS NULL;
CREATE INDEX tasks_trash ON tasks (owner, trashed_at DESC, id) WHERE trashed_at IS NOT NULL;
CREATE INDEX tasks_tokens ON tasks USING gin (tokens) WITH (fastupdate = off);

CREATE TABLE reminders (
    id             uuid PRIMARY KEY,
    task_id        uuid NOT NULL REFERENCES tasks ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    owner          text NOT NULL REFERENCES people ON DELETE CASCADE,
    is_relative    boolean NOT NULL,
    before_days    integer NOT NULL DEFAULT 0,
    before_seconds integer NOT NULL DEFAULT 0,
    before_clock   text NOT NULL DEFAULT '',
    at             timestamptz NOT NULL,
    repeat_seconds integer NOT NULL DEFAULT 0,
    state          text NOT NULL CHECK (state IN ('pending', 'fired', 'cancelled')),
    fired_at       timestamptz,
    lease          uuid,                               -- of the dispatcher that will fire it
    leased_until   timestamptz
);
CREATE INDEX reminders_due ON reminders (at) WHERE state = 'pending';
CREATE INDEX reminders_task ON reminders (task_id);

CREATE TABLE change_sets (
    id        uuid PRIMARY KEY,
    owner     text NOT NULL REFERENCES people ON DELETE CASCADE,
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    cause     uuid,
    undoes    uuid,
    undone_by uuid,
    content   bytea NOT NULL                           -- sealed: before and after of everything it wrote
);
CREATE INDEX change_sets_latest ON change_sets (owner, id DESC);
CREATE INDEX change_sets_cause ON change_sets (cause) WHERE cause IS NOT NULL;
CREATE INDEX change_sets_undone_by ON change_sets (undone_by) WHERE undone_by IS NOT NULL;

CREATE TABLE outbox (
    id           uuid PRIMARY KEY,
    owner        text NOT NULL REFERENCES people ON DELETE CASCADE,
    event        bytea NOT NULL,                       -- the CloudEvent in structured mode
    attempts     integer NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL,                 -- not to be claimed before
    published_at timestamptz,
    created_at   timestamptz NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE published_at IS NULL;

CREATE TABLE inbox (
    consumer   text NOT NULL,
    source     text NOT NULL,
    event_id   text NOT NULL,
    owner      text NOT NULL REFERENCES people ON DELETE CASCADE,
    handled_at timestamptz NOT NULL,
    CONSTRAINT handled_once PRIMARY KEY (consumer, source, event_id)
);

CREATE TABLE audit_heads (
    owner text PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    seq   bigint NOT NULL,
    hash  bytea NOT NULL
);
CREATE TABLE audit (
    owner         text NOT NULL REFERENCES people ON DELETE CASCADE,
    seq           bigint NOT NULL,
    source        text NOT NULL,
    event_id      text NOT NULL,
    entry         bytea NOT NULL,                      -- canonical JSON (RFC 8785)
    hash          bytea NOT NULL,                      -- sha256(hash of seq - 1 || seq, 8 bytes big-endian || entry)
    PRIMARY KEY (owner, seq),
    CONSTRAINT audited_once UNIQUE (source, event_id)
);

CREATE TABLE notifications (
    id          uuid PRIMARY KEY,
    owner       text NOT NULL REFERENCES people ON DELETE CASCADE,
    task_id     uuid NOT NULL,
    reminder_id uuid NOT NULL,
    remind_at   timestamptz NOT NULL,
    due_at      timestamptz,
    title       bytea NOT NULL,                        -- sealed
    created_at  timestamptz NOT NULL,
    read_at     timestamptz,
    CONSTRAINT notified_once UNIQUE (reminder_id, remind_at)
);
CREATE INDEX notifications_latest ON notifications (owner, id DESC);
CREATE TABLE deliveries (
    notification_id uuid NOT NULL REFERENCES notifications ON DELETE CASCADE,
    owner           text NOT NULL REFERENCES people ON DELETE CASCADE,
    channel         text NOT NULL,
    state           text NOT NULL CHECK (state IN ('sending', 'delivered', 'failed')),
    attempts        integer NOT NULL DEFAULT 0,
    next_at         timestamptz,
    detail          text NOT NULL DEFAULT '',
    updated_at      timestamptz NOT NULL,
    CONSTRAINT sent_once PRIMARY KEY (notification_id, channel)
);
CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE state = 'sending';

CREATE TABLE threads (
    id         text PRIMARY KEY,
    owner      text NOT NULL REFERENCES people ON DELETE CASCADE,
    title      bytea,                                  -- sealed
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX threads_latest ON threads (owner, created_at DESC, id DESC);
CREATE TABLE thread_items (
    id         text PRIMARY KEY,
    thread_id  text NOT NULL REFERENCES threads ON DELETE CASCADE,
    owner      text NOT NULL REFERENCES people ON DELETE CASCADE,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    content    bytea NOT NULL,                         -- sealed: the item in JSON
    created_at timestamptz NOT NULL
);
CREATE INDEX thread_items_order ON thread_items (thread_id, seq);

CREATE TABLE dead_letters (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    event_id    text NOT NULL,
    type        text NOT NULL,
    destination text NOT NULL,                         -- whoever would not take it
    code        integer,
    data        text NOT NULL DEFAULT '',              -- what it answered
    event       bytea NOT NULL,                        -- the CloudEvent in structured mode
    received_at timestamptz NOT NULL,
    times       integer NOT NULL DEFAULT 1,
    replayed_at timestamptz,
    CONSTRAINT kept_once UNIQUE (source, event_id, destination)
);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['people', 'series', 'tasks', 'reminders', 'change_sets', 'outbox', 'inbox', 'audit_heads', 'audit',
        'notifications', 'deliveries', 'threads', 'thread_items']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (owner = current_setting(''nudge.owner'', true))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO nudge', t);
    END LOOP;
END $$;
-- +goose StatementEnd
GRANT SELECT, INSERT, UPDATE ON dead_letters TO nudge;

-- A statement that must change a row says so: anything else ends the transaction, in the same round trip.
-- +goose StatementBegin
CREATE FUNCTION must_change(rows bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF rows <> 1 THEN
        RAISE EXCEPTION 'not the current version: %', what USING ERRCODE = 'ND412';
    END IF;
END $$;
-- +goose StatementEnd

-- What has to look past one owner does it through these narrow doors. They run as the owner of the
-- tables; each gives ids, instants and owners, and sealed bytes at most.

-- The due reminders that nobody holds, leased to one dispatcher.
-- +goose StatementBegin
CREATE FUNCTION claim_reminders(now_ timestamptz, horizon timestamptz, lease_ uuid, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, at timestamptz) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE reminders r SET lease = lease_, leased_until = until
    FROM (SELECT c.id FROM reminders c
          WHERE c.state = 'pending' AND c.at <= horizon AND (c.leased_until IS NULL OR c.leased_until < now_)
          ORDER BY c.at LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE r.id = due.id
    RETURNING r.id, r.owner, r.at
$$;
-- +goose StatementEnd

-- When the next reminder is due that nobody holds.
-- +goose StatementBegin
CREATE FUNCTION next_reminder(now_ timestamptz) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT greatest(at, leased_until) FROM reminders
    WHERE state = 'pending' ORDER BY at LIMIT 1
$$;
-- +goose StatementEnd

-- Events that were committed and not published. Claimed by state, never by "id greater than the last":
-- the order of ids is not the order of commits.
-- +goose StatementBegin
CREATE FUNCTION claim_outbox(now_ timestamptz, until timestamptz, most integer)
RETURNS TABLE (id uuid, owner text, event bytea, attempts integer) LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE outbox o SET attempts = o.attempts + 1, next_at = until
    FROM (SELECT c.id FROM outbox c WHERE c.published_at IS NULL AND c.next_at <= now_
          ORDER BY c.next_at LIMIT most FOR UPDATE SKIP LOCKED) waiting
    WHERE o.id = waiting.id
    RETURNING o.id, o.owner, o.event, o.attempts
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION mark_published(ids uuid[], now_ timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE outbox SET published_at = now_ WHERE id = ANY (ids) AND published_at IS NULL
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION retry_outbox(id_ uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = nudge AS $$
    UPDATE outbox SET next_at = at WHERE id = id_ AND published_at IS NULL
$$;
-- +goose StatementEnd

-- Deliveries of notifications whose next try has come.
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

-- What an event should have caused and has not: a completed occurrence without a successor in its
-- series, an event without its audit row. Sending the event once more is harmless (the inbox), so the
-- rows of the outbox are simply made waiting again.
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

REVOKE ALL ON FUNCTION claim_reminders, next_reminder, claim_outbox, mark_published, retry_outbox, claim_deliveries, reconcile FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_reminders, next_reminder, claim_outbox, mark_published, retry_outbox, claim_deliveries, reconcile TO nudge;
GRANT USAGE ON SCHEMA nudge TO nudge;

-- +goose Down
DROP SCHEMA nudge CASCADE;
