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

-- Append-only; an RFC 9162 Merkle tree. The leaf is the hash of commitment = SHA-256(salt | event), so event and salt can
-- be erased and every proof stays good. subtrees: the hashes of the perfect subtrees, beyond the leaf, that become whole
-- with this entry, the smallest first, 32 bytes each. What is searched for is derived from the event and cannot differ.
CREATE TABLE log (
    seq        bigint PRIMARY KEY,
    at         timestamptz NOT NULL,
    event      text,
    salt       bytea,
    commitment bytea NOT NULL,
    subtrees   bytea NOT NULL,
    act        text GENERATED ALWAYS AS (event::jsonb ->> 'act') STORED,
    subject    text GENERATED ALWAYS AS (event::jsonb ->> 'subject') STORED,
    partner    text GENERATED ALWAYS AS (event::jsonb ->> 'partner') STORED
);
CREATE INDEX log_by_subject ON log (subject, seq);

-- The entries whose subtrees are the peaks of the tree over the entries so far, one for each bit of their number.
CREATE FUNCTION log_peaks() RETURNS TABLE (seq bigint, commitment bytea, subtrees bytea) LANGUAGE sql STABLE AS $$
    SELECT entry.seq, entry.commitment, entry.subtrees
    FROM (SELECT max(log.seq) AS size FROM log) AS whole, generate_series(0, 62) AS bit, log AS entry
    WHERE (whole.size >> bit) & 1 = 1 AND entry.seq = (whole.size >> bit) << bit
    ORDER BY entry.seq
$$;

-- The same for whoever appends: in the lock that gives entries one order until the unit of work ends, and as the log
-- stands once the lock is there, which a volatile function sees and a single statement would not.
CREATE FUNCTION log_locked_peaks() RETURNS TABLE (seq bigint, commitment bytea, subtrees bytea) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7521966787962237031);
    RETURN QUERY SELECT * FROM log_peaks();
END
$$;

-- What this node has seen of each partner's log, and what the partner has seen of this node's.
-- size, root, issued_at: the newest checkpoint that the partner signed and that goes on from all before; kind, stream,
-- epoch, number: the bundle or receipt that says so. also_*: what the partner signed for somebody else, not linked yet.
-- told_at: the size of this node's own log from which on it tells the partner to prove from there. unproved: how many
-- checkpoints came without a proof from a partner that had been told. forked: why nothing is cosigned until people settle it.
-- cosigned, cosigned_root, cosigned_at: how far the partner cosigned this node's log, and when; prove_from: where it
-- wants proofs to start; withheld_at: since when it cosigns nothing although it did.
CREATE TABLE witness (
    partner        text PRIMARY KEY REFERENCES partner,
    size           bigint,
    root           text,
    issued_at      timestamptz,
    kind           text,
    stream         text,
    epoch          integer,
    number         bigint,
    told_at        bigint NOT NULL DEFAULT 0,
    also_size      bigint,
    also_root      text,
    also_issued_at timestamptz,
    also_statement bytea,
    unproved       integer NOT NULL DEFAULT 0,
    unproved_since timestamptz,
    forked         text,
    cosigned       bigint NOT NULL DEFAULT 0,
    cosigned_root  text NOT NULL DEFAULT '',
    cosigned_at    timestamptz,
    prove_from     bigint[] NOT NULL DEFAULT '{}',
    withheld_at    timestamptz
);

-- Both signed statements of a contradiction (DSSE envelopes); whole bundles are among them, so they may carry names.
CREATE TABLE nominal.log_contradiction (
    partner    text NOT NULL REFERENCES partner,
    found_at   timestamptz NOT NULL,
    why        text NOT NULL,
    held_size  bigint NOT NULL,
    held_root  text NOT NULL,
    held       bytea,
    shown_size bigint NOT NULL,
    shown_root text NOT NULL,
    shown      bytea NOT NULL,
    settled_at timestamptz,
    settled_by text,
    settled    text
);
CREATE INDEX log_contradiction_by_partner ON nominal.log_contradiction (partner, found_at);

-- Secrets of this node that never leave it. The lineage secret gives the origins of claims names that say nothing.
CREATE TABLE secret (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO secret SELECT 'lineage', sha256(string_agg(uuid_send(gen_random_uuid()), '')) FROM generate_series(1, 4);
