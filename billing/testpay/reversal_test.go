package testpay_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// TestReversals plays the life of each refund and dispute: what the app is told of it, and by which events.
func TestReversals(t *testing.T) {
	for _, c := range []struct {
		stages []testpay.Stage
		states []billing.ReversalState
		taken  money.Amount // at the end, of $4
	}{
		{[]testpay.Stage{"refund.made"}, []billing.ReversalState{"taken"}, money.Dollars(4)},
		{[]testpay.Stage{"refund.made", "refund.failed"}, []billing.ReversalState{"taken", "returned"}, 0},
		{[]testpay.Stage{"refund.pending", "refund.made", "refund.failed"}, []billing.ReversalState{"open", "taken", "returned"}, 0},
		{[]testpay.Stage{"refund.pending", "refund.canceled"}, []billing.ReversalState{"open", "closed"}, 0},
		{[]testpay.Stage{"dispute.inquiry", "dispute.closed"}, []billing.ReversalState{"open", "closed"}, 0},
		{[]testpay.Stage{"dispute.inquiry", "dispute.opened", "dispute.won"}, []billing.ReversalState{"open", "taken", "returned"}, 0},
		{[]testpay.Stage{"dispute.opened", "dispute.lost"}, []billing.ReversalState{"taken", "taken"}, money.Dollars(4)},
	} {
		t.Run(string(c.stages[len(c.stages)-1]), func(t *testing.T) {
			r, a, charges := listening(t)
			ctx := context.Background()
			var types []string
			r.Play(testpay.Script{Webhook: func(w testpay.Webhook) testpay.Handling { types = append(types, w.Type); return testpay.Handling{} }})
			id, err := r.Reverse(ctx, charges[1].ID, money.Dollars(4), c.stages[0])
			for i, stage := range c.stages {
				if i > 0 {
					err = r.Advance(ctx, id, stage)
				}
				if err != nil {
					t.Fatalf("%s: %v", stage, err)
				}
				kind, _, _ := strings.Cut(string(stage), ".")
				got, err := r.find("purchase_1")
				if want := []billing.Reversal{{ID: id, Kind: billing.ReversalKind(kind), State: c.states[i], Amount: money.Dollars(4)}}; err != nil || !reflect.DeepEqual(got.Reversals, want) {
					t.Errorf("%s: %+v %v, want %+v", stage, got.Reversals, err, want)
				}
				r.deliver(1)
				if want := "charge." + string(stage); types[i] != want || a.heard[i] != "charge purchase_1 false" {
					t.Errorf("event %s %s, want %s", types[i], a.heard[i], want)
				}
			}
			if err := r.Advance(ctx, id, c.stages[0]); !errors.Is(err, testpay.ErrNotPossible) {
				t.Errorf("back to the start: %v", err)
			}
			tallies, err := r.Tallies(ctx)
			if got := tallies["purchase_1"]; err != nil || got.Refunded+got.Disputed != c.taken || got.Captured != 1 {
				t.Errorf("tally %+v %v", got, err)
			}
			if captured := r.captured()[1]; len(captured.Reversals) != 1 || captured.Reversals[0].ID != id {
				t.Errorf("captured %+v", captured)
			}
		})
	}
}

// TestReversalsHaveBounds: refunds and disputes take no more than the charge, of a charge that took money.
func TestReversalsHaveBounds(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	c := r.paid("purchase_1") // $10
	open, err := r.Debit(ctx, r.request(r.card("needs_authentication"), "purchase_2", money.Dollars(10)))
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, testpay.ErrNotPossible) {
			t.Errorf("%s: %v", what, err)
		}
	}
	reverse := func(charge string, amount money.Amount, stage testpay.Stage) error {
		_, err := r.Reverse(ctx, charge, amount, stage)
		return err
	}
	must := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	refuse("of a charge that took nothing", reverse(open.ID, money.Dollars(1), testpay.RefundMade))
	refuse("of nothing", reverse(c.ID, 0, testpay.RefundMade))
	refuse("below a cent", reverse(c.ID, money.Cent/2, testpay.RefundMade))
	refuse("more than the charge", reverse(c.ID, money.Dollars(11), testpay.DisputeOpened))
	refuse("beginning at its end", reverse(c.ID, money.Dollars(1), testpay.DisputeWon))
	refuse("beginning nowhere", reverse(c.ID, money.Dollars(1), "refund"))
	refuse("of an unknown one", r.Advance(ctx, "test_refund_x", testpay.RefundFailed))
	if _, err := r.Refund(ctx, "test_charge_x", money.Dollars(1)); !errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("of an unknown charge: %v", err)
	}

	must(r.Refund(ctx, c.ID, money.Dollars(3)))
	second := must(r.Refund(ctx, c.ID, money.Dollars(4)))
	refuse("more than is left", reverse(c.ID, money.Dollars(4), testpay.RefundMade))
	inquiry := must(r.Dispute(ctx, c.ID, money.Dollars(3), testpay.DisputeInquiry))
	must(r.Refund(ctx, c.ID, money.Dollars(1))) // an inquiry takes nothing
	refuse("an inquiry that no longer fits", r.Advance(ctx, inquiry, testpay.DisputeOpened))
	if err := r.Advance(ctx, second, testpay.RefundFailed); err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(ctx, inquiry, testpay.DisputeOpened); err != nil {
		t.Errorf("after a refund failed there is room: %v", err)
	}

	r.Play(testpay.Script{Call: func(testpay.Call) testpay.Fault { return testpay.Racing }})
	must(r.Refund(ctx, c.ID, money.Dollars(6))) // $10 of refunds, and $3 disputed
	refuse("more refunds than the charge, racing or not", reverse(c.ID, money.Cent, testpay.RefundMade))
	must(r.Dispute(ctx, c.ID, money.Dollars(7), testpay.DisputeOpened))
	refuse("more disputes than the charge, racing or not", reverse(c.ID, money.Cent, testpay.DisputeOpened))
	tallies, err := r.Tallies(ctx)
	if want := (testpay.Tally{Charges: 1, Captured: 1, Amount: money.Dollars(10), Refunded: money.Dollars(10), Disputed: money.Dollars(10)}); err != nil || tallies["purchase_1"] != want {
		t.Errorf("tally %+v %v", tallies["purchase_1"], err)
	}
}

// TestReversalsNeverTakeMore: whatever is tried in whatever order, refunds and disputes leave no charge below nothing; racing,
// neither of them does by itself.
func TestReversalsNeverTakeMore(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	card, n := r.card("succeeds"), 0
	begins := []testpay.Stage{testpay.RefundPending, testpay.RefundMade, testpay.DisputeInquiry, testpay.DisputeOpened}
	rapid.Check(t, func(t *rapid.T) {
		n++
		r.Play(testpay.Script{})
		c, err := r.Debit(ctx, r.request(card, fmt.Sprint("purchase_", n), money.Dollars(5)))
		if err != nil {
			t.Fatal(err)
		}
		racing := rapid.Bool().Draw(t, "racing")
		if racing {
			r.Play(testpay.Script{Call: func(testpay.Call) testpay.Fault { return testpay.Racing }})
		}
		stage := map[string]testpay.Stage{}
		var ids []string
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if len(ids) == 0 || rapid.Bool().Draw(t, "new") {
				begin := rapid.SampledFrom(begins).Draw(t, "begin")
				if id, err := r.Reverse(ctx, c.ID, money.Dollars(rapid.Int64Range(1, 5).Draw(t, "amount")), begin); err == nil {
					ids, stage[id] = append(ids, id), begin
				}
				continue
			}
			id := rapid.SampledFrom(ids).Draw(t, "which")
			if next := stage[id].Next(); len(next) > 0 {
				to := rapid.SampledFrom(next).Draw(t, "to")
				if err := r.Advance(ctx, id, to); err == nil {
					stage[id] = to
				} else if !errors.Is(err, testpay.ErrNotPossible) {
					t.Fatal(err)
				}
			}
		}
		tallies, err := r.Tallies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := tallies[c.PurchaseID]
		if got.Refunded > c.Amount || got.Disputed > c.Amount || !racing && got.Refunded+got.Disputed > c.Amount {
			t.Fatalf("racing %v: %+v", racing, got)
		}
	})
}

func TestReversed(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	first, second := r.paid("purchase_1"), r.paid("purchase_2")
	r.paid("purchase_3")
	began := r.now
	id, err := r.Dispute(ctx, second.ID, money.Dollars(2), testpay.DisputeInquiry)
	for _, c := range []billing.Charge{first, second} {
		r.now = r.now.Add(time.Hour)
		if _, e := r.Refund(ctx, c.ID, money.Dollars(1)); e != nil || err != nil {
			t.Fatal(e, err)
		}
	}
	r.now = r.now.Add(time.Hour)
	if err := r.Advance(ctx, id, testpay.DisputeOpened); err != nil { // opened before: news of it are events
		t.Fatal(err)
	}
	for _, c := range []struct {
		since time.Time
		want  []string
	}{
		{began, []string{"purchase_2", "purchase_1"}},
		{began.Add(time.Microsecond), []string{"purchase_1", "purchase_2"}},
		{began.Add(2 * time.Hour), []string{"purchase_2"}},
		{began.Add(2*time.Hour + time.Microsecond), nil},
	} {
		if got, err := r.Reversed(ctx, c.since); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("since %s: %v %v, want %v", c.since, got, err, c.want)
		}
	}
}

// TestDisputedLater: the dispute comes two days after the charge, over what is left of it, once, and by itself.
func TestDisputedLater(t *testing.T) {
	r, a, _ := listening(t)
	ctx := context.Background()
	card := r.card("disputed_later")
	all := make([]billing.Charge, 2)
	for i := range all {
		var err error
		if all[i], err = r.Debit(ctx, r.request(card, []string{"purchase_whole", "purchase_refunded"}[i], money.Dollars(10))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Refund(ctx, all[1].ID, money.Dollars(10)); err != nil {
		t.Fatal(err)
	}
	r.deliver(4)
	a.heard = nil
	r.now = r.now.Add(testpay.DisputedAfter - time.Microsecond)
	if c, err := r.find("purchase_whole"); err != nil || len(c.Reversals) != 0 {
		t.Errorf("too early: %+v %v", c, err)
	}
	r.now = r.now.Add(time.Microsecond)
	for range 2 {
		c, err := r.find("purchase_whole")
		if err != nil || len(c.Reversals) != 1 || c.Reversals[0].Kind != billing.Dispute || c.Reversals[0].State != billing.ReversalTaken || c.Reversals[0].Amount != money.Dollars(10) {
			t.Errorf("found %+v %v", c, err)
		}
	}
	r.deliver(1)
	r.deliver(0)
	if len(a.heard) != 1 || a.heard[0] != "charge purchase_whole false" {
		t.Errorf("heard %q", a.heard)
	}
	if c, err := r.find("purchase_refunded"); err != nil || len(c.Reversals) != 1 {
		t.Errorf("nothing was left to dispute: %+v %v", c, err)
	}
}

// TestDueWorkNeedsNoLookUp: Deliver alone opens disputes and ends processing.
func TestDueWorkNeedsNoLookUp(t *testing.T) {
	r, a, _ := listening(t)
	c, err := r.Debit(context.Background(), r.request(r.card("processing"), "purchase_slow", money.Dollars(10)))
	if err != nil || c.State != billing.ChargeProcessing {
		t.Fatalf("%+v %v", c, err)
	}
	r.deliver(2) // the card, and that the charge is in processing
	r.now = r.now.Add(testpay.ProcessingFor - time.Microsecond)
	r.deliver(0)
	r.now = r.now.Add(time.Microsecond)
	r.deliver(1)
	if got := a.heard[len(a.heard)-1]; got != "charge purchase_slow false" {
		t.Errorf("heard %q", a.heard)
	}
	if c, err := r.find("purchase_slow"); err != nil || c.State != billing.ChargeSucceeded {
		t.Errorf("%+v %v", c, err)
	}
}
