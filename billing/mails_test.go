package billing_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

func TestMailsGoOutOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		for i := range 25 {
			must(d.CreateAccount(t.Context(), billing.NewAccount{Email: fmt.Sprintf("user%02d@example.org", i)}))(t)
			d.ok(d.SendSignInLink(t.Context(), fmt.Sprintf("user%02d@example.org", i), billing.Client{Address: "192.0.2.7"}))
		}
		var mu sync.Mutex
		var sent []string
		slow := mailer(func(_ context.Context, m billing.Outgoing) error {
			time.Sleep(time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, m.ID)
			return nil
		})
		counted(4, func(int) error { // four workers
			for {
				n, err := d.DeliverMails(t.Context(), slow)
				if err != nil || n == 0 {
					return err
				}
			}
		})
		slices.Sort(sent)
		if len(sent) != 25 || len(slices.Compact(sent)) != 25 {
			t.Errorf("%d mails went out, %d different ones, want 25", len(sent), len(slices.Compact(sent)))
		}
	})
}

func TestAMailThatFailsGoesOutLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		d.account("bob@example.org")
		d.ok(d.SendSignInLink(t.Context(), "ada@example.org", browser))
		d.ok(d.SendSignInLink(t.Context(), "bob@example.org", browser))
		d.post.fail = func(m billing.Outgoing) error {
			if m.To == "ada@example.org" {
				return errPostbox
			}
			return nil
		}
		n, err := d.DeliverMails(t.Context(), d.post)
		if n != 1 || !errors.Is(err, errPostbox) || len(d.post.to("bob@example.org")) != 1 {
			t.Fatalf("%d went out, %v", n, err)
		}
		if d.post.mails[0].At != deskStart {
			t.Errorf("written at %v", d.post.mails[0].At)
		}
		tries := func() int {
			tried := 0
			_, err := d.DeliverMails(t.Context(), mailer(func(context.Context, billing.Outgoing) error { tried++; return errPostbox }))
			if err != nil && !errors.Is(err, errPostbox) {
				t.Fatal(err)
			}
			return tried
		}
		for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute} {
			d.wait(wait - time.Second)
			if tries() != 0 {
				t.Errorf("tried again before %v", wait)
			}
			d.wait(time.Second)
			if tries() != 1 {
				t.Errorf("not tried after %v", wait)
			}
		}
		n = 5
		for range 100 { // over 25 days
			d.wait(6 * time.Hour)
			n += tries()
		}
		if n != 20 {
			t.Errorf("tried %d times, want 20", n)
		}
	})
}

func TestAMailOfADeadWorkerGoesOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		d.ok(d.SendSignInLink(t.Context(), "ada@example.org", browser))
		d.tx(func(tx *models.Tx) error { // claims, and is never heard of again
			claimed, err := tx.ClaimMails(tx.Now.Add(11*time.Minute), 20)
			if len(claimed) != 1 {
				t.Errorf("claimed %+v", claimed)
			}
			return err
		})
		if n := must(d.DeliverMails(t.Context(), d.post))(t); n != 0 {
			t.Error("a claimed mail was sent by another")
		}
		d.wait(11 * time.Minute)
		if n := must(d.DeliverMails(t.Context(), d.post))(t); n != 1 {
			t.Error("the mail was lost")
		}
	})
}

func TestAMailThatIsOutIsNotedWhenWeStop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		d.ok(d.SendSignInLink(t.Context(), "ada@example.org", browser))
		ctx, stop := context.WithCancel(t.Context())
		n, err := d.DeliverMails(ctx, mailer(func(context.Context, billing.Outgoing) error {
			stop()
			return nil
		}))
		if n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		d.wait(24 * time.Hour)
		if n := must(d.DeliverMails(t.Context(), d.post))(t); n != 0 {
			t.Error("it went out twice")
		}
	})
}

func TestNoLinkWithoutItsMail(t *testing.T) {
	eachRaw(t, func(t *testing.T, d *desk, raw *sql.DB) {
		d.account("ada@example.org")
		sameID := func(prefix string) string {
			if prefix == "mail" {
				return "mail_1"
			}
			return prefix + rand.Text()
		}
		svc := billing.New(d.store, nil, nil, sameID, billing.DefaultConfig()).WithLetters(letters{})
		d.ok(svc.SendSignInLink(t.Context(), "ada@example.org", browser))
		if err := svc.SendSignInLink(t.Context(), "ada@example.org", browser); err == nil || billing.AsFault(err) != nil {
			t.Errorf("a mail that the outbox refuses: %v, want an internal error", err)
		}
		if got := counts(t, raw, "sign_in_links", "mails"); got != "sign_in_links 1, mails 1" {
			t.Errorf("kept: %s", got)
		}
	})
}

type mailer func(context.Context, billing.Outgoing) error

func (m mailer) Send(ctx context.Context, o billing.Outgoing) error { return m(ctx, o) }

func TestOldThingsGo(t *testing.T) {
	eachRaw(t, func(t *testing.T, d *desk, raw *sql.DB) {
		id := d.account("ada@example.org")
		d.staff("sam@example.org")
		scene := func() {
			d.signIn("ada@example.org")
			d.signIn("sam@example.org")
			_, err := d.SignIn(t.Context(), "ada@example.org", otherPassword, browser)
			d.want("sign_in_failed", err)
			d.linkTo("ada@example.org")
			must(d.SaveAnswer(t.Context(), "key_1", "usage", fmt.Sprint(d.now.Load()), "body", billing.Answer{Status: 200}))(t)
			d.change(id, func(m *models.MeterState) {
				m.AddRefusal(&models.Refusal{AccountID: id, ID: fmt.Sprint("refusal_", d.now.Load()), At: m.Now})
			})
		}
		want := func(sessions, attempts, links, others int) {
			t.Helper()
			d.ok(d.PurgeOld(t.Context()))
			want := fmt.Sprintf("sessions %d, sign_in_attempts %d, sign_in_links %d, idempotent_answers %d, refusals %d, mails %d",
				sessions, attempts, links, others, others, others)
			if got := counts(t, raw, "sessions", "sign_in_attempts", "sign_in_links", "idempotent_answers", "refusals", "mails"); got != want {
				t.Errorf("after %v: %s, want %s", d.clock().Sub(deskStart), got, want)
			}
		}
		scene()
		want(2, 5, 1, 1) // a failed sign-in counts for three subjects, a link that was asked for, for two
		d.wait(time.Hour + time.Second)
		want(1, 5, 1, 1) // the staff's session is over
		d.wait(23 * time.Hour)
		want(1, 0, 1, 1)
		d.wait(30 * time.Minute)
		want(1, 0, 0, 1)
		d.wait(13 * 24 * time.Hour)
		want(0, 0, 0, 1)
		d.wait(16*24*time.Hour - 31*time.Minute)
		want(0, 0, 0, 1) // thirty days, less a moment
		d.wait(time.Minute)
		want(0, 0, 0, 0)
		scene()
		want(2, 5, 1, 1)
	})
}

func TestManyOldThingsGoAtOnce(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	d.tx(func(tx *models.Tx) error {
		for i := range 250 {
			subjects := make([]string, 10)
			for j := range subjects {
				subjects[j] = fmt.Sprint("s", j)
			}
			if err := tx.NewAttempt(fmt.Sprint("try_", i), subjects...); err != nil {
				return err
			}
		}
		return nil
	})
	d.wait(25 * time.Hour)
	d.ok(d.PurgeOld(t.Context()))
	d.tx(func(tx *models.Tx) error {
		left, err := tx.AttemptsSince("s0", 0, 1000)
		if len(left) != 0 {
			t.Errorf("%d left", len(left))
		}
		return err
	})
}

// eachRaw runs a test on both databases, with a way to look behind the store.
func eachRaw(t *testing.T, test func(t *testing.T, d *desk, raw *sql.DB)) {
	run := func(t *testing.T, url, driver, source string) {
		d := newDesk(t, func(clock func() time.Time) *models.Store {
			store := must(models.Open(url, clock))(t)
			t.Cleanup(func() { store.Close() })
			if err := store.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			return store
		})
		raw := must(sql.Open(driver, source))(t)
		t.Cleanup(func() { raw.Close() })
		test(t, d, raw)
	}
	t.Run("sqlite", func(t *testing.T) {
		url := storetest.SQLite(t)
		run(t, url, "sqlite3", strings.TrimPrefix(url, "sqlite:"))
	})
	t.Run("postgres", func(t *testing.T) {
		url := storetest.Postgres(t)
		run(t, url, "pgx", url)
	})
}

func counts(t *testing.T, raw *sql.DB, tables ...string) string {
	t.Helper()
	var out []string
	for _, table := range tables {
		var n int
		if err := raw.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(table, " ", n))
	}
	return strings.Join(out, ", ")
}
