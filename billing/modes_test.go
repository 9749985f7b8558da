package billing_test

import (
	"errors"
	"testing"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

func TestRealMoneyWantsBooksOfItsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		rates, err := pricing.Default()
		if err != nil {
			t.Fatal(err)
		}
		live := billing.New(r.store, rates, liveLine{r.line}, nil, billing.DefaultConfig())
		id := r.subscriber("declined")
		r.buy(id, money.Dollars(10))
		for name, svc := range map[string]*billing.Service{"test": r.svc, "live": live} {
			if err := svc.CheckModes(r.ctx); err != nil {
				t.Errorf("%s, before anything was credited: %v", name, err)
			}
		}
		r.card(id, "succeeds")
		r.buy(id, money.Dollars(10))
		if err := r.svc.CheckModes(r.ctx); err != nil {
			t.Errorf("test: %v", err)
		}
		if err := live.CheckModes(r.ctx); !errors.Is(err, billing.ErrMixedModes) {
			t.Errorf("live: %v", err)
		}
	})
}
