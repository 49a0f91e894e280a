-- When this epoch of a stream began, and up to which number it was last written to a stick.
ALTER TABLE stream_out ADD COLUMN epoch_at timestamptz;
ALTER TABLE stream_out ADD COLUMN epoch_why text NOT NULL DEFAULT '';
ALTER TABLE stream_out ADD COLUMN exported_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE stream_out ADD COLUMN exported_at timestamptz;

-- The newest letter of each partner: what it said of its streams to this node, so that receipts go on from there.
CREATE TABLE letter (
    partner   text PRIMARY KEY REFERENCES partner,
    issued_at timestamptz NOT NULL,
    sent      json NOT NULL
);
