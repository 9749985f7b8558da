package stripe_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"extrausage/billing"
)

// TestFindChargeIsCertain: the search does not know the charge yet, the customer's charges do.
func TestFindChargeIsCertain(t *testing.T) {
	f := newFake(t)
	f.searched = time.Unix(0, 0)
	s, r := f.client(), f.order(succeeds, false)
	if _, err := s.FindCharge(t.Context(), query(r)); !errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("before the debit: %v", err)
	}
	made, err := s.Debit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]billing.ChargeQuery{
		"by purchase and customer": {PurchaseID: r.PurchaseID, Customer: r.Customer, Since: time.Now().Add(time.Minute)},
		"by its id":                {Charge: made.ID},
		"by all":                   {PurchaseID: r.PurchaseID, Customer: r.Customer, Charge: made.ID, Since: time.Now()},
		"by an id that is wrong":   {PurchaseID: r.PurchaseID, Customer: r.Customer, Charge: "pi_unknown"},
		"by another's id":          {PurchaseID: r.PurchaseID, Customer: r.Customer, Charge: "ch_1/../x"},
	} {
		if got, err := s.FindCharge(t.Context(), q); err != nil || !equal(got, made) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	for name, q := range map[string]billing.ChargeQuery{
		"another purchase": {PurchaseID: "purchase_2", Customer: r.Customer},
		"an unknown id":    {Charge: "pi_unknown"},
		"no id of Stripe":  {Charge: "purchase_1"},
		"made long before": {PurchaseID: r.PurchaseID, Customer: r.Customer, Since: time.Now().Add(2 * time.Hour)},
	} {
		if got, err := s.FindCharge(t.Context(), q); !errors.Is(err, billing.ErrNoCharge) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if n := len(f.sent(http.MethodGet, "/v1/payment_intents/search")); n != 0 {
		t.Errorf("searched %d times", n)
	}
}

// TestFindChargeTurnsEveryPage: the charge is the oldest of 250 of its customer.
func TestFindChargeTurnsEveryPage(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, false)
	made, err := s.Debit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	f.with(func() {
		for range 249 {
			f.add("payment_intent", "pi", object{"customer": r.Customer, "metadata": object{"purchase_id": "another"}, "status": "succeeded", "currency": "usd"})
		}
	})
	if got, err := s.FindCharge(t.Context(), query(r)); err != nil || !equal(got, made) {
		t.Errorf("%+v %v", got, err)
	}
	if n := len(f.sent(http.MethodGet, "/v1/payment_intents")); n != 3 {
		t.Errorf("%d pages", n)
	}
}

// TestAListWithoutAnEndIsGivenUp, and is not taken for one that does not have the charge.
func TestAListWithoutAnEndIsGivenUp(t *testing.T) {
	f := newFake(t)
	customer, _ := f.customer(succeeds)
	f.with(func() {
		for range 10_001 {
			f.add("payment_intent", "pi", object{"customer": customer, "metadata": object{}, "status": "succeeded", "currency": "usd"})
		}
	})
	if _, err := f.client().FindCharge(t.Context(), billing.ChargeQuery{PurchaseID: "purchase_1", Customer: customer}); err == nil || errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("%v", err)
	}
}

// TestFindChargeOfADeletedCustomer is what the search is for.
func TestFindChargeOfADeletedCustomer(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, false)
	made, err := s.Debit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, customer := range []string{"cus_deleted", ""} {
		if got, err := s.FindCharge(t.Context(), billing.ChargeQuery{PurchaseID: r.PurchaseID, Customer: customer}); err != nil || !equal(got, made) {
			t.Errorf("customer %q: %+v %v", customer, got, err)
		}
	}
	if n := len(f.sent(http.MethodGet, "/v1/payment_intents/search")); n != 2 {
		t.Errorf("searched %d times", n)
	}
}

// TestTheChargeThatTookMoneyComesFirst, whatever was tried before and after it.
func TestTheChargeThatTookMoneyComesFirst(t *testing.T) {
	for name, states := range map[string][]string{
		"first": {"succeeded", "canceled", "requires_action"}, "between": {"canceled", "succeeded", "canceled"}, "last": {"canceled", "succeeded"},
	} {
		f := newFake(t)
		customer, _ := f.customer(succeeds)
		f.with(func() {
			for _, state := range states {
				f.add("payment_intent", "pi", object{"customer": customer, "metadata": object{"purchase_id": "purchase_1"}, "status": state, "currency": "usd"})
			}
		})
		if c, err := f.client().FindCharge(t.Context(), billing.ChargeQuery{PurchaseID: "purchase_1", Customer: customer}); err != nil || c.State != billing.ChargeSucceeded {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
}

// TestALookUpThatFailsIsNoEmptyList: only Stripe's own list says that there is no charge.
func TestALookUpThatFailsIsNoEmptyList(t *testing.T) {
	for _, wrong := range []fault{refusedBefore, unreachable, rateLimited, unauthorized, garbage, badRequest, invalidRequest} {
		for name, q := range map[string]billing.ChargeQuery{
			"by customer": {PurchaseID: "purchase_1", Customer: "cus_1"}, "by id": {Charge: "pi_1"}, "by search": {PurchaseID: "purchase_1"},
		} {
			f := newFake(t)
			f.customer(succeeds)
			f.with(func() { f.fault = func(request) fault { return wrong } })
			_, err := f.client().FindCharge(t.Context(), q)
			if err == nil || errors.Is(err, billing.ErrNoCharge) && (wrong != badRequest || name != "by id") { // resource_missing
				t.Errorf("%s, %s: %v", wrong, name, err)
				continue
			}
			wantNoSecrets(t, err)
		}
	}
}
