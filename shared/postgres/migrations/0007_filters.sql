-- +goose Up
-- What a task waits for, and filters that a person keeps.
ALTER TABLE tasks ADD COLUMN blocked_by uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX tasks_parts ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_waiting ON tasks USING gin (blocked_by) WHERE blocked_by <> '{}';

CREATE TABLE filters (
    id         uuid PRIMARY KEY,
    owner      text NOT NULL REFERENCES people ON DELETE CASCADE,
    content    bytea NOT NULL,                         -- sealed: name and text
    position   double precision NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX filters_order ON filters (owner, position, id);
ALTER TABLE filters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON filters USING (owner = current_setting('nudge.owner', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON filters TO nudge;

-- +goose Down
DROP TABLE filters;
DROP INDEX tasks_waiting, tasks_parts;
ALTER TABLE tasks DROP COLUMN blocked_by;
