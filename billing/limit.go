package billing

import "extrausage/money"

// LimitKind tells the kinds of a monthly limit apart. There is no amount that means Unlimited, and none that means unset.
type LimitKind string

// The kinds of a monthly limit. LimitUnset is the state before the first enabling; extra usage is never on with it.
const (
	LimitUnset  LimitKind = "unset"
	LimitAmount LimitKind = "amount"
	Unlimited   LimitKind = "unlimited"
)

// Limit is a monthly limit. Amount is 0 but for LimitAmount.
type Limit struct {
	Kind   LimitKind
	Amount money.Amount
}

// Bounds of what a subscriber may set (design, "Limit changes", "Auto-reload").
const (
	MinLimit     = 5 * money.Dollar
	MaxLimit     = 10_000 * money.Dollar
	MinThreshold = 5 * money.Dollar
	MaxThreshold = 1_000 * money.Dollar
	MinReload    = 5 * money.Dollar // target − threshold
	MaxTarget    = 2_000 * money.Dollar
	MinDebit     = 50 * money.Cent // the least that the provider takes from a card
	MinPurchase  = 5 * money.Dollar
	MaxPurchase  = 2_000 * money.Dollar
)

// The guard of automatic purchases (P4): attempts count whether they succeed or fail.
const (
	ReloadsPerHour  = 3
	ReloadsPerDay   = 10
	DeclinesToPause = 3
)

// checkLimit refuses a limit that may not be set.
func checkLimit(l Limit) error {
	if l.Kind == Unlimited && l.Amount == 0 {
		return nil
	}
	switch {
	case l.Kind != LimitAmount:
		return invalid("limit_kind", "limit_kind_missing")
	case l.Amount == 0:
		return invalid("limit_amount", "limit_zero")
	case l.Amount < MinLimit || l.Amount > MaxLimit || !l.Amount.IsWholeCents():
		return bounds("limit_amount", "limit_bounds", MinLimit, MaxLimit)
	}
	return nil
}

func bounds(field, code string, lo, hi money.Amount) *Fault {
	f := invalid(field, code)
	f.Args = map[string]any{"min": lo, "max": hi}
	return f
}
