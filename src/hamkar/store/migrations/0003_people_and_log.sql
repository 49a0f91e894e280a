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

-- The peaks of the tree over the entries so far, the largest first, one for each bit of their number: the entry with
-- which each became whole, and its hash.
CREATE FUNCTION log_peaks() RETURNS TABLE (seq bigint, hash bytea) LANGUAGE sql STABLE AS $$
    SELECT entry.seq, CASE bit WHEN 0 THEN sha256('\x00'::bytea || entry.commitment)
        ELSE substring(entry.subtrees FROM bit * 32 - 31 FOR 32) END
    FROM (SELECT max(log.seq) AS size FROM log) AS whole, generate_series(0, 62) AS bit, log AS entry
    WHERE (whole.size >> bit) & 1 = 1 AND entry.seq = (whole.size >> bit) << bit
    ORDER BY entry.seq
$$;

-- Adds entries after the last one and returns how many there are now; ``said`` are their events, ``salts`` their salts
-- joined. The lock gives entries one order until the unit of work ends. What comes after it sees the log as it stands
-- once the lock is there, which a volatile function does and a single statement would not. An entry completes a subtree
-- with each peak whose bit is 1 at the end of the number of entries before it (RFC 9162, section 2.1).
CREATE FUNCTION log_append(at timestamptz, said text[], salts bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    size bigint;
    drawn bytea;
    committed bytea;
    peak bytea;
    whole bytea;
    completed bytea;
    height integer;
BEGIN
    PERFORM pg_advisory_xact_lock(7521966787962237031);
    size := coalesce((SELECT max(seq) FROM log), 0);
    FOR number IN 1 .. cardinality(said) LOOP
        drawn := substring(salts FROM number * 32 - 31 FOR 32);
        committed := sha256(drawn || convert_to(said[number], 'UTF8'));
        whole := sha256('\x00'::bytea || committed);
        completed := '';
        height := 0;
        WHILE (size >> height) & 1 = 1 LOOP
            SELECT CASE height WHEN 0 THEN sha256('\x00'::bytea || log.commitment)
                ELSE substring(log.subtrees FROM height * 32 - 31 FOR 32) END INTO STRICT peak
                FROM log WHERE seq = (size >> height) << height;
            whole := sha256('\x01'::bytea || peak || whole);
            completed := completed || whole;
            height := height + 1;
        END LOOP;
        size := size + 1;
        INSERT INTO log (seq, at, event, salt, commitment, subtrees)
            VALUES (size, log_append.at, said[number], drawn, committed, completed);
    END LOOP;
    RETURN size;
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
