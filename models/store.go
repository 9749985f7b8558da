package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	sqlite3 "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"extrausage/migrations"
)

// ErrNotFound says that there is no such row for this account.
var ErrNotFound = errors.New("not found")

// ErrTaken says that a row with the same unique value exists.
var ErrTaken = errors.New("already taken")

// Store is a database, migrated and ready.
type Store struct {
	dialect dialect
	clock   func() time.Time
	write   *sql.DB
	read    *sql.DB
	gormW   *gorm.DB
	gormR   *gorm.DB
	lanes   []*lane
	file    string // of SQLite
	url     string // of PostgreSQL

	watchers *watchers
}

// Open opens "sqlite:PATH" or "postgres://…". The clock gives the time that decisions are made at. It does not migrate.
func Open(databaseURL string, clock func() time.Time) (*Store, error) {
	s := &Store{clock: clock}
	var err error
	switch {
	case strings.HasPrefix(databaseURL, "sqlite:"):
		err = s.openSQLite(strings.TrimPrefix(databaseURL, "sqlite:"))
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		err = s.openPostgres(databaseURL)
	default:
		return nil, errors.New(`DATABASE_URL: begin it with "sqlite:" and a file's path, or "postgres://"`)
	}
	if err != nil {
		return nil, err
	}
	s.startTelling()
	s.startLanes()
	return s, nil
}

func (s *Store) openSQLite(path string) error {
	if path == "" || strings.Contains(path, "?") {
		return errors.New(`DATABASE_URL: "sqlite:" wants the path of a file, without parameters`)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("folder of the database: %w", err)
	}
	s.dialect, s.file = sqliteDialect, path
	// FULL: an acknowledged commit survives power loss (P6). IMMEDIATE: the lock that FOR UPDATE is elsewhere. Recursive
	// triggers: without them a REPLACE takes an append-only row away unseen.
	common := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_busy_timeout=10000&_foreign_keys=on&_recursive_triggers=on"
	var err error
	if s.write, err = sql.Open("sqlite3", common+"&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_cache_size=-65536"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	// The first to open a new file switches it to WAL, and keeps others out for a moment without letting them wait.
	ctx := context.Background()
	if err := retry(ctx, func() error { return s.write.PingContext(ctx) }); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if s.read, err = sql.Open("sqlite3", common+"&_query_only=1&_txlock=deferred&_cache_size=-16384"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(4)
	if s.gormW, err = openGORM(sqlite.Dialector{DriverName: "sqlite3", Conn: s.write}); err != nil {
		return err
	}
	s.gormR, err = openGORM(sqlite.Dialector{DriverName: "sqlite3", Conn: s.read})
	return err
}

func (s *Store) openPostgres(url string) error {
	s.dialect, s.url = postgresDialect, url
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(10)
	if err := db.PingContext(context.Background()); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	s.write, s.read = db, db
	if s.gormW, err = openGORM(postgres.New(postgres.Config{Conn: db})); err != nil {
		return err
	}
	s.gormR = s.gormW
	return nil
}

func openGORM(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{TranslateError: true, SkipDefaultTransaction: true, PrepareStmt: true, Logger: logger.Discard})
}

// Close waits for what is being committed and closes the database.
func (s *Store) Close() error {
	s.stopLanes()
	s.stopTelling()
	if s.read != s.write {
		s.read.Close()
	}
	return s.write.Close()
}

// Migrate brings the schema up to date. Several processes may start at once: one migrates, the others wait.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		// goose has no lock on SQLite: who finds a step done by somebody else meanwhile looks again what is left to do
		Failpoint("cp14")
		_, err = p.Up(ctx)
		if err == nil || s.dialect != sqliteDialect || try == maxTries || ctx.Err() != nil {
			return err
		}
	}
}

// Migrated tells whether the schema is the newest this program knows.
func (s *Store) Migrated(ctx context.Context) (bool, error) {
	p, err := s.migrator()
	if err != nil {
		return false, err
	}
	pending, err := p.HasPending(ctx)
	return !pending, err
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations.Files, string(s.dialect))
	if err != nil {
		return nil, err
	}
	if s.dialect == sqliteDialect {
		return goose.NewProvider(goose.DialectSQLite3, s.write, files)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // asks each second, for five minutes
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.write, files, goose.WithSessionLocker(locker))
}

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Backup writes a consistent copy of a SQLite database to a new file. PostgreSQL has tools of its own for it.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.dialect != sqliteDialect {
		return errors.New("backup: use pg_dump or a base backup for PostgreSQL")
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("backup: %s exists already", path)
	}
	db, err := sql.Open("sqlite3", "file:"+s.file+"?mode=ro&_busy_timeout=10000") // the readers' connections refuse it
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// Tx is one transaction of a use case. Now is its time: the store's clock, or the account's last time where that is later.
type Tx struct {
	Now     Instant
	db      *gorm.DB
	dialect dialect
	told    []string // accounts whose pages show something else after the commit
}

// InTx runs fn as one transaction. Serialization failures and deadlocks are tried again, with the same arguments.
func (s *Store) InTx(ctx context.Context, fn func(*Tx) error) error {
	var told []string
	err := retry(ctx, func() error {
		return s.gormW.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			tx := &Tx{Now: At(s.clock()), db: db, dialect: s.dialect}
			err := fn(tx)
			told = tx.told
			return err
		})
	})
	if err == nil {
		s.changed(told...)
	}
	return err
}

// View runs fn over one consistent picture of the database; fn must not write.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{}
	if s.dialect == postgresDialect {
		opts = &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	}
	return s.gormR.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(&Tx{Now: At(s.clock()), db: db, dialect: s.dialect})
	}, opts)
}

// maxTries bounds how often a transaction that the database chose to fail is tried again.
const maxTries = 10

// tryPause is how much longer each time.
const tryPause = 5 * time.Millisecond

func retry(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || try == maxTries || !passing(err) {
			return err
		}
		select {
		case <-time.After(time.Duration(try) * tryPause):
		case <-ctx.Done():
			return err
		}
	}
}

// passing tells whether the same transaction may succeed when run again: 40001, 40P01, and SQLite's busy.
func passing(err error) bool {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if lite := (sqlite3.Error{}); errors.As(err, &lite) {
		return lite.Code == sqlite3.ErrBusy
	}
	return false
}

// first reads one row into dst, or ErrNotFound.
func first(db *gorm.DB, dst any) error {
	err := db.Take(dst).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}

// create adds a row, or ErrTaken.
func (tx *Tx) create(row any) error {
	err := tx.db.Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrTaken
	}
	return err
}

// Empty tells whether nobody can sign in yet: a new database.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int64
	err := s.gormR.WithContext(ctx).Raw("SELECT (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM staff_members)").Scan(&n).Error
	return n == 0, err
}
