-- +goose Up
ALTER TABLE series ADD COLUMN pauses jsonb NOT NULL DEFAULT '[]'; -- stretches of local dates without occurrences

-- +goose Down
ALTER TABLE series DROP COLUMN pauses;
