-- +goose Up
-- The text of this file is the same in both dialects.

-- Issued invoices, as they were issued: `facts` is all that an invoice says (JSON), the sums stand beside it for the checks, and
-- `hash` is the SHA-256 of the whole row. Append-only.
CREATE TABLE invoices (
    account_id        TEXT NOT NULL,
    month_starts_at   BIGINT NOT NULL,
    number            BIGINT NOT NULL CHECK (number > 0),
    month             TEXT NOT NULL,
    issued_at         BIGINT NOT NULL,
    opening_nanos     BIGINT NOT NULL,
    purchased_nanos   BIGINT NOT NULL CHECK (purchased_nanos >= 0),
    returned_nanos    BIGINT NOT NULL,
    corrections_nanos BIGINT NOT NULL,
    extra_nanos       BIGINT NOT NULL CHECK (extra_nanos >= 0),
    closing_nanos     BIGINT NOT NULL,
    facts             TEXT NOT NULL,
    hash              TEXT NOT NULL,
    PRIMARY KEY (account_id, month_starts_at),
    CHECK (closing_nanos = opening_nanos + purchased_nanos - returned_nanos + corrections_nanos - extra_nanos)
);
CREATE UNIQUE INDEX invoices_by_number ON invoices (number);

-- The last number of a series of documents. Taking the next one holds this row until the document is committed with it, so that
-- no number is lost.
CREATE TABLE document_numbers (
    series TEXT NOT NULL PRIMARY KEY,
    last   BIGINT NOT NULL CHECK (last >= 0)
);
INSERT INTO document_numbers (series, last) VALUES ('invoice', 0);

-- The oldest billing month of each account that is not closed yet, and when it is time to try.
CREATE TABLE month_closings (
    account_id      TEXT NOT NULL PRIMARY KEY,
    month_starts_at BIGINT NOT NULL,
    due_at          BIGINT NOT NULL
);
CREATE INDEX month_closings_due ON month_closings (due_at);
INSERT INTO month_closings (account_id, month_starts_at, due_at)
    SELECT account_id, MIN(starts_at), MIN(ends_at) FROM billing_months GROUP BY account_id;

-- Which months have requests in progress. Small: a hold leaves it when it ends.
CREATE INDEX holds_open_by_month ON holds (account_id, month_starts_at) WHERE state = 'open';

-- +goose Down
DROP INDEX holds_open_by_month;
DROP TABLE month_closings;
DROP TABLE document_numbers;
DROP TABLE invoices;
