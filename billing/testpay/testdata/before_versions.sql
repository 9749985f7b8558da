CREATE TABLE customers (
	id     TEXT NOT NULL PRIMARY KEY,
	locale TEXT NOT NULL
);
CREATE TABLE setups (
	id         TEXT NOT NULL PRIMARY KEY,
	session    TEXT NOT NULL UNIQUE,
	reference  TEXT NOT NULL,
	customer   TEXT NOT NULL REFERENCES customers (id),
	locale     TEXT NOT NULL,
	return_url TEXT NOT NULL,
	cancel_url TEXT NOT NULL,
	method     TEXT NOT NULL DEFAULT ''
);
CREATE TABLE methods (
	id          TEXT NOT NULL PRIMARY KEY,
	customer    TEXT NOT NULL REFERENCES customers (id),
	kind        TEXT NOT NULL,
	exp_month   INTEGER NOT NULL,
	exp_year    INTEGER NOT NULL,
	detached_at INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE charges (
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
CREATE TABLE events (
	id         TEXT NOT NULL PRIMARY KEY,
	body       TEXT NOT NULL,
	attempts   INTEGER NOT NULL DEFAULT 0,
	next_at    INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX events_waiting ON events (next_at) WHERE ended_at = 0;

INSERT INTO customers VALUES ('test_customer_old', 'it');
INSERT INTO methods (id, customer, kind, exp_month, exp_year) VALUES ('test_card_old', 'test_customer_old', 'succeeds', 12, 2029);
INSERT INTO setups VALUES ('setup_old', 'test_session_old', 'acc_old', 'test_customer_old', 'it', 'http://app.test/back', 'http://app.test/cancel', 'test_card_old');
INSERT INTO charges VALUES ('test_charge_old', 'purchase_old', 'acc_old', 'test_customer_old', 'test_card_old', 1000, 'http://app.test/paid',
	'4bf5078664de5ac596bcce66e1d2805a47acb314ea787e0875035ca353e4a80b', 'succeeded', '', CAST(strftime('%s', :now) AS INTEGER) * 1000000);
INSERT INTO charges VALUES ('test_charge_waits', 'purchase_waits', 'acc_old', 'test_customer_old', 'test_card_old', 500, 'http://app.test/paid',
	'x', 'requires_action', '', CAST(strftime('%s', :now) AS INTEGER) * 1000000);
INSERT INTO events (id, body, next_at) VALUES ('test_event_old', '{"id":"test_event_old","type":"charge.succeeded","created":1,"livemode":false,"object":"test_charge_old","purchase":"purchase_old"}', 0);
