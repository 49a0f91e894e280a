-- What is held of other agencies, under which agreement and until when; the duty of retention reads it by its date.
-- ``sent`` is the SHA-256 of the record as it came last, ``filed`` that of the form in which this node keeps it.
CREATE TABLE holding (
    originator     text NOT NULL,
    record         uuid NOT NULL,
    agreement      text NOT NULL,
    kind           text NOT NULL,
    sender         text NOT NULL,
    received_on    date NOT NULL,
    retention_days integer NOT NULL,
    delete_by      date,
    run_out        date GENERATED ALWAYS AS (LEAST(received_on + retention_days, delete_by)) STORED,
    sent           bytea NOT NULL,
    filed          bytea NOT NULL,
    PRIMARY KEY (originator, record, agreement)
);
CREATE INDEX holding_by_run_out ON holding (run_out);

-- Own records with a date of deletion; the others of an agency's have theirs in ``holding``.
CREATE INDEX report_by_delete_by ON report (delete_by) WHERE delete_by IS NOT NULL;

-- What has run out here, so that the same record under the same agreement is not taken up again; it says no more.
CREATE TABLE ran_out (
    originator text NOT NULL,
    record     uuid NOT NULL,
    agreement  text NOT NULL,
    cause      text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (record, originator, agreement)
);

-- Records, own or passed on, whose copy ran out at the partner that had them from here, by its notice.
CREATE TABLE ran_out_there (
    partner    text NOT NULL REFERENCES partner,
    record     uuid NOT NULL,
    agreement  text NOT NULL,
    cause      text NOT NULL,
    erased_at  timestamptz NOT NULL,
    noticed_at timestamptz NOT NULL,
    PRIMARY KEY (partner, record, agreement)
);

-- One row: when retention last ran by a clock that could be believed, and since when it waits for a person if it does.
CREATE TABLE retention_clock (
    only_one       boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    ran_at         timestamptz,
    doubted_at     timestamptz,
    rejected_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO retention_clock DEFAULT VALUES;
CREATE INDEX inbox_rejected ON inbox (received_at) WHERE acceptance = 'rejected';

-- Received reports that somebody here has looked at; who it was stays here.
CREATE TABLE seen (
    originator text NOT NULL,
    record     uuid NOT NULL,
    seen_on    date NOT NULL,
    seen_by    text NOT NULL,
    told       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (originator, record)
);
CREATE INDEX seen_untold ON seen (originator, record) WHERE NOT told;

-- Own reports that somebody at a partner has looked at, by its notice.
CREATE TABLE seen_there (
    partner text NOT NULL REFERENCES partner,
    record  uuid NOT NULL,
    seen_on date NOT NULL,
    PRIMARY KEY (partner, record)
);

-- Comparisons of what a partner holds of this node's records; the parts of its answer are kept until all are there.
CREATE TABLE comparison (
    id          uuid PRIMARY KEY,
    partner     text NOT NULL REFERENCES partner,
    agreement   text NOT NULL,
    started_by  text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    records     bigint NOT NULL,
    differences json
);
CREATE INDEX comparison_by_agreement ON comparison (partner, agreement, started_at DESC);
CREATE TABLE comparison_part (
    comparison  uuid NOT NULL REFERENCES comparison ON DELETE CASCADE,
    part        integer NOT NULL,
    body        bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (comparison, part)
);

-- The newest comparison that a partner asks for, one an agreement, until this node has answered.
CREATE TABLE comparison_asked (
    partner     text NOT NULL REFERENCES partner,
    agreement   text NOT NULL,
    body        bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (partner, agreement)
);

-- What a partner may send in a day, where that is not the usual; and what it has sent. Terms have a count of their own,
-- so that a flood of records does not keep out the freeze that ends it.
CREATE TABLE partner_limit (
    partner  text PRIMARY KEY REFERENCES partner,
    bytes    bigint NOT NULL,
    messages bigint NOT NULL,
    rejected bigint NOT NULL
);
CREATE TABLE partner_day (
    partner  text NOT NULL,
    day      date NOT NULL,
    terms    boolean NOT NULL,
    bytes    bigint NOT NULL,
    messages bigint NOT NULL,
    rejected bigint NOT NULL DEFAULT 0,
    declined bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (partner, day, terms)
);
