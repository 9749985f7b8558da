package billing

import (
	"context"

	"extrausage/models"
	"extrausage/money"
)

// Receipt is a purchase that was debited and credited.
type Receipt struct {
	PurchaseView
	BalanceAfter money.Amount // right after the credit
}

// Receipt is the receipt of a purchase of an account. Fault: not_found, also for a purchase that was not debited.
func (s *Service) Receipt(ctx context.Context, accountID, purchaseID string) (r Receipt, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		p, err := tx.PurchaseWithCard(accountID, purchaseID)
		if err != nil {
			return err
		}
		credit, err := tx.PurchaseEntry(accountID, purchaseID)
		if err != nil {
			return err
		}
		r = Receipt{PurchaseView: purchaseView(p), BalanceAfter: credit.BalanceAfter}
		return nil
	})
	return r, err
}
