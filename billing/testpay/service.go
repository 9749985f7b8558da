package testpay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"extrausage/billing"
)

// name is what the app calls this provider.
const name = "test"

// postTimeout bounds one delivery of a webhook.
const postTimeout = 10 * time.Second

// Config is what the provider needs to know. All but HTTPClient is required.
type Config struct {
	Path           string                     // the file of its store; its folder exists. ":memory:" keeps nothing, and is fast
	BaseURL        string                     // where its pages are, such as http://127.0.0.1:8080/test-provider
	WebhookURL     string                     // where its events go; "" sends none
	WebhookSecrets []string                   // the first signs; all verify, so that they can be rotated
	NewID          func(prefix string) string // ids that cannot be guessed: sessions are secrets
	Clock          func() time.Time           //
	HTTPClient     *http.Client               // for webhooks; nil for a client of its own
}

// Service is the provider. It is safe for concurrent use, also by several processes on one file.
type Service struct {
	conf   Config
	base   *url.URL
	db     *sql.DB
	pages  http.Handler
	client *http.Client
	wake   chan struct{}
	script atomic.Pointer[Script]
}

var _ billing.Provider = (*Service)(nil)

// New opens the provider's store and makes it ready.
func New(conf Config) (*Service, error) {
	base, err := url.Parse(strings.TrimSuffix(conf.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Path == "" {
		return nil, fmt.Errorf("testpay: base URL %q: want scheme, host and a path for the pages", conf.BaseURL)
	}
	if len(conf.WebhookSecrets) == 0 {
		return nil, errors.New("testpay: no webhook secret")
	}
	db, err := openStore(conf.Path)
	if err != nil {
		return nil, err
	}
	s := &Service{conf: conf, base: base, db: db, client: conf.HTTPClient, wake: make(chan struct{}, 1)}
	if s.client == nil {
		s.client = &http.Client{Timeout: postTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	s.Play(Script{})
	s.pages = s.routes()
	return s, nil
}

// Close closes the store.
func (s *Service) Close() error { return s.db.Close() }

// Name is "test".
func (s *Service) Name() string { return name }

// Live is false: no money moves.
func (s *Service) Live() bool { return false }

// ServeHTTP serves the pages, at the path of Config.BaseURL: mount it without stripping a prefix.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.pages.ServeHTTP(w, r) }

func (s *Service) url(parts ...string) string { return s.base.JoinPath(parts...).String() }

func (s *Service) now() time.Time { return s.conf.Clock().UTC() }

// inTx runs fn as one transaction of the provider's own store, after what has become due meanwhile.
func (s *Service) inTx(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("testpay: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := s.catchUp(ctx, tx); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}
