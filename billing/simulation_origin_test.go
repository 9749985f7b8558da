package billing_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/pricing"
)

// origin is a migrated, empty database of which each seed gets a copy.
type origin struct {
	db    string // "sqlite" or "postgres"
	dir   string // where files may be: in memory where the machine offers that
	file  []byte // of SQLite
	admin *sql.DB
	name  string // of PostgreSQL's template
	base  url.URL
	rates *pricing.Table
}

func newOrigin(t *testing.T, db string) *origin {
	t.Helper()
	rates, err := pricing.Default()
	if err != nil {
		t.Fatal(err)
	}
	o := &origin{db: db, dir: memoryDir(t), rates: rates}
	address := "sqlite:" + filepath.Join(o.dir, "origin.db")
	if db == "postgres" {
		address = storetest.Postgres(t)
	}
	store, err := models.Open(address, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if db == "sqlite" {
		if o.file, err = os.ReadFile(filepath.Join(o.dir, "origin.db")); err != nil {
			t.Fatal(err)
		}
		return o
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	o.base, o.name = *u, strings.TrimPrefix(u.Path, "/")
	if o.admin, err = sql.Open("pgx", os.Getenv("TEST_DATABASE_URL")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.admin.Close() })
	return o
}

// memoryDir is a folder for the test's files, in memory if it can be: the simulation is about order, not about disks.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "simulation")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// copy makes a database for one seed and gives its address, and what removes it.
func (o *origin) copy(t *testing.T, name string) (address string, drop func()) {
	t.Helper()
	if o.db == "sqlite" {
		file := filepath.Join(o.dir, name+".db")
		if err := os.WriteFile(file, o.file, 0o600); err != nil {
			t.Fatal(err)
		}
		return "sqlite:" + file, func() {
			for _, end := range []string{"", "-wal", "-shm"} {
				os.Remove(file + end)
			}
		}
	}
	name = o.name + "_" + name
	if _, err := o.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + o.name); err != nil {
		t.Fatal(err)
	}
	u := o.base
	u.Path = "/" + name
	return u.String(), func() {
		if _, err := o.admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	}
}
