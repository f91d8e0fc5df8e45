-- +goose Up
-- A task's tags, in the order of the lists: one of a tag reads the rows that it shows. Nobody but the
-- person can tell the hash of a tag from that of a word, so tasks say which are tags; null: written before
-- this, and to be told yet (people.tags_known).
ALTER TABLE tasks ADD COLUMN tags bigint[];
CREATE INDEX tasks_untold ON tasks (owner, id) WHERE tags IS NULL;
ALTER TABLE people ADD COLUMN tags_known boolean NOT NULL DEFAULT false;
ALTER TABLE people ALTER COLUMN tags_known SET DEFAULT true;

CREATE TABLE task_tags (
    task_id uuid NOT NULL,
    tag     bigint NOT NULL,                           -- keyed hash
    owner   text NOT NULL,
    state   text NOT NULL CHECK (state IN ('open', 'done', 'trash')),
    rank    timestamptz NOT NULL,                      -- due, or infinity; of done ones completed_at, in the trash trashed_at
    PRIMARY KEY (task_id, tag)
);
CREATE INDEX task_tags_order ON task_tags (owner, tag, state, rank, task_id);
ALTER TABLE task_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON task_tags USING (owner = current_setting('nudge.owner', true));
GRANT SELECT ON task_tags TO nudge;

-- Nothing else writes them, so they are what the tasks say, whoever writes those.
-- +goose StatementBegin
CREATE FUNCTION follow_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = nudge AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM task_tags WHERE task_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO task_tags (task_id, tag, owner, state, rank)
        SELECT NEW.id, tag, NEW.owner,
            CASE WHEN NEW.trashed_at IS NOT NULL THEN 'trash' WHEN NEW.completed THEN 'done' ELSE 'open' END,
            coalesce(NEW.trashed_at, NEW.completed_at, NEW.due_at, 'infinity')
        FROM unnest(NEW.tags) AS tag;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION follow_tags FROM PUBLIC;
CREATE TRIGGER tags_of_new AFTER INSERT ON tasks FOR EACH ROW WHEN (NEW.tags <> '{}') EXECUTE FUNCTION follow_tags();
CREATE TRIGGER tags_of_changed AFTER UPDATE ON tasks FOR EACH ROW
    WHEN ((OLD.tags, OLD.trashed_at, OLD.completed_at, OLD.due_at) IS DISTINCT FROM (NEW.tags, NEW.trashed_at, NEW.completed_at, NEW.due_at)
        AND (OLD.tags <> '{}' OR NEW.tags <> '{}')) EXECUTE FUNCTION follow_tags();
CREATE TRIGGER tags_of_removed AFTER DELETE ON tasks FOR EACH ROW WHEN (OLD.tags <> '{}') EXECUTE FUNCTION follow_tags();

-- +goose Down
DROP TRIGGER tags_of_removed ON tasks;
DROP TRIGGER tags_of_changed ON tasks;
DROP TRIGGER tags_of_new ON tasks;
DROP FUNCTION follow_tags;
DROP TABLE task_tags;
ALTER TABLE people DROP COLUMN tags_known;
ALTER TABLE tasks DROP COLUMN tags;
