package billing

import (
	"context"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
)

func TestThrottleRule(t *testing.T) {
	now := models.At(time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC))
	ago := func(minutes ...int) (at []models.Instant) {
		for _, m := range minutes {
			at = append(at, now.Add(-time.Duration(m)*time.Minute))
		}
		return at
	}
	plain := throttleRule{limit: 3, window: 15 * time.Minute}
	spaced := throttleRule{limit: 3, window: 15 * time.Minute, spacing: 10 * time.Second}
	for name, c := range map[string]struct {
		rule     throttleRule
		attempts []models.Instant
		want     time.Duration
	}{
		"none":                       {plain, nil, 0},
		"one below the limit":        {plain, ago(0, 0), 0},
		"at the limit":               {plain, ago(0, 1, 2), 13 * time.Minute},
		"all just now":               {plain, ago(0, 0, 0), 15 * time.Minute},
		"the oldest counts":          {plain, ago(1, 5, 14), time.Minute},
		"the oldest is out":          {plain, ago(1, 5, 15), 0},
		"spaced, below the limit":    {spaced, ago(0, 0), 0},
		"spaced, just now":           {spaced, ago(0, 1, 2), 10 * time.Second},
		"spaced, a minute ago":       {spaced, ago(1, 2, 3), 0},
		"spaced, the window is over": {spaced, ago(0, 1, 15), 0},
	} {
		if got := c.rule.wait(c.attempts, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAddressBlock(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64", "2001:db8:1:3::9": "2001:db8:1:3::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "not an address": "not an address", strings.Repeat("x", 100): strings.Repeat("x", 64),
	} {
		if got := addressBlock(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestAlive(t *testing.T) {
	start := models.At(time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC))
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		staff     string
		seen, now time.Duration
		want      bool
	}{
		"new":                         {"", 0, 0, true},
		"idle, before the end":        {"", 0, 14*day - time.Second, true},
		"idle, at the end":            {"", 0, 14 * day, false},
		"busy, before the end":        {"", 89 * day, 90*day - time.Second, true},
		"busy, at the end":            {"", 89 * day, 90 * day, false},
		"staff, idle, before the end": {"s", 0, time.Hour - time.Second, true},
		"staff, idle, at the end":     {"s", 0, time.Hour, false},
		"staff, busy, before the end": {"s", 12*time.Hour - time.Minute, 12*time.Hour - time.Second, true},
		"staff, busy, at the end":     {"s", 12*time.Hour - time.Minute, 12 * time.Hour, false},
	} {
		row := &models.Session{StaffID: c.staff, CreatedAt: start, SeenAt: start.Add(c.seen)}
		if got := alive(row, start.Add(c.now)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestMaskEmail(t *testing.T) {
	for email, want := range map[string]string{
		"ada@example.org": "a•••@example.org", "a@example.org": "a•••@example.org", "èlia@example.org": "è•••@example.org",
		"": "•••", "@example.org": "•••", "ada": "•••",
	} {
		if got := maskEmail(email); got != want {
			t.Errorf("%q: %q, want %q", email, got, want)
		}
	}
}

func TestParseHash(t *testing.T) {
	good := makeHash("a walk in the rain")
	if p, salt, sum, err := parseHash(good); err != nil || p != currentParams || len(salt) != 16 || len(sum) != 32 {
		t.Errorf("%q: %+v, %v", good, p, err)
	}
	if good == makeHash("a walk in the rain") {
		t.Error("two hashes share their salt")
	}
	salted := "$c2l4dGVlbiBieXRlcyBvZg$c2l4dGVlbiBieXRlcyBvZg"
	for _, bad := range []string{
		"", "$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1), good + "$x", good[1:],
		"$argon2id$v=19$m=19456,t=2" + salted, "$argon2id$v=19$m=-1,t=2,p=1" + salted,
		"$argon2id$v=19$m=4294967295,t=2,p=1" + salted, "$argon2id$v=19$m=19456,t=0,p=1" + salted, "$argon2id$v=19$m=19456,t=2,p=0" + salted,
		"$argon2id$v=19$m=19456,t=1000,p=1" + salted, "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2id$v=19$m=19456,t=2,p=1$!!$!!",
	} {
		if _, _, _, err := parseHash(bad); err == nil {
			t.Errorf("%q can be read", bad)
		}
	}
}

func TestHashingWaitsForASlot(t *testing.T) {
	h := newHasher()
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, "a walk in the rain"); err == nil {
		t.Error("more at once than there are slots")
	}
	<-h.slots
	if _, err := h.hash(t.Context(), "a walk in the rain"); err != nil {
		t.Error(err)
	}
	if len(h.slots) != hashesAtOnce-1 {
		t.Error("the slot was not given back")
	}
}

func TestNextMailTry(t *testing.T) {
	for tries, want := range map[int64]time.Duration{
		1: time.Minute, 2: 2 * time.Minute, 5: 16 * time.Minute, 8: 128 * time.Minute, 9: 6 * time.Hour, 19: 6 * time.Hour,
	} {
		if got := nextMailTry(tries, 0); got != models.Instant(0).Add(want) {
			t.Errorf("after %d: %v, want %v", tries, got.Sub(0), want)
		}
	}
	if got := nextMailTry(maxMailTries, 0); got != neverAgain {
		t.Errorf("after %d tries: %v", maxMailTries, got)
	}
	if mailLease <= mailBatch*mailTimeout {
		t.Error("a claim may end before its batch is sent")
	}
}

func TestAPasswordChangedWhileItWasComparedIsTheOldOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		store := open(func() time.Time { return time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC) })
		s := New(store, nil, nil, func(prefix string) string { return prefix + "_1" }, DefaultConfig())
		id, err := s.CreateAccount(t.Context(), NewAccount{Email: "ada@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		who := &person{accountID: id, email: "ada@example.org", passwordHash: "the hash that was compared"}
		try := triedPassword{id: "try_1", gates: signInGates(who.email, "192.0.2.7")}
		for hash, code := range map[string]string{"the hash that was compared": "", "another since": "sign_in_failed"} {
			err := store.InTx(t.Context(), func(tx *models.Tx) error {
				if err := tx.SaveAccountPassword(id, hash); err != nil {
					return err
				}
				return s.admit(tx, who, fitting{right: true}, try)
			})
			got := ""
			if f := AsFault(err); f != nil {
				got = f.Code
			}
			if got != code {
				t.Errorf("%s: %v, want %q", hash, err, code)
			}
		}
	})
}
