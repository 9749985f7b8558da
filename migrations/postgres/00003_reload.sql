-- +goose Up
-- The text of this file is the same in both dialects.

-- Why auto-reload waits until reload_retry_at; the automatic purchase that is on its way; the most that the next one may be,
-- where the subscriber was told an amount and confirmed it (0: what the rule says).
ALTER TABLE meters ADD COLUMN reload_waits TEXT NOT NULL DEFAULT '' CHECK (reload_waits IN ('', 'declined', 'guard', 'ceiling', 'limit'));
ALTER TABLE meters ADD COLUMN reload_purchase_id TEXT NOT NULL DEFAULT '';
ALTER TABLE meters ADD COLUMN reload_confirmed_nanos BIGINT NOT NULL DEFAULT 0;
-- When a worker has to look whether the subscriber is to be told something; 0 = nothing to look at.
ALTER TABLE meters ADD COLUMN alerts_due_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX meters_reload_wanted ON meters (reload_wanted_at) WHERE reload_wanted_at > 0;
CREATE INDEX meters_alerts_due ON meters (alerts_due_at) WHERE alerts_due_at > 0;

-- The guard counts automatic purchases over the last hour and day.
CREATE INDEX purchases_reloads ON purchases (account_id, planned_at) WHERE kind = 'auto_reload';

-- Money of a purchase that went back: refunds and disputes, each once, by the provider's id. `posted_nanos` is what its entry took.
CREATE TABLE purchase_reversals (
    account_id   TEXT NOT NULL,
    id           TEXT NOT NULL,
    purchase_id  TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('refund', 'dispute')),
    state        TEXT NOT NULL CHECK (state IN ('open', 'taken', 'returned', 'closed')),
    amount_nanos BIGINT NOT NULL CHECK (amount_nanos > 0),
    posted_nanos BIGINT NOT NULL DEFAULT 0 CHECK (posted_nanos >= 0 AND posted_nanos <= amount_nanos),
    seen_at      BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    next_check_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, purchase_id) REFERENCES purchases (account_id, id) ON DELETE RESTRICT
);
CREATE INDEX purchase_reversals_by_purchase ON purchase_reversals (account_id, purchase_id);
CREATE INDEX purchase_reversals_waiting ON purchase_reversals (next_check_at) WHERE next_check_at > 0;
-- The entry of a refund or dispute carries the provider's id of it as its note.
CREATE UNIQUE INDEX entries_by_reversal ON entries (account_id, kind, note) WHERE kind IN ('refund', 'dispute', 'dispute_won');
CREATE UNIQUE INDEX entries_by_corrected ON entries (account_id, corrects_seq) WHERE corrects_seq <> 0;

-- How far a worker has come with something that it does from time to time.
CREATE TABLE worker_marks (
    name TEXT NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);
