package stripe

import (
	"context"
	"fmt"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
)

// clockMargin is how far Stripe's clock may be behind ours: a charge that was made after Since is not overlooked for it.
const clockMargin = time.Hour

// FindCharge looks a charge up: by its own id, else among the customer's, each of which Stripe tells as it is. The search, which
// may lag behind, is left for customers that Stripe does not know any more.
func (s *Service) FindCharge(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	if strings.HasPrefix(q.Charge, "pi_") {
		pi, err := s.intent(ctx, q.Charge)
		if !missing(err, "") {
			c, err := s.answered("look a charge up", pi, err)
			return s.withReversals(ctx, c, err)
		}
	}
	if q.PurchaseID == "" {
		return billing.Charge{}, billing.ErrNoCharge
	}
	found, err := s.listed(ctx, q)
	if err != nil {
		return billing.Charge{}, err
	}
	best := billing.Charge{}
	for _, pi := range found { // the newest first
		c, err := s.answered("look a charge up", pi, nil)
		if err != nil {
			return billing.Charge{}, err
		}
		if best.ID == "" || c.State == billing.ChargeSucceeded && best.State != billing.ChargeSucceeded {
			best = c
		}
	}
	if best.ID == "" {
		return billing.Charge{}, billing.ErrNoCharge
	}
	return s.withReversals(ctx, best, nil)
}

// listed are the PaymentIntents of a purchase, the newest first.
func (s *Service) listed(ctx context.Context, q billing.ChargeQuery) ([]*api.PaymentIntent, error) {
	if q.Customer == "" {
		return s.searched(ctx, q.PurchaseID)
	}
	p := &api.PaymentIntentListParams{Customer: api.String(q.Customer)}
	p.Limit = api.Int64(pageSize)
	if !q.Since.IsZero() {
		p.CreatedRange = &api.RangeQueryParams{GreaterThanOrEqual: q.Since.Add(-clockMargin).Unix()}
	}
	all, err := collect(s.api.V1PaymentIntents.List(ctx, p).All(ctx))
	if missing(err, "customer") {
		return s.searched(ctx, q.PurchaseID)
	}
	if err != nil {
		return nil, failed("list the charges of a customer", err)
	}
	return ofPurchase(all, q.PurchaseID), nil
}

func (s *Service) searched(ctx context.Context, purchaseID string) ([]*api.PaymentIntent, error) {
	p := &api.PaymentIntentSearchParams{}
	p.Query = fmt.Sprintf("metadata[%q]:%q", purchaseKey, purchaseID)
	p.Limit = api.Int64(pageSize)
	all, err := collect(s.api.V1PaymentIntents.Search(ctx, p).All(ctx))
	if err != nil {
		return nil, failed("search for a charge", err)
	}
	return ofPurchase(all, purchaseID), nil
}

func ofPurchase(all []*api.PaymentIntent, purchaseID string) []*api.PaymentIntent {
	var found []*api.PaymentIntent
	for _, pi := range all {
		if pi.Metadata[purchaseKey] == purchaseID {
			found = append(found, pi)
		}
	}
	return found
}

// collect reads a list to its end.
func collect[T any](list api.Seq2[T, error]) ([]T, error) {
	var all []T
	var failure error
	list(func(item T, err error) bool {
		switch {
		case err != nil:
			failure = err
		case len(all) == maxListed:
			failure = errTooMany
		default:
			all = append(all, item)
		}
		return failure == nil
	})
	return all, failure
}
