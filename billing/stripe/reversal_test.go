package stripe_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// refund makes a refund in the dashboard.
func (f *fakeStripe) refund(charge, status string, cents int64, more object) object {
	return f.reversal("refund", "re", charge, status, cents, more)
}

func (f *fakeStripe) dispute(charge, status string, cents int64, more object) object {
	return f.reversal("dispute", "dp", charge, status, cents, more)
}

func (f *fakeStripe) reversal(kind, prefix, charge, status string, cents int64, more object) object {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := object{"payment_intent": charge, "status": status, "amount": cents, "currency": "usd"}
	for k, v := range more {
		o[k] = v
	}
	return f.add(kind, prefix, o)
}

func TestReversals(t *testing.T) {
	back, withdrawn, reinstated := object{"id": "txn_2"}, object{"id": "txn_1", "amount": -1250}, object{"id": "txn_2", "amount": 1250}
	for _, c := range []struct {
		kind   billing.ReversalKind
		status string
		more   object
		want   billing.ReversalState
	}{
		{billing.Refund, "pending", nil, billing.ReversalOpen},
		{billing.Refund, "requires_action", nil, billing.ReversalOpen},
		{billing.Refund, "succeeded", nil, billing.ReversalTaken},
		{billing.Refund, "failed", nil, billing.ReversalClosed},
		{billing.Refund, "failed", object{"failure_balance_transaction": back}, billing.ReversalReturned},
		{billing.Refund, "canceled", nil, billing.ReversalClosed},
		{billing.Refund, "canceled", object{"failure_balance_transaction": back}, billing.ReversalReturned},
		{billing.Dispute, "warning_needs_response", nil, billing.ReversalOpen},
		{billing.Dispute, "warning_under_review", nil, billing.ReversalOpen},
		{billing.Dispute, "warning_closed", nil, billing.ReversalClosed},
		{billing.Dispute, "needs_response", nil, billing.ReversalTaken},
		{billing.Dispute, "under_review", nil, billing.ReversalTaken},
		{billing.Dispute, "lost", nil, billing.ReversalTaken},
		{billing.Dispute, "won", nil, billing.ReversalReturned},
		{billing.Dispute, "prevented", nil, billing.ReversalClosed},
		{billing.Dispute, "prevented", object{"balance_transactions": []object{withdrawn}}, billing.ReversalTaken},
		{billing.Dispute, "prevented", object{"balance_transactions": []object{withdrawn, reinstated}}, billing.ReversalReturned},
		{billing.Dispute, "unheard of", nil, billing.ReversalOpen},
		{billing.Dispute, "unheard of", object{"balance_transactions": []object{withdrawn}}, billing.ReversalTaken},
	} {
		t.Run(fmt.Sprint(c.kind, " ", c.status, " ", len(c.more)), func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(succeeds, false)
			made, err := s.Debit(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			id := ""
			if c.kind == billing.Refund {
				id = f.refund(made.ID, c.status, 300, c.more)["id"].(string)
			} else {
				id = f.dispute(made.ID, c.status, 300, c.more)["id"].(string)
			}
			want := []billing.Reversal{{ID: id, Kind: c.kind, State: c.want, Amount: money.Dollars(3)}}
			for name, q := range map[string]billing.ChargeQuery{"by customer": query(r), "by id": {Charge: made.ID}} {
				if got, err := s.FindCharge(t.Context(), q); err != nil || !slices.Equal(got.Reversals, want) || got.State != billing.ChargeSucceeded || got.Amount != r.Amount {
					t.Errorf("%s: %+v %v, want %+v", name, got, err, want)
				}
			}
		})
	}
}

// TestEveryReversalOfACharge counts: 105 partial refunds and a dispute, and none of another charge's.
func TestEveryReversalOfACharge(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, false)
	made, err := s.Debit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for range 105 {
		f.refund(made.ID, "succeeded", 1, nil)
		f.refund("pi_another", "succeeded", 1, nil)
	}
	f.dispute(made.ID, "needs_response", 1145, nil)
	f.dispute("pi_another", "needs_response", 1145, nil)
	got, err := s.FindCharge(t.Context(), query(r))
	if err != nil {
		t.Fatal(err)
	}
	sum, ids := money.Amount(0), map[string]bool{}
	for _, v := range got.Reversals {
		sum = sum.Add(v.Amount)
		ids[v.ID] = true
	}
	if len(ids) != 106 || sum != r.Amount {
		t.Errorf("%d reversals of %s together", len(ids), sum.Decimal())
	}
}

// TestAChargeWhoseReversalsCannotBeRead is not told as one without any.
func TestAChargeWhoseReversalsCannotBeRead(t *testing.T) {
	for _, path := range []string{"/v1/refunds", "/v1/disputes"} {
		f := newFake(t)
		s, r := f.client(), f.order(succeeds, false)
		if _, err := s.Debit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		f.with(func() {
			f.fault = func(q request) fault {
				if q.path == path {
					return refusedBefore
				}
				return fine
			}
		})
		if got, err := s.FindCharge(t.Context(), query(r)); err == nil {
			t.Errorf("%s failed: %+v", path, got)
		}
	}
	for kind, add := range map[string]func(f *fakeStripe, charge string){
		"refund":  func(f *fakeStripe, charge string) { f.refund(charge, "succeeded", 100, object{"currency": "eur"}) },
		"dispute": func(f *fakeStripe, charge string) { f.dispute(charge, "lost", 100, object{"currency": "eur"}) },
	} {
		f := newFake(t)
		s, r := f.client(), f.order(succeeds, false)
		made, err := s.Debit(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		add(f, made.ID)
		if got, err := s.FindCharge(t.Context(), query(r)); err == nil {
			t.Errorf("a %s in euros: %+v", kind, got)
		}
	}
}

func TestReversed(t *testing.T) {
	f := newFake(t)
	s := f.client()
	since := time.Unix(1_000_000, 0)
	at := func(seconds int64) object { return object{"created": since.Unix() + seconds} }
	charge := func(purchase string) string {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.add("payment_intent", "pi", object{"metadata": object{"purchase_id": purchase}, "status": "succeeded", "currency": "usd"})["id"].(string)
	}
	before, twice, disputed := charge("p_before"), charge("p_twice"), charge("p_disputed")
	f.refund(before, "succeeded", 100, at(-1))
	for range 101 {
		f.refund(twice, "succeeded", 1, at(5))
	}
	f.dispute(twice, "needs_response", 100, at(5))
	f.dispute(disputed, "warning_needs_response", 100, at(0))
	f.refund(charge(""), "succeeded", 100, at(5)) // of something else that the operator sells
	f.refund("", "succeeded", 100, object{"created": since.Unix() + 5, "payment_intent": nil})
	f.with(func() { f.live = true })
	f.refund(charge("p_live"), "succeeded", 100, at(5))

	got, err := s.Reversed(t.Context(), since)
	if slices.Sort(got); err != nil || !slices.Equal(got, []string{"p_disputed", "p_twice"}) {
		t.Errorf("%v %v", got, err)
	}
	if got, err := s.Reversed(t.Context(), since.Add(time.Minute)); err != nil || len(got) != 0 {
		t.Errorf("later: %v %v", got, err)
	}
	if n := len(f.sent(http.MethodGet, "/v1/refunds")); n != 3 {
		t.Errorf("%d pages", n)
	}
	for _, path := range []string{"/v1/refunds", "/v1/disputes"} {
		f.with(func() {
			f.fault = func(q request) fault {
				if q.path == path && (path == "/v1/disputes" || q.form.Has("starting_after")) { // on the second page
					return refusedBefore
				}
				return fine
			}
		})
		if got, err := s.Reversed(t.Context(), since); err == nil {
			t.Errorf("%s failed: %v", path, got)
		}
	}
}
