package billing_test

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id, staff := d.account("ada@example.org"), d.staff("sam@example.org")
		token := must(d.SignIn(t.Context(), " ADA@example.org ", goodPassword, browser))(t)
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
			t.Errorf("token %q", token)
		}
		d.wait(time.Second)
		s := must(d.Session(t.Context(), token))(t)
		want := billing.Session{
			ID: s.ID, AccountID: id, Email: "ada@example.org", Name: "Ada", Locale: "en", TimeZone: "UTC",
			AuthenticatedAt: deskStart, Now: deskStart.Add(time.Second),
		}
		if s != want || s.ID == "" || strings.Contains(token, s.ID) {
			t.Errorf("session %+v, want %+v", s, want)
		}
		s = must(d.Session(t.Context(), d.signIn("sam@example.org")))(t)
		if !s.Staff || s.StaffID != staff || s.AccountID != "" || s.Name != "Sam of Support" {
			t.Errorf("staff session %+v", s)
		}
		for _, bad := range []string{"", "x", token[1:], token + "x", s.ID} {
			_, err := d.Session(t.Context(), bad)
			d.want("session_over", err)
		}
	})
}

func TestFailedSignInsLookAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		must(d.CreateAccount(t.Context(), billing.NewAccount{Email: "links@example.org"}))(t) // has no password
		var texts []string
		for email, password := range map[string]string{
			"ada@example.org": otherPassword, "nobody@example.org": goodPassword, "links@example.org": "", "": goodPassword,
			"not an address\x00": goodPassword, strings.Repeat("long", 200) + "@example.org": strings.Repeat("long", 2000),
		} {
			token, err := d.SignIn(t.Context(), email, password, browser)
			d.want("sign_in_failed", err)
			if token != "" {
				t.Errorf("%q got a token", email)
			}
			texts = append(texts, fmt.Sprint(err))
		}
		if len(slices.Compact(texts)) != 1 {
			t.Errorf("the answers differ: %q", texts)
		}
	})
}

func TestUnknownPeopleTakeAsLong(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	d.account("ada@example.org")
	fastest := func(email string) time.Duration { // what a busy machine adds, it does not add to each try
		best := time.Hour
		for range 9 {
			d.wait(time.Hour) // nothing is throttled
			start := time.Now()
			_, err := d.SignIn(t.Context(), email, otherPassword, browser)
			best = min(best, time.Since(start))
			d.want("sign_in_failed", err)
		}
		return best
	}
	fastest("nobody@example.org") // the first makes the hash that nobody has
	known, unknown := fastest("ada@example.org"), fastest("nobody@example.org")
	if unknown < known/3 || unknown > known*3 { // without a hash it would be a hundredth
		t.Errorf("somebody takes %v, nobody %v", known, unknown)
	}
}

func TestHashesAreRenewedAtSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		hash := func() (h string) {
			d.tx(func(tx *models.Tx) error {
				a, err := tx.Account(id)
				h = a.PasswordHash
				return err
			})
			return h
		}
		if !strings.HasPrefix(hash(), "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash(), goodPassword) {
			t.Errorf("hash %q", hash())
		}
		b64 := base64.RawStdEncoding.EncodeToString
		salt := []byte("sixteen bytes of")
		cheap := "$argon2id$v=19$m=64,t=1,p=1$" + b64(salt) + "$" + b64(argon2.IDKey([]byte(goodPassword), salt, 1, 64, 1, 32))
		d.tx(func(tx *models.Tx) error { return tx.SaveAccountPassword(id, cheap) })
		_, err := d.SignIn(t.Context(), "ada@example.org", otherPassword, browser)
		d.want("sign_in_failed", err)
		if hash() != cheap {
			t.Error("a failed sign-in changed the hash")
		}
		d.signIn("ada@example.org")
		renewed := hash()
		if !strings.HasPrefix(renewed, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("the hash was not renewed: %q", renewed)
		}
		d.signIn("ada@example.org")
		if hash() != renewed {
			t.Error("a good hash was made anew")
		}
		d.tx(func(tx *models.Tx) error { return tx.SaveAccountPassword(id, "$argon2id$broken") })
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword, browser); err == nil || billing.AsFault(err) != nil {
			t.Errorf("a broken hash: %v, want an internal error", err)
		}
	})
}

func TestGuessingIsThrottled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		try := func(email, password, address string) error {
			_, err := d.SignIn(t.Context(), email, password, billing.Client{Address: address})
			return err
		}
		for _, email := range []string{"ada@example.org", "nobody@example.org"} { // alike, whether there is somebody or not
			got := counted(25, func(int) error { return try(email, otherPassword, "192.0.2.7") })
			if want := map[string]int{"sign_in_failed": 10, "sign_in_throttled": 15}; !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v", email, got, want)
			}
		}
		d.wait(5 * time.Minute)
		err := try("ada@example.org", goodPassword, "192.0.2.7")
		d.want("sign_in_throttled", err)
		if f := billing.AsFault(err); f != nil && (f.Kind != billing.Throttled || f.RetryAfter != 10*time.Minute) {
			t.Errorf("%+v", f)
		}
		d.want("", try("ada@example.org", goodPassword, "198.51.100.9")) // the owner, from elsewhere
		d.wait(10 * time.Minute)
		d.want("", try("ada@example.org", goodPassword, "192.0.2.7"))
	})
}

func TestAGoodSignInForgivesMistakes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		for range 3 {
			for range 9 {
				_, err := d.SignIn(t.Context(), "ada@example.org", otherPassword, browser)
				d.want("sign_in_failed", err)
			}
			d.signIn("ada@example.org")
		}
	})
}

func TestOneAddressCannotTryEverybody(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	d.account("ada@example.org")
	got := counted(110, func(i int) error {
		_, err := d.SignIn(t.Context(), fmt.Sprintf("user%d@example.org", i), otherPassword, browser)
		return err
	})
	if want := map[string]int{"sign_in_failed": 100, "sign_in_throttled": 10}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	_, err := d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
	d.want("sign_in_throttled", err)
}

func TestManyAddressesCannotLockTheOwnerOut(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	d.account("ada@example.org")
	got := counted(60, func(i int) error {
		_, err := d.SignIn(t.Context(), "ada@example.org", otherPassword, billing.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
		return err
	})
	if want := map[string]int{"sign_in_failed": 50, "sign_in_throttled": 10}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	_, err := d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
	d.want("sign_in_throttled", err)
	d.wait(10 * time.Second)
	d.signIn("ada@example.org")
}

func TestSessionsEndInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		ada := d.account("ada@example.org")
		d.staff("sam@example.org")
		for _, c := range []struct {
			who        string
			idle, life time.Duration
		}{
			{"ada@example.org", 14 * 24 * time.Hour, 90 * 24 * time.Hour},
			{"sam@example.org", time.Hour, 12 * time.Hour},
		} {
			idle := d.signIn(c.who)
			d.wait(c.idle - time.Second)
			must(d.Session(t.Context(), idle))(t)
			d.wait(c.idle - time.Second) // the last look counted
			must(d.Session(t.Context(), idle))(t)
			d.wait(c.idle)
			_, err := d.Session(t.Context(), idle)
			d.want("session_over", err)
			if views := must(d.Sessions(t.Context(), ada, ""))(t); len(views) != 0 {
				t.Errorf("sessions that are over: %+v", views)
			}

			busy := d.signIn(c.who)
			end := d.clock().Add(c.life)
			for d.clock().Add(c.idle / 2).Before(end) {
				d.wait(c.idle / 2)
				must(d.Session(t.Context(), busy))(t)
			}
			d.wait(end.Sub(d.clock()) - time.Second)
			must(d.Session(t.Context(), busy))(t)
			d.wait(time.Second)
			_, err = d.Session(t.Context(), busy)
			d.want("session_over", err)
		}
	})
}

func TestASessionsLastSightIsWrittenOnceAMinute(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		token := d.signIn("ada@example.org")
		seen := func() time.Duration {
			must(d.Session(t.Context(), token))(t)
			return must(d.Sessions(t.Context(), id, ""))(t)[0].SeenAt.Sub(deskStart)
		}
		for _, c := range []struct{ wait, seen time.Duration }{
			{59 * time.Second, 0}, {time.Second, time.Minute}, {30 * time.Second, time.Minute}, {30 * time.Second, 2 * time.Minute},
		} {
			d.wait(c.wait)
			if got := seen(); got != c.seen {
				t.Errorf("after %v: seen at %v, want %v", d.clock().Sub(deskStart), got, c.seen)
			}
		}
	})
}

func TestSessionsBelongToTheirAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		ada, bob := d.account("ada@example.org"), d.account("bob@example.org")
		d.staff("sam@example.org")
		d.signIn("sam@example.org")
		first := d.signIn("ada@example.org")
		d.wait(time.Hour)
		second := must(d.SignIn(t.Context(), "ada@example.org", goodPassword,
			billing.Client{Address: "2001:db8::1", UserAgent: "Bad\x00\r\n" + strings.Repeat("x", 400)}))(t)
		bobs := must(d.Session(t.Context(), d.signIn("bob@example.org")))(t)
		current := must(d.Session(t.Context(), second))(t)
		views := must(d.Sessions(t.Context(), ada, current.ID))(t)
		if len(views) != 2 || !views[0].Current || views[1].Current || views[1].UserAgent != "Firefox" || views[1].Address != "192.0.2.7" ||
			!views[1].CreatedAt.Equal(deskStart) || len(views[0].UserAgent) != 300 || strings.ContainsAny(views[0].UserAgent, "\x00\r\n") {
			t.Errorf("sessions %+v", views)
		}
		d.want("session_over", d.EndSession(t.Context(), ada, bobs.ID))
		d.want("session_over", d.EndSession(t.Context(), "", bobs.ID))
		d.ok(d.EndSession(t.Context(), ada, views[1].ID))
		_, err := d.Session(t.Context(), first)
		d.want("session_over", err)
		must(d.Session(t.Context(), second))(t)
		if got := must(d.Sessions(t.Context(), bob, ""))(t); len(got) != 1 {
			t.Errorf("Bob has %d sessions", len(got))
		}
		if got := must(d.Sessions(t.Context(), "", ""))(t); len(got) != 0 {
			t.Errorf("nobody has %d sessions", len(got))
		}
		d.ok(d.SignOut(t.Context(), second))
		d.ok(d.SignOut(t.Context(), second))
		_, err = d.Session(t.Context(), second)
		d.want("session_over", err)
	})
}

func TestReauthenticate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		old := d.signIn("ada@example.org")
		fresh := func(token string) bool { return billing.Fresh(must(d.Session(t.Context(), token))(t)) }
		d.wait(10 * time.Minute)
		if !fresh(old) {
			t.Error("ten minutes are not fresh")
		}
		d.wait(time.Second)
		if fresh(old) {
			t.Error("ten minutes and a second are fresh")
		}
		_, err := d.Reauthenticate(t.Context(), old, otherPassword)
		if f := billing.AsFault(err); f == nil || f.Code != "password_wrong" || f.Field != "current_password" {
			t.Errorf("%v", err)
		}
		before := must(d.Session(t.Context(), old))(t)
		next := must(d.Reauthenticate(t.Context(), old, goodPassword))(t)
		if !fresh(next) || next == old {
			t.Error("the session is not fresh under a new token")
		}
		_, err = d.Session(t.Context(), old)
		d.want("session_over", err)
		_, err = d.Reauthenticate(t.Context(), old, goodPassword)
		d.want("session_over", err)
		views := must(d.Sessions(t.Context(), id, ""))(t)
		if len(views) != 1 || views[0].ID == before.ID || !views[0].CreatedAt.Equal(deskStart) || views[0].UserAgent != "Firefox" {
			t.Errorf("sessions %+v", views)
		}
		got := counted(20, func(int) error {
			_, err := d.Reauthenticate(t.Context(), next, otherPassword)
			return err
		})
		if want := map[string]int{"password_wrong": 10, "sign_in_throttled": 10}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestOneOfTwoReauthenticationsWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		old := d.signIn("ada@example.org")
		got := counted(4, func(int) error {
			_, err := d.Reauthenticate(t.Context(), old, goodPassword)
			return err
		})
		if want := map[string]int{"": 1, "session_over": 3}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if views := must(d.Sessions(t.Context(), id, ""))(t); len(views) != 1 {
			t.Errorf("%d sessions", len(views))
		}
	})
}

func TestAClosedAccountHasNoSessions(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	id := d.account("ada@example.org")
	token := d.signIn("ada@example.org")
	d.change(id, func(m *models.MeterState) { m.Meter.Closed = true }) // by whatever way
	_, err := d.Session(t.Context(), token)
	d.want("session_over", err)
}
