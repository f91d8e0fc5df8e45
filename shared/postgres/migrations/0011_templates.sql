-- +goose Up
-- What the next occurrence of a series is made as, where one of them was changed by itself.
ALTER TABLE series ADD COLUMN template bytea; -- sealed

-- +goose Down
ALTER TABLE series DROP COLUMN template;
