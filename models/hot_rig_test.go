package models_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
)

// hotRig is a store with accounts on it, whose cases add refusals: the smallest thing a decision writes.
type hotRig struct {
	t     testing.TB
	store *models.Store
	db    *sql.DB // another connection: it sees what is committed
	n     atomic.Int64
}

var noon = models.At(time.Date(2026, time.November, 10, 12, 0, 0, 0, time.UTC))

func newHotRig(t testing.TB, address string, open storetest.Open) *hotRig {
	t.Helper()
	return &hotRig{t: t, store: open(func() time.Time { return noon.Time() }), db: storetest.Raw(t, address)}
}

// account adds an account.
func (r *hotRig) account() string {
	r.t.Helper()
	id := fmt.Sprintf("acc_%d", r.n.Add(1))
	err := r.store.InTx(context.Background(), func(tx *models.Tx) error {
		return tx.NewAccount(&models.Account{ID: id, Email: id + "@example.com", Locale: "en"},
			&models.Meter{AccountID: id, Plan: "max_20x", TimeZone: "UTC", MonthStartsAt: 1, SeenAt: 1},
			&models.BillingMonth{AccountID: id, StartsAt: 1, EndsAt: noon + 1, LimitKind: "unset"})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// neighbours are accounts whose cases share commits.
func (r *hotRig) neighbours(n int) (ids []string) {
	r.t.Helper()
	for len(ids) < n {
		if id := r.account(); len(ids) == 0 || r.store.SameLane(ids[0], id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// refuse is a case that writes a refusal with this id; first is run before it, where given.
func refuse(account, id string, first func(*models.MeterState) error) *models.Case {
	return &models.Case{Needs: models.Needs{AccountID: account}, Decide: func(m *models.MeterState) error {
		if first != nil {
			if err := first(m); err != nil {
				return err
			}
		}
		m.AddRefusal(&models.Refusal{AccountID: account, ID: id, At: m.Now, Reason: "r", Model: "m"})
		m.Meter.RefusedAt++
		return nil
	}}
}

// written are the refusals that are committed, sorted.
func (r *hotRig) written() (ids []string) {
	r.t.Helper()
	rows, err := r.db.Query("SELECT id FROM refusals")
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			r.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if rows.Err() != nil {
		r.t.Fatal(rows.Err())
	}
	slices.Sort(ids)
	return ids
}

func (r *hotRig) wantWritten(want ...string) {
	r.t.Helper()
	slices.Sort(want)
	if got := r.written(); !slices.Equal(got, want) {
		r.t.Errorf("written: %v; want %v", got, want)
	}
}

// counted is what an account's meter counted: each case that was committed once.
func (r *hotRig) counted(account string) (n int) {
	r.t.Helper()
	if err := r.db.QueryRow("SELECT refused_at FROM meters WHERE account_id = '" + account + "'").Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// busy keeps the lane of an account busy with a commit until the returned function is called: what is handed in meanwhile
// shares the next.
func (r *hotRig) busy(account string) (release func()) {
	r.t.Helper()
	deciding, done, answered := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(answered)
		err := r.store.Meter(context.Background(), &models.Case{Needs: models.Needs{AccountID: account}, Decide: func(*models.MeterState) error {
			close(deciding)
			<-done
			return nil
		}})
		if err != nil {
			r.t.Error(err)
		}
	}()
	<-deciding
	return func() { close(done); <-answered }
}

// hand gives cases to the meter, one caller each, in this order, and gives where each one's answer comes.
func (r *hotRig) hand(cases ...*models.Case) (answers []chan error) {
	r.t.Helper()
	for i, c := range cases {
		answer := make(chan error, 1)
		answers = append(answers, answer)
		go func() { answer <- r.store.Meter(context.Background(), c) }()
		r.waitQueued(c.AccountID, i+1)
	}
	return answers
}

func (r *hotRig) waitQueued(account string, n int) {
	r.t.Helper()
	for range 5000 {
		if r.store.Queued(account) >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	r.t.Fatal("not queued")
}
