-- Claims are documents and the truth; events are rows derived from them and can be rebuilt at any time.
-- Big tables are distributed by event (report, event, event_line carry event_id), so that they can be partitioned by it.

CREATE TABLE import (
    id          uuid PRIMARY KEY,
    file_name   text NOT NULL,
    sha256      bytea NOT NULL,
    layout      text NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL,
    handling    smallint NOT NULL,
    quality     json NOT NULL
);

-- An event has a row for each handling rank that occurs in its reports: what those see who may see from_rank but not
-- below_rank. So nobody infers from an event what only a report above their clearance says.
CREATE TABLE event (
    id            uuid NOT NULL,
    from_rank     smallint NOT NULL,
    below_rank    smallint NOT NULL,
    date_earliest date,
    date_latest   date,
    date_status   text NOT NULL,
    country       text,
    admin1        text,
    crossing      text,
    place         text NOT NULL DEFAULT '',
    agency        text NOT NULL DEFAULT '',
    departure     text,
    destination   text,
    reports       integer NOT NULL,
    lineages      integer NOT NULL,
    disputed      text[] NOT NULL DEFAULT '{}',
    substances    text[] NOT NULL DEFAULT '{}',
    words         tsvector NOT NULL,
    PRIMARY KEY (id, from_rank)
);

-- The list is read newest first; an event without a date sorts last and is still found.
-- The first day stands in the index too, so that a list of some years passes over all others without reading them.
CREATE INDEX event_by_date ON event (date_latest DESC NULLS LAST, id DESC, date_earliest);
CREATE INDEX event_by_age ON event (date_latest, id, date_earliest);
CREATE INDEX event_by_reports ON event (reports DESC, id DESC);
CREATE INDEX event_by_dispute ON event (date_latest DESC NULLS LAST, id DESC) WHERE disputed <> '{}';
CREATE INDEX event_by_country ON event (country, date_latest DESC NULLS LAST, id DESC);
CREATE INDEX event_by_substance ON event USING gin (substances);
CREATE INDEX event_by_word ON event USING gin (words);

CREATE TABLE event_line (
    event_id   uuid NOT NULL,
    from_rank  smallint NOT NULL,
    position   smallint NOT NULL,
    substance  text,
    label      text NOT NULL,
    amount     numeric,
    unit       text,
    unit_text  text NOT NULL DEFAULT '',
    qualifier  text NOT NULL DEFAULT 'exact',
    status     text NOT NULL,
    doubtful   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (event_id, from_rank, position)
);

CREATE TABLE report (
    id          uuid NOT NULL,
    event_id    uuid NOT NULL,
    originator  text NOT NULL,
    group_id    uuid NOT NULL,
    source_key  bytea NOT NULL,
    import_id   uuid,
    received_at timestamptz NOT NULL,
    delete_by   date,
    handling    smallint NOT NULL,
    category    text NOT NULL,
    filled      text[] NOT NULL,
    body        json NOT NULL,
    -- An identifier is its originator's: nobody can take that of another agency's report.
    PRIMARY KEY (id, originator)
);

-- A claim of one originator has one key: reading the same file or message twice adds nothing.
CREATE UNIQUE INDEX report_once ON report (originator, source_key);
CREATE INDEX report_by_event ON report (event_id);
CREATE INDEX report_by_group ON report (originator, group_id);

CREATE TABLE decision (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   uuid NOT NULL,
    field      text NOT NULL,
    value      text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    reason     text NOT NULL
);
CREATE INDEX decision_by_event ON decision (event_id);

-- Every move of a report between events, so that a merge can be undone and a split explained.
CREATE TABLE regrouping (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id  uuid NOT NULL,
    from_event uuid NOT NULL,
    to_event   uuid NOT NULL,
    moved_by   text NOT NULL,
    moved_at   timestamptz NOT NULL,
    reason     text NOT NULL
);
CREATE INDEX regrouping_by_event ON regrouping (to_event);

-- What names a person stands in a schema of its own; nothing outside it refers to a name.
CREATE SCHEMA nominal;
