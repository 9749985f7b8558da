package billing

import (
	"testing"

	"pgregory.net/rapid"

	"extrausage/models"
	"extrausage/money"
)

// applyReversals posts as reverse does, in memory.
func applyReversals(p *models.Purchase, rows []*models.PurchaseReversal, seen ...Reversal) (_ []*models.PurchaseReversal, take, back money.Amount) {
	var out []*models.PurchaseReversal
	for _, s := range decideReversals(p, rows, seen) {
		take, back = take.Add(s.take), back.Add(s.giveBack)
		out = append(out, s.row)
	}
	return out, take, back
}

func TestReversalsOfOneCharge(t *testing.T) {
	const d = money.Dollar
	refund := func(id string, a money.Amount, s ReversalState) Reversal {
		return Reversal{ID: id, Kind: Refund, State: s, Amount: a}
	}
	dispute := func(s ReversalState) Reversal { return Reversal{ID: "dp", Kind: Dispute, State: s, Amount: 20 * d} }
	for _, c := range []struct {
		name string
		seen []Reversal
		net  money.Amount
	}{
		{"a refund", []Reversal{refund("a", 5*d, ReversalTaken)}, 5 * d},
		{"the same refund again", []Reversal{refund("a", 5*d, ReversalTaken), refund("a", 5*d, ReversalTaken)}, 5 * d},
		{"two partial refunds", []Reversal{refund("a", 5*d, ReversalTaken), refund("b", 6*d, ReversalTaken)}, 11 * d},
		{"a refund on its way", []Reversal{refund("a", 5*d, ReversalOpen)}, 0},
		{"a refund that failed", []Reversal{refund("a", 5*d, ReversalTaken), refund("a", 5*d, ReversalReturned)}, 0},
		{"an inquiry", []Reversal{dispute(ReversalOpen)}, 0},
		{"an inquiry that ended", []Reversal{dispute(ReversalOpen), dispute(ReversalClosed)}, 0},
		{"a dispute", []Reversal{dispute(ReversalOpen), dispute(ReversalTaken)}, 20 * d},
		{"a dispute that was won", []Reversal{dispute(ReversalTaken), dispute(ReversalReturned)}, 0},
		{"older news after that", []Reversal{dispute(ReversalReturned), dispute(ReversalTaken)}, 0},
		{"a refund, then a dispute of all", []Reversal{refund("a", 15*d, ReversalTaken), dispute(ReversalTaken)}, 20 * d},
		{"a dispute, then a refund", []Reversal{dispute(ReversalTaken), refund("a", 15*d, ReversalTaken)}, 20 * d},
		{"and the dispute was won", []Reversal{dispute(ReversalTaken), refund("a", 15*d, ReversalTaken), dispute(ReversalReturned)}, 15 * d},
		{"and then the refund failed", []Reversal{
			dispute(ReversalTaken), refund("a", 15*d, ReversalTaken), dispute(ReversalReturned), refund("a", 15*d, ReversalReturned),
		}, 0},
	} {
		p := &models.Purchase{AccountID: "acc", ID: "p", Amount: 20 * d}
		var rows []*models.PurchaseReversal
		var net money.Amount
		for _, r := range c.seen {
			after, take, back := applyReversals(p, rows, r)
			rows, net = after, net.Add(take).Sub(back)
		}
		if net != c.net {
			t.Errorf("%s: %s taken, want %s", c.name, net.Decimal(), c.net.Decimal())
		}
	}
}

// I12: whatever the provider tells, in whatever order and however often: never more than the charge, never less than nothing,
// and in the end what its last words say.
func TestReversalsInAnyOrder(t *testing.T) {
	life := map[ReversalKind][][]ReversalState{
		Refund:  {{ReversalTaken}, {ReversalOpen, ReversalTaken}, {ReversalOpen, ReversalClosed}, {ReversalTaken, ReversalReturned}},
		Dispute: {{ReversalOpen, ReversalClosed}, {ReversalOpen, ReversalTaken}, {ReversalTaken, ReversalReturned}, {ReversalTaken}},
	}
	rapid.Check(t, func(t *rapid.T) {
		p := &models.Purchase{AccountID: "acc", ID: "p", Amount: money.Cents(rapid.Int64Range(50, 200_000).Draw(t, "cents"))}
		var told []Reversal
		var want money.Amount
		for i := range rapid.IntRange(1, 5).Draw(t, "reversals") {
			kind := rapid.SampledFrom([]ReversalKind{Refund, Dispute}).Draw(t, "kind")
			states := rapid.SampledFrom(life[kind]).Draw(t, "life")
			r := Reversal{ID: string(rune('a' + i)), Kind: kind, Amount: money.Cents(rapid.Int64Range(1, p.Amount.InCents()).Draw(t, "amount"))}
			for _, s := range states {
				r.State = s
				told = append(told, r)
			}
			if r.State == ReversalTaken {
				want = want.Add(r.Amount)
			}
		}
		last := map[string]Reversal{}
		for _, r := range told {
			last[r.ID] = r
		}
		seen := rapid.Permutation(append(told, told...)).Draw(t, "order")
		for _, r := range told { // a look-up at the end tells how all of them ended
			if last[r.ID] == r {
				seen = append(seen, r)
			}
		}
		var rows []*models.PurchaseReversal
		var net money.Amount
		for _, r := range seen {
			after, take, back := applyReversals(p, rows, r)
			rows, net = after, net.Add(take).Sub(back)
			if net < 0 || net > p.Amount {
				t.Fatalf("after %+v: %s of %s taken", r, net.Decimal(), p.Amount.Decimal())
			}
			var posted money.Amount
			for _, row := range rows {
				posted = posted.Add(row.Posted)
			}
			if posted != net {
				t.Fatalf("rows say %s, entries %s", posted.Decimal(), net.Decimal())
			}
		}
		if want = min(want, p.Amount); net != want {
			t.Fatalf("in the end %s, want %s", net.Decimal(), want.Decimal())
		}
	})
}
