// Package models keeps the rows. It is the only user of GORM and SQL, on SQLite and PostgreSQL alike.
//
// Two ways lead in. Store.InTx runs a use case as one transaction over typed queries (GORM). Store.Meter is the hot path of
// holds, settles and events: many cases over the state of many accounts are loaded together, decided one by one by pure
// functions of the caller, and written in one commit (group commit); nobody is answered before it.
//
// The row of an account in `meters` is its lock: whatever changes limit, spent, held, balance or settings takes it first.
// SQLite has one writer and BEGIN IMMEDIATE is the lock; PostgreSQL uses SELECT … FOR UPDATE in order of account id.
//
// Amounts are money.Amount (nano-dollars), instants are Instant (microseconds since 1970 UTC).
package models
