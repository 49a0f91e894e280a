-- When the signing and sealing keys of this node that newer ones follow go out of use, and when they were destroyed.
CREATE TABLE retired_key (
    key_id       text PRIMARY KEY,
    ends_at      timestamptz NOT NULL,
    destroyed_at timestamptz
);

-- Which version of this node's own card each partner has confirmed, and how the last try to exchange cards ended.
CREATE TABLE card_exchange (
    partner   text PRIMARY KEY REFERENCES partner,
    confirmed integer NOT NULL DEFAULT 0,
    tried_at  timestamptz,
    asked_at  timestamptz,
    problem   text NOT NULL DEFAULT ''
);

-- Messages that came under a key after its holder had lost it; people look at each.
CREATE TABLE doubtful (
    partner   text NOT NULL REFERENCES partner,
    stream    text NOT NULL,
    epoch     integer NOT NULL,
    seq       bigint NOT NULL,
    key_id    text NOT NULL,
    noted_at  timestamptz NOT NULL,
    looked_at timestamptz,
    looked_by text NOT NULL DEFAULT '',
    PRIMARY KEY (partner, stream, epoch, seq)
);

-- Invitations given out; the secret is needed until the one answer to it has come, and is forgotten then.
CREATE TABLE invitation (
    id         text PRIMARY KEY,
    secret     bytea NOT NULL,
    made_by    text NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

-- Nodes that were introduced by an invitation and wait until a second person has compared the words; not partners yet.
CREATE TABLE pending_partner (
    node     text PRIMARY KEY,
    envelope bytea NOT NULL,
    words    text NOT NULL,
    begun_by text NOT NULL,
    begun_at timestamptz NOT NULL,
    ends_at  timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0
);
