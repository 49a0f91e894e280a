CREATE TABLE account (
    name          text PRIMARY KEY,
    role          text NOT NULL,
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL,
    failures      integer NOT NULL DEFAULT 0,
    locked_until  timestamptz
);

-- Only the SHA-256 of a session's secret is kept: who reads this table cannot become anybody.
CREATE TABLE session (
    secret_sha256 bytea PRIMARY KEY,
    account       text NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at    timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    form_token    text NOT NULL
);

-- Append-only; each entry's hash covers the one before, so a change anywhere shows from there on.
CREATE TABLE log (
    seq     bigint PRIMARY KEY,
    at      timestamptz NOT NULL,
    actor   text NOT NULL,
    act     text NOT NULL,
    subject text NOT NULL,
    partner text NOT NULL DEFAULT '',
    rule    text NOT NULL DEFAULT '',
    detail  text NOT NULL DEFAULT '',
    hash    text NOT NULL
);
CREATE INDEX log_by_subject ON log (subject);

-- Secrets of this node that never leave it. The lineage secret gives the origins of claims names that say nothing.
CREATE TABLE secret (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO secret SELECT 'lineage', sha256(string_agg(uuid_send(gen_random_uuid()), '')) FROM generate_series(1, 4);
