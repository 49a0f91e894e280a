-- What people looked at and took out, so that it can be inspected. What they sought, and for which case, may name
-- people, so these tables stand in the schema ``nominal``.

-- A reading of nominal parts: act is read or search; entities are those whose names were shown, several for a search.
-- refused_by: the rule that stood against it, '' where it was given. counted: what it took from the day's budget.
CREATE TABLE nominal.reading (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    account     text NOT NULL,
    act         text NOT NULL,
    entities    uuid[] NOT NULL,
    case_number text NOT NULL,
    purpose     text NOT NULL,
    sought      text NOT NULL DEFAULT '',
    refused_by  text NOT NULL DEFAULT '',
    counted     integer NOT NULL
);
CREATE INDEX reading_by_time ON nominal.reading (at DESC, id DESC);
CREATE INDEX reading_by_account ON nominal.reading (account, at DESC);
CREATE INDEX reading_by_case ON nominal.reading (case_number, at DESC);
CREATE INDEX reading_with_words ON nominal.reading (at) WHERE act = 'search' AND sought <> '';
CREATE INDEX reading_by_entity ON nominal.reading USING gin (entities);

-- Files that people took out. wanted: the filter in words. file_sha256 tells a file that turns up elsewhere.
CREATE TABLE export (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    account     text NOT NULL,
    purpose     text NOT NULL,
    layout      text NOT NULL,
    wanted      text NOT NULL,
    seizures    integer NOT NULL,
    file_sha256 bytea NOT NULL
);
CREATE INDEX export_by_account ON export (account, at DESC);
CREATE INDEX export_by_time ON export (at DESC, id DESC);

-- How much an account may take in a day, where an administrator has said other than its roles do.
CREATE TABLE budget (
    account text NOT NULL,
    kind    text NOT NULL,
    daily   integer NOT NULL CHECK (daily >= 0),
    set_by  text NOT NULL,
    set_at  timestamptz NOT NULL,
    PRIMARY KEY (account, kind)
);

-- What the data-protection officer is told of, once for each day, kind, account and subject.
CREATE TABLE nominal.alarm (
    id      uuid PRIMARY KEY,
    at      timestamptz NOT NULL,
    day     date NOT NULL,
    kind    text NOT NULL,
    account text NOT NULL,
    subject text NOT NULL,
    detail  text NOT NULL,
    seen_at timestamptz,
    seen_by text,
    UNIQUE (kind, account, subject, day)
);
CREATE INDEX alarm_by_time ON nominal.alarm (at DESC, id DESC);
CREATE INDEX alarm_unseen ON nominal.alarm (at) WHERE seen_at IS NULL;

-- Records that go nowhere while the data-protection officer looks into them. canary: it was made up to find who reads
-- what they have no business with. The mark stands here and not with the record, so no list of records can show it.
CREATE TABLE nominal.inspection_hold (
    record     uuid NOT NULL,
    originator text NOT NULL,
    canary     boolean NOT NULL,
    held_by    text NOT NULL,
    held_at    timestamptz NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (record, originator)
);

-- Somebody asks what is held on them. The law on it: docs/data_protection_officer.md.
CREATE TABLE nominal.subject_access (
    id          uuid PRIMARY KEY,
    name        text NOT NULL,
    contact     text NOT NULL,
    received_on date NOT NULL,
    due_on      date NOT NULL,
    state       text NOT NULL
);
CREATE INDEX subject_access_open ON nominal.subject_access (due_on) WHERE state NOT IN ('answered', 'refused');

CREATE TABLE nominal.subject_access_step (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request uuid NOT NULL REFERENCES nominal.subject_access,
    at      timestamptz NOT NULL,
    by      text NOT NULL,
    step    text NOT NULL,
    ground  text NOT NULL DEFAULT '',
    detail  text NOT NULL DEFAULT ''
);
CREATE INDEX subject_access_step_by_request ON nominal.subject_access_step (request, id);

-- Within how many days the agency answers; no row: within a month.
CREATE TABLE subject_access_term (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    days   integer NOT NULL CHECK (days BETWEEN 1 AND 366),
    set_by text NOT NULL,
    set_at timestamptz NOT NULL
);

-- What is published of a closed year, edition by edition. body: PublishedYear, which anybody may see. basis: the blocks
-- with the weights they were made from, which stay here and judge the next edition.
CREATE TABLE edition (
    year    integer NOT NULL,
    number  integer NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    body    json NOT NULL,
    basis   json NOT NULL,
    PRIMARY KEY (year, number)
);
