package testpay

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/mattn/go-sqlite3" // registers "sqlite3"
)

// schema of the provider's own store. Amounts are cents, as card networks count; times are microseconds since 1970 UTC, 0 = never.
const schema = `
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
`

func openStore(path string) (*sql.DB, error) {
	// FULL and IMMEDIATE for the reasons that the app has: a debit that was answered survives power loss, a transaction that
	// reads before it writes does not fail half-way.
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&_foreign_keys=on&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("testpay: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(context.Background(), schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("testpay: open %s: %w", path, err)
	}
	return db, nil
}
