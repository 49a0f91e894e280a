-- Requests for information, own and received. Two askers may use one number, so the asker's node is part of the key.
CREATE TABLE request (
    asker       text NOT NULL,
    id          uuid NOT NULL,
    partner     text NOT NULL REFERENCES partner,
    agreement   text NOT NULL,
    state       text NOT NULL,
    asked_at    timestamptz NOT NULL,
    due         timestamptz NOT NULL,
    finished_at timestamptz,
    held_at     timestamptz NOT NULL,
    asked_by    text NOT NULL,
    message_id  uuid,
    verdict     text,
    reason      text,
    PRIMARY KEY (asker, id)
);
CREATE INDEX request_by_id ON request (id);
CREATE INDEX request_by_time ON request (asked_at DESC, id);
CREATE INDEX request_by_agreement ON request (agreement);
CREATE INDEX request_open ON request (due) WHERE finished_at IS NULL;

-- What is asked and answered may name people, so it stands in the nominal schema whatever it says.
CREATE TABLE nominal.request_text (
    asker text NOT NULL,
    id    uuid NOT NULL,
    body  json NOT NULL,
    PRIMARY KEY (asker, id),
    FOREIGN KEY (asker, id) REFERENCES request ON DELETE CASCADE
);

CREATE TABLE nominal.request_subject (
    asker    text NOT NULL,
    id       uuid NOT NULL,
    kind     text NOT NULL,
    compared text NOT NULL,
    PRIMARY KEY (asker, id, kind, compared),
    FOREIGN KEY (asker, id) REFERENCES request ON DELETE CASCADE
);
CREATE INDEX request_subject_compared ON nominal.request_subject (kind, compared);

-- Every move of either side, once. "told_by" is the node that told it: the partner also gives back own moves that a
-- restored node has lost. "verdict" is the partner's on an own move; one that was rejected counts for nothing.
CREATE TABLE nominal.request_move (
    asker      text NOT NULL,
    request    uuid NOT NULL,
    id         uuid NOT NULL,
    made_by    text NOT NULL,
    number     integer NOT NULL,
    body       json NOT NULL,
    officer    text NOT NULL,
    told_by    text NOT NULL,
    held_at    timestamptz NOT NULL,
    message_id uuid,
    verdict    text,
    reason     text,
    PRIMARY KEY (asker, request, id),
    FOREIGN KEY (asker, request) REFERENCES request ON DELETE CASCADE
);
CREATE INDEX request_untold ON request (message_id) WHERE message_id IS NOT NULL AND verdict IS NULL;
CREATE INDEX request_move_untold ON nominal.request_move (message_id) WHERE message_id IS NOT NULL AND verdict IS NULL;

-- What no release sends is found by its message: whether a partner has taken a request or a move.
CREATE INDEX outbox_by_message ON nominal.outbox (message_id) WHERE release_id IS NULL;
