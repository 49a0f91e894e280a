-- How often this node was looked at, which the file node.mark also says: a file that says more stands beside a database
-- that was put back to a backup. Messages go in no epoch before "first_epoch".
CREATE TABLE mark (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    number      bigint NOT NULL DEFAULT 0,
    first_epoch integer NOT NULL DEFAULT 1
);
INSERT INTO mark DEFAULT VALUES;
