package billing

import (
	"context"
	"errors"
	"fmt"

	"extrausage/models"
)

// AuthenticatePurchase is where the subscriber, who is there, confirms a purchase that their bank asks about: an address at the
// provider. It is "" where the purchase waits for nothing any more. Faults: not_found, provider_unreachable.
func (s *Service) AuthenticatePurchase(ctx context.Context, accountID, purchaseID string) (url string, err error) {
	var p *models.Purchase
	err = s.store.View(ctx, func(tx *models.Tx) (err error) {
		p, err = tx.Purchase(accountID, purchaseID)
		return err
	})
	if err != nil {
		return "", err
	}
	if PurchaseState(p.State) != PurchaseRequiresAction || p.Charge == "" || !s.ours(p) {
		return "", nil
	}
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	charge, err := s.provider.Authenticate(call, p.Charge, s.actionReturnURL(p.ID))
	if err != nil {
		return "", unreachable(err)
	}
	state, err := s.record(ctx, accountID, purchaseID, observation(charge.State), charge)
	switch {
	case errors.Is(err, errMisfit):
		return "", unreachable(err)
	case err != nil:
		return "", fmt.Errorf("authenticate %s: %w", purchaseID, err)
	case state != PurchaseRequiresAction:
		return "", nil
	}
	return charge.ActionURL, nil
}
