package testpay

import (
	"context"
	"database/sql"

	"extrausage/billing"
	"extrausage/money"
)

// Captured is the provider's own truth: every charge that took money, with what was reversed of it, the oldest first. The
// script has no say in it.
func (s *Service) Captured(ctx context.Context) ([]billing.Charge, error) {
	return s.allCharges(ctx, "state = 'succeeded' ORDER BY rowid")
}

// Charges is every charge, those included that took no money, the oldest first.
func (s *Service) Charges(ctx context.Context) ([]billing.Charge, error) {
	return s.allCharges(ctx, "TRUE ORDER BY rowid")
}

func (s *Service) allCharges(ctx context.Context, where string) (all []billing.Charge, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) (err error) {
		all, err = s.charges(ctx, tx, where)
		return err
	})
	return all, err
}

// Tally is what the provider has done for one purchase.
type Tally struct {
	Charges  int          // executed debits, declined ones included
	Captured int          // those that took money: more than one is a fault of the app
	Amount   money.Amount // that they took
	Refunded money.Amount // of it, and not sent back
	Disputed money.Amount // of it: under review, or lost
}

// Tallies tells what the provider has done, by purchase id.
func (s *Service) Tallies(ctx context.Context) (map[string]Tally, error) {
	all, err := s.Charges(ctx)
	tallies := map[string]Tally{}
	for _, c := range all {
		t := tallies[c.PurchaseID]
		t.Charges++
		if c.State == billing.ChargeSucceeded {
			t.Captured++
			t.Amount += c.Amount
		}
		t.Refunded += takenBy(c, billing.Refund)
		t.Disputed += takenBy(c, billing.Dispute)
		tallies[c.PurchaseID] = t
	}
	return tallies, err
}
