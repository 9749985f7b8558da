-- +goose Up
-- The text of this file is the same in both dialects (a test holds that).
-- Money: BIGINT nano-dollars, `_nanos`. Times: BIGINT microseconds since 1970 UTC, `_at`; 0 = never.

-- Who pays. One person, signs in with e-mail.
CREATE TABLE accounts (
    id            TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL DEFAULT '',
    company       TEXT NOT NULL DEFAULT '',
    address       TEXT NOT NULL DEFAULT '',
    tax_id        TEXT NOT NULL DEFAULT '',
    password_hash TEXT NOT NULL DEFAULT '',
    locale        TEXT NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'it')),
    created_at    BIGINT NOT NULL
);

-- The state of an account that decides about money. Its row is locked by every use case that changes any of it.
CREATE TABLE meters (
    account_id             TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    plan                   TEXT NOT NULL DEFAULT '',
    closed                 BOOLEAN NOT NULL DEFAULT FALSE,
    time_zone              TEXT NOT NULL,
    month_starts_at        BIGINT NOT NULL,
    seen_at                BIGINT NOT NULL,
    version                BIGINT NOT NULL DEFAULT 0,
    extra_usage            BOOLEAN NOT NULL DEFAULT FALSE,
    extra_usage_since_at   BIGINT NOT NULL DEFAULT 0,
    always_continue        BOOLEAN NOT NULL DEFAULT FALSE,
    always_continue_since_at BIGINT NOT NULL DEFAULT 0,
    reload_on              BOOLEAN NOT NULL DEFAULT FALSE,
    reload_threshold_nanos BIGINT NOT NULL DEFAULT 0,
    reload_target_nanos    BIGINT NOT NULL DEFAULT 0,
    reload_pause           TEXT NOT NULL DEFAULT '' CHECK (reload_pause IN ('', 'declined', 'action_required', 'reversal')),
    reload_declines        BIGINT NOT NULL DEFAULT 0,
    reload_retry_at        BIGINT NOT NULL DEFAULT 0,
    reload_wanted_at       BIGINT NOT NULL DEFAULT 0,
    balance_nanos          BIGINT NOT NULL DEFAULT 0,
    held_nanos             BIGINT NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
    entry_seq              BIGINT NOT NULL DEFAULT 0,
    entry_hash             TEXT NOT NULL DEFAULT '',
    refusal_reason         TEXT NOT NULL DEFAULT '',
    refusal_needed_nanos   BIGINT NOT NULL DEFAULT 0,
    refusal_window_starts_at BIGINT NOT NULL DEFAULT 0,
    refused_at             BIGINT NOT NULL DEFAULT 0
);

-- A billing month. The limit in force stands beside what is spent and held of it: one row, one lock.
CREATE TABLE billing_months (
    account_id      TEXT NOT NULL,
    starts_at       BIGINT NOT NULL,
    ends_at         BIGINT NOT NULL CHECK (ends_at > starts_at),
    limit_kind      TEXT NOT NULL DEFAULT 'unset' CHECK (limit_kind IN ('unset', 'amount', 'unlimited')),
    limit_nanos     BIGINT NOT NULL DEFAULT 0 CHECK ((limit_kind = 'amount') = (limit_nanos > 0)),
    spent_nanos     BIGINT NOT NULL DEFAULT 0 CHECK (spent_nanos >= 0),
    held_nanos      BIGINT NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
    reloaded_nanos  BIGINT NOT NULL DEFAULT 0 CHECK (reloaded_nanos >= 0),
    opening_balance_nanos BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, starts_at)
);

-- The plan's five-hour session.
CREATE TABLE usage_windows (
    account_id      TEXT NOT NULL,
    starts_at       BIGINT NOT NULL,
    ends_at         BIGINT NOT NULL CHECK (ends_at > starts_at),
    allowance_nanos BIGINT NOT NULL CHECK (allowance_nanos >= 0),
    used_nanos      BIGINT NOT NULL DEFAULT 0 CHECK (used_nanos >= 0 AND used_nanos <= allowance_nanos),
    open_nanos      BIGINT NOT NULL DEFAULT 0 CHECK (open_nanos >= 0),
    choice          TEXT NOT NULL DEFAULT '' CHECK (choice IN ('', 'stop', 'continue')),
    PRIMARY KEY (account_id, starts_at)
);

-- Extra money reserved per window and billing month.
CREATE TABLE pools (
    account_id       TEXT NOT NULL,
    window_starts_at BIGINT NOT NULL,
    month_starts_at  BIGINT NOT NULL,
    pool_nanos       BIGINT NOT NULL CHECK (pool_nanos >= 0),
    PRIMARY KEY (account_id, window_starts_at, month_starts_at)
);

-- Every continue choice of a window, in time: a late event is judged by the choice in force at its own time.
CREATE TABLE session_choices (
    account_id       TEXT NOT NULL,
    window_starts_at BIGINT NOT NULL,
    at               BIGINT NOT NULL,
    choice           TEXT NOT NULL CHECK (choice IN ('stop', 'continue')),
    PRIMARY KEY (account_id, window_starts_at, at)
);

CREATE TABLE holds (
    account_id            TEXT NOT NULL,
    id                    TEXT NOT NULL,
    state                 TEXT NOT NULL CHECK (state IN ('open', 'settled', 'voided', 'expired')),
    model                 TEXT NOT NULL,
    input_tokens          BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    cache_read_tokens     BIGINT NOT NULL,
    max_tokens            BIGINT NOT NULL,
    worst_case_nanos      BIGINT NOT NULL CHECK (worst_case_nanos > 0),
    covered_nanos         BIGINT NOT NULL CHECK (covered_nanos >= 0 AND covered_nanos <= worst_case_nanos),
    plan_nanos            BIGINT NOT NULL CHECK (plan_nanos >= 0 AND plan_nanos <= covered_nanos),
    permitted             BOOLEAN NOT NULL,
    window_starts_at      BIGINT NOT NULL,
    month_starts_at       BIGINT NOT NULL,
    created_at            BIGINT NOT NULL,
    expires_at            BIGINT NOT NULL,
    ended_at              BIGINT NOT NULL DEFAULT 0,
    caller                TEXT NOT NULL,
    idempotency_key       TEXT NOT NULL,
    fingerprint           TEXT NOT NULL,
    settle_fingerprint    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX holds_by_key ON holds (account_id, caller, idempotency_key);
CREATE INDEX holds_by_id ON holds (id);
CREATE INDEX holds_open ON holds (expires_at) WHERE state = 'open';

-- What was used: one row per settled hold or event, never changed. Each explains its charge (P8).
CREATE TABLE usages (
    account_id            TEXT NOT NULL,
    id                    TEXT NOT NULL,
    hold_id               TEXT NOT NULL DEFAULT '',
    source                TEXT NOT NULL DEFAULT '',
    event_id              TEXT NOT NULL DEFAULT '',
    message_id            TEXT NOT NULL DEFAULT '',
    model_id              TEXT NOT NULL,
    model                 TEXT NOT NULL,
    tier                  TEXT NOT NULL,
    rates_version         TEXT NOT NULL,
    occurred_at           BIGINT NOT NULL,
    arrived_at            BIGINT NOT NULL,
    input_tokens          BIGINT NOT NULL CHECK (input_tokens >= 0),
    output_tokens         BIGINT NOT NULL CHECK (output_tokens >= 0),
    cache_write_tokens    BIGINT NOT NULL CHECK (cache_write_tokens >= 0),
    cache_write_1h_tokens BIGINT NOT NULL CHECK (cache_write_1h_tokens >= 0),
    cache_read_tokens     BIGINT NOT NULL CHECK (cache_read_tokens >= 0),
    input_rate_nanos      BIGINT NOT NULL,
    output_rate_nanos     BIGINT NOT NULL,
    cache_write_rate_nanos    BIGINT NOT NULL,
    cache_write_1h_rate_nanos BIGINT NOT NULL,
    cache_read_rate_nanos BIGINT NOT NULL,
    cost_nanos            BIGINT NOT NULL CHECK (cost_nanos >= 0),
    plan_nanos            BIGINT NOT NULL CHECK (plan_nanos >= 0),
    extra_nanos           BIGINT NOT NULL CHECK (extra_nanos >= 0),
    absorbed_nanos        BIGINT NOT NULL CHECK (absorbed_nanos >= 0),
    absorbed_because      TEXT NOT NULL DEFAULT '',
    permitted             BOOLEAN NOT NULL,
    window_starts_at      BIGINT NOT NULL,
    month_starts_at       BIGINT NOT NULL,
    allowance_nanos       BIGINT NOT NULL,
    used_before_nanos     BIGINT NOT NULL,
    open_before_nanos     BIGINT NOT NULL,
    pool_before_nanos     BIGINT NOT NULL,
    balance_after_nanos   BIGINT NOT NULL,
    spent_after_nanos     BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    CHECK (cost_nanos = plan_nanos + extra_nanos + absorbed_nanos),
    CHECK (extra_nanos = 0 OR used_before_nanos + plan_nanos = allowance_nanos)
);
CREATE UNIQUE INDEX usages_by_hold ON usages (account_id, hold_id) WHERE hold_id <> '';
CREATE UNIQUE INDEX usages_by_event ON usages (account_id, source, event_id) WHERE event_id <> '';
CREATE UNIQUE INDEX usages_by_message ON usages (account_id, message_id) WHERE message_id <> '';
CREATE INDEX usages_by_time ON usages (account_id, occurred_at, id);

-- Roll-up of usages, kept in their transaction. `day` is the calendar day in the account's billing zone.
CREATE TABLE usage_days (
    account_id            TEXT NOT NULL,
    month_starts_at       BIGINT NOT NULL,
    day                   TEXT NOT NULL,
    model                 TEXT NOT NULL,
    requests              BIGINT NOT NULL,
    input_tokens          BIGINT NOT NULL,
    output_tokens         BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    cache_read_tokens     BIGINT NOT NULL,
    plan_nanos            BIGINT NOT NULL,
    extra_nanos           BIGINT NOT NULL,
    absorbed_nanos        BIGINT NOT NULL,
    PRIMARY KEY (account_id, month_starts_at, day, model)
);

-- Usage that could not be priced, kept for review, never priced at zero (P12).
CREATE TABLE rejected_usages (
    account_id  TEXT NOT NULL,
    id          TEXT NOT NULL,
    source      TEXT NOT NULL DEFAULT '',
    event_id    TEXT NOT NULL DEFAULT '',
    message_id  TEXT NOT NULL DEFAULT '',
    model_id    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    payload     TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    arrived_at  BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX rejected_usages_by_event ON rejected_usages (account_id, source, event_id) WHERE event_id <> '';

-- Requests refused before they ran, for "why was this refused". Kept 30 days.
CREATE TABLE refusals (
    account_id      TEXT NOT NULL,
    id              TEXT NOT NULL,
    at              BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    model           TEXT NOT NULL,
    needed_nanos    BIGINT NOT NULL,
    available_nanos BIGINT NOT NULL,
    fits_max_tokens BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX refusals_by_time ON refusals (at);

-- The ledger. Amounts are signed: credit positive, charge negative; the other leg goes to `contra`, an account of the operator.
CREATE TABLE entries (
    account_id          TEXT NOT NULL,
    seq                 BIGINT NOT NULL CHECK (seq > 0),
    at                  BIGINT NOT NULL,
    month_starts_at     BIGINT NOT NULL,
    kind                TEXT NOT NULL CHECK (kind IN ('charge', 'purchase', 'refund', 'dispute', 'dispute_won', 'correction')),
    contra              TEXT NOT NULL CHECK (contra IN ('revenue', 'clearing', 'operator')),
    amount_nanos        BIGINT NOT NULL CHECK (amount_nanos <> 0),
    balance_after_nanos BIGINT NOT NULL,
    usage_id            TEXT NOT NULL DEFAULT '',
    purchase_id         TEXT NOT NULL DEFAULT '',
    corrects_seq        BIGINT NOT NULL DEFAULT 0,
    note                TEXT NOT NULL DEFAULT '',
    prev_hash           TEXT NOT NULL,
    hash                TEXT NOT NULL,
    PRIMARY KEY (account_id, seq),
    CHECK (kind <> 'charge' OR (amount_nanos < 0 AND usage_id <> '')),
    CHECK (kind <> 'purchase' OR (amount_nanos > 0 AND purchase_id <> ''))
);
CREATE UNIQUE INDEX entries_by_usage ON entries (account_id, usage_id) WHERE usage_id <> '';
CREATE UNIQUE INDEX entries_by_purchase ON entries (account_id, purchase_id) WHERE kind = 'purchase';

-- Who changed what, from what to what. Append-only.
CREATE TABLE setting_changes (
    account_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    at         BIGINT NOT NULL,
    setting    TEXT NOT NULL,
    old_value  TEXT NOT NULL,
    new_value  TEXT NOT NULL,
    actor      TEXT NOT NULL CHECK (actor IN ('subscriber', 'client', 'system', 'operator')),
    version    BIGINT NOT NULL,
    undoes     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX setting_changes_undone ON setting_changes (account_id, undoes) WHERE undoes <> '';

-- What the subscriber agreed to when they switched extra usage on: the exact words shown. Append-only.
CREATE TABLE consents (
    account_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    at         BIGINT NOT NULL,
    locale     TEXT NOT NULL,
    terms      TEXT NOT NULL,
    terms_hash TEXT NOT NULL,
    button     TEXT NOT NULL,
    limit_kind TEXT NOT NULL,
    limit_nanos BIGINT NOT NULL,
    reload_on  BOOLEAN NOT NULL,
    reload_threshold_nanos BIGINT NOT NULL,
    reload_target_nanos BIGINT NOT NULL,
    first_purchase_nanos BIGINT NOT NULL,
    card_last4 TEXT NOT NULL,
    address    TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- What is being prepared on the way to enabling; nothing of it is in force.
CREATE TABLE enable_drafts (
    account_id             TEXT NOT NULL PRIMARY KEY,
    version                BIGINT NOT NULL,
    limit_kind             TEXT NOT NULL DEFAULT 'unset' CHECK (limit_kind IN ('unset', 'amount', 'unlimited')),
    limit_nanos            BIGINT NOT NULL DEFAULT 0,
    unlimited_confirmed    BOOLEAN NOT NULL DEFAULT FALSE,
    reload_on              BOOLEAN NOT NULL DEFAULT FALSE,
    reload_threshold_nanos BIGINT NOT NULL DEFAULT 0,
    reload_target_nanos    BIGINT NOT NULL DEFAULT 0,
    first_purchase_nanos   BIGINT NOT NULL DEFAULT 0,
    always_continue        BOOLEAN NOT NULL DEFAULT FALSE,
    saved                  BOOLEAN NOT NULL DEFAULT FALSE,
    purchase_key           TEXT NOT NULL,
    updated_at             BIGINT NOT NULL
);

CREATE TABLE payment_methods (
    account_id  TEXT NOT NULL,
    id          TEXT NOT NULL,
    provider    TEXT NOT NULL,
    live        BOOLEAN NOT NULL,
    customer    TEXT NOT NULL,
    method      TEXT NOT NULL,
    brand       TEXT NOT NULL,
    last4       TEXT NOT NULL,
    exp_month   BIGINT NOT NULL,
    exp_year    BIGINT NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    added_at    BIGINT NOT NULL,
    removed_at  BIGINT NOT NULL DEFAULT 0,
    detached_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX payment_methods_current ON payment_methods (account_id) WHERE removed_at = 0;

-- A visit to the provider's page to add a card.
CREATE TABLE card_setups (
    account_id  TEXT NOT NULL,
    id          TEXT NOT NULL,
    provider    TEXT NOT NULL,
    session     TEXT NOT NULL DEFAULT '',
    return_to   TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX card_setups_by_session ON card_setups (provider, session) WHERE session <> '';

CREATE TABLE purchases (
    account_id        TEXT NOT NULL,
    id                TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('manual', 'auto_reload')),
    state             TEXT NOT NULL CHECK (state IN ('planned', 'submitted', 'succeeded', 'declined', 'requires_action', 'unknown', 'abandoned')),
    amount_nanos      BIGINT NOT NULL CHECK (amount_nanos > 0 AND amount_nanos % 10000000 = 0),
    form_key          TEXT NOT NULL DEFAULT '',
    payment_method_id TEXT NOT NULL,
    month_starts_at   BIGINT NOT NULL,
    provider          TEXT NOT NULL,
    live              BOOLEAN NOT NULL,
    charge            TEXT NOT NULL DEFAULT '',
    failure           TEXT NOT NULL DEFAULT '',
    action_url        TEXT NOT NULL DEFAULT '',
    receipt_number    BIGINT NOT NULL DEFAULT 0,
    planned_at        BIGINT NOT NULL,
    submitted_at      BIGINT NOT NULL DEFAULT 0,
    sends             BIGINT NOT NULL DEFAULT 0,
    next_check_at     BIGINT NOT NULL DEFAULT 0,
    ended_at          BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, payment_method_id) REFERENCES payment_methods (account_id, id) ON DELETE RESTRICT
);
CREATE INDEX purchases_by_id ON purchases (id);
CREATE UNIQUE INDEX purchases_by_form ON purchases (account_id, form_key) WHERE form_key <> '';
CREATE UNIQUE INDEX purchases_by_receipt ON purchases (account_id, receipt_number) WHERE receipt_number <> 0;
CREATE UNIQUE INDEX purchases_one_reload ON purchases (account_id)
    WHERE kind = 'auto_reload' AND state IN ('planned', 'submitted', 'unknown', 'requires_action');
CREATE INDEX purchases_pending ON purchases (next_check_at)
    WHERE state IN ('planned', 'submitted', 'unknown', 'requires_action');

-- Inbox of the provider's events: hints to look the object up again.
CREATE TABLE webhook_events (
    provider     TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    kind         TEXT NOT NULL,
    object_id    TEXT NOT NULL,
    received_at  BIGINT NOT NULL,
    processed_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_events_waiting ON webhook_events (received_at) WHERE processed_at = 0;

CREATE TABLE staff_members (
    id            TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL DEFAULT '',
    locale        TEXT NOT NULL DEFAULT 'en',
    password_hash TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);

-- A staff member's permission to look at one account, with a reason, for a short time.
CREATE TABLE staff_looks (
    account_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    staff_id   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    ticket     TEXT NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- Each page a staff member saw of an account. Append-only, on the subscriber's activity page.
CREATE TABLE staff_views (
    account_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    look_id    TEXT NOT NULL,
    staff_id   TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    reason     TEXT NOT NULL,
    ticket     TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Web sessions. Only the SHA-256 of the cookie's random id is kept.
CREATE TABLE sessions (
    id_hash          TEXT NOT NULL PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    account_id       TEXT NOT NULL DEFAULT '',
    staff_id         TEXT NOT NULL DEFAULT '',
    created_at       BIGINT NOT NULL,
    seen_at          BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    user_agent       TEXT NOT NULL,
    address          TEXT NOT NULL,
    CHECK ((account_id = '') <> (staff_id = ''))
);
CREATE INDEX sessions_by_account ON sessions (account_id);

-- Mailed one-use links.
CREATE TABLE sign_in_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL DEFAULT '',
    staff_id   TEXT NOT NULL DEFAULT '',
    purpose    TEXT NOT NULL CHECK (purpose IN ('sign_in', 'email')),
    email      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0
);

-- Failed sign-ins and asked links, per hashed e-mail and per address, for throttling. Kept one day.
CREATE TABLE sign_in_attempts (
    subject TEXT NOT NULL,
    id      TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (subject, id)
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (at);

CREATE TABLE api_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    secret_hash  TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL DEFAULT 0,
    last_used_at BIGINT NOT NULL DEFAULT 0
);

-- Answers given under an Idempotency-Key, by caller. Kept 30 days; natural keys forbid a second effect for ever.
CREATE TABLE idempotent_answers (
    caller      TEXT NOT NULL,
    operation   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status      BIGINT NOT NULL,
    body        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (caller, operation, key)
);

-- Outbox of mails.
CREATE TABLE mails (
    id         TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL DEFAULT '',
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text_body  TEXT NOT NULL,
    html_body  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT NOT NULL DEFAULT 0,
    attempts   BIGINT NOT NULL DEFAULT 0,
    next_at    BIGINT NOT NULL
);
CREATE INDEX mails_waiting ON mails (next_at) WHERE sent_at = 0;

-- +goose Down
DROP TABLE mails;
DROP TABLE idempotent_answers;
DROP TABLE api_keys;
DROP TABLE sign_in_attempts;
DROP TABLE sign_in_links;
DROP TABLE sessions;
DROP TABLE staff_views;
DROP TABLE staff_looks;
DROP TABLE staff_members;
DROP TABLE webhook_events;
DROP TABLE purchases;
DROP TABLE card_setups;
DROP TABLE payment_methods;
DROP TABLE enable_drafts;
DROP TABLE consents;
DROP TABLE setting_changes;
DROP TABLE entries;
DROP TABLE refusals;
DROP TABLE rejected_usages;
DROP TABLE usage_days;
DROP TABLE usages;
DROP TABLE holds;
DROP TABLE session_choices;
DROP TABLE pools;
DROP TABLE usage_windows;
DROP TABLE billing_months;
DROP TABLE meters;
DROP TABLE accounts;
