package testpay

import (
	"context"
	"database/sql"
	"fmt"

	"extrausage/billing"
	"extrausage/money"
)

// FindCharge looks the charge of a purchase up, or the one with an id; billing.ErrNoCharge where there is none. Of several it is
// one that took money, else the newest.
func (s *Service) FindCharge(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	where, value := "purchase = ?", q.PurchaseID
	if value == "" {
		where, value = "id = ?", q.Charge
	}
	var c billing.Charge
	err := s.call(OpFindCharge, value, func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error {
			found, err := s.charges(ctx, tx, where+" ORDER BY state = 'succeeded' DESC, n DESC", value)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return billing.ErrNoCharge
			}
			c = found[0]
			return nil
		})
	})
	if err != nil {
		return billing.Charge{}, err
	}
	return c, nil
}

// Authenticate opens the charge's own page for the subscriber, and says where it is.
func (s *Service) Authenticate(ctx context.Context, charge, returnURL string) (billing.Charge, error) {
	var c billing.Charge
	err := s.call(OpAuthenticate, charge, func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE charges SET asked = 1, return_url = ? WHERE id = ? AND state = ?", returnURL, charge, billing.ChargeRequiresAction)
			if err != nil {
				return fmt.Errorf("testpay: ask for authentication: %w", err)
			}
			c, err = s.charge(ctx, tx, charge)
			return err
		})
	})
	if err != nil {
		return billing.Charge{}, err
	}
	return c, nil
}

// Cancel gives up a charge that waits for the subscriber. One that has ended stays as it ended.
func (s *Service) Cancel(ctx context.Context, charge string) error {
	return s.call(OpCancel, charge, func() error { return s.end(ctx, charge, billing.ChargeCanceled, "") })
}

// end gives a charge that waits for the subscriber its end. One that has ended stays as it is.
func (s *Service) end(ctx context.Context, charge string, state billing.ChargeState, failure string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		c, err := s.charge(ctx, tx, charge)
		if err != nil || c.State != billing.ChargeRequiresAction {
			return err
		}
		return s.moveCharge(ctx, tx, c, state, failure)
	})
	if err == nil {
		s.nudge()
	}
	return err
}

// moveCharge gives a charge another state, and tells the app.
func (s *Service) moveCharge(ctx context.Context, tx *sql.Tx, c billing.Charge, state billing.ChargeState, failure string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE charges SET state = ?, failure = ?, settle_at = 0 WHERE id = ?", state, failure, c.ID); err != nil {
		return fmt.Errorf("testpay: move charge: %w", err)
	}
	return s.enqueue(ctx, tx, eventOf(c, string(state)))
}

// charge reads one charge by its id, or billing.ErrNoCharge.
func (s *Service) charge(ctx context.Context, tx *sql.Tx, id string) (billing.Charge, error) {
	found, err := s.charges(ctx, tx, "id = ?", id)
	if err != nil {
		return billing.Charge{}, err
	}
	if len(found) == 0 {
		return billing.Charge{}, billing.ErrNoCharge
	}
	return found[0], nil
}

// charges reads charges with their reversals.
func (s *Service) charges(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]billing.Charge, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, purchase, account, cents, state, failure, asked FROM charges WHERE "+where, args...) //nolint:gosec // where is a constant
	if err != nil {
		return nil, fmt.Errorf("testpay: read charges: %w", err)
	}
	defer rows.Close()
	var found []billing.Charge
	for rows.Next() {
		c := billing.Charge{Live: s.Live()}
		var cents int64
		var asked bool
		if err := rows.Scan(&c.ID, &c.PurchaseID, &c.AccountID, &cents, &c.State, &c.Failure, &asked); err != nil {
			return nil, fmt.Errorf("testpay: read charges: %w", err)
		}
		if c.Amount = money.Cents(cents); asked && c.State == billing.ChargeRequiresAction {
			c.ActionURL = s.url("charges", c.ID)
		}
		found = append(found, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("testpay: read charges: %w", err)
	}
	for i := range found {
		if found[i].Reversals, err = reversalsOf(ctx, tx, found[i].ID); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// catchUp does what has become due at the provider: charges in processing succeed, disputes that were to come are opened.
func (s *Service) catchUp(ctx context.Context, tx *sql.Tx) error {
	now := s.now()
	settled, err := s.charges(ctx, tx, "settle_at <> 0 AND settle_at <= ? ORDER BY settle_at, rowid", now.UnixMicro())
	if err != nil {
		return err
	}
	for _, c := range settled {
		if err := s.moveCharge(ctx, tx, c, billing.ChargeSucceeded, ""); err != nil {
			return err
		}
	}
	disputed, err := s.charges(ctx, tx, "dispute_at <> 0 AND dispute_at <= ? ORDER BY dispute_at, rowid", now.UnixMicro())
	if err != nil {
		return err
	}
	for _, c := range disputed {
		if err := s.disputeLater(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// disputeLater opens the dispute that a charge was to have, over what is left of it.
func (s *Service) disputeLater(ctx context.Context, tx *sql.Tx, c billing.Charge) error {
	if _, err := tx.ExecContext(ctx, "UPDATE charges SET dispute_at = 0 WHERE id = ?", c.ID); err != nil {
		return fmt.Errorf("testpay: open dispute: %w", err)
	}
	left := leftOf(c)
	if c.State != billing.ChargeSucceeded || left <= 0 {
		return nil
	}
	_, err := s.addReversal(ctx, tx, c, left, DisputeOpened)
	return err
}
