-- Recalls made here and taken here, as exact signed bytes. Each is also a tombstone: where ``here`` is true the record
-- is not given and not taken any more. ``answer`` is this node's own newest answer, None at the originator.
CREATE TABLE recall (
    id          uuid PRIMARY KEY,
    record      uuid NOT NULL,
    originator  text NOT NULL,
    here        boolean NOT NULL,
    replaced_by uuid,
    due         timestamptz NOT NULL,
    envelope    bytea NOT NULL,
    kept_at     timestamptz NOT NULL,
    answer      bytea
);
CREATE INDEX recall_by_record ON recall (record, originator);
CREATE INDEX recall_by_replacement ON recall (replaced_by, originator);

-- Whom this node asked, or heard of from another holder (told_by), and what each has answered.
CREATE TABLE recall_holder (
    recall      uuid NOT NULL REFERENCES recall ON DELETE CASCADE,
    holder      text NOT NULL,
    told_by     text NOT NULL,
    message     uuid,
    outcome     text,
    ground      text,
    until       date,
    answered_at timestamptz,
    answer      bytea,
    PRIMARY KEY (recall, holder)
);
CREATE INDEX recall_holder_unanswered ON recall_holder (recall) WHERE answered_at IS NULL;

-- Who asked this node, under which agreement: where its answers, and those of its onward holders, go.
CREATE TABLE recall_asker (
    recall    uuid NOT NULL REFERENCES recall ON DELETE CASCADE,
    asker     text NOT NULL,
    agreement text NOT NULL,
    PRIMARY KEY (recall, asker)
);

-- Records of others that the law obliges this node to keep although they may be recalled.
CREATE TABLE legal_hold (
    record     uuid NOT NULL,
    originator text NOT NULL,
    ground     text NOT NULL,
    until      date NOT NULL,
    placed_by  text NOT NULL,
    placed_at  timestamptz NOT NULL,
    PRIMARY KEY (record, originator)
);

-- Records out of use: recalled but under legal hold, old versions of own ones, and people whose report is recalled until
-- its corrected version comes. In no list, total, event or release.
CREATE TABLE nominal.set_aside (
    kind         text NOT NULL,
    id           uuid NOT NULL,
    originator   text NOT NULL,
    event_id     uuid,
    source_key   bytea,
    received_at  timestamptz NOT NULL,
    body         json NOT NULL,
    why          text NOT NULL,
    set_aside_at timestamptz NOT NULL,
    PRIMARY KEY (id, originator)
);
CREATE INDEX set_aside_waiting ON nominal.set_aside (originator) WHERE why = 'report_replaced';

-- Consents to passing on, as exact signed bytes: those given here, those got as a holder, those that came with a record.
CREATE TABLE consent (
    id           uuid PRIMARY KEY,
    record       uuid NOT NULL,
    originator   text NOT NULL,
    holder       text NOT NULL,
    recipient    text NOT NULL,
    until        date NOT NULL,
    agreement    text NOT NULL,
    envelope     bytea NOT NULL,
    kept_at      timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX consent_by_record ON consent (record, originator, holder, recipient);
