package stripe

import (
	"errors"
	"strings"
)

// shortestSecret is what a key or a secret has at least after its prefix: Stripe's have more, what people make up has less.
const shortestSecret = 16

// ErrKey says that a key is none of Stripe's secret or restricted keys.
var ErrKey = errors.New("stripe: the key begins with sk_live_, rk_live_, sk_test_ or rk_test_, as the dashboard shows it under API keys")

// ErrWebhookSecret says that a secret is none of a webhook endpoint at Stripe.
var ErrWebhookSecret = errors.New("stripe: a signing secret begins with whsec_, as the dashboard shows it at the webhook's endpoint")

// KeyMode tells whether a key moves real money, or ErrKey.
func KeyMode(key string) (live bool, err error) {
	for prefix, live := range map[string]bool{"sk_live_": true, "rk_live_": true, "sk_test_": false, "rk_test_": false} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && plausible(rest) {
			return live, nil
		}
	}
	return false, ErrKey
}

// CheckWebhookSecrets is nil, or ErrWebhookSecret where there is none or one of them cannot be Stripe's.
func CheckWebhookSecrets(secrets []string) error {
	for _, secret := range secrets {
		if rest, ok := strings.CutPrefix(secret, "whsec_"); !ok || !plausible(rest) {
			return ErrWebhookSecret
		}
	}
	if len(secrets) == 0 {
		return ErrWebhookSecret
	}
	return nil
}

// plausible tells whether the random part of a secret may be random: long enough, in one word, and not one letter over and over.
func plausible(rest string) bool {
	seen := map[rune]bool{}
	for _, r := range rest {
		if r <= ' ' || r > '~' || r == ',' {
			return false
		}
		seen[r] = true
	}
	return len(rest) >= shortestSecret && len(seen) >= shortestSecret/2
}
