package testpay

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// errUnheard is what a caller gets who never hears how a debit went.
var errUnheard = errors.New("testpay: connection closed before an answer arrived")

// Debit debits a card once per purchase id, for ever: the same request again is answered as it stands now, another request
// under the same id is an error.
func (s *Service) Debit(ctx context.Context, r billing.DebitRequest) (billing.Charge, error) {
	var c billing.Charge
	unheard := false
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		known, fingerprint, err := s.findCharge(ctx, tx, "purchase", r.PurchaseID)
		if err == nil && fingerprint != fingerprintOf(r) {
			return errors.New("testpay: the purchase's id was used for another debit")
		}
		if !errors.Is(err, billing.ErrNoCharge) {
			c = known
			return err
		}
		way, err := s.course(ctx, tx, r)
		if err != nil {
			return err
		}
		unheard = way.unheard
		c, err = s.addCharge(ctx, tx, r, way)
		return err
	})
	if err != nil {
		return billing.Charge{}, err
	}
	s.nudge()
	if unheard {
		return billing.Charge{}, errUnheard
	}
	return c, nil
}

// course is how a new debit goes.
func (s *Service) course(ctx context.Context, tx *sql.Tx, r billing.DebitRequest) (course, error) {
	if r.Amount <= 0 || !r.Amount.IsWholeCents() || r.PurchaseID == "" {
		return course{}, errors.New("testpay: a debit is of whole cents, and for a purchase")
	}
	var customer string
	var d debit
	var month, year int
	err := tx.QueryRowContext(ctx, "SELECT customer, kind, exp_month, exp_year, detached_at <> 0 FROM methods WHERE id = ?", r.Method).
		Scan(&customer, &d.kind, &month, &year, &d.detached)
	if err != nil || customer != r.Customer {
		return course{}, errors.Join(errors.New("testpay: no such card of this customer"), err)
	}
	d.expired = !s.now().Before(time.Date(year, time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC))
	return courseOf(d), nil
}

func (s *Service) addCharge(ctx context.Context, tx *sql.Tx, r billing.DebitRequest, way course) (billing.Charge, error) {
	c := billing.Charge{
		ID: s.conf.NewID("test_charge"), PurchaseID: r.PurchaseID, AccountID: r.AccountID, Live: s.Live(),
		State: way.state, Amount: r.Amount, Failure: way.failure,
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO charges (id, purchase, account, customer, method, cents, return_url, fingerprint, state, failure, created_at)"+
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", c.ID, r.PurchaseID, r.AccountID, r.Customer, r.Method, r.Amount.InCents(), r.ReturnURL,
		fingerprintOf(r), c.State, c.Failure, s.now().UnixMicro())
	if err != nil {
		return c, fmt.Errorf("testpay: add charge: %w", err)
	}
	c.ActionURL = s.actionURL(c)
	return c, s.enqueue(ctx, tx, eventOf(c))
}

// fingerprintOf tells debits under one id apart.
func fingerprintOf(r billing.DebitRequest) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q|%q|%q|%q|%d|%t|%q", r.PurchaseID, r.AccountID, r.Customer, r.Method, r.Amount.InCents(), r.OnSession, r.ReturnURL))
	return hex.EncodeToString(sum[:])
}

func (s *Service) actionURL(c billing.Charge) string {
	if c.State != billing.ChargeRequiresAction {
		return ""
	}
	return s.url("charges", c.ID)
}

// FindCharge looks the charge of a purchase up, or the one with an id; billing.ErrNoCharge where there is none.
func (s *Service) FindCharge(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	column, value := "purchase", q.PurchaseID
	if value == "" {
		column, value = "id", q.Charge
	}
	var c billing.Charge
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		c, _, err = s.findCharge(ctx, tx, column, value)
		return err
	})
	return c, err
}

// findCharge reads a charge by its column "id" or "purchase", with the fingerprint of its request.
func (s *Service) findCharge(ctx context.Context, tx *sql.Tx, column, value string) (c billing.Charge, fingerprint string, err error) {
	rows, err := s.charges(ctx, tx, column+" = ?", value)
	if err != nil {
		return c, "", err
	}
	if len(rows) == 0 {
		return c, "", billing.ErrNoCharge
	}
	return rows[0].Charge, rows[0].fingerprint, nil
}

// storedCharge is a charge and how its request is recognised.
type storedCharge struct {
	billing.Charge
	fingerprint string
}

func (s *Service) charges(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]storedCharge, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, purchase, account, cents, state, failure, fingerprint FROM charges WHERE "+where+" ORDER BY created_at, id", args...) //nolint:gosec // where is a constant
	if err != nil {
		return nil, fmt.Errorf("testpay: read charges: %w", err)
	}
	defer rows.Close()
	var found []storedCharge
	for rows.Next() {
		c := storedCharge{}
		var cents int64
		if err := rows.Scan(&c.ID, &c.PurchaseID, &c.AccountID, &cents, &c.State, &c.Failure, &c.fingerprint); err != nil {
			return nil, fmt.Errorf("testpay: read charges: %w", err)
		}
		c.Amount, c.Live, c.ActionURL = money.Cents(cents), s.Live(), s.actionURL(c.Charge)
		found = append(found, c)
	}
	return found, rows.Err()
}

// Captured is the provider's own truth: every charge that took money, the oldest first.
func (s *Service) Captured(ctx context.Context) ([]billing.Charge, error) {
	var all []billing.Charge
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := s.charges(ctx, tx, "state = ?", billing.ChargeSucceeded)
		for _, c := range rows {
			all = append(all, c.Charge)
		}
		return err
	})
	return all, err
}

// Cancel gives up a charge that waits for the subscriber. One that has ended stays as it ended.
func (s *Service) Cancel(ctx context.Context, charge string) error {
	return s.end(ctx, charge, billing.ChargeCanceled, "")
}

// end gives a charge that waits for the subscriber its end. One that has ended stays as it is.
func (s *Service) end(ctx context.Context, charge string, state billing.ChargeState, failure string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		c, _, err := s.findCharge(ctx, tx, "id", charge)
		if err != nil || c.State != billing.ChargeRequiresAction {
			return err
		}
		c.State, c.Failure = state, failure
		if _, err := tx.ExecContext(ctx, "UPDATE charges SET state = ?, failure = ? WHERE id = ?", state, failure, charge); err != nil {
			return fmt.Errorf("testpay: end charge: %w", err)
		}
		return s.enqueue(ctx, tx, eventOf(c))
	})
	if err == nil {
		s.nudge()
	}
	return err
}

// Authenticate says where the subscriber authenticates: the charge's own page.
func (s *Service) Authenticate(ctx context.Context, charge, _ string) (billing.Charge, error) {
	var c billing.Charge
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		c, _, err = s.findCharge(ctx, tx, "id", charge)
		return err
	})
	return c, err
}

// Reversed names the purchases whose charges had a refund or a dispute opened since a time.
func (s *Service) Reversed(context.Context, time.Time) ([]string, error) { return nil, nil }
