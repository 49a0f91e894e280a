-- What originators cleared as evidence, as exact signed bytes: for holders of this node's records, and for this node.
CREATE TABLE clearance (
    id         uuid PRIMARY KEY,
    record     uuid NOT NULL,
    originator text NOT NULL,
    holder     text NOT NULL,
    agreement  text NOT NULL,
    envelope   bytea NOT NULL,
    kept_at    timestamptz NOT NULL
);
CREATE INDEX clearance_by_record ON clearance (record, originator, holder);
