package billing

import (
	"time"

	"extrausage/models"
	"extrausage/money"
)

// This file decides about auto-reload; nothing in it reads or writes. See reload_run.go for who asks.

// ReloadPause is why auto-reload stopped until the subscriber acts; "" while it works.
type ReloadPause string

// The pauses. Another card ends the first two; a confirmed Resume ends each.
const (
	PausedByDeclines ReloadPause = "declined"        // DeclinesToPause in a row
	PausedForAction  ReloadPause = "action_required" // the bank wants the subscriber to authenticate
	PausedByReversal ReloadPause = "reversal"        // a refund or a dispute took money back
)

// ReloadWait is why auto-reload does not buy at present, although it is not paused.
type ReloadWait string

// The waits. The first three end by themselves, at ReloadStatus.RetryAt.
const (
	WaitsAfterDecline ReloadWait = "declined"   // the back-off after a decline
	WaitsForGuard     ReloadWait = "guard"      // as many attempts in an hour or a day as P4 allows
	WaitsForCeiling   ReloadWait = "ceiling"    // with Unlimited: the operator's ceiling of a day
	WaitsForLimit     ReloadWait = "limit"      // the automatic purchases of the month have reached the monthly limit
	WaitsTooLittle    ReloadWait = "too_little" // what the month can still use is less than the provider debits
)

// backOff is how long auto-reload waits after so many declines in a row; the one that makes DeclinesToPause pauses it.
var backOff = []time.Duration{time.Hour, 6 * time.Hour}

// reloadAsk is what an automatic purchase is decided on, as far as one row of the account and one of the month tell it.
type reloadAsk struct {
	rule      ReloadRule
	on        bool // extra usage is on and the account open
	pause     ReloadPause
	pending   bool // an automatic purchase is on its way
	walls     wallState
	reloaded  money.Amount // automatic purchases of the month
	need      money.Amount // extra money that a refused hold needs; 0 for none
	confirmed money.Amount // the most that the subscriber has agreed to for now; 0 where the rule alone counts
}

// works tells whether the rule is in force: switched on, not paused, and the account not in debt (a reversal took what was
// spent already: buying again would charge the same card for it).
func (a reloadAsk) works() bool {
	return a.rule.On && a.on && a.pause == "" && a.walls.balance >= 0
}

// wanted tells whether credits are to be bought: the balance fell below the threshold, or a hold that one purchase can cover
// was refused for want of them.
func (a reloadAsk) wanted() bool {
	available := a.walls.available()
	short := a.need > available && a.need <= a.rule.Target
	return a.works() && !a.pending && (available < a.rule.Threshold || short)
}

// amount is what one purchase buys now: what is missing to the target, whole cents up, cut to what the month can still use and
// to what P4 leaves. ceilingLeft counts with Unlimited only. What is less than the provider debits is 0; then waits says why.
func (a reloadAsk) amount(ceilingLeft money.Amount) (amount money.Amount, waits ReloadWait) {
	missing := a.rule.Target.Sub(a.walls.available()).CeilCents()
	usable, wall, waits := missing, ceilingLeft, WaitsForCeiling
	if a.walls.limit.Kind == LimitAmount {
		usable = wholeCents(a.walls.limit.Amount.Sub(a.walls.spent).Sub(max(0, a.walls.balance)))
		wall, waits = a.walls.limit.Amount.Sub(a.reloaded), WaitsForLimit
	}
	amount = min(missing, usable, wholeCents(wall))
	if a.confirmed > 0 {
		amount = min(amount, a.confirmed)
	}
	switch {
	case amount >= MinDebit:
		return amount, ""
	case wall < MinDebit:
		return 0, waits
	}
	return 0, WaitsTooLittle
}

// wholeCents cuts an amount to whole cents; nothing below zero.
func wholeCents(a money.Amount) money.Amount { return money.Cents(max(0, a).InCents()) }

// state is how auto-reload stands for a hold that needs this much extra money, for its one reason. until is how long
// auto-reload waits, 0 where it does not.
func (a reloadAsk) state(waits ReloadWait, until, now models.Instant) reloadState {
	switch {
	case !a.rule.On || !a.on || a.walls.balance < 0 || a.need > a.rule.Target:
		return reloadNone
	case a.pause == PausedForAction:
		return reloadAction
	case a.pause != "":
		return reloadPaused
	case a.pending:
		return reloadPending
	case until > now && waits == WaitsForCeiling:
		return reloadAtLimit
	case until > now:
		return reloadPaused
	}
	if amount, _ := a.amount(MaxTarget); a.walls.available().Add(amount) < a.need { // the ceiling is known once it was met
		return reloadAtLimit
	}
	return reloadPending
}

// attempt is an automatic purchase that was planned, whatever came of it.
type attempt struct {
	at     models.Instant
	amount money.Amount
	counts bool // its money is or may still be taken: neither declined nor abandoned
}

// guard is when P4 lets another attempt begin (0: now), by the attempts of the last day, the newest first.
func guard(attempts []attempt) (until models.Instant) {
	for most, span := range map[int]time.Duration{ReloadsPerHour: time.Hour, ReloadsPerDay: 24 * time.Hour} {
		if len(attempts) >= most {
			until = max(until, attempts[most-1].at.Add(span))
		}
	}
	return until
}

// underCeiling is what the operator's ceiling of a day leaves with Unlimited, and when it leaves enough for a debit (0: now).
func underCeiling(attempts []attempt, ceiling money.Amount, now models.Instant) (left money.Amount, until models.Instant) {
	left = ceiling
	for _, a := range attempts {
		if a.counts && now.Sub(a.at) < 24*time.Hour {
			left = left.Sub(a.amount)
		}
	}
	room := left
	for i := len(attempts) - 1; i >= 0 && room < MinDebit; i-- {
		if a := attempts[i]; a.counts && now.Sub(a.at) < 24*time.Hour {
			room, until = room.Add(a.amount), a.at.Add(24*time.Hour)
		}
	}
	return max(0, left), until
}

// reloadDecision is what is to be done about auto-reload now.
type reloadDecision struct {
	amount money.Amount   // to buy; 0 for nothing
	waits  ReloadWait     // why nothing is bought although it is wanted
	until  models.Instant // when it is to be looked at again; 0 where time alone does not help
}

// decideReload decides about one automatic purchase. declinedUntil is the end of the back-off, 0 for none.
func decideReload(a reloadAsk, attempts []attempt, ceiling money.Amount, declinedUntil, now models.Instant) reloadDecision {
	if !a.wanted() {
		return reloadDecision{}
	}
	if declinedUntil > now {
		return reloadDecision{waits: WaitsAfterDecline, until: declinedUntil}
	}
	left, free := underCeiling(attempts, ceiling, now)
	amount, waits := a.amount(left)
	switch until := guard(attempts); {
	case amount == 0 && waits == WaitsForCeiling:
		return reloadDecision{waits: waits, until: free}
	case amount == 0:
		return reloadDecision{waits: waits}
	case until > now:
		return reloadDecision{waits: WaitsForGuard, until: until}
	}
	return reloadDecision{amount: amount}
}
