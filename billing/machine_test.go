package billing_test

import (
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

var allScopes = []billing.Scope{billing.ScopeUsageWrite, billing.ScopeAccountsRead, billing.ScopeAccountsWrite}

func TestAPIKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		auth := func(key string) error {
			_, err := d.AuthenticateKey(t.Context(), key)
			return err
		}
		id, key, err := d.CreateAPIKey(t.Context(), " inference ", []billing.Scope{"usage:write", "accounts:read", "usage:write"}, 0)
		d.ok(err)
		if !regexp.MustCompile(`^xu_test_` + id + `_[a-z2-7]{39}$`).MatchString(key) {
			t.Errorf("key %q of %q", key, id)
		}
		k := must(d.AuthenticateKey(t.Context(), key))(t)
		if k.ID != id || k.Name != "inference" || !slices.Equal(k.Scopes, []billing.Scope{"accounts:read", "usage:write"}) ||
			!k.Allows("usage:write") || k.Allows("accounts:write") {
			t.Errorf("%+v", k)
		}
		d.tx(func(tx *models.Tx) error {
			row, err := tx.APIKey(id)
			if strings.Contains(key, row.SecretHash) || len(row.SecretHash) != 64 {
				t.Errorf("kept: %q", row.SecretHash)
			}
			return err
		})
		_, other, err := d.CreateAPIKey(t.Context(), "other", allScopes, time.Hour)
		d.ok(err)
		cut := strings.LastIndexByte(key, '_')
		for _, bad := range []string{"", "x", "Bearer " + key, key[:cut] + other[strings.LastIndexByte(other, '_'):], "xu_live_" + key[8:], key + "a"} {
			d.want("api_key_unknown", auth(bad))
		}
		letters := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
		forged := key[:cut+1] + strings.Repeat("a", 32)
		forged += letters.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(forged))))
		d.want("api_key_unknown", auth(forged)) // a right checksum is no secret
		d.wait(time.Hour - time.Second)
		d.want("", auth(other))
		d.wait(time.Second)
		d.want("api_key_expired", auth(other))
		d.wait(365*24*time.Hour - time.Hour - time.Second)
		d.want("", auth(key))
		d.ok(d.RevokeAPIKey(t.Context(), id))
		d.want("api_key_revoked", auth(key))
		d.ok(d.RevokeAPIKey(t.Context(), id))
		d.want("api_key_unknown", d.RevokeAPIKey(t.Context(), "key_none"))
	})
}

func TestAMistypedKeyNeedsNoQuery(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	_, key, err := d.CreateAPIKey(t.Context(), "inference", allScopes, 0)
	d.ok(err)
	d.ok(d.store.Close()) // whoever asks now fails
	if _, err := d.AuthenticateKey(t.Context(), key); err == nil || billing.AsFault(err) != nil {
		t.Errorf("the right key: %v, want the database's error", err)
	}
	for i := range key {
		for _, c := range []byte("a7_x") {
			typo := key[:i] + string(c) + key[i+1:]
			if typo == key {
				continue
			}
			_, err := d.AuthenticateKey(t.Context(), typo)
			d.want("api_key_unknown", err)
		}
	}
}

func TestProductionHasKeysOfItsOwn(t *testing.T) {
	live := func(c *billing.Config) { c.Production = true }
	store := must(openSQLite(t, func() time.Time { return deskStart }))(t)
	share := func(func() time.Time) *models.Store { return store }
	prod, dev := newDesk(t, share, live), newDesk(t, share)
	_, key, err := prod.CreateAPIKey(t.Context(), "inference", allScopes, 0)
	prod.ok(err)
	if !strings.HasPrefix(key, "xu_live_") {
		t.Errorf("key %q", key)
	}
	must(prod.AuthenticateKey(t.Context(), key))(t)
	_, err = dev.AuthenticateKey(t.Context(), key)
	dev.want("api_key_unknown", err)
}

func TestAPIKeysAreRefused(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	for _, c := range []struct {
		name   string
		scopes []billing.Scope
		life   time.Duration
		code   string
	}{
		{" ", allScopes, 0, "name_missing"},
		{strings.Repeat("x", 201), allScopes, 0, "too_long"},
		{"n", nil, 0, "scopes_missing"},
		{"n", []billing.Scope{"usage:read"}, 0, "scope_unknown"},
		{"n", allScopes, time.Second, "validity_bounds"},
		{"n", allScopes, -time.Hour, "validity_bounds"},
		{"n", allScopes, 6 * 365 * 24 * time.Hour, "validity_bounds"},
	} {
		_, key, err := d.CreateAPIKey(t.Context(), c.name, c.scopes, c.life)
		d.want(c.code, err)
		if key != "" {
			t.Errorf("%s: a key was shown", c.code)
		}
	}
}

func TestAKeysLastUseIsWrittenOnceAMinute(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id, key, err := d.CreateAPIKey(t.Context(), "inference", allScopes, 0)
		d.ok(err)
		for _, c := range []struct{ wait, used time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Second, time.Minute}} {
			d.wait(c.wait)
			must(d.AuthenticateKey(t.Context(), key))(t)
			d.tx(func(tx *models.Tx) error {
				row, err := tx.APIKey(id)
				if got := row.LastUsedAt.Time().Sub(deskStart); got != c.used {
					t.Errorf("after %v: used at %v, want %v", d.clock().Sub(deskStart), got, c.used)
				}
				return err
			})
		}
	})
}

func TestAnAnswerIsGivenAgainWordByWord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		saved := func(caller, operation, key, print string) (billing.Answer, bool) {
			a, found, err := d.SavedAnswer(t.Context(), caller, operation, key, print)
			d.ok(err)
			return a, found
		}
		if _, found := saved("key_1", "usage", "k", "body"); found {
			t.Error("an answer that nobody gave")
		}
		first := billing.Answer{Status: 200, Body: "{\"id\":\"è\"}\n"}
		if got := must(d.SaveAnswer(t.Context(), "key_1", "usage", "k", "body", first))(t); got != first {
			t.Errorf("%+v", got)
		}
		if got := must(d.SaveAnswer(t.Context(), "key_1", "usage", "k", "body", billing.Answer{Status: 500}))(t); got != first {
			t.Errorf("the second answer stands: %+v", got)
		}
		if got, found := saved("key_1", "usage", "k", "body"); !found || got != first {
			t.Errorf("%+v, %v", got, found)
		}
		for _, other := range [][3]string{{"key_2", "usage", "k"}, {"key_1", "import", "k"}, {"key_1", "usage", "K"}} {
			if _, found := saved(other[0], other[1], other[2], "body"); found {
				t.Errorf("%v got another's answer", other)
			}
		}
		_, _, err := d.SavedAnswer(t.Context(), "key_1", "usage", "k", "other body")
		if f := billing.AsFault(err); f == nil || f.Code != "idempotency_key_reused" || f.Kind != billing.Conflict {
			t.Errorf("%v", err)
		}
		_, err = d.SaveAnswer(t.Context(), "key_1", "usage", "k", "other body", first)
		d.want("idempotency_key_reused", err)
		for _, bad := range []string{"", "a b", "a\nb", "ключ", "a\x7f", strings.Repeat("k", 256)} {
			_, _, err := d.SavedAnswer(t.Context(), "key_1", "usage", bad, "body")
			d.want("idempotency_key_malformed", err)
			_, err = d.SaveAnswer(t.Context(), "key_1", "usage", bad, "body", first)
			d.want("idempotency_key_malformed", err)
		}
		_, found := saved("key_1", "usage", strings.Repeat("k", 255), "body")
		if found {
			t.Error("an answer that nobody gave")
		}
	})
}

func TestOfAnswersAtOnceOneStands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		stands := make([]billing.Answer, 8)
		got := counted(len(stands), func(i int) (err error) {
			stands[i], err = d.SaveAnswer(t.Context(), "key_1", "usage", "k", "body", billing.Answer{Status: 200 + i})
			return err
		})
		if want := map[string]int{"": 8}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if len(slices.Compact(stands)) != 1 {
			t.Errorf("answers %+v", stands)
		}
	})
}
