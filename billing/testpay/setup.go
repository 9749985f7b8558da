package testpay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"extrausage/billing"
)

// visit is a setup as stored.
type visit struct {
	session, reference, customer, locale, returnURL, cancelURL string
	method                                                     string // "" until a card was chosen
}

// StartSetup opens a visit; the same ID gives the same visit.
func (s *Service) StartSetup(ctx context.Context, r billing.SetupRequest) (billing.SetupVisit, error) {
	var session string
	err := s.call(OpStartSetup, r.ID, func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error {
			var reference string
			err := tx.QueryRowContext(ctx, "SELECT session, reference FROM setups WHERE id = ?", r.ID).Scan(&session, &reference)
			if err == nil && reference != r.Reference {
				return errors.New("testpay: the setup's id was used for another reference")
			}
			if err == nil || !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			session = s.conf.NewID("test_session")
			return s.addVisit(ctx, tx, r, session)
		})
	})
	if err != nil {
		return billing.SetupVisit{}, err
	}
	return billing.SetupVisit{Session: session, URL: s.url("setup", session)}, nil
}

func (s *Service) addVisit(ctx context.Context, tx *sql.Tx, r billing.SetupRequest, session string) error {
	customer := r.Customer
	if customer == "" {
		customer = s.conf.NewID("test_customer")
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers (id, locale) VALUES (?, ?)"+
		" ON CONFLICT (id) DO UPDATE SET locale = excluded.locale", customer, r.Locale); err != nil {
		return fmt.Errorf("testpay: add customer: %w", err)
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO setups (id, session, reference, customer, locale, return_url, cancel_url) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.ID, session, r.Reference, customer, r.Locale, r.ReturnURL, r.CancelURL)
	if err != nil {
		return fmt.Errorf("testpay: add setup: %w", err)
	}
	return nil
}

// Setup tells how a visit ended, or billing.ErrNoSetup.
func (s *Service) Setup(ctx context.Context, session string) (billing.SetupResult, error) {
	var found billing.SetupResult
	err := s.call(OpSetup, session, func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error {
			v, err := findVisit(ctx, tx, session)
			if err != nil {
				return err
			}
			found = billing.SetupResult{Session: session, Reference: v.reference, Live: s.Live(), Customer: v.customer, Done: v.method != ""}
			if found.Done {
				found.Card, err = findCard(ctx, tx, v.method)
			}
			return err
		})
	})
	if err != nil {
		return billing.SetupResult{}, err
	}
	return found, nil
}

func findVisit(ctx context.Context, tx *sql.Tx, session string) (visit, error) {
	v := visit{session: session}
	err := tx.QueryRowContext(ctx, "SELECT reference, customer, locale, return_url, cancel_url, method FROM setups WHERE session = ?", session).
		Scan(&v.reference, &v.customer, &v.locale, &v.returnURL, &v.cancelURL, &v.method)
	if errors.Is(err, sql.ErrNoRows) {
		return v, billing.ErrNoSetup
	}
	return v, err
}

func findCard(ctx context.Context, tx *sql.Tx, method string) (billing.Card, error) {
	card := billing.Card{Method: method}
	var k kind
	err := tx.QueryRowContext(ctx, "SELECT kind, exp_month, exp_year FROM methods WHERE id = ?", method).Scan(&k, &card.ExpMonth, &card.ExpYear)
	if err != nil {
		return card, fmt.Errorf("testpay: card %s: %w", method, err)
	}
	c, _ := cardOf(k)
	card.Brand, card.Last4, card.Fingerprint = c.brand, c.last4, "test_card_"+string(k)
	return card, nil
}

// choose ends a visit with a card and gives the address to return to. A visit that has ended keeps its card.
func (s *Service) choose(ctx context.Context, session string, k kind) (string, error) {
	var back string
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		v, err := findVisit(ctx, tx, session)
		if err != nil {
			return err
		}
		back = withParameter(v.returnURL, "session", session)
		if v.method != "" {
			return nil
		}
		method := s.conf.NewID("test_card")
		month, year := expiry(k, s.now())
		if _, err := tx.ExecContext(ctx, "INSERT INTO methods (id, customer, kind, exp_month, exp_year) VALUES (?, ?, ?, ?, ?)",
			method, v.customer, k, month, year); err != nil {
			return fmt.Errorf("testpay: add card: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE setups SET method = ? WHERE session = ?", method, session); err != nil {
			return fmt.Errorf("testpay: end setup: %w", err)
		}
		return s.enqueue(ctx, tx, event{Type: "setup.done", Object: session})
	})
	if err == nil {
		s.nudge()
	}
	return back, err
}

// Detach forgets a card; one that is gone already is no error.
func (s *Service) Detach(ctx context.Context, method string) error {
	return s.call(OpDetach, method, func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error { return s.detach(ctx, tx, method) })
	})
}

func (s *Service) detach(ctx context.Context, tx *sql.Tx, method string) error {
	_, err := tx.ExecContext(ctx, "UPDATE methods SET detached_at = ? WHERE id = ? AND detached_at = 0", s.now().UnixMicro(), method)
	if err != nil {
		return fmt.Errorf("testpay: detach card: %w", err)
	}
	return nil
}

// withParameter adds a parameter to the query of an address.
func withParameter(address, key, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // came from the app, which has parsed it
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}
