package testpay

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	_ "github.com/mattn/go-sqlite3" // registers "sqlite3"
)

// schemas of the provider's own store: each leads from the one before to the next, and the file's user_version counts those
// it has had. The first one may find its tables there: files from before they were counted.
// Amounts are cents, as card networks count; times are microseconds since 1970 UTC, 0 = never.
var schemas = []string{`
CREATE TABLE IF NOT EXISTS customers (
	id     TEXT NOT NULL PRIMARY KEY,
	locale TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS setups (
	id         TEXT NOT NULL PRIMARY KEY,
	session    TEXT NOT NULL UNIQUE,
	reference  TEXT NOT NULL,
	customer   TEXT NOT NULL REFERENCES customers (id),
	locale     TEXT NOT NULL,
	return_url TEXT NOT NULL,
	cancel_url TEXT NOT NULL,
	method     TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS methods (
	id          TEXT NOT NULL PRIMARY KEY,
	customer    TEXT NOT NULL REFERENCES customers (id),
	kind        TEXT NOT NULL,
	exp_month   INTEGER NOT NULL,
	exp_year    INTEGER NOT NULL,
	detached_at INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS charges (
	id          TEXT NOT NULL PRIMARY KEY,
	purchase    TEXT NOT NULL UNIQUE,
	account     TEXT NOT NULL,
	customer    TEXT NOT NULL,
	method      TEXT NOT NULL,
	cents       INTEGER NOT NULL CHECK (cents > 0),
	return_url  TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	state       TEXT NOT NULL,
	failure     TEXT NOT NULL DEFAULT '',
	created_at  INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
	id         TEXT NOT NULL PRIMARY KEY,
	body       TEXT NOT NULL,
	attempts   INTEGER NOT NULL DEFAULT 0,
	next_at    INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS events_waiting ON events (next_at) WHERE ended_at = 0;
`, `
-- A key is forgotten after a day; the charges that were made under it stay, each with its number.
CREATE TABLE keys (
	purchase    TEXT NOT NULL PRIMARY KEY,
	fingerprint TEXT NOT NULL,
	charge      TEXT NOT NULL,
	broken      INTEGER NOT NULL DEFAULT 0 CHECK (broken IN (0, 1)),
	created_at  INTEGER NOT NULL
);
INSERT INTO keys (purchase, fingerprint, charge, created_at) SELECT purchase, fingerprint, id, created_at FROM charges;
CREATE TABLE charges_2 (
	id         TEXT NOT NULL PRIMARY KEY,
	purchase   TEXT NOT NULL,
	n          INTEGER NOT NULL,
	account    TEXT NOT NULL,
	customer   TEXT NOT NULL,
	method     TEXT NOT NULL,
	cents      INTEGER NOT NULL CHECK (cents > 0),
	return_url TEXT NOT NULL,
	asked      INTEGER NOT NULL CHECK (asked IN (0, 1)),
	state      TEXT NOT NULL,
	failure    TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	settle_at  INTEGER NOT NULL DEFAULT 0,
	dispute_at INTEGER NOT NULL DEFAULT 0,
	UNIQUE (purchase, n)
);
INSERT INTO charges_2 (id, purchase, n, account, customer, method, cents, return_url, asked, state, failure, created_at)
	SELECT id, purchase, 1, account, customer, method, cents, return_url, 1, state, failure, created_at FROM charges;
DROP TABLE charges;
ALTER TABLE charges_2 RENAME TO charges;
CREATE INDEX charges_settle ON charges (settle_at) WHERE settle_at <> 0;
CREATE INDEX charges_dispute ON charges (dispute_at) WHERE dispute_at <> 0;
CREATE INDEX charges_method ON charges (method);
CREATE INDEX charges_created ON charges (created_at);
CREATE TABLE reversals (
	id         TEXT NOT NULL PRIMARY KEY,
	charge     TEXT NOT NULL REFERENCES charges (id),
	stage      TEXT NOT NULL,
	cents      INTEGER NOT NULL CHECK (cents > 0),
	created_at INTEGER NOT NULL
);
CREATE INDEX reversals_charge ON reversals (charge);
CREATE INDEX reversals_created ON reversals (created_at);
ALTER TABLE events ADD COLUMN delayed INTEGER NOT NULL DEFAULT 0;
`}

func openStore(path string) (*sql.DB, error) {
	// FULL and IMMEDIATE for the reasons that the app has: a debit that was answered survives power loss, a transaction that
	// reads before it writes does not fail half-way.
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_busy_timeout=10000&_foreign_keys=on&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("testpay: %w", err)
	}
	db.SetMaxOpenConns(1)
	if err := migrate(context.Background(), db); err != nil {
		db.Close()
		return nil, fmt.Errorf("testpay: open %s: %w", path, err)
	}
	return db, nil
}

// migrate brings a file to the present schema, in one transaction: of several processes that start at once, one does it.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(schemas) {
		return fmt.Errorf("its schema is number %d, this program knows %d: it was written by a newer one", version, len(schemas))
	}
	for _, schema := range schemas[version:] {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(schemas))); err != nil {
		return err
	}
	return tx.Commit()
}
