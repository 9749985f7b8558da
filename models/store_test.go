package models_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"extrausage/models"
	"extrausage/models/storetest"
)

// Close waits for what was handed in: it is decided, committed and answered. What comes later is refused.
func TestCloseDrains(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(2)
		release := r.busy(ids[0])
		var cases []*models.Case
		var names []string
		for i := range 300 { // more than one commit holds
			names = append(names, fmt.Sprintf("case %03d", i))
			cases = append(cases, refuse(ids[i%2], names[i], nil))
		}
		answers := r.hand(cases...)
		closed := make(chan error)
		go func() { closed <- r.store.Close() }()
		for errors.Is(r.store.Meter(canceled(), refuse(ids[0], "no", nil)), context.Canceled) {
			time.Sleep(time.Millisecond) // until it has begun to close
		}
		release()
		for i, a := range answers {
			if err := <-a; err != nil {
				t.Errorf("case %d: %v", i, err)
			}
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if err := r.store.Meter(context.Background(), refuse(ids[0], "late", nil)); !errors.Is(err, models.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		written := slices.DeleteFunc(r.written(), func(id string) bool { return id == "no" })
		if !slices.Equal(written, names) {
			t.Errorf("%d written", len(written))
		}
	})
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// A transaction that the database chose to fail is run again; any other error is the caller's.
func TestInTxTriesAgain(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		for _, c := range []struct {
			err   error
			tries int
		}{
			{&pgconn.PgError{Code: "40001"}, 2},
			{fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: "40P01"}), 2},
			{&pgconn.PgError{Code: "23505"}, 1},
			{errors.New("mine"), 1},
			{models.ErrNotFound, 1},
		} {
			tries := 0
			err := r.store.InTx(context.Background(), func(*models.Tx) error {
				if tries++; tries == 1 {
					return c.err
				}
				return nil
			})
			if tries != c.tries || (err == nil) != (c.tries > 1) {
				t.Errorf("%v: %d tries, %v", c.err, tries, err)
			}
		}
		tries := 0
		err := r.store.InTx(context.Background(), func(*models.Tx) error { tries++; return &pgconn.PgError{Code: "40001"} })
		if err == nil || tries < 2 || tries > 50 {
			t.Errorf("%d tries, %v", tries, err)
		}
	})
}

// A transaction is undone as a whole when it fails, and a view writes nothing.
func TestTransactionsAndViews(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		wrong := errors.New("wrong")
		write := func(tx *models.Tx) error {
			m, err := tx.Lock(id)
			if err != nil {
				return err
			}
			m.Meter.RefusedAt = 7
			return tx.Save(m)
		}
		err := r.store.InTx(context.Background(), func(tx *models.Tx) error { return errors.Join(write(tx), wrong) })
		if !errors.Is(err, wrong) || r.counted(id) != 0 {
			t.Errorf("%v, counted %d", err, r.counted(id))
		}
		if err := r.store.View(context.Background(), func(tx *models.Tx) error {
			m, err := tx.Look(id)
			if err != nil {
				return err
			}
			m.Meter.RefusedAt = 7
			return tx.Save(m)
		}); err == nil || r.counted(id) != 0 {
			t.Errorf("a view wrote: %v, counted %d", err, r.counted(id))
		}
		err = r.store.InTx(context.Background(), func(tx *models.Tx) error { _, err := tx.Lock("acc_nobody"); return err })
		if !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}

// P6: what was acknowledged survives power loss; foreign keys hold; a reader cannot write.
func TestSQLiteIsSetUpForMoney(t *testing.T) {
	store := storetest.OpenOn(t, storetest.SQLite(t))(time.Now)
	for _, c := range []struct{ pragma, write, read string }{
		{"synchronous", "2", ""}, {"journal_mode", "wal", "wal"}, {"foreign_keys", "1", "1"}, {"recursive_triggers", "1", "1"},
		{"query_only", "0", "1"}, {"busy_timeout", "10000", "10000"},
	} {
		var got string
		if err := store.Write().QueryRow("PRAGMA " + c.pragma).Scan(&got); err != nil || got != c.write {
			t.Errorf("writing: %s = %s, %v; want %s", c.pragma, got, err, c.write)
		}
		if err := store.Read().QueryRow("PRAGMA " + c.pragma).Scan(&got); err != nil || c.read != "" && got != c.read {
			t.Errorf("reading: %s = %s, %v; want %s", c.pragma, got, err, c.read)
		}
	}
}

// Whatever a file is called, it is that file.
func TestSQLitePaths(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"plain.db", "with space.db", "a#b.db", "50%.db", "a%20b.db", "à:b.db", "a&b=c.db", "deep/er/x.db"} {
		path := filepath.Join(folder, name)
		store, err := models.Open("sqlite:"+path, time.Now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := store.Migrate(context.Background()); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "sqlite:", "sqlite:" + folder + "/a.db?mode=memory", "mysql://x", folder + "/a.db"} {
		if store, err := models.Open(bad, time.Now); err == nil {
			store.Close()
			t.Errorf("%q was opened", bad)
		}
	}
}

// Several processes may start at once on an empty database.
func TestMigrateAtOnce(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			address := database(t)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					store, err := models.Open(address, time.Now)
					if err != nil {
						t.Error(err)
						return
					}
					defer store.Close()
					if err := store.Migrate(context.Background()); err != nil {
						t.Error(err)
					}
					if ok, err := store.Migrated(context.Background()); !ok || err != nil {
						t.Error(ok, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// A backup is the database, whole, in a new file.
func TestBackup(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		if err := r.store.Meter(context.Background(), refuse(id, "one", nil)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "copy's #1.db")
		err := r.store.Backup(context.Background(), path)
		if strings.HasPrefix(address, "postgres") {
			if err == nil {
				t.Error("PostgreSQL has been backed up to a file")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := r.store.Backup(context.Background(), path); err == nil {
			t.Error("a backup replaced an older one")
		}
		back := &hotRig{t: t, db: storetest.Raw(t, "sqlite:"+path)}
		back.wantWritten("one")
	})
}
