-- +goose Up
-- When the parts of a person's day begin, as 07:00. Empty: at the usual hour.
ALTER TABLE people
    ADD COLUMN morning_at   text NOT NULL DEFAULT '',
    ADD COLUMN afternoon_at text NOT NULL DEFAULT '',
    ADD COLUMN evening_at   text NOT NULL DEFAULT '',
    ADD COLUMN night_at     text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE people
    DROP COLUMN morning_at,
    DROP COLUMN afternoon_at,
    DROP COLUMN evening_at,
    DROP COLUMN night_at;
