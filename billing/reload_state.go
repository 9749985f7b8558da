package billing

import (
	"time"

	"extrausage/models"
	"extrausage/money"
)

// This file is auto-reload as the rows of an account keep it. All of it runs under the account's lock.

// reloadAskOf is what an automatic purchase would be decided on, for a hold that needs this much extra money (0 for none).
func reloadAskOf(m *models.MeterState, month *models.BillingMonth, need money.Amount) reloadAsk {
	return reloadAsk{
		rule: ruleOf(m), on: m.Meter.ExtraUsage && m.Meter.Plan != "" && !m.Meter.Closed, pause: ReloadPause(m.Meter.ReloadPause),
		pending: m.Meter.ReloadPurchaseID != "", walls: wallsOf(m, month, true), reloaded: month.Reloaded,
		need: need, confirmed: m.Meter.ReloadConfirmed,
	}
}

// reloadStateOf is how auto-reload stands for a hold that needs this much extra money.
func reloadStateOf(m *models.MeterState, month *models.BillingMonth, need money.Amount) reloadState {
	return reloadAskOf(m, month, need).state(ReloadWait(m.Meter.ReloadWaits), m.Meter.ReloadRetryAt, m.Now)
}

// wantReload makes the worker look whether credits are to be bought: after each charge, and after a hold that was refused for
// want of funds and needs this much extra money.
func wantReload(m *models.MeterState, month *models.BillingMonth, need money.Amount) {
	ask := reloadAskOf(m, month, need)
	if !ask.wanted() {
		return
	}
	amount, waits := ask.amount(MaxTarget)
	if amount == 0 && (waits == WaitsTooLittle || waits == ReloadWait(m.Meter.ReloadWaits)) {
		return // nothing to buy, and that was said
	}
	due := max(m.Now, m.Meter.ReloadRetryAt)
	if m.Meter.ReloadWantedAt == 0 || due < m.Meter.ReloadWantedAt {
		m.Meter.ReloadWantedAt = due
	}
}

// refusedFor is the extra money that the last hold refused for want of funds needs, while its session runs; 0 for none.
func refusedFor(m *models.MeterState) money.Amount {
	w := m.WindowAt(m.Now)
	if w == nil || w.StartsAt != m.Meter.RefusalWindowStartsAt || !forFunds(Reason(m.Meter.RefusalReason)) {
		return 0
	}
	return m.Meter.RefusalNeeded
}

// forFunds tells whether a reason is that credits are missing, whatever keeps them from coming.
func forFunds(r Reason) bool {
	switch r {
	case ReloadPending, PaymentActionRequired, ReloadPaused, PurchaseLimitReached, InsufficientBalance:
		return true
	}
	return false
}

// stopReload is what turning auto-reload, or extra usage, off does: nothing is looked at any more. A purchase on its way ends.
func stopReload(m *models.MeterState) {
	m.Meter.ReloadWantedAt, m.Meter.ReloadConfirmed = 0, 0
}

// resumeReload lets auto-reload go on. The guard of an hour and a day counts on, and is said if it is what is left to wait for.
func resumeReload(tx *models.Tx, m *models.MeterState) error {
	m.Meter.ReloadPause, m.Meter.ReloadDeclines = "", 0
	if m.Meter.ReloadWaits != string(WaitsAfterDecline) {
		return nil
	}
	setWait(m, "", 0)
	attempts, err := attemptsOf(tx, m)
	if until := guard(attempts); until > m.Now {
		setWait(m, WaitsForGuard, until)
	}
	return err
}

// reloadAtOnce makes the worker buy at a time without a charge before it, at most what the subscriber has agreed to. The guard may
// make it wait longer.
func reloadAtOnce(m *models.MeterState, at models.Instant, most money.Amount) {
	m.Meter.ReloadWantedAt, m.Meter.ReloadConfirmed = max(at, m.Meter.ReloadRetryAt), most
}

func setWait(m *models.MeterState, waits ReloadWait, until models.Instant) {
	m.Meter.ReloadWaits, m.Meter.ReloadRetryAt = string(waits), until
}

// pauseReload stops auto-reload until the subscriber acts.
func pauseReload(m *models.MeterState, why ReloadPause) {
	m.Meter.ReloadPause = string(why)
	stopReload(m)
}

// declinedReload counts a decline: after one and two auto-reload waits, after DeclinesToPause it pauses.
func declinedReload(m *models.MeterState) {
	m.Meter.ReloadDeclines++
	if m.Meter.ReloadDeclines >= DeclinesToPause {
		pauseReload(m, PausedByDeclines)
		return
	}
	until := m.Now.Add(backOff[min(int(m.Meter.ReloadDeclines), len(backOff))-1])
	if until > m.Meter.ReloadRetryAt {
		setWait(m, WaitsAfterDecline, until)
	}
	if m.Meter.ReloadOn && m.Meter.ExtraUsage {
		m.Meter.ReloadWantedAt = m.Meter.ReloadRetryAt
	}
}

// reloadMoved follows an automatic purchase into its next state: what the month may still use, the one purchase at a time, and
// declines in a row. Its row says what it was before.
func reloadMoved(m *models.MeterState, p *models.Purchase, before, after PurchaseState) {
	month := m.Month(p.MonthStartsAt)
	switch {
	case takesRoom(before) && !takesRoom(after):
		month.Reloaded = month.Reloaded.Sub(p.Amount)
	case !takesRoom(before) && takesRoom(after): // given up, and debited all the same
		month.Reloaded = month.Reloaded.Add(p.Amount)
	}
	if !after.Pending() && m.Meter.ReloadPurchaseID == p.ID {
		m.Meter.ReloadPurchaseID = ""
	}
	switch after {
	case PurchaseSucceeded:
		m.Meter.ReloadDeclines = 0
		if m.Meter.ReloadWaits == string(WaitsAfterDecline) {
			setWait(m, "", 0)
		}
	case PurchaseDeclined:
		declinedReload(m)
	case PurchaseRequiresAction:
		pauseReload(m, PausedForAction)
	case PurchasePlanned, PurchaseSubmitted, PurchaseUnknown, PurchaseAbandoned:
	}
}

// ReloadStatus is the rule and how it is doing.
type ReloadStatus struct {
	ReloadRule
	Pause    ReloadPause
	Waits    ReloadWait   // why nothing is bought at present
	RetryAt  time.Time    // when it goes on by itself; zero where it does not wait for a time
	Pending  bool         // an automatic purchase is on its way
	Resume   money.Amount // what a resume would charge at once; 0 for nothing
	Reloaded money.Amount // automatic purchases of the billing month, declined and abandoned ones not counted
	Left     money.Amount // what of the monthly limit they leave for more; 0 with Unlimited
	Last     *PurchaseView
}

func reloadStatusOf(m *models.MeterState, month *models.BillingMonth) ReloadStatus {
	out := ReloadStatus{
		ReloadRule: ruleOf(m), Pause: ReloadPause(m.Meter.ReloadPause), Pending: m.Meter.ReloadPurchaseID != "", Reloaded: month.Reloaded,
	}
	ask := reloadAskOf(m, month, 0)
	if m.Meter.ReloadRetryAt > m.Now {
		out.Waits, out.RetryAt = ReloadWait(m.Meter.ReloadWaits), m.Meter.ReloadRetryAt.Time()
	} else if _, waits := ask.amount(MaxTarget); ask.wanted() {
		out.Waits = waits
	}
	if ask.walls.limit.Kind == LimitAmount {
		out.Left = max(0, ask.walls.limit.Amount.Sub(month.Reloaded))
	}
	if out.Pause != "" {
		out.Resume = dueNow(m, month, ask.rule, ask.on)
	}
	return out
}

// dueNow is what a rule would buy at once if it came into force now, 0 for nothing: the amount that a subscriber has to confirm.
// The guard may make it wait; the ceiling, less.
func dueNow(m *models.MeterState, month *models.BillingMonth, rule ReloadRule, on bool) money.Amount {
	return dueUnder(m, month, rule, on, limitOf(month), 0)
}

// dueUnder is dueNow under another limit, and with a purchase made first.
func dueUnder(m *models.MeterState, month *models.BillingMonth, rule ReloadRule, on bool, limit Limit, first money.Amount) money.Amount {
	ask := reloadAskOf(m, month, refusedFor(m))
	ask.rule, ask.on, ask.pause, ask.pending, ask.confirmed = rule, on, "", false, 0
	ask.walls.limit, ask.walls.balance = limit, ask.walls.balance.Add(first)
	if !ask.wanted() {
		return 0
	}
	amount, _ := ask.amount(MaxTarget)
	return amount
}
