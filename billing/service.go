package billing

import (
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// Service is the rules over a store. All use cases are its methods. It is safe for concurrent use.
type Service struct {
	store    *models.Store
	rates    *pricing.Table
	provider Provider
	newID    func(prefix string) string
	conf     Config
	hashes   *hasher
	letters  Letters
	wanted   chan struct{} // see ReloadWanted
}

// Config is what an operator sets.
type Config struct {
	BaseURL       string        // of the pages, without a slash at the end
	PlanAllowance money.Amount  // per session, at API rates
	HoldTTL       time.Duration // longer than the longest request
	EventLateness time.Duration // an event later than this is shown but never charged
	ReloadCeiling money.Amount  // automatic purchases of a day where the limit is Unlimited
	Seller        Party         // on invoices and receipts
	Production    bool
}

// DefaultConfig is the design's defaults (sections 4 and 7).
func DefaultConfig() Config {
	return Config{
		BaseURL:       "http://127.0.0.1:8080",
		PlanAllowance: 40 * money.Dollar,
		HoldTTL:       30 * time.Minute,
		EventLateness: 24 * time.Hour,
		ReloadCeiling: 2000 * money.Dollar,
	}
}

// New makes a Service. newID gives ids that sort by time, with a prefix such as "acc".
func New(store *models.Store, rates *pricing.Table, provider Provider, newID func(prefix string) string, conf Config) *Service {
	return &Service{store: store, rates: rates, provider: provider, newID: newID, conf: conf, hashes: newHasher(), wanted: make(chan struct{}, 1)}
}

// Rates is the rate table in force.
func (s *Service) Rates() *pricing.Table { return s.rates }

// Config is the operator's settings in force.
func (s *Service) Config() Config { return s.conf }
