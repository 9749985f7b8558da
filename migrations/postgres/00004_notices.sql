-- +goose Up
-- The text of this file is the same in both dialects.

-- What a subscriber was told. The key makes it happen once; `args` is JSON: amounts as decimal strings, times as microseconds.
CREATE TABLE notices (
    account_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    args       TEXT NOT NULL,
    read_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX notices_by_key ON notices (account_id, key);
CREATE INDEX notices_unread ON notices (account_id, id) WHERE read_at = 0;

-- What a subscriber wants to be told; without a row, everything. `percents` are those of the monthly limit, as 50,75,90,100.
CREATE TABLE alert_settings (
    account_id   TEXT NOT NULL PRIMARY KEY,
    percents     TEXT NOT NULL,
    spent_nanos  BIGINT NOT NULL CHECK (spent_nanos >= 0),
    mail_limit   BOOLEAN NOT NULL,
    mail_balance BOOLEAN NOT NULL,
    mail_session BOOLEAN NOT NULL,
    mail_reload  BOOLEAN NOT NULL
);

-- What the hot path compares with. The balance below which the subscriber wants to be told, without auto-reload; and whether
-- the balance was at least so high since they were told last.
ALTER TABLE meters ADD COLUMN low_balance_nanos BIGINT NOT NULL DEFAULT 5000000000;
ALTER TABLE meters ADD COLUMN low_balance_armed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE meters SET low_balance_armed = balance_nanos >= CASE WHEN reload_on THEN reload_threshold_nanos ELSE low_balance_nanos END;
-- From which spending on a worker has to look; and whether a request was refused for the limit in force.
ALTER TABLE billing_months ADD COLUMN alert_nanos BIGINT NOT NULL DEFAULT 0;
ALTER TABLE billing_months ADD COLUMN limit_refused BOOLEAN NOT NULL DEFAULT FALSE;
-- How far a session has come: 0, 1 nearly used, 2 its limit reached, 3 charged extra usage.
ALTER TABLE usage_windows ADD COLUMN alert_stage BIGINT NOT NULL DEFAULT 0;
