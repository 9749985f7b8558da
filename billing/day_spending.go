package billing

import (
	"context"

	"extrausage/models"
	"extrausage/money"
)

// DaySpend is what one model used on one day of the account's billing zone, by who bore the cost.
type DaySpend struct {
	Day      string // 2006-01-02
	Model    string
	Requests int64
	Plan     money.Amount
	Extra    money.Amount
	Absorbed money.Amount
}

// DaySpending is what was used from one day to another, both included, as 2006-01-02: sorted by day and model, without the days
// that nothing was used on. It reads the roll-up.
func (s *Service) DaySpending(ctx context.Context, accountID string, from, to string) ([]DaySpend, error) {
	var out []DaySpend
	err := s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.UsageDays(accountID, from, to)
		out = make([]DaySpend, len(rows))
		for i, r := range rows {
			out[i] = DaySpend{Day: r.Day, Model: r.Model, Requests: r.Requests, Plan: r.Plan, Extra: r.Extra, Absorbed: r.Absorbed}
		}
		return err
	})
	return out, err
}
