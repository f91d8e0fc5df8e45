-- +goose Up
ALTER TABLE people
    ADD COLUMN quiet_from  text NOT NULL DEFAULT '',  -- local time of day; both empty: no quiet hours
    ADD COLUMN quiet_until text NOT NULL DEFAULT '',
    ADD COLUMN digest_at   text NOT NULL DEFAULT '',  -- local time of day; empty: no digest
    ADD COLUMN date_order  text NOT NULL DEFAULT '',
    ALTER COLUMN language SET DEFAULT '';
-- So far everybody began with "en": it says nothing about a person.
UPDATE people SET language = '' WHERE language = 'en';

-- +goose Down
UPDATE people SET language = 'en' WHERE language = '';
ALTER TABLE people
    ALTER COLUMN language SET DEFAULT 'en',
    DROP COLUMN date_order,
    DROP COLUMN digest_at,
    DROP COLUMN quiet_until,
    DROP COLUMN quiet_from;
