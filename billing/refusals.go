package billing

import (
	"context"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// RefusalView is a request that was refused.
type RefusalView struct {
	At            time.Time
	Reason        Reason
	Model         string // as asked for
	Needed        money.Amount
	Available     money.Amount
	FitsMaxTokens int64 // the longest answer that would have fitted; 0 when none would
}

// Refusals are the newest requests of an account that were refused, the newest first. They are kept thirty days.
func (s *Service) Refusals(ctx context.Context, accountID string, limit int) (out []RefusalView, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.Refusals(accountID, pageSize(limit))
		for _, r := range rows {
			out = append(out, RefusalView{
				At: r.At.Time(), Reason: Reason(r.Reason), Model: r.Model, Needed: r.Needed, Available: r.Available, FitsMaxTokens: r.FitsMaxTokens,
			})
		}
		return err
	})
	return out, err
}
