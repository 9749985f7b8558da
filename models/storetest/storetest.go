// Package storetest opens real databases for tests: SQLite always, PostgreSQL where TEST_DATABASE_URL names a server. With
// REQUIRE_ALL=1 a missing server fails the test instead of being reported as skipped.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"extrausage/models"
)

// Open gives migrated stores on one and the same fresh database: call it again for a second process.
type Open func(clock func() time.Time) *models.Store

// Each runs a test once per database, as subtests "sqlite" and "postgres".
func Each(t *testing.T, test func(t *testing.T, open Open)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, opener(t, SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(t, opener(t, Postgres(t))) })
}

// EachAddress is Each for tests that also go behind the app, or open the database in their own way: they get its address.
func EachAddress(t *testing.T, test func(t *testing.T, databaseURL string, open Open)) {
	t.Helper()
	for name, database := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			address := database(t)
			test(t, address, opener(t, address))
		})
	}
}

// Raw opens a database behind the app: no rule of ours stands between, only what the database itself holds.
func Raw(t testing.TB, databaseURL string) *sql.DB {
	t.Helper()
	driver, address := "pgx", databaseURL
	if file, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		driver, address = "sqlite3", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_busy_timeout=10000&_foreign_keys=on"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// SQLite is the address of a new SQLite database.
func SQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

// Postgres is the address of a new, empty PostgreSQL database, dropped after the test.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("TEST_DATABASE_URL is not set: PostgreSQL tests may not be skipped here")
		}
		t.Skip("SKIPPED: PostgreSQL, because TEST_DATABASE_URL is not set")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	raw := make([]byte, 8)
	rand.Read(raw) // never fails
	name := "test_" + hex.EncodeToString(raw)
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", server)
		if err != nil {
			t.Error(err)
			return
		}
		defer admin.Close()
		if _, err := admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// OpenOn gives migrated stores on a database that SQLite or Postgres named.
func OpenOn(t testing.TB, databaseURL string) Open { return opener(t, databaseURL) }

func opener(t testing.TB, databaseURL string) Open {
	return func(clock func() time.Time) *models.Store {
		t.Helper()
		store, err := models.Open(databaseURL, clock)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		if err := store.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		return store
	}
}
