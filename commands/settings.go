package commands

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"extrausage/money"
)

// Settings are what an operator sets, by environment or flag. docs/operations.md has the table; a test holds it equal.
type Settings struct {
	AppEnv             string        `env:"APP_ENV" name:"app-env" enum:"development,production" default:"development" group:"Settings" help:"development or production."`
	Addr               string        `env:"ADDR" name:"addr" default:"127.0.0.1:8080" group:"Settings" help:"Where to listen."`
	BaseURL            string        `env:"BASE_URL" name:"base-url" group:"Settings" help:"The pages' own address; by default http:// and ADDR."`
	DatabaseURL        string        `env:"DATABASE_URL" name:"database-url" default:"sqlite:data/extrausage.db" group:"Settings" help:"sqlite:PATH or postgres://…"`
	SessionKeys        string        `env:"SESSION_KEYS" name:"session-keys" group:"Settings" help:"Base64 keys of 96 bytes (64 sign, 32 encrypt), the newest first, separated by commas."`
	PaymentProvider    string        `env:"PAYMENT_PROVIDER" name:"payment-provider" enum:"test,stripe" default:"test" group:"Settings" help:"stripe, or test: the embedded provider, without money, for development only."`
	StripeSecretKey    string        `env:"STRIPE_SECRET_KEY" name:"stripe-secret-key" group:"Settings" help:"A secret or restricted key of Stripe: a live one in production, a test one (sk_test_…) elsewhere."`
	StripeWebhook      string        `env:"STRIPE_WEBHOOK_SECRET" name:"stripe-webhook-secret" group:"Settings" help:"The signing secret (whsec_…) of the endpoint BASE_URL/webhooks/stripe; several, while it is changed, separated by commas."`
	StripeAPIBase      string        `env:"STRIPE_API_BASE" name:"stripe-api-base" default:"https://api.stripe.com" group:"Settings" help:"Where Stripe's API is; another one for stripe-mock."`
	TestWebhookSecret  string        `env:"TEST_WEBHOOK_SECRET" name:"test-webhook-secret" group:"Settings" help:"Signs the test provider's webhooks; made by itself in development."`
	SMTPURL            string        `env:"SMTP_URL" name:"smtp-url" group:"Settings" help:"smtp://user:password@host:587 or smtps://; without it mails are kept as files, in development only."`
	MailFrom           string        `env:"MAIL_FROM" name:"mail-from" default:"Extra Usage <no-reply@localhost>" group:"Settings" help:"The sender of mails."`
	TrustedProxies     []string      `env:"TRUSTED_PROXIES" name:"trusted-proxies" group:"Settings" help:"Networks (CIDR) whose X-Forwarded-For is believed."`
	RatesFile          string        `env:"RATES_FILE" name:"rates-file" group:"Settings" help:"A rate table in place of the embedded one."`
	PlanAllowance      money.Amount  `env:"PLAN_ALLOWANCE" name:"plan-allowance" default:"40" group:"Settings" help:"What a session includes, in USD at API rates."`
	HoldTTL            time.Duration `env:"HOLD_TTL" name:"hold-ttl" default:"30m" group:"Settings" help:"How long a hold lasts; longer than the longest request."`
	EventLateness      time.Duration `env:"EVENT_LATENESS" name:"event-lateness" default:"24h" group:"Settings" help:"Usage reported later than this is never charged."`
	ReloadDailyCeiling money.Amount  `env:"RELOAD_DAILY_CEILING" name:"reload-daily-ceiling" default:"2000" group:"Settings" help:"Automatic purchases in 24 hours where the limit is Unlimited, in USD."`
	SellerName         string        `env:"SELLER_NAME" name:"seller-name" default:"Extra Usage" group:"Settings" help:"The seller, on receipts and invoices."`
	SellerAddress      string        `env:"SELLER_ADDRESS" name:"seller-address" group:"Settings" help:"The seller's address."`
	SellerTaxID        string        `env:"SELLER_TAX_ID" name:"seller-tax-id" group:"Settings" help:"The seller's tax id."`
	LogLevel           string        `env:"LOG_LEVEL" name:"log-level" enum:"debug,info,warn,error" default:"info" group:"Settings" help:"debug, info, warn or error."`
}

// secretNames are the settings that may come from a file, by NAME_FILE, and are never printed.
var secretNames = []string{"SESSION_KEYS", "DATABASE_URL", "SMTP_URL", "TEST_WEBHOOK_SECRET", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"}

func (s *Settings) production() bool { return s.AppEnv == "production" }

// check refuses settings that the program must not start with, and says how to mend them.
func (s *Settings) check() error {
	if s.BaseURL == "" {
		s.BaseURL = "http://" + s.Addr
	}
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("BASE_URL: use an address like https://usage.example.com")
	}
	switch {
	case s.PlanAllowance < 0 || s.PlanAllowance%money.Dollar != 0:
		return errors.New("PLAN_ALLOWANCE: use whole dollars, like 40")
	case s.HoldTTL < time.Minute || s.HoldTTL > 24*time.Hour:
		return errors.New("HOLD_TTL: use a time from 1m to 24h")
	case s.EventLateness < 0 || s.EventLateness > 30*24*time.Hour:
		return errors.New("EVENT_LATENESS: use a time from 0s to 720h")
	case s.ReloadDailyCeiling < 5*money.Dollar:
		return errors.New("RELOAD_DAILY_CEILING: use an amount of at least 5")
	}
	if s.SessionKeys != "" {
		if _, err := parseSessionKeys(s.SessionKeys); err != nil {
			return err
		}
	}
	if _, err := s.proxies(); err != nil {
		return err
	}
	if s.production() {
		if err := s.checkProduction(u); err != nil {
			return err
		}
	}
	return s.checkPayments()
}

func (s *Settings) checkProduction(u *url.URL) error {
	switch {
	case u.Scheme != "https":
		return errors.New("BASE_URL: production is served over https")
	case s.SessionKeys == "":
		return errors.New("SESSION_KEYS: production needs a key; make one with: openssl rand -base64 96 | tr -d '\\n'")
	case s.SMTPURL == "":
		return errors.New("SMTP_URL: production needs a mail server")
	}
	return nil
}

const sessionKeyBytes = 96

// parseSessionKeys reads keys as pairs for signing and encryption, the newest first. Weak ones are refused.
func parseSessionKeys(text string) ([][]byte, error) {
	var pairs [][]byte
	for part := range strings.SplitSeq(text, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(part))
		if err != nil || len(key) != sessionKeyBytes {
			return nil, fmt.Errorf("SESSION_KEYS: each key is the base64 of %d random bytes", sessionKeyBytes)
		}
		if distinct(key) < 32 {
			return nil, errors.New("SESSION_KEYS: this key is not random; make one with: openssl rand -base64 96 | tr -d '\\n'")
		}
		pairs = append(pairs, key[:64], key[64:])
	}
	return pairs, nil
}

// distinct counts the different bytes: 96 random ones have about 80.
func distinct(key []byte) int {
	seen := map[byte]bool{}
	for _, b := range key {
		seen[b] = true
	}
	return len(seen)
}

func (s *Settings) proxies() ([]*net.IPNet, error) {
	var out []*net.IPNet
	for _, p := range s.TrustedProxies {
		_, network, err := net.ParseCIDR(strings.TrimSpace(p))
		if err != nil {
			return nil, fmt.Errorf("TRUSTED_PROXIES: %q is not a network like 10.0.0.0/8", p)
		}
		out = append(out, network)
	}
	return out, nil
}

// dataDir is where files beside the database go: the folder of a SQLite database, else data.
func (s *Settings) dataDir() string {
	if path, ok := strings.CutPrefix(s.DatabaseURL, "sqlite:"); ok {
		return filepath.Dir(path)
	}
	return "data"
}

func (s *Settings) logLevel() slog.Level {
	var level slog.Level
	if level.UnmarshalText([]byte(s.LogLevel)) != nil {
		return slog.LevelInfo
	}
	return level
}
