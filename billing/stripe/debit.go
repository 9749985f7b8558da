package stripe

import (
	"context"
	"errors"
	"fmt"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
)

// description is what Stripe's dashboard and receipts call a debit.
const description = "Extra usage credits"

// Debit makes and confirms a PaymentIntent. The purchase's id is the idempotency key.
func (s *Service) Debit(ctx context.Context, r billing.DebitRequest) (billing.Charge, error) {
	if r.PurchaseID == "" || r.Amount <= 0 || !r.Amount.IsWholeCents() {
		return billing.Charge{}, errors.New("stripe: a debit is of whole cents, and for a purchase")
	}
	pi, err := s.api.V1PaymentIntents.Create(ctx, debitParams(r))
	return s.answered("debit a card", pi, err)
}

func debitParams(r billing.DebitRequest) *api.PaymentIntentCreateParams {
	p := &api.PaymentIntentCreateParams{
		Amount: api.Int64(r.Amount.InCents()), Currency: api.String(currency), Customer: api.String(r.Customer), PaymentMethod: api.String(r.Method),
		PaymentMethodTypes: []*string{api.String(string(api.PaymentMethodTypeCard))}, Confirm: api.Bool(true), Description: api.String(description),
	}
	if r.OnSession {
		p.ReturnURL = api.String(r.ReturnURL) // so that authentication is an address to go to, and needs no script of Stripe's
	} else {
		p.OffSession = api.Bool(true)
	}
	p.AddMetadata(purchaseKey, r.PurchaseID)
	p.AddMetadata(accountKey, r.AccountID)
	p.SetIdempotencyKey(r.PurchaseID)
	return p
}

// Authenticate confirms a PaymentIntent once more, now that the subscriber is there. One that is being authenticated keeps its
// page; one that has ended stays as it ended.
func (s *Service) Authenticate(ctx context.Context, charge, returnURL string) (billing.Charge, error) {
	pi, err := s.intent(ctx, charge)
	c, err := s.answered("look a charge up", pi, err)
	if err != nil || c.State != billing.ChargeRequiresAction || c.ActionURL != "" {
		return c, err
	}
	p := &api.PaymentIntentConfirmParams{ReturnURL: api.String(returnURL)}
	if method := methodOf(pi); method != "" {
		p.PaymentMethod = api.String(method)
	}
	pi, err = s.api.V1PaymentIntents.Confirm(ctx, charge, p)
	return s.answered("confirm a charge", pi, err)
}

// methodOf is the card of a PaymentIntent: one whose confirmation failed has it in its last error only.
func methodOf(pi *api.PaymentIntent) string {
	switch {
	case pi.PaymentMethod != nil:
		return pi.PaymentMethod.ID
	case pi.LastPaymentError != nil && pi.LastPaymentError.PaymentMethod != nil:
		return pi.LastPaymentError.PaymentMethod.ID
	}
	return ""
}

// Cancel cancels a PaymentIntent. One whose state does not allow it stays as it is.
func (s *Service) Cancel(ctx context.Context, charge string) error {
	p := &api.PaymentIntentCancelParams{CancellationReason: api.String(string(api.PaymentIntentCancellationReasonAbandoned))}
	_, err := s.api.V1PaymentIntents.Cancel(ctx, charge, p)
	var refused *api.Error
	if err == nil || errors.As(err, &refused) && refused.Code == api.ErrorCodePaymentIntentUnexpectedState {
		return nil
	}
	return failed("cancel a charge", err)
}

// intent retrieves a PaymentIntent.
func (s *Service) intent(ctx context.Context, id string) (*api.PaymentIntent, error) {
	return s.api.V1PaymentIntents.Retrieve(ctx, id, nil)
}

// answered reads a charge from an answer. A card's refusal is one if it carries the PaymentIntent; any other error says nothing
// about the charge.
func (s *Service) answered(doing string, pi *api.PaymentIntent, err error) (billing.Charge, error) {
	var refused *api.Error
	if errors.As(err, &refused) && refused.Type == api.ErrorTypeCard && refused.PaymentIntent != nil {
		pi, err = refused.PaymentIntent, nil
	}
	if err != nil {
		return billing.Charge{}, failed(doing, err)
	}
	if pi.Livemode != s.live {
		return billing.Charge{}, fmt.Errorf("%s: charge %s: %w", doing, pi.ID, errOtherMode)
	}
	return chargeOf(pi)
}
