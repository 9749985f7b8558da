package commands

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	testStripeKey = "sk_test_51HabcdefGHIJKLmnop"
	liveStripeKey = "sk_live_51HabcdefGHIJKLmnop"
	stripeSecret  = "whsec_0123456789abcdefghijKLMN"
)

// environment is one that would do for production, but for what is changed.
func environment(changed map[string]string) map[string]string {
	env := map[string]string{
		"APP_ENV": "production", "BASE_URL": "https://usage.example.com", "SESSION_KEYS": strongKey(), "SMTP_URL": "smtp://mail.example.com",
		"PAYMENT_PROVIDER": "stripe", "STRIPE_SECRET_KEY": liveStripeKey, "STRIPE_WEBHOOK_SECRET": stripeSecret,
	}
	maps.Copy(env, changed)
	return env
}

// TestModesDoNotMix is the table of what may start where: real money in production alone, and nothing else there.
func TestModesDoNotMix(t *testing.T) {
	development := func(changed map[string]string) map[string]string {
		env := environment(map[string]string{"APP_ENV": "development", "STRIPE_SECRET_KEY": testStripeKey})
		maps.Copy(env, changed)
		return env
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want string // the setting that is named; "" where it may start
	}{
		"production, live key":                     {environment(nil), ""},
		"production, restricted live key":          {environment(map[string]string{"STRIPE_SECRET_KEY": "rk_live_51HabcdefGHIJKLmnop"}), ""},
		"production, two webhook secrets":          {environment(map[string]string{"STRIPE_WEBHOOK_SECRET": stripeSecret + " , " + stripeSecret}), ""},
		"production, test key":                     {environment(map[string]string{"STRIPE_SECRET_KEY": testStripeKey}), "STRIPE_SECRET_KEY"},
		"production, restricted test key":          {environment(map[string]string{"STRIPE_SECRET_KEY": "rk_test_51HabcdefGHIJKLmnop"}), "STRIPE_SECRET_KEY"},
		"production, publishable key":              {environment(map[string]string{"STRIPE_SECRET_KEY": "pk_live_51HabcdefGHIJKLmnop"}), "STRIPE_SECRET_KEY"},
		"production, no key":                       {environment(map[string]string{"STRIPE_SECRET_KEY": ""}), "STRIPE_SECRET_KEY"},
		"production, made-up key":                  {environment(map[string]string{"STRIPE_SECRET_KEY": "sk_live_changeme"}), "STRIPE_SECRET_KEY"},
		"production, no webhook secret":            {environment(map[string]string{"STRIPE_WEBHOOK_SECRET": ""}), "STRIPE_WEBHOOK_SECRET"},
		"production, made-up webhook secret":       {environment(map[string]string{"STRIPE_WEBHOOK_SECRET": "whsec_changeme"}), "STRIPE_WEBHOOK_SECRET"},
		"production, one webhook secret made up":   {environment(map[string]string{"STRIPE_WEBHOOK_SECRET": stripeSecret + ",secret"}), "STRIPE_WEBHOOK_SECRET"},
		"production, an API without https":         {environment(map[string]string{"STRIPE_API_BASE": "http://127.0.0.1:12111"}), "STRIPE_API_BASE"},
		"production, test provider":                {environment(map[string]string{"PAYMENT_PROVIDER": "test"}), "PAYMENT_PROVIDER"},
		"production, no provider":                  {environment(map[string]string{"PAYMENT_PROVIDER": "test", "STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}), "PAYMENT_PROVIDER"},
		"production, another provider":             {environment(map[string]string{"PAYMENT_PROVIDER": "paypal"}), "payment-provider"},
		"development, test key":                    {development(nil), ""},
		"development, stripe-mock":                 {development(map[string]string{"STRIPE_API_BASE": "http://127.0.0.1:12111"}), ""},
		"development, test provider":               {development(map[string]string{"PAYMENT_PROVIDER": "test", "STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}), ""},
		"development, test provider, Stripe ready": {development(map[string]string{"PAYMENT_PROVIDER": "test"}), ""},
		"development, live key":                    {development(map[string]string{"STRIPE_SECRET_KEY": liveStripeKey}), "STRIPE_SECRET_KEY"},
		"development, live key lying about":        {development(map[string]string{"STRIPE_SECRET_KEY": liveStripeKey, "PAYMENT_PROVIDER": "test"}), "STRIPE_SECRET_KEY"},
		"development, no key":                      {development(map[string]string{"STRIPE_SECRET_KEY": ""}), "STRIPE_SECRET_KEY"},
		"development, no webhook secret":           {development(map[string]string{"STRIPE_WEBHOOK_SECRET": ""}), "STRIPE_WEBHOOK_SECRET"},
		"development, an API that is no address":   {development(map[string]string{"STRIPE_API_BASE": "mock"}), "STRIPE_API_BASE"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := settingsOf(t, c.env)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("want an error that names %s, got %v", c.want, err)
			case c.want != "" && strings.Contains(err.Error(), "51Habcdef"):
				t.Errorf("the error tells the key: %v", err)
			case c.want == "":
				s.DatabaseURL = "sqlite:" + filepath.Join(t.TempDir(), "app.db")
				p, err := s.openPayments()
				if err != nil {
					t.Fatal(err)
				}
				defer p.Close()
				if p.provider.Live() != s.production() || (p.pages() != nil) != (s.PaymentProvider == "test") {
					t.Errorf("live %t in %s, pages %v", p.provider.Live(), s.AppEnv, p.pages())
				}
			}
		})
	}
}

// TestTheTestProviderDoesNotOpenInProduction, even where somebody comes past the check of the settings.
func TestTheTestProviderDoesNotOpenInProduction(t *testing.T) {
	s := &Settings{AppEnv: "production", PaymentProvider: "test", BaseURL: "https://usage.example.com", DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "app.db")}
	if p, err := s.openPayments(); err == nil {
		p.Close()
		t.Error("it opened")
	}
}

// TestPagesWithStripe: forms may lead to Stripe's pages, the webhook is Stripe's, and of the test provider nothing is served.
func TestPagesWithStripe(t *testing.T) {
	for name, c := range map[string]struct {
		env     map[string]string
		action  string
		webhook int // of an event that nobody signed
		pages   int
	}{
		"stripe": {
			environment(map[string]string{"APP_ENV": "development", "STRIPE_SECRET_KEY": testStripeKey}),
			"form-action 'self' https://checkout.stripe.com https://billing.stripe.com https://hooks.stripe.com;", http.StatusForbidden, http.StatusNotFound,
		},
		"test provider": {map[string]string{"BASE_URL": "https://usage.example.com"}, "form-action 'self';", http.StatusNotFound, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := settingsOf(t, c.env)
			if err != nil {
				t.Fatal(err)
			}
			s.DatabaseURL = "sqlite:" + filepath.Join(t.TempDir(), "app.db")
			a, err := s.openApp(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			web, err := s.web(t.Context(), a, nil, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			answer := func(method, path string) *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				web.ServeHTTP(w, httptest.NewRequest(method, "https://usage.example.com"+path, strings.NewReader("{}")))
				return w
			}
			if got := answer(http.MethodGet, "/pricing").Header().Get("Content-Security-Policy"); !strings.Contains(got, c.action) {
				t.Errorf("policy %q, want %q", got, c.action)
			}
			if w := answer(http.MethodPost, "/webhooks/stripe"); w.Code != c.webhook {
				t.Errorf("webhook: %d %s", w.Code, w.Body)
			}
			if w := signedEvent(web); (w.Code == http.StatusNoContent) != (name == "stripe") {
				t.Errorf("signed webhook: %d %s", w.Code, w.Body)
			}
			if w := answer(http.MethodGet, "/test-provider/"); w.Code != c.pages {
				t.Errorf("test provider: %d", w.Code)
			}
		})
	}
}

// signedEvent posts an event as Stripe does.
func signedEvent(web http.Handler) *httptest.ResponseRecorder {
	const body = `{"id":"evt_1","object":"event","type":"payout.paid","livemode":false,"data":{"object":{"id":"po_1","object":"payout"}}}`
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(stripeSecret))
	mac.Write([]byte(at + "." + body))
	r := httptest.NewRequest(http.MethodPost, "https://usage.example.com/webhooks/stripe", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Stripe-Signature", "t="+at+",v1="+hex.EncodeToString(mac.Sum(nil)))
	w := httptest.NewRecorder()
	web.ServeHTTP(w, r)
	return w
}

func TestConfigCheckHidesStripesSecrets(t *testing.T) {
	for name, value := range environment(nil) {
		t.Setenv(name, value)
	}
	var out, errOut bytes.Buffer
	if code := Main([]string{"config", "check"}, strings.NewReader(""), &out, &errOut); code != 0 {
		t.Fatalf("%d: %s", code, errOut.String())
	}
	for _, name := range []string{"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"} {
		if !strings.Contains(out.String(), fmt.Sprintf("%-22s (set)\n", name)) {
			t.Errorf("%s is not told as set:\n%s", name, out.String())
		}
	}
	if all := out.String() + errOut.String(); strings.Contains(all, "51Habcdef") || strings.Contains(all, stripeSecret) {
		t.Errorf("a secret is printed: %s", all)
	}
	t.Setenv("STRIPE_KEY", "x")
	out.Reset()
	if code := Main([]string{"config", "check"}, strings.NewReader(""), &out, &errOut); code != 0 || !strings.Contains(errOut.String(), "STRIPE_KEY is not a setting") {
		t.Errorf("%d: %s", code, errOut.String())
	}
}
