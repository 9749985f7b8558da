package stripe

import (
	"context"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
)

// NewAtOnce is New, but a request that is made again is made again at once.
func NewAtOnce(conf Config) (*Service, error) {
	b := backends(conf)
	b.API.(*api.BackendImplementation).SetNetworkRetriesSleep(false)
	return newService(conf, b)
}

// Reversals asks for the reversals of a charge, as is done for one that took money.
func (s *Service) Reversals(ctx context.Context, charge string) error {
	_, err := s.withReversals(ctx, billing.Charge{ID: charge, State: billing.ChargeSucceeded}, nil)
	return err
}
