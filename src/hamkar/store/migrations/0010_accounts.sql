-- Who may sign in, and as what. password_hash: NULL until the person has chosen one with a one-time code. failures,
-- paused_until: wrong guesses since the last right one, and until when further ones are not looked at. locked_at,
-- locked_by: an administrator shut the account. totp_*: the secret of the code generator, in use once totp_since is
-- set; the last time step that was used, so that no code serves twice.
CREATE TABLE account (
    name          text PRIMARY KEY,
    roles         text[] NOT NULL CHECK (cardinality(roles) > 0),
    password_hash text,
    created_at    timestamptz NOT NULL,
    created_by    text NOT NULL,
    failures      integer NOT NULL DEFAULT 0,
    paused_until  timestamptz,
    locked_at     timestamptz,
    locked_by     text,
    totp_secret   text,
    totp_since    timestamptz,
    totp_step     bigint NOT NULL DEFAULT 0
);

-- Only the SHA-256 of a session's secret is kept: who reads this table cannot become anybody.
-- way: password, passkey or single_sign_on. proved_at: when the person last proved who they are with all that their
-- account asks for; NULL where they have not yet.
CREATE TABLE session (
    secret_sha256 bytea PRIMARY KEY,
    account       text NOT NULL REFERENCES account ON DELETE CASCADE,
    way           text NOT NULL,
    created_at    timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    proved_at     timestamptz,
    form_token    text NOT NULL
);
CREATE INDEX session_by_account ON session (account);

CREATE TABLE passkey (
    credential bytea PRIMARY KEY,
    account    text NOT NULL REFERENCES account ON DELETE CASCADE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    title      text NOT NULL,
    added_at   timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX passkey_by_account ON passkey (account);

-- What a passkey is to sign; taken out when it comes back, so that none serves twice. account: "" for signing in, where
-- nobody has said yet who they are.
CREATE TABLE passkey_challenge (
    challenge bytea PRIMARY KEY,
    act       text NOT NULL,
    account   text NOT NULL,
    made_at   timestamptz NOT NULL
);

-- Codes that stand in once for the code generator. They are random 80 bits, so their hash needs no salt.
CREATE TABLE recovery_code (
    account     text NOT NULL REFERENCES account ON DELETE CASCADE,
    code_sha256 bytea NOT NULL,
    PRIMARY KEY (account, code_sha256)
);

-- The one-time code with which somebody chooses new credentials: for a new account, or one that two administrators
-- recover. code_sha256 is set once the second has approved.
CREATE TABLE renewal (
    account     text PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL,
    approved_by text,
    code_sha256 bytea,
    expires_at  timestamptz NOT NULL
);

-- An account of the agency's own single sign-on: bound by issuer and subject, never by an address that can change hands.
CREATE TABLE single_sign_on (
    issuer  text NOT NULL,
    subject text NOT NULL,
    account text NOT NULL REFERENCES account ON DELETE CASCADE,
    since   timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- A way through the provider that has begun: what comes back must name the state and carry the browser's cookie.
-- session_sha256, account: of whoever binds an account or proves anew who they are; NULL and "" for signing in.
CREATE TABLE single_sign_on_attempt (
    state_sha256   bytea PRIMARY KEY,
    browser_sha256 bytea NOT NULL,
    act            text NOT NULL,
    account        text NOT NULL,
    session_sha256 bytea,
    nonce          text NOT NULL,
    verifier       text NOT NULL,
    back           text NOT NULL,
    made_at        timestamptz NOT NULL
);
