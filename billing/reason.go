package billing

import (
	"time"

	"extrausage/models"
	"extrausage/money"
)

// Reason is why a request was refused, or what stops extra usage: the same code on the page, in the API and for support.
type Reason string

// The reasons, in the order in which the subscriber has to act (design, "Holds and the pool", rule 4).
const (
	NoPlan                Reason = "no_plan"
	AccountClosed         Reason = "account_closed"
	ExtraUsageOff         Reason = "extra_usage_off"
	BalanceNegative       Reason = "balance_negative"
	MonthlyLimitReached   Reason = "monthly_limit_reached"
	SessionLimitReached   Reason = "session_limit_reached"
	ReloadPending         Reason = "reload_pending"
	PaymentActionRequired Reason = "payment_action_required"
	ReloadPaused          Reason = "reload_paused"
	PurchaseLimitReached  Reason = "purchase_limit_reached"
	InsufficientBalance   Reason = "insufficient_balance"

	UnknownModel  Reason = "unknown_model"
	UnpricedUsage Reason = "unpriced_usage"
)

// Refusal is a request that may not run: one reason, and what would help.
type Refusal struct {
	Reason        Reason
	At            time.Time
	Model         string
	Needed        money.Amount // extra money the request needs; at unknown prices 0
	Available     money.Amount // extra money that could be reserved now
	FitsMaxTokens int64        // the largest max_tokens that would be accepted now; 0 when none would
	ResetsAt      time.Time    // when time alone helps; zero where it does not
	RetryAt       time.Time    // when credits may have come by themselves; zero where they do not
	FundsMissing  bool         // with SessionLimitReached: continuing alone would not be enough
	What          string       // with UnpricedUsage: which class or service
}

// reloadState is how auto-reload stands when money is missing.
type reloadState string

const (
	reloadNone    reloadState = "none" // off, or it cannot help
	reloadPending reloadState = "pending"
	reloadAction  reloadState = "action_required"
	reloadPaused  reloadState = "paused"
	reloadAtLimit reloadState = "at_limit"
)

// askState is everything a refusal is decided on.
type askState struct {
	hasPlan   bool
	closed    bool
	on        bool
	continued bool
	walls     wallState
	reload    reloadState
}

// decideReason is the first thing that stops need of extra money, or "" when nothing does.
func decideReason(a askState, need money.Amount) Reason {
	switch {
	case a.closed && a.hasPlan:
		return AccountClosed
	case !a.hasPlan:
		return NoPlan
	case !a.on:
		return ExtraUsageOff
	case a.walls.balance < 0:
		return BalanceNegative
	case need > a.walls.limitLeft():
		return MonthlyLimitReached
	case !a.continued:
		return SessionLimitReached
	case need <= a.walls.available():
		return ""
	}
	return fundsReason(a.reload)
}

// fundsReason is why money that is missing does not come by itself.
func fundsReason(r reloadState) Reason {
	switch r {
	case reloadPending:
		return ReloadPending
	case reloadAction:
		return PaymentActionRequired
	case reloadPaused:
		return ReloadPaused
	case reloadAtLimit:
		return PurchaseLimitReached
	}
	return InsufficientBalance
}

// pendingTakes is how soon a request that waits for an automatic purchase is worth another try.
const pendingTakes = 2 * time.Second

// retryAt is when a hold refused for want of funds is worth another try; zero where that needs the subscriber.
func retryAt(m *models.MeterState, r Reason) time.Time {
	switch {
	case r == ReloadPending:
		return m.Now.Add(pendingTakes).Time()
	case (r == ReloadPaused || r == PurchaseLimitReached) && m.Meter.ReloadPause == "" && m.Meter.ReloadRetryAt > m.Now:
		return m.Meter.ReloadRetryAt.Time()
	}
	return time.Time{}
}

// resetsAt is when waiting helps against a reason: the end of the session, or of the month; 0 where it does not.
func resetsAt(r Reason, windowEnd, monthEnd models.Instant) models.Instant {
	switch r {
	case NoPlan, AccountClosed, UnknownModel, UnpricedUsage:
		return 0
	case MonthlyLimitReached:
		if windowEnd != 0 {
			return min(windowEnd, monthEnd)
		}
		return monthEnd
	}
	return windowEnd
}
