package handlers_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// dump is the whole database as text, by table, rows sorted.
type dump map[string][]string

// digest reads the whole database, through a copy of it: for sites on SQLite.
func (s *site) digest() dump {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), s.newCopy())
	s.must(s.store.Backup(context.Background(), path))
	db, err := sql.Open("sqlite3", path)
	s.must(err)
	defer db.Close()
	out := dump{}
	for _, table := range s.texts(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
		out[table] = s.texts(db, "SELECT * FROM "+table)
		slices.Sort(out[table])
	}
	return out
}

// newCopy names a copy without taking an id from those that the site gives.
func (s *site) newCopy() string { return fmt.Sprintf("copy-%d.db", s.copies.Add(1)) }

// texts is each row of a query as text.
func (s *site) texts(db *sql.DB, query string) (out []string) {
	s.t.Helper()
	rows, err := db.Query(query)
	s.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	s.must(err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		s.must(rows.Scan(into...))
		cells := make([]string, len(values))
		for i, v := range values {
			if text, ok := v.([]byte); ok {
				v = string(text)
			}
			cells[i] = fmt.Sprint(v)
		}
		out = append(out, strings.Join(cells, "|"))
	}
	s.must(rows.Err())
	return out
}

// changed are the rows that are there now and were not, or were and are not.
func (s *site) changed(before dump) (rows []string) {
	s.t.Helper()
	now := s.digest()
	for table := range now {
		for _, r := range now[table] {
			if !slices.Contains(before[table], r) {
				rows = append(rows, "+ "+table+": "+r)
			}
		}
		for _, r := range before[table] {
			if !slices.Contains(now[table], r) {
				rows = append(rows, "- "+table+": "+r)
			}
		}
	}
	return rows
}

// contains tells where in the database a text stands.
func (d dump) contains(text string) (tables []string) {
	for table, rows := range d {
		if slices.ContainsFunc(rows, func(r string) bool { return strings.Contains(r, text) }) {
			tables = append(tables, table)
		}
	}
	return tables
}
