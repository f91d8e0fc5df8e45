-- +goose Up
-- Addresses at which a calendar reads a person's tasks. Who has the address needs nothing else, so
-- only its hash is kept.
CREATE TABLE feeds (
    id         uuid PRIMARY KEY,
    owner      text NOT NULL REFERENCES people ON DELETE CASCADE,
    token      bytea NOT NULL,                         -- sha256 of the address's secret part
    content    bytea NOT NULL,                         -- sealed: name and filter
    created_at timestamptz NOT NULL,
    CONSTRAINT one_feed_per_token UNIQUE (token)
);
CREATE INDEX feeds_owner ON feeds (owner, id);
ALTER TABLE feeds ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON feeds USING (owner = current_setting('nudge.owner', true));
GRANT SELECT, INSERT, DELETE ON feeds TO nudge;

-- Whose feed an address is: the address is all that its caller has.
-- +goose StatementBegin
CREATE FUNCTION feed_of(token_ bytea) RETURNS TABLE (id uuid, owner text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT f.id, f.owner FROM feeds f WHERE f.token = token_
$$;
-- +goose StatementEnd

-- The transaction that wrote a row last: what a stream was told is a snapshot, and what it missed are the
-- rows whose transaction is not visible in it. Ids do not tell: their order is not the order of commits.
ALTER TABLE change_sets ADD COLUMN xid xid8;
ALTER TABLE change_sets ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
ALTER TABLE notifications ADD COLUMN xid xid8;
ALTER TABLE notifications ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
ALTER TABLE deliveries ADD COLUMN xid xid8;
ALTER TABLE deliveries ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
-- +goose StatementBegin
CREATE FUNCTION written_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER written_now BEFORE UPDATE ON notifications FOR EACH ROW EXECUTE FUNCTION written_now();
CREATE TRIGGER written_now BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION written_now();

-- People whose account was deleted, as hashes: a token that outlives its account makes nobody new.
CREATE TABLE departed (
    person bytea PRIMARY KEY,                          -- sha256 of the owner
    at     timestamptz NOT NULL DEFAULT now()
);
-- After the row is there, not before: an insertion that waited for the deletion sees it then.
-- +goose StatementBegin
CREATE FUNCTION stay_departed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge AS $$
BEGIN
    IF EXISTS (SELECT FROM departed d WHERE d.person = sha256(convert_to(NEW.owner, 'UTF8'))) THEN
        RAISE EXCEPTION 'the account was deleted' USING ERRCODE = 'ND410';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER stay_departed AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION stay_departed();

-- Removes a person with everything that is theirs. The person's own session alone may.
-- +goose StatementBegin
CREATE FUNCTION forget_person(owner_ text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge AS $$
BEGIN
    IF owner_ = '' OR owner_ IS DISTINCT FROM current_setting('nudge.owner', true) THEN
        RAISE EXCEPTION 'not the person''s own session';
    END IF;
    INSERT INTO departed (person) VALUES (sha256(convert_to(owner_, 'UTF8'))) ON CONFLICT DO NOTHING;
    DELETE FROM people p WHERE p.owner = owner_;
    DELETE FROM dead_letters d WHERE convert_from(d.event, 'UTF8')::jsonb ->> 'partitionkey' = owner_;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION feed_of, forget_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION feed_of, forget_person TO nudge;

-- +goose Down
DROP FUNCTION forget_person;
DROP TRIGGER stay_departed ON people;
DROP FUNCTION stay_departed;
DROP TABLE departed;
DROP TRIGGER written_now ON deliveries;
DROP TRIGGER written_now ON notifications;
DROP FUNCTION written_now;
ALTER TABLE deliveries DROP COLUMN xid;
ALTER TABLE notifications DROP COLUMN xid;
ALTER TABLE change_sets DROP COLUMN xid;
DROP FUNCTION feed_of;
DROP TABLE feeds;
