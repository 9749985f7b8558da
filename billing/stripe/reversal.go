package stripe

import (
	"context"
	"fmt"
	"slices"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
	"extrausage/money"
)

// withReversals adds the refunds and disputes of a charge that took money.
func (s *Service) withReversals(ctx context.Context, c billing.Charge, err error) (billing.Charge, error) {
	if err != nil || c.State != billing.ChargeSucceeded {
		return c, err
	}
	refunds, err := s.refunds(ctx, &api.RefundListParams{PaymentIntent: api.String(c.ID)})
	if err != nil {
		return billing.Charge{}, err
	}
	disputes, err := s.disputes(ctx, &api.DisputeListParams{PaymentIntent: api.String(c.ID)})
	if err != nil {
		return billing.Charge{}, err
	}
	for _, r := range refunds {
		if string(r.Currency) != currency {
			return billing.Charge{}, fmt.Errorf("stripe: refund %s is in %q", r.ID, r.Currency)
		}
		c.Reversals = append(c.Reversals, billing.Reversal{ID: r.ID, Kind: billing.Refund, State: refundState(r), Amount: money.Cents(r.Amount)})
	}
	for _, d := range disputes {
		if string(d.Currency) != currency {
			return billing.Charge{}, fmt.Errorf("stripe: dispute %s is in %q", d.ID, d.Currency)
		}
		c.Reversals = append(c.Reversals, billing.Reversal{ID: d.ID, Kind: billing.Dispute, State: disputeState(d), Amount: money.Cents(d.Amount)})
	}
	return c, nil
}

// refundState is whether a refund has taken the money. One that failed, or was canceled, had taken it if Stripe shows how it
// came back.
func refundState(r *api.Refund) billing.ReversalState {
	switch {
	case r.FailureBalanceTransaction != nil:
		return billing.ReversalReturned
	case r.Status == api.RefundStatusFailed, r.Status == api.RefundStatusCanceled:
		return billing.ReversalClosed
	case r.Status == api.RefundStatusPending, r.Status == api.RefundStatusRequiresAction:
		return billing.ReversalOpen
	}
	return billing.ReversalTaken
}

// disputeState is whether a dispute has taken the money. Inquiries (warnings) take nothing. A state that is none of those known
// here, such as one that was prevented, is judged by what was withdrawn for it and reinstated.
func disputeState(d *api.Dispute) billing.ReversalState {
	switch d.Status {
	case api.DisputeStatusWarningNeedsResponse, api.DisputeStatusWarningUnderReview:
		return billing.ReversalOpen
	case api.DisputeStatusWarningClosed:
		return billing.ReversalClosed
	case api.DisputeStatusNeedsResponse, api.DisputeStatusUnderReview, api.DisputeStatusLost:
		return billing.ReversalTaken
	case api.DisputeStatusWon:
		return billing.ReversalReturned
	case api.DisputeStatusPrevented:
	}
	return byMovedMoney(d)
}

// byMovedMoney judges a dispute by what was withdrawn for it, and reinstated.
func byMovedMoney(d *api.Dispute) billing.ReversalState {
	withdrawn, moved := int64(0), len(d.BalanceTransactions) > 0
	for _, t := range d.BalanceTransactions {
		withdrawn -= t.Amount
	}
	switch {
	case withdrawn > 0:
		return billing.ReversalTaken
	case moved:
		return billing.ReversalReturned
	case d.Status == api.DisputeStatusPrevented:
		return billing.ReversalClosed
	}
	return billing.ReversalOpen
}

// Reversed names the purchases with a refund or a dispute made since a time, by the metadata of their charges.
func (s *Service) Reversed(ctx context.Context, since time.Time) ([]string, error) {
	created := &api.RangeQueryParams{GreaterThanOrEqual: since.Unix()}
	refunded, disputed := &api.RefundListParams{CreatedRange: created}, &api.DisputeListParams{CreatedRange: created}
	refunded.AddExpand("data.payment_intent")
	disputed.AddExpand("data.payment_intent")
	refunds, err := s.refunds(ctx, refunded)
	if err != nil {
		return nil, err
	}
	disputes, err := s.disputes(ctx, disputed)
	if err != nil {
		return nil, err
	}
	var purchases []string
	add := func(pi *api.PaymentIntent) {
		if pi == nil || pi.Metadata[purchaseKey] == "" || pi.Livemode != s.live { // of something else that the operator sells
			return
		}
		if id := pi.Metadata[purchaseKey]; !slices.Contains(purchases, id) {
			purchases = append(purchases, id)
		}
	}
	for _, r := range refunds {
		add(r.PaymentIntent)
	}
	for _, d := range disputes {
		add(d.PaymentIntent)
	}
	return purchases, nil
}

func (s *Service) refunds(ctx context.Context, p *api.RefundListParams) ([]*api.Refund, error) {
	p.Limit = api.Int64(pageSize)
	all, err := collect(s.api.V1Refunds.List(ctx, p).All(ctx))
	if err != nil {
		return nil, failed("list refunds", err)
	}
	return all, nil
}

func (s *Service) disputes(ctx context.Context, p *api.DisputeListParams) ([]*api.Dispute, error) {
	p.Limit = api.Int64(pageSize)
	all, err := collect(s.api.V1Disputes.List(ctx, p).All(ctx))
	if err != nil {
		return nil, failed("list disputes", err)
	}
	return all, nil
}
