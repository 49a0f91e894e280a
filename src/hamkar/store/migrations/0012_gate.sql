-- The gate for nominal records that could put a life at risk. What people write here may name people, so all of it
-- stands in the schema ``nominal``; the counts that are published read nothing but dates, states and flags.

CREATE TABLE nominal.assurance (
    id          uuid PRIMARY KEY,
    partner     text NOT NULL,
    expires_on  date NOT NULL,
    revoked_by  text,
    revoked_at  timestamptz,
    revoked_why text,
    body        json NOT NULL
);
CREATE INDEX assurance_by_partner ON nominal.assurance (partner);

-- What is stated of aggravating facts in the case of a person or thing; what has no row is not known.
CREATE TABLE nominal.case_fact (
    entity     uuid NOT NULL,
    originator text NOT NULL,
    aggravator text NOT NULL,
    present    boolean NOT NULL,
    basis      text NOT NULL,
    stated_by  text NOT NULL,
    stated_at  timestamptz NOT NULL,
    PRIMARY KEY (entity, originator, aggravator)
);

CREATE TABLE nominal.assessment (
    id         uuid PRIMARY KEY,
    entity     uuid NOT NULL,
    originator text NOT NULL,
    partner    text NOT NULL,
    asked_at   timestamptz NOT NULL,
    saves_life boolean NOT NULL,
    body       json NOT NULL
);
CREATE INDEX assessment_by_entity ON nominal.assessment (entity, partner, asked_at DESC);

CREATE TABLE nominal.gate_decision (
    assessment uuid PRIMARY KEY REFERENCES nominal.assessment,
    granted    boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    body       json NOT NULL
);

-- A release that went through the gate, and what is still owed on it. ``scope`` is that of the assurance it rested on,
-- 'life_saving' where it rested on none. ``review_due`` is set for life-saving releases alone.
CREATE TABLE nominal.gate_release (
    release     uuid PRIMARY KEY,
    assessment  uuid NOT NULL UNIQUE REFERENCES nominal.assessment,
    partner     text NOT NULL,
    agreement   text NOT NULL,
    scope       text NOT NULL,
    released_at timestamptz NOT NULL,
    outcome_due date NOT NULL,
    outcome     json,
    outcome_at  timestamptz,
    review_due  timestamptz,
    review      json,
    reviewed_at timestamptz
);
CREATE INDEX gate_release_owing ON nominal.gate_release (released_at)
    WHERE outcome_at IS NULL OR (review_due IS NOT NULL AND reviewed_at IS NULL);

CREATE TABLE nominal.breach (
    id          uuid PRIMARY KEY,
    agreement   text NOT NULL,
    partner     text NOT NULL,
    recorded_at timestamptz NOT NULL,
    lifted_at   timestamptz,
    body        json NOT NULL
);
CREATE INDEX breach_standing ON nominal.breach (agreement) WHERE lifted_at IS NULL;
