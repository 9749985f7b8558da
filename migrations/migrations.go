// Package migrations holds the schema as goose SQL, once per dialect under equal names.
//
// 00001_tables.sql is the same text in both: the column types used (TEXT, BIGINT, BOOLEAN) and partial indexes mean the same
// to SQLite and PostgreSQL. Only what has to differ, such as triggers, stands in files of its own.
package migrations

import "embed"

// Files has the folders sqlite and postgres.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
