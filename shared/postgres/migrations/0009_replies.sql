-- +goose Up
-- Answers to requests that named an Idempotency-Key, so that the same request again gets the same answer.
CREATE TABLE replies (
    owner         text NOT NULL REFERENCES people ON DELETE CASCADE,
    key           text NOT NULL,
    fingerprint   bytea NOT NULL,                      -- sha256 of what was asked
    claimed_until timestamptz NOT NULL,                -- a request that is at work; after this it has died
    created_at    timestamptz NOT NULL,
    content       bytea,                               -- sealed: the answer; null until there is one
    PRIMARY KEY (owner, key)
);
CREATE INDEX replies_age ON replies (owner, created_at);
ALTER TABLE replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON replies USING (owner = current_setting('nudge.owner', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON replies TO nudge;

-- +goose Down
DROP TABLE replies;
