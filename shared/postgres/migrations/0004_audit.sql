-- +goose Up
-- What is known of a chain apart from its entries: signed statements of how many entries it had and
-- how the last one's hash was. Whoever changes entries afterwards contradicts them.
CREATE TABLE audit_checkpoints (
    owner  text NOT NULL REFERENCES people ON DELETE CASCADE,
    seq    bigint NOT NULL,                            -- entries that it covers
    at     timestamptz NOT NULL,
    signed text NOT NULL,                              -- a compact JWS
    PRIMARY KEY (owner, seq)
);
ALTER TABLE audit_checkpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON audit_checkpoints USING (owner = current_setting('nudge.owner', true));
GRANT SELECT, INSERT ON audit_checkpoints TO nudge;

ALTER TABLE audit_heads ADD COLUMN signed bigint NOT NULL DEFAULT 0; -- entries that the newest checkpoint covers
ALTER TABLE audit_heads ADD COLUMN base   bigint NOT NULL DEFAULT 0; -- entries whose text the retention has removed

-- The functions add entries; they never change or remove one, but through prune_audit.
ALTER TABLE audit ALTER COLUMN entry DROP NOT NULL;
REVOKE UPDATE, DELETE ON audit FROM nudge;

-- Chains that have entries behind their newest checkpoint, by owner from after the given one.
-- +goose StatementBegin
CREATE FUNCTION audit_to_sign(after text, most integer) RETURNS TABLE (owner text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT h.owner FROM audit_heads h WHERE h.seq > h.signed AND h.owner > after ORDER BY h.owner LIMIT most
$$;
-- +goose StatementEnd

-- Chains with a checkpoint from before the given instant that covers entries which still have their text.
-- +goose StatementBegin
CREATE FUNCTION audit_to_prune(before timestamptz, after text, most integer) RETURNS TABLE (owner text, seq bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT h.owner, old.seq FROM audit_heads h, LATERAL (
        SELECT c.seq FROM audit_checkpoints c WHERE c.owner = h.owner AND c.seq > h.base AND c.at < before ORDER BY c.seq DESC LIMIT 1) old
    WHERE h.owner > after ORDER BY h.owner LIMIT most
$$;
-- +goose StatementEnd

-- Removes the text of a chain's entries up to one of its checkpoints. Their hashes stay, and so does
-- what makes each event count once.
-- +goose StatementBegin
CREATE FUNCTION prune_audit(owner_ text, seq_ bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge AS $$
DECLARE
    removed bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_checkpoints c WHERE c.owner = owner_ AND c.seq = seq_) THEN
        RAISE EXCEPTION 'there is no checkpoint at %', seq_;
    END IF;
    UPDATE audit_heads h SET base = seq_ WHERE h.owner = owner_ AND h.base < seq_;
    UPDATE audit a SET entry = NULL WHERE a.owner = owner_ AND a.seq <= seq_ AND a.entry IS NOT NULL;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
-- +goose StatementEnd

-- How much waits and since when, for the metrics: numbers, nobody's rows.
-- +goose StatementBegin
CREATE FUNCTION backlog(now_ timestamptz, OUT waiting bigint, OUT oldest timestamptz, OUT overdue bigint, OUT letters bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = nudge AS $$
    SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
           (SELECT min(created_at) FROM outbox WHERE published_at IS NULL),
           (SELECT count(*) FROM reminders WHERE state = 'pending' AND at < now_),
           (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL OR replayed_at < received_at)
$$;
-- +goose StatementEnd
CREATE INDEX dead_letters_open ON dead_letters (received_at) WHERE replayed_at IS NULL OR replayed_at < received_at;

REVOKE ALL ON FUNCTION audit_to_sign, audit_to_prune, prune_audit, backlog FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_to_sign, audit_to_prune, prune_audit, backlog TO nudge;

-- +goose Down
DROP INDEX dead_letters_open;
DROP FUNCTION backlog, prune_audit, audit_to_prune, audit_to_sign;
GRANT UPDATE, DELETE ON audit TO nudge;
ALTER TABLE audit_heads DROP COLUMN base, DROP COLUMN signed;
DROP TABLE audit_checkpoints;
