package stripe

import (
	"net/http"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
)

const (
	// requestTimeout bounds one try of a request; billing bounds the whole call, which holds one more try under the same key.
	requestTimeout = 20 * time.Second
	// retries is how often a request that broke off on the network is made again within one call.
	retries = 2
	// pageSize is what a list gives at once, Stripe's maximum.
	pageSize = 100
	// maxListed bounds a list that is read to its end.
	maxListed = 10_000
)

// Currency is the only one there is.
const currency = string(api.CurrencyUSD)

// Config is what the provider needs to know. Key and WebhookSecrets are required.
type Config struct {
	Key            string   // the secret or restricted key; its prefix says whether money is real
	WebhookSecrets []string // of the endpoint; any of them verifies, so that they can be rotated
	APIBase        string   // "" for Stripe itself
	HTTPClient     *http.Client
}

// Service is the provider. It is safe for concurrent use.
type Service struct {
	api     *api.Client
	live    bool
	secrets []string
}

var _ billing.Provider = (*Service)(nil)

// New makes the provider. It calls nobody. It refuses keys and secrets that cannot be Stripe's.
func New(conf Config) (*Service, error) { return newService(conf, backends(conf)) }

func newService(conf Config, b *api.Backends) (*Service, error) {
	live, err := KeyMode(conf.Key)
	if err != nil {
		return nil, err
	}
	if err := CheckWebhookSecrets(conf.WebhookSecrets); err != nil {
		return nil, err
	}
	return &Service{api: api.NewClient(conf.Key, api.WithBackends(b)), live: live, secrets: conf.WebhookSecrets}, nil
}

func backends(conf Config) *api.Backends {
	client := conf.HTTPClient
	if client == nil {
		client = &http.Client{Timeout: requestTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	b := &api.BackendConfig{
		HTTPClient: client, MaxNetworkRetries: api.Int64(retries), EnableTelemetry: api.Bool(false),
		LeveledLogger: &api.LeveledLogger{Level: api.LevelNull}, // it would write secrets to the log
	}
	if conf.APIBase != "" {
		b.URL = api.String(strings.TrimSuffix(conf.APIBase, "/"))
	}
	return api.NewBackendsWithConfig(b)
}

// Name is "stripe".
func (s *Service) Name() string { return "stripe" }

// Live tells whether money is real, by the key.
func (s *Service) Live() bool { return s.live }
