package commands

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"extrausage/billing"
	"extrausage/billing/stripe"
	"extrausage/billing/testpay"
)

// providerStripe and providerTest are the values of PAYMENT_PROVIDER.
const (
	providerStripe = "stripe"
	providerTest   = "test"
)

// stripePages are where a form of ours may lead by a redirect: Stripe's page to add a card, its customer pages, and the page on
// which a bank asks for a confirmation.
var stripePages = []string{"https://checkout.stripe.com", "https://billing.stripe.com", "https://hooks.stripe.com"}

// checkPayments keeps real money and trials apart: production takes a live key and nothing else, and a live key is taken nowhere
// else.
func (s *Settings) checkPayments() error {
	live, err := stripe.KeyMode(s.StripeSecretKey)
	if err == nil && live && !s.production() {
		return errors.New("STRIPE_SECRET_KEY: this key moves real money; use a test key (sk_test_…), or APP_ENV=production")
	}
	if s.PaymentProvider == providerTest {
		if s.production() {
			return errors.New("PAYMENT_PROVIDER: the test provider moves no money; production takes stripe")
		}
		return nil
	}
	base, badBase := url.Parse(s.StripeAPIBase)
	switch {
	case err != nil:
		return fmt.Errorf("STRIPE_SECRET_KEY: %s", told(err))
	case !live && s.production():
		return errors.New("STRIPE_SECRET_KEY: this key moves no money; production takes a live key (sk_live_… or rk_live_…)")
	case badBase != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https"):
		return errors.New("STRIPE_API_BASE: use an address like https://api.stripe.com")
	case base.Scheme != "https" && s.production():
		return errors.New("STRIPE_API_BASE: production calls Stripe over https")
	}
	if err := stripe.CheckWebhookSecrets(s.stripeWebhookSecrets()); err != nil {
		return fmt.Errorf("STRIPE_WEBHOOK_SECRET: %s", told(err))
	}
	return nil
}

func told(err error) string { return strings.TrimPrefix(err.Error(), "stripe: ") }

// stripeWebhookSecrets are the signing secrets, without the blanks that people put around commas.
func (s *Settings) stripeWebhookSecrets() []string {
	if s.StripeWebhook == "" {
		return nil
	}
	secrets := strings.Split(s.StripeWebhook, ",")
	for i := range secrets {
		secrets[i] = strings.TrimSpace(secrets[i])
	}
	return secrets
}

// payments are the payment provider, as far as the program sees it.
type payments struct {
	provider  billing.Provider
	test      *testpay.Service // its pages and its outbox; nil with Stripe
	formHosts []string
}

// openPayments opens the provider that the settings name.
func (s *Settings) openPayments() (payments, error) {
	if s.PaymentProvider == providerTest {
		test, err := s.openTestProvider()
		return payments{provider: test, test: test}, err
	}
	provider, err := stripe.New(stripe.Config{Key: s.StripeSecretKey, WebhookSecrets: s.stripeWebhookSecrets(), APIBase: s.StripeAPIBase})
	return payments{provider: provider, formHosts: stripePages}, err
}

// pages are the test provider's; nil where there are none.
func (p payments) pages() http.Handler {
	if p.test == nil {
		return nil
	}
	return p.test
}

// Close closes what is ours of it.
func (p payments) Close() {
	if p.test != nil {
		p.test.Close()
	}
}

// openTestProvider opens the embedded payment provider, with a store of its own as an outside service has.
func (s *Settings) openTestProvider() (*testpay.Service, error) {
	if s.production() {
		return nil, errors.New("the test provider refuses production")
	}
	if err := os.MkdirAll(s.dataDir(), 0o700); err != nil {
		return nil, err
	}
	secret := s.TestWebhookSecret
	if secret == "" {
		var err error
		if secret, err = keptSecret(filepath.Join(s.dataDir(), "test-provider.key"), 32); err != nil {
			return nil, err
		}
	}
	return testpay.New(testpay.Config{
		Path: filepath.Join(s.dataDir(), "test-provider.db"), BaseURL: s.BaseURL + "/test-provider",
		WebhookURL: s.BaseURL + "/webhooks/test", WebhookSecrets: []string{secret}, NewID: secretID, Clock: time.Now,
	})
}
