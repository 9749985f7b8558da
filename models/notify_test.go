package models_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
)

// soon is more time than any change takes to be heard of, on a busy machine.
const soon = 20 * time.Second

// isTold fails the test unless a value arrives.
func isTold(t *testing.T, changed <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-changed:
	case <-time.After(soon):
		t.Fatal("not told of " + what)
	}
}

// isQuiet fails the test if a value arrives within the moment that others take to be told in.
func isQuiet(t *testing.T, changed <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-changed:
		t.Fatal("told of " + what)
	case <-time.After(200 * time.Millisecond):
	}
}

func touch(ctx context.Context, store *models.Store, id string) error {
	return store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		m.Meter.RefusedAt++
		return tx.Save(m)
	})
}

// Whoever watches an account is told of its commits, of the hot path and of the others, and of no other account's; by the
// store that commits and, on the same database, by any other. What was rolled back nobody hears of.
func TestWatchersAreTold(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ctx, id, other := t.Context(), r.account(), r.account()
		mine, stop := r.store.Watch(id)
		defer stop()
		second := open(func() time.Time { return noon.Time() })
		theirs, stopTheirs := second.Watch(id)
		defer stopTheirs()
		isTold(t, theirs, "what was there before it listened")
		settle(theirs)
		settle(mine)

		if err := touch(ctx, r.store, id); err != nil {
			t.Fatal(err)
		}
		isTold(t, mine, "a transaction of this store")
		isTold(t, theirs, "a transaction of the other store")
		settle(theirs)
		if err := r.store.Meter(ctx, refuse(id, "ref_1", nil)); err != nil {
			t.Fatal(err)
		}
		isTold(t, mine, "the hot path of this store")
		isTold(t, theirs, "the hot path of the other store")
		settle(mine)
		settle(theirs)

		failed := errors.New("no")
		if err := r.store.InTx(ctx, func(tx *models.Tx) error { tx.Tell(id); return failed }); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if err := r.store.Meter(ctx, refuse(id, "ref_2", func(*models.MeterState) error { return failed })); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if err := r.store.Meter(ctx, refuse(other, "ref_3", nil)); err != nil {
			t.Fatal(err)
		}
		isQuiet(t, mine, "what was rolled back, or another account")

		stop()
		if err := touch(ctx, r.store, id); err != nil {
			t.Fatal(err)
		}
		isQuiet(t, mine, "a commit after it left")
	})
}

// settle waits until what was told so far has arrived.
func settle(changed <-chan struct{}) {
	for {
		select {
		case <-changed:
		case <-time.After(200 * time.Millisecond):
			return
		}
	}
}

// Only those who watch the account are told by another process on PostgreSQL; on SQLite it is not known whose account it was.
func TestOtherProcessesNameTheAccount(t *testing.T) {
	address := storetest.Postgres(t)
	r := newHotRig(t, address, storetest.OpenOn(t, address))
	id, other := r.account(), r.account()
	second := storetest.OpenOn(t, address)(func() time.Time { return noon.Time() })
	watched, stop := second.Watch(id)
	defer stop()
	isTold(t, watched, "what was there before it listened")
	settle(watched)
	if err := touch(t.Context(), r.store, other); err != nil {
		t.Fatal(err)
	}
	isQuiet(t, watched, "another account's commit")
}

// Many accounts changed at once are all told, in as many notifications as it takes; a store that is closed tells first.
func TestManyAccountsAreToldTogether(t *testing.T) {
	address := storetest.Postgres(t)
	r := newHotRig(t, address, storetest.OpenOn(t, address))
	second := storetest.OpenOn(t, address)(func() time.Time { return noon.Time() })
	watched := map[string]<-chan struct{}{}
	for i := range 400 {
		id := fmt.Sprintf("acc_%s_%d", strings.Repeat("long", 20), i)
		changed, stop := second.Watch(id)
		defer stop()
		watched[id] = changed
	}
	for id, changed := range watched {
		isTold(t, changed, "what was there before it listened: "+id)
	}
	for _, changed := range watched {
		select {
		case <-changed:
		default:
		}
	}
	err := r.store.InTx(t.Context(), func(tx *models.Tx) error {
		for id := range watched {
			tx.Tell(id)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	for id, changed := range watched {
		isTold(t, changed, id)
	}
}

// A listener whose connection breaks connects again and looks at everything: what was told meanwhile it did not hear.
func TestListenerComesBack(t *testing.T) {
	address := storetest.Postgres(t)
	r := newHotRig(t, address, storetest.OpenOn(t, address))
	id := r.account()
	second := storetest.OpenOn(t, address)(func() time.Time { return noon.Time() })
	watched, stop := second.Watch(id)
	defer stop()
	isTold(t, watched, "what was there before it listened")
	settle(watched)
	var ended int
	query := "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
	if err := r.db.QueryRow(query).Scan(&ended); err != nil || ended != 1 {
		t.Fatalf("ended %d listeners: %v", ended, err)
	}
	isTold(t, watched, "the lost connection")
	isTold(t, watched, "the new one")
	settle(watched)
	if err := touch(t.Context(), r.store, id); err != nil {
		t.Fatal(err)
	}
	isTold(t, watched, "a commit after that")
}

// Ended sessions are told as well: a page of one that is over has to stop.
func TestEndedSessionsAreTold(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		watched, stop := r.store.Watch(id)
		defer stop()
		settle(watched)
		for name, end := range map[string]func(*models.Tx) error{
			"sign out":   func(tx *models.Tx) error { return tx.EndSessionByHash("h1") },
			"end one":    func(tx *models.Tx) error { return tx.EndSession(id, "s2") },
			"end others": func(tx *models.Tx) error { return tx.EndSessionsBut(id, "", "none") },
			"authenticate": func(tx *models.Tx) error {
				return tx.ReplaceSession("h3", &models.Session{IDHash: "h4", ID: "s4", AccountID: id})
			},
		} {
			err := r.store.InTx(t.Context(), func(tx *models.Tx) error {
				for i := range 3 {
					err := tx.NewSession(&models.Session{IDHash: fmt.Sprint("h", i+1), ID: fmt.Sprint("s", i+1), AccountID: id})
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.store.InTx(t.Context(), end); err != nil {
				t.Fatal(name, err)
			}
			isTold(t, watched, name)
			if _, err := r.db.Exec("DELETE FROM sessions"); err != nil {
				t.Fatal(err)
			}
			settle(watched)
		}
	})
}
