-- This node's own card versions, and the newest card of every partner; the exact signed bytes are kept.
CREATE TABLE own_card (
    version   integer PRIMARY KEY,
    envelope  bytea NOT NULL,
    issued_at timestamptz NOT NULL
);

CREATE TABLE partner (
    node      text PRIMARY KEY,
    name      text NOT NULL,
    country   text NOT NULL,
    standing  text NOT NULL,
    version   integer NOT NULL,
    envelope  bytea NOT NULL,
    added_by  text NOT NULL,
    added_at  timestamptz NOT NULL
);

-- Every version of a partner's card: a key stays good for what it signed before it was replaced.
CREATE TABLE partner_card (
    node     text NOT NULL REFERENCES partner,
    version  integer NOT NULL,
    envelope bytea NOT NULL,
    PRIMARY KEY (node, version)
);

CREATE TABLE agreement (
    id           text PRIMARY KEY,
    partner      text NOT NULL REFERENCES partner,
    envelope     bytea NOT NULL,
    received_at  timestamptz NOT NULL,
    suspended_by text[] NOT NULL DEFAULT '{}',
    -- The first day of an agreement, signed by both, that takes this one's place, and which.
    superseded_from date,
    superseded_by   text
);
CREATE INDEX agreement_by_partner ON agreement (partner);

-- Every decision on a record and a partner, yes or no, with the verdict on each field.
CREATE TABLE release (
    id         uuid PRIMARY KEY,
    record_id  uuid NOT NULL,
    originator text NOT NULL,
    event_id   uuid,
    partner    text NOT NULL,
    outcome    text NOT NULL,
    rule       text NOT NULL,
    decided_at timestamptz NOT NULL,
    body       json NOT NULL
);
CREATE INDEX release_by_record ON release (record_id, partner);
CREATE INDEX release_by_event ON release (event_id);
CREATE INDEX release_by_partner ON release (partner, decided_at DESC);

-- One row a stream and direction; the row's lock orders everything that is appended to it.
CREATE TABLE stream_out (
    partner     text NOT NULL REFERENCES partner,
    stream      text NOT NULL,
    epoch       integer NOT NULL,
    next_seq    bigint NOT NULL,
    chain       text NOT NULL,
    acked_seq   bigint NOT NULL DEFAULT 0,
    last_try_at timestamptz,
    last_error  text NOT NULL DEFAULT '',
    failures    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (partner, stream)
);

-- Whole messages may carry names, so they stand in the nominal schema whatever they carry.
CREATE TABLE nominal.outbox (
    partner    text NOT NULL,
    stream     text NOT NULL,
    epoch      integer NOT NULL,
    seq        bigint NOT NULL,
    message_id uuid NOT NULL,
    release_id uuid,
    -- The last day, itself left out, on which the record in the message may leave; none for what carries no record.
    delete_by  date,
    message    bytea NOT NULL,
    chain      text NOT NULL,
    queued_at  timestamptz NOT NULL,
    verdict    text,
    rule       text,
    reason     text,
    PRIMARY KEY (partner, stream, epoch, seq)
);
CREATE INDEX outbox_by_release ON nominal.outbox (release_id);

CREATE TABLE stream_in (
    partner  text NOT NULL REFERENCES partner,
    stream   text NOT NULL,
    epoch    integer NOT NULL,
    next_seq bigint NOT NULL,
    chain    text NOT NULL,
    frozen   text,
    PRIMARY KEY (partner, stream)
);

CREATE TABLE inbox (
    partner     text NOT NULL,
    stream      text NOT NULL,
    epoch       integer NOT NULL,
    seq         bigint NOT NULL,
    leaf        text NOT NULL,
    kind        text NOT NULL,
    record      text NOT NULL,
    agreement   text NOT NULL,
    acceptance  text NOT NULL,
    rule        text NOT NULL,
    reason      text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (partner, stream, epoch, seq)
);
CREATE INDEX inbox_by_time ON inbox (received_at DESC, partner, seq);
CREATE INDEX inbox_by_record ON inbox (record);

-- The exact signed body of every bundle that brought something new, as evidence; and both sides of a contradiction.
CREATE TABLE nominal.bundle_in (
    partner     text NOT NULL,
    stream      text NOT NULL,
    epoch       integer NOT NULL,
    first_seq   bigint NOT NULL,
    last_seq    bigint NOT NULL,
    body        bytea NOT NULL,
    key_id      text NOT NULL,
    signature   bytea NOT NULL,
    contradicts boolean NOT NULL DEFAULT false,
    received_at timestamptz NOT NULL
);
CREATE INDEX bundle_in_by_seq ON nominal.bundle_in (partner, stream, epoch, last_seq);

CREATE TABLE receipt (
    sender    text NOT NULL,
    receiver  text NOT NULL,
    stream    text NOT NULL,
    epoch     integer NOT NULL,
    upto_seq  bigint NOT NULL,
    envelope  bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    PRIMARY KEY (sender, receiver, stream, epoch, upto_seq)
);
