package models

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"extrausage/money"
)

// table describes a hot table to the few statements below. The first `keys` columns are the primary key; fields gives pointers
// to a row's fields in the order of columns, as *string, *int64 or *bool.
type table[T any] struct {
	name    string
	keys    int
	columns []string
	fields  func(*T) []any
}

// maxParams keeps one statement below SQLite's limit of 32,766 bound values.
const maxParams = 30000

// dialect is the difference between the two databases that SQL text shows.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

// bind rewrites the question marks of a statement as the dialect's placeholders.
func (d dialect) bind(query string) string {
	if d == sqliteDialect {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// forUpdate locks the rows read, where reading does not lock already.
func (h hotTx) forUpdate() string {
	if h.dialect == postgresDialect && !h.reading {
		return " FOR UPDATE"
	}
	return ""
}

// hotTx is a database transaction of the hot path.
type hotTx struct {
	tx      *sql.Tx
	dialect dialect
	reading bool // do not lock
}

func (h hotTx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return h.tx.ExecContext(ctx, h.dialect.bind(query), args...)
}

func (h hotTx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return h.tx.QueryContext(ctx, h.dialect.bind(query), args...)
}

// selectRows reads whole rows of a table; the rest of the statement follows "SELECT columns FROM name t".
func selectRows[T any](ctx context.Context, h hotTx, t table[T], rest string, args ...any) ([]*T, error) {
	rows, err := h.query(ctx, "SELECT "+joinColumns(t)+" FROM "+t.name+" t "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("select %s: %w", t.name, err)
	}
	defer rows.Close()
	var out []*T
	for rows.Next() {
		r := new(T)
		if err := rows.Scan(t.fields(r)...); err != nil {
			return nil, fmt.Errorf("scan %s: %w", t.name, err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// joinColumns is the list of a table's columns, read as t.
func joinColumns[T any](t table[T]) string { return "t." + strings.Join(t.columns, ", t.") }

// insertRows adds rows, in as few statements as the limit of bound values allows. conflict is "" or an ON CONFLICT clause.
func insertRows[T any](ctx context.Context, h hotTx, t table[T], conflict string, rows []*T) error {
	most := maxParams / len(t.columns)
	for len(rows) > 0 {
		n := min(most, len(rows))
		args := make([]any, 0, n*len(t.columns))
		for _, r := range rows[:n] {
			for _, f := range t.fields(r) {
				args = append(args, deref(f))
			}
		}
		query := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES " + tuples(n, len(t.columns)) + conflict
		if _, err := h.exec(ctx, query, args...); err != nil {
			return fmt.Errorf("insert %s: %w", t.name, err)
		}
		rows = rows[n:]
	}
	return nil
}

// upsertRows writes rows whole: new ones are added, known ones replaced. The account's lock makes it safe.
func upsertRows[T any](ctx context.Context, h hotTx, t table[T], rows []*T) error {
	return insertRows(ctx, h, t, t.onConflict(func(c string) string { return "excluded." + c }), rows)
}

// addRows adds the numbers of the rows to those of known rows with the same key: roll-ups.
func addRows[T any](ctx context.Context, h hotTx, t table[T], rows []*T) error {
	return insertRows(ctx, h, t, t.onConflict(func(c string) string { return t.name + "." + c + " + excluded." + c }), rows)
}

func (t table[T]) onConflict(value func(column string) string) string {
	sets := make([]string, 0, len(t.columns))
	for _, c := range t.columns[t.keys:] {
		sets = append(sets, c+" = "+value(c))
	}
	return " ON CONFLICT (" + strings.Join(t.columns[:t.keys], ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ")
}

// deref gives the plain value behind a field pointer, so that drivers see string, int64 and bool only.
func deref(p any) any {
	switch v := p.(type) {
	case *string:
		return *v
	case *int64:
		return *v
	case *bool:
		return *v
	}
	panic(fmt.Sprintf("models: field of type %T in a hot table", p))
}

// tuples is "(?,?),(?,?)" for rows × columns.
func tuples(rows, columns int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

// given is a list of values to join against, `q`, written so that both dialects know the types. A list of VALUES: of
// SELECTs, SQLite takes no more than 500.
type given struct {
	names []string
	types []string // "TEXT" or "BIGINT"
	args  []any
	rows  int
}

func (g *given) add(values ...any) {
	for _, v := range values {
		switch v := v.(type) {
		case Instant:
			g.args = append(g.args, int64(v))
		case money.Amount:
			g.args = append(g.args, int64(v))
		default:
			g.args = append(g.args, v)
		}
	}
	g.rows++
}

// join is the JOIN clause against the given rows; on names the columns that have to be equal, more follows as text.
func (g *given) join(on string) string {
	cells := make([]string, len(g.types))
	for i, t := range g.types {
		cells[i] = "CAST(? AS " + t + ")" // in the first row, for all
	}
	values := "(" + strings.Join(cells, ", ") + ")"
	if g.rows > 1 {
		values += ", " + tuples(g.rows-1, len(cells))
	}
	return "JOIN (WITH v (" + strings.Join(g.names, ", ") + ") AS (VALUES " + values + ") SELECT * FROM v) q ON " + on
}
