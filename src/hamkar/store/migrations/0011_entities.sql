-- The people and things of reports, each an exact JSON text that is never edited but for the report it is tied to.
-- What a filter of rows looks at is read off that text by the database itself, so that the two cannot disagree.
-- ``author`` is who recorded it at this node, '' for what came from a partner; it never travels.
CREATE TABLE nominal.entity (
    id          uuid NOT NULL,
    report_id   uuid NOT NULL,
    originator  text NOT NULL,
    author      text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    delete_by   date,
    schema      text NOT NULL GENERATED ALWAYS AS (body->>'schema') STORED,
    role        text GENERATED ALWAYS AS (body->>'role') STORED,
    minor       boolean GENERATED ALWAYS AS ((body->>'minor')::boolean) STORED,
    handling    smallint NOT NULL
        GENERATED ALWAYS AS (substring(body->'handling'->>'code' FROM 2)::smallint) STORED,
    quarantined boolean NOT NULL
        GENERATED ALWAYS AS (body->>'schema' = 'Person' AND body->>'role' IS NULL) STORED,
    words       tsvector NOT NULL,
    body        json NOT NULL,
    PRIMARY KEY (id, originator)
);
CREATE INDEX entity_by_report ON nominal.entity (report_id);
CREATE INDEX entity_by_word ON nominal.entity USING gin (words);
CREATE INDEX entity_by_delete_by ON nominal.entity (delete_by) WHERE delete_by IS NOT NULL;
CREATE INDEX entity_quarantined ON nominal.entity (received_at) WHERE quarantined;

-- What comes back into use with a corrected report is found again by the same words, under the same author.
ALTER TABLE nominal.set_aside ADD COLUMN author text NOT NULL DEFAULT '', ADD COLUMN words tsvector;
