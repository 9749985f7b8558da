package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "github.com/mattn/go-sqlite3"
)

// Unavailable tells whether an error means that the database cannot be reached, read or written just now, whoever asks for
// what: a caller may try again later. What the database refuses of a statement is something else, and a bug.
func Unavailable(err error) bool {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		// connection, resources, operator intervention, system; serialization and deadlock after all tries; a read-only server
		return slices.Contains([]string{"08", "53", "57", "58", "40"}, pg.Code[:min(2, len(pg.Code))]) || pg.Code == "25006"
	}
	if lite := (sqlite3.Error{}); errors.As(err, &lite) {
		return slices.Contains(liteOutages, lite.Code)
	}
	for _, outage := range []error{
		ErrClosed, sql.ErrConnDone, driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, outage) {
			return true
		}
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || err != nil && strings.HasSuffix(err.Error(), "sql: database is closed")
}

var liteOutages = []sqlite3.ErrNo{
	sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrIoErr, sqlite3.ErrFull, sqlite3.ErrCantOpen, sqlite3.ErrReadonly,
	sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrPerm, sqlite3.ErrAuth, sqlite3.ErrProtocol, sqlite3.ErrNomem,
}
