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

// A case that fails fails alone: those that share its commit are written, each once.
func TestAFailingCaseFailsAlone(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(3)
		wrong := errors.New("wrong")
		release := r.busy(ids[0])
		answers := r.hand(
			refuse(ids[0], "one", nil),
			refuse(ids[1], "two", func(*models.MeterState) error { return wrong }),
			refuse(ids[2], "three", nil),
			refuse(ids[0], "four", nil),
		)
		release()
		for i, want := range []error{nil, wrong, nil, nil} {
			if err := <-answers[i]; !errors.Is(err, want) {
				t.Errorf("case %d: %v; want %v", i, err, want)
			}
		}
		r.wantWritten("one", "three", "four")
		if a, b, c := r.counted(ids[0]), r.counted(ids[1]), r.counted(ids[2]); a != 2 || b != 0 || c != 1 {
			t.Errorf("counted %d, %d, %d", a, b, c)
		}
	})
}

// A group of cases is decided in its order, over one state of an account, and committed together.
func TestAGroupOfCases(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		var seen []models.Instant
		look := func(m *models.MeterState) error { seen = append(seen, m.Meter.RefusedAt); return nil }
		wrong := errors.New("wrong")
		cases := []*models.Case{
			refuse(id, "one", look), refuse(id, "two", func(*models.MeterState) error { return wrong }), refuse(id, "three", look),
			refuse("acc_nobody", "four", look), refuse(id, "five", look),
		}
		if err := r.store.MeterAll(context.Background(), cases); err != nil {
			t.Fatal(err)
		}
		for i, want := range []error{nil, wrong, nil, models.ErrNotFound, nil} {
			if err := cases[i].Err(); !errors.Is(err, want) {
				t.Errorf("case %d: %v; want %v", i, err, want)
			}
		}
		if fmt.Sprint(seen) != "[0 1 2]" {
			t.Errorf("the cases saw %v counted", seen)
		}
		r.wantWritten("one", "three", "five")
		if err := r.store.MeterAll(context.Background(), nil); err != nil {
			t.Error(err)
		}
	})
}

// A decision that panics half-way fails only its own group, and nothing of what it changed is left.
func TestAPanicFailsItsOwnGroup(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(2)
		release := r.busy(ids[0])
		half := func(m *models.MeterState) error {
			m.AddRefusal(&models.Refusal{AccountID: m.AccountID(), ID: "half", At: m.Now})
			m.Meter.RefusedAt += 100
			m.LastMonth().Spent = 5
			panic("an assertion failed")
		}
		answers := r.hand(refuse(ids[0], "one", nil), refuse(ids[0], "two", half), refuse(ids[1], "three", nil), refuse(ids[0], "four", nil))
		release()
		for i, a := range answers {
			if err := <-a; (err != nil) != (i == 1) {
				t.Errorf("case %d: %v", i, err)
			} else if i == 1 && !strings.Contains(err.Error(), "an assertion failed") {
				t.Errorf("case %d does not say why: %v", i, err)
			}
		}
		r.wantWritten("one", "three", "four")
		if a, b := r.counted(ids[0]), r.counted(ids[1]); a != 2 || b != 1 {
			t.Errorf("counted %d and %d", a, b)
		}
		spent := -1
		if err := r.db.QueryRow("SELECT SUM(spent_nanos) FROM billing_months").Scan(&spent); err != nil || spent != 0 {
			t.Errorf("spent %d, %v", spent, err)
		}
		if err := r.store.Meter(context.Background(), refuse(ids[0], "later", nil)); err != nil {
			t.Errorf("the lane did not outlive it: %v", err)
		}
	})
}

// What the database refuses when it is written fails its own group only.
func TestARowThatTheDatabaseRefuses(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(2)
		if err := r.store.Meter(context.Background(), refuse(ids[0], "one", nil)); err != nil {
			t.Fatal(err)
		}
		release := r.busy(ids[0])
		below := func(m *models.MeterState) error { m.Meter.Held = -1; return nil }
		answers := r.hand(
			refuse(ids[0], "two", nil), refuse(ids[0], "one", nil), refuse(ids[1], "three", nil), refuse(ids[1], "below", below), refuse(ids[0], "four", nil))
		release()
		for i, a := range answers {
			if err := <-a; (err != nil) != (i == 1 || i == 3) {
				t.Errorf("case %d: %v", i, err)
			}
		}
		r.wantWritten("one", "two", "three", "four")
		if a, b := r.counted(ids[0]), r.counted(ids[1]); a != 3 || b != 1 {
			t.Errorf("counted %d and %d", a, b)
		}
	})
}

// I15, M20: nobody is answered before the commit. Here the commit itself fails (a deferred constraint): nobody was told "done".
func TestACommitThatFails(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(2)
		statements := []string{
			"CREATE TABLE proofs (id TEXT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED)",
			"CREATE TRIGGER at_commit AFTER INSERT ON refusals WHEN NEW.id = 'bad' BEGIN INSERT INTO proofs VALUES ('nobody'); END",
		}
		if strings.HasPrefix(address, "postgres") {
			statements = []string{
				statements[0],
				"CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO proofs VALUES ('nobody'); RETURN NEW; END $$",
				"CREATE TRIGGER at_commit AFTER INSERT ON refusals FOR EACH ROW WHEN (NEW.id = 'bad') EXECUTE FUNCTION at_commit()",
			}
		}
		for _, s := range statements {
			if _, err := r.db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.store.Meter(context.Background(), refuse(ids[0], "bad", nil)); err == nil {
			t.Error("answered although the commit failed")
		}
		release := r.busy(ids[0])
		answers := r.hand(refuse(ids[0], "one", nil), refuse(ids[0], "bad", nil), refuse(ids[1], "two", nil))
		release()
		for i, a := range answers {
			if err := <-a; (err != nil) != (i == 1) {
				t.Errorf("case %d: %v", i, err)
			}
		}
		r.wantWritten("one", "two")
	})
}

// An answer comes when the commit that a case shares has ended, not when the case is decided; by then everybody sees it.
func TestAnswersComeAfterTheCommit(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		ids := r.neighbours(2)
		release := r.busy(ids[0])
		deciding, goOn := make(chan struct{}), make(chan struct{})
		answers := r.hand(refuse(ids[0], "one", nil), refuse(ids[1], "two", func(*models.MeterState) error {
			close(deciding)
			<-goOn
			return nil
		}))
		release()
		<-deciding // the first one is decided
		select {
		case err := <-answers[0]:
			t.Errorf("answered before the commit: %v", err)
			answers[0] <- err
		case <-time.After(50 * time.Millisecond):
		}
		close(goOn)
		for _, a := range answers {
			if err := <-a; err != nil {
				t.Error(err)
			}
		}
		r.wantWritten("one", "two")
		for i := range 100 {
			name := fmt.Sprint("case ", i)
			if err := r.store.Meter(context.Background(), refuse(ids[0], name, nil)); err != nil {
				t.Fatal(err)
			}
			n := 0
			if err := r.db.QueryRow("SELECT COUNT(*) FROM refusals WHERE id = '" + name + "'").Scan(&n); err != nil || n != 1 {
				t.Fatalf("%s was answered and is not there (%v)", name, err)
			}
		}
	})
}

// Who leaves is told at once; what they handed in is decided all the same, or never was.
func TestACallerWhoLeaves(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		id := r.account()
		release := r.busy(id)
		ctx, leave := context.WithCancel(context.Background())
		answer := make(chan error)
		go func() { answer <- r.store.Meter(ctx, refuse(id, "queued", nil)) }()
		r.waitQueued(id, 1)
		leave()
		if err := <-answer; !errors.Is(err, context.Canceled) {
			t.Errorf("told %v", err)
		}
		r.wantWritten()
		release()
		if err := r.store.Meter(context.Background(), refuse(id, "next", nil)); err != nil {
			t.Fatal(err)
		}
		r.wantWritten("queued", "next")
	})
}
