package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
)

// Two processes on one database: what one has locked, the other waits for, and then sees as the first one left it. On SQLite
// a deferred transaction would not (M16), on PostgreSQL a read without a lock (M1).
func TestLocksHoldBetweenProcesses(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		other := open(func() time.Time { return noon.Time() })
		id := r.account()
		locked, second := make(chan struct{}), make(chan error, 1)
		err := r.store.InTx(context.Background(), func(tx *models.Tx) error {
			m, err := tx.Lock(id)
			if err != nil {
				return err
			}
			go func() {
				second <- other.InTx(context.Background(), func(tx *models.Tx) error {
					m, err := tx.Lock(id)
					if err != nil {
						return err
					}
					close(locked)
					m.Meter.RefusedAt *= 10
					return tx.Save(m)
				})
			}()
			select {
			case <-locked:
				return errors.New("both have the lock")
			case err := <-second:
				return fmt.Errorf("the second one did not wait: %w", err)
			case <-time.After(100 * time.Millisecond):
			}
			m.Meter.RefusedAt = 4
			return tx.Save(m)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		if n := r.counted(id); n != 40 {
			t.Errorf("counted %d; want 4, then ten times that", n)
		}
	})
}

// The same for the hot path: a case waits for another process's transaction and decides on what that one left.
func TestTheHotPathWaitsForLocks(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		other := open(func() time.Time { return noon.Time() })
		id := r.account()
		saw, decided := make(chan models.Instant, 1), make(chan error, 1)
		err := r.store.InTx(context.Background(), func(tx *models.Tx) error {
			m, err := tx.Lock(id)
			if err != nil {
				return err
			}
			go func() {
				decided <- other.Meter(context.Background(), refuse(id, "one", func(m *models.MeterState) error {
					saw <- m.LastMonth().StartsAt
					return nil
				}))
			}()
			select {
			case <-saw:
				return errors.New("decided beside the lock")
			case <-time.After(100 * time.Millisecond):
			}
			m.AddMonth(&models.BillingMonth{AccountID: id, StartsAt: noon + 1, EndsAt: noon + 2, LimitKind: "unset"})
			return tx.Save(m)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-decided; err != nil {
			t.Fatal(err)
		}
		if start := <-saw; start != noon+1 {
			t.Errorf("decided on the month from %d; the one before it made another", start)
		}
	})
}

// Groups over the same accounts in any order, from several processes, neither wait for each other for ever nor lose a case.
func TestGroupsInAnyOrder(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		stores := []*models.Store{r.store, open(func() time.Time { return noon.Time() }), open(func() time.Time { return noon.Time() })}
		var ids []string
		for range 8 {
			ids = append(ids, r.account())
		}
		const rounds = 12
		var wg sync.WaitGroup
		for s, store := range stores {
			for client := range 3 {
				wg.Go(func() {
					for round := range rounds {
						var cases []*models.Case
						for _, i := range rand.Perm(len(ids)) {
							cases = append(cases, refuse(ids[i], fmt.Sprint(s, client, round), nil))
						}
						if err := store.MeterAll(context.Background(), cases); err != nil {
							t.Error(err)
						}
						for _, c := range cases {
							if c.Err() != nil {
								t.Error(c.Err())
							}
						}
					}
				})
			}
		}
		wg.Wait()
		for _, id := range ids {
			if n := r.counted(id); n != len(stores)*3*rounds {
				t.Errorf("%s counted %d of %d", id, n, len(stores)*3*rounds)
			}
		}
	})
}

// Several hundred cases with every kind of name fit one commit (SQLite knows no more than 500 SELECTs in one statement).
func TestAFullCommit(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		named := func(i int) *models.Case {
			c := refuse(id, fmt.Sprintf("case %04d", i), nil)
			c.Needs = models.Needs{
				AccountID: id, HoldID: fmt.Sprint("h", i), Caller: "c", Key: fmt.Sprint("k", i), At: noon,
				Source: "s", EventID: fmt.Sprint("e", i), MessageID: fmt.Sprint("m", i), History: true,
			}
			return c
		}
		release := r.busy(id)
		var answers []chan error
		var mu sync.Mutex
		commits := map[*models.MeterState]bool{}
		n := 0
		for range 255 {
			c := named(n)
			n++
			decide := c.Decide
			c.Decide = func(m *models.MeterState) error {
				mu.Lock()
				defer mu.Unlock()
				commits[m] = true
				return decide(m)
			}
			answer := make(chan error, 1)
			answers = append(answers, answer)
			go func() { answer <- r.store.Meter(context.Background(), c) }()
		}
		r.waitQueued(id, 255)
		var group []*models.Case
		for range 256 {
			group = append(group, named(n))
			n++
		}
		all := make(chan error, 1)
		go func() { all <- r.store.MeterAll(context.Background(), group) }()
		r.waitQueued(id, 256)
		release()
		for _, a := range answers {
			if err := <-a; err != nil {
				t.Error(err)
			}
		}
		if err := <-all; err != nil {
			t.Error(err)
		}
		if got := r.counted(id); got != n {
			t.Errorf("counted %d of %d", got, n)
		}
		if len(commits) > 2 {
			t.Errorf("255 cases took %d commits: the shared one failed", len(commits))
		}
	})
}

// A rehearsal decides, answers, and leaves nothing.
func TestRehearse(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		var seen []models.Instant
		var cases []*models.Case
		for i := range 600 { // more than one commit's worth: later ones see what earlier ones did
			cases = append(cases, refuse(id, fmt.Sprint("case ", i), func(m *models.MeterState) error {
				seen = append(seen, m.Meter.RefusedAt)
				return nil
			}))
		}
		if err := r.store.Rehearse(context.Background(), cases); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 600 || seen[599] != 599 {
			t.Errorf("%d decided, the last saw %v", len(seen), seen[len(seen)-1])
		}
		r.wantWritten()
		if n := r.counted(id); n != 0 {
			t.Errorf("counted %d", n)
		}
	})
}

// I14: time is the later of the process's clock and the account's last; a clock that is behind moves nothing back.
func TestAnAccountsTimeNeverGoesBack(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		var now models.Instant
		tell := func(m *models.MeterState) error { now = m.Now; return nil }
		ahead := open(func() time.Time { return noon.Time().Add(time.Hour) })
		behind := open(func() time.Time { return noon.Time().Add(-time.Hour) })
		for i, c := range []struct {
			store *models.Store
			want  models.Instant
		}{{behind, noon.Add(-time.Hour)}, {r.store, noon}, {behind, noon}, {ahead, noon.Add(time.Hour)}, {r.store, noon.Add(time.Hour)}} {
			if err := c.store.Meter(context.Background(), refuse(id, fmt.Sprint(i), tell)); err != nil || now != c.want {
				t.Errorf("%d: hot path at %s (%v); want %s", i, now.Time(), err, c.want.Time())
			}
			if err := c.store.InTx(context.Background(), func(tx *models.Tx) error {
				m, err := tx.Lock(id)
				if err == nil && (m.Now != c.want || tx.Now != c.want) {
					t.Errorf("%d: transaction at %s and %s; want %s", i, m.Now.Time(), tx.Now.Time(), c.want.Time())
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
	})
}
