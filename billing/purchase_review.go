package billing

import (
	"context"

	"extrausage/models"
	"extrausage/money"
)

// PurchaseReview is what a subscriber confirms before they buy.
type PurchaseReview struct {
	Order
	Made         *PurchaseView // the purchase that this very order made already; then the rest is empty
	Card         PaymentMethodView
	Balance      money.Amount
	BalanceAfter money.Amount // if nothing else happens meanwhile
}

// ReviewPurchase says what an order would do; it does nothing. Faults: those of BuyCredits.
func (s *Service) ReviewPurchase(ctx context.Context, accountID string, o Order) (r PurchaseReview, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		made, err := orderedBefore(tx, accountID, o.Amount, o.Key)
		if err != nil {
			return err
		}
		if made != nil {
			p, err := tx.PurchaseWithCard(accountID, made.ID)
			if err != nil {
				return err
			}
			v := purchaseView(p)
			r = PurchaseReview{Order: o, Made: &v}
			return nil
		}
		m, err := tx.MeterRow(accountID)
		if err != nil {
			return err
		}
		if m.Closed {
			return fault(Conflict, "account_closed")
		}
		card, err := cardNeeded(tx, accountID)
		if err != nil {
			return err
		}
		r = PurchaseReview{Order: o, Card: cardView(card, tx.Now), Balance: m.Balance, BalanceAfter: m.Balance.Add(o.Amount)}
		return nil
	})
	return r, err
}
