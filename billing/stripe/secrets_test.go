package stripe_test

import (
	"errors"
	"testing"

	"extrausage/billing/stripe"
)

func TestKeys(t *testing.T) {
	for key, want := range map[string]struct{ ok, live bool }{
		testKey:                           {true, false},
		liveKey:                           {true, true},
		"rk_live_51HabcdefGHIJKLmnop":     {true, true},
		"rk_test_51HabcdefGHIJKLmnop":     {true, false},
		"pk_live_51HabcdefGHIJKLmnop":     {},
		"pk_test_51HabcdefGHIJKLmnop":     {},
		"sk_51HabcdefGHIJKLmnop":          {},
		"sk_test_":                        {},
		"sk_live_changeme":                {},
		"sk_live_51Habcdefghij":           {},
		"sk_live_aaaaaaaaaaaaaaaaaaaaaa":  {},
		"sk_live_51Habcdef GHIJKLmnop":    {},
		"sk_live_51Habcdef\nGHIJKLmnop":   {},
		" sk_live_51HabcdefGHIJKLmnop":    {},
		"":                                {},
		"whsec_0123456789abcdefghijKLMN":  {},
		"sk_live_51HabcdefGHIJKLmnop,sk_": {},
	} {
		live, err := stripe.KeyMode(key)
		if (err == nil) != want.ok || live != want.live || err != nil && !errors.Is(err, stripe.ErrKey) {
			t.Errorf("%q: %t %v", key, live, err)
		}
		s, err := stripe.New(stripe.Config{Key: key, WebhookSecrets: []string{webhookSecret}})
		if (err == nil) != want.ok || err == nil && (s.Live() != want.live || s.Name() != "stripe") {
			t.Errorf("new with %q: %v", key, err)
		}
	}
}

func TestWebhookSecrets(t *testing.T) {
	for _, c := range []struct {
		secrets []string
		ok      bool
	}{
		{[]string{webhookSecret}, true},
		{[]string{webhookSecret, olderSecret}, true},
		{nil, false},
		{[]string{""}, false},
		{[]string{webhookSecret, ""}, false},
		{[]string{webhookSecret, "whsec_changeme"}, false},
		{[]string{"whsec_"}, false},
		{[]string{"whsec_aaaaaaaaaaaaaaaaaaaaaaaaaa"}, false},
		{[]string{"0123456789abcdefghijKLMN"}, false},
		{[]string{testKey}, false},
	} {
		err := stripe.CheckWebhookSecrets(c.secrets)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, stripe.ErrWebhookSecret) {
			t.Errorf("%v: %v", c.secrets, err)
		}
		if _, err := stripe.New(stripe.Config{Key: testKey, WebhookSecrets: c.secrets}); (err == nil) != c.ok {
			t.Errorf("new with %v: %v", c.secrets, err)
		}
	}
}
