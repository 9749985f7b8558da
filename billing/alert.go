package billing

import (
	"fmt"
	"math"

	"extrausage/models"
	"extrausage/money"
)

// This file decides what a subscriber has to be told; nothing in it reads or writes the database. The watch functions are the
// hot path's: they compare integers and leave the rest to the worker (RunAlerts).

// How far a session has come, as usage_windows keeps it. It never goes back.
const (
	stageNearly int64 = iota + 1 // sessionNearlyPercent of it is used
	stageLimit                   // all of it is used, or a request was refused for it
	stageExtra                   // extra usage was charged in it
)

// sessionNearlyPercent is when a session is nearly used.
const sessionNearlyPercent = 90

// DefaultLowBalance is the balance below which a subscriber is told, until they say otherwise.
const DefaultLowBalance = 5 * money.Dollar

// noMore is an amount that no month's spending reaches.
const noMore = money.Amount(math.MaxInt64)

// alertsDue lets the worker look at an account.
func alertsDue(m *models.MeterState) {
	if m.Meter.AlertsDueAt == 0 {
		m.Meter.AlertsDueAt = m.Now
	}
}

// watchCharge follows a usage that was just taken from a session and, where charged, from a month's limit.
func watchCharge(m *models.MeterState, w *models.UsageWindow, b *models.BillingMonth, extra money.Amount) {
	if extra > 0 && b.Spent >= b.Alert {
		alertsDue(m)
	}
	switch {
	case extra > 0:
		reachStage(m, w, stageExtra)
	case w.Used >= w.Allowance:
		reachStage(m, w, stageLimit)
	case w.Used.Times(100) >= w.Allowance.Times(sessionNearlyPercent):
		reachStage(m, w, stageNearly)
	}
}

// watchRefusal follows a request that was refused. w is nil where no session runs.
func watchRefusal(m *models.MeterState, w *models.UsageWindow, b *models.BillingMonth, why Reason) {
	switch {
	case why == MonthlyLimitReached && !b.LimitRefused:
		b.LimitRefused = true
		alertsDue(m)
	case why == SessionLimitReached && w != nil:
		reachStage(m, w, stageLimit)
	}
}

func reachStage(m *models.MeterState, w *models.UsageWindow, stage int64) {
	if w.AlertStage < stage {
		w.AlertStage = stage
		alertsDue(m)
	}
}

// watchBalance follows the ledger: whoever is at or above the mark may be told when they fall below it.
func watchBalance(m *models.MeterState) {
	switch mark := lowBalanceOf(m.Meter); {
	case m.Meter.Balance >= mark:
		m.Meter.LowBalanceArmed = true
	case m.Meter.LowBalanceArmed && mark > 0:
		alertsDue(m)
	}
}

// watchAnew starts over with another mark, or with extra usage on: who is below it now has just been shown so.
func watchAnew(m *models.MeterState) {
	m.Meter.LowBalanceArmed = m.Meter.Balance >= lowBalanceOf(m.Meter)
}

// watchLimit starts over with another limit.
func watchLimit(m *models.MeterState, b *models.BillingMonth) {
	b.LimitRefused = false
	alertsDue(m)
}

// lowBalanceOf is the balance below which the subscriber is told: auto-reload's threshold, or else the amount they set.
func lowBalanceOf(m *models.Meter) money.Amount {
	if m.ReloadOn {
		return m.ReloadThreshold
	}
	return m.LowBalance
}

// told are the keys of what an account was told already.
type told map[string]bool

// monthSpending is a month as its alerts are decided on.
type monthSpending struct {
	startsAt, endsAt models.Instant
	limit            Limit
	spent            money.Amount
	refused          bool // a request was refused for this limit
}

func spendingOf(b *models.BillingMonth) monthSpending {
	return monthSpending{startsAt: b.StartsAt, endsAt: b.EndsAt, limit: limitOf(b), spent: b.Spent, refused: b.LimitRefused}
}

// percentKey makes an alert happen once per month, limit and percentage.
func (s monthSpending) percentKey(percent int) string {
	return fmt.Sprintf("limit/%d/%s/%d", s.startsAt, s.limit.text(), percent)
}

// reachedKey is of the alert that requests are refused for the limit.
func (s monthSpending) reachedKey() string {
	return fmt.Sprintf("limit_reached/%d/%s", s.startsAt, s.limit.text())
}

// spentKey is of the alert at an amount that the subscriber set.
func (s monthSpending) spentKey(amount money.Amount) string {
	return fmt.Sprintf("spent/%d/%s", s.startsAt, amount.Decimal())
}

// keys are all keys that the month's alerts may have.
func (s monthSpending) keys(a AlertSettings) []string {
	keys := []string{s.reachedKey(), s.spentKey(a.Spent)}
	for _, p := range AlertPercents {
		keys = append(keys, s.percentKey(p))
	}
	return keys
}

// alert is what is to be told of a month, if anything, and from which spending on there may be more.
func (s monthSpending) alert(a AlertSettings, known told) (notices []notice, next money.Amount) {
	switch s.limit.Kind {
	case LimitAmount:
		return s.limitAlerts(a, known)
	case Unlimited:
		if a.Spent == 0 || known[s.spentKey(a.Spent)] {
			return nil, noMore
		}
		if s.spent < a.Spent {
			return nil, a.Spent
		}
		return []notice{{Kind: NoticeSpentAmount, Key: s.spentKey(a.Spent), Args: s.args(noticeArgs{Amount: a.Spent})}}, noMore
	case LimitUnset:
	}
	return nil, noMore
}

// limitAlerts tells the highest percentage that was reached, unless it or a higher one was told; and that requests are refused
// for the limit, unless the full percentage says so.
func (s monthSpending) limitAlerts(a AlertSettings, known told) (notices []notice, next money.Amount) {
	highest, before := 0, 0
	next = noMore
	for _, p := range AlertPercents {
		if known[s.percentKey(p)] {
			before = p
		}
	}
	for _, p := range a.Percents {
		if at := percentOf(s.limit.Amount, p); s.spent >= at {
			highest = p
		} else if p > before {
			next = min(next, at)
		}
	}
	if highest > before {
		notices = append(notices, notice{Kind: NoticeLimitPercent, Key: s.percentKey(highest), Args: s.args(noticeArgs{Percent: highest})})
	}
	if s.refused && max(highest, before) < 100 && !known[s.reachedKey()] {
		notices = append(notices, notice{Kind: NoticeLimitReached, Key: s.reachedKey(), Args: s.args(noticeArgs{})})
	}
	return notices, next
}

// onePercentOfACent makes shares of limits exact: those are whole cents.
const onePercentOfACent = money.Cent / 100

func percentOf(limit money.Amount, percent int) money.Amount {
	return onePercentOfACent.Times(limit.InCents() * int64(percent))
}

// args adds how the month stands.
func (s monthSpending) args(a noticeArgs) noticeArgs {
	a.Limit, a.Spent, a.Until = s.limit.text(), s.spent, s.endsAt
	return a
}

// sessionAlert is what is to be told of a session, nil for nothing. What it has come to before is not told any more.
func sessionAlert(m *models.Meter, w models.UsageWindow, continued bool, now models.Instant) *notice {
	n := &notice{Args: noticeArgs{ResetsAt: w.EndsAt}}
	runs := now < w.EndsAt && m.ExtraUsage
	switch {
	case w.AlertStage == stageExtra:
		n.Kind, n.Key = NoticeExtraStarted, fmt.Sprintf("extra_started/%d", w.StartsAt)
	case w.AlertStage == stageLimit && runs && !continued && w.Choice == "":
		n.Kind, n.Key = NoticeSessionLimit, fmt.Sprintf("session_limit/%d", w.StartsAt)
	case w.AlertStage == stageNearly && runs:
		n.Kind, n.Key = NoticeSessionNearly, fmt.Sprintf("session_nearly/%d", w.StartsAt)
		n.Args.Percent = sessionNearlyPercent
	default:
		return nil
	}
	return n
}

// balanceAlert is what is to be told of the balance, nil for nothing. The entry that took it below the mark names it.
func balanceAlert(m *models.Meter) *notice {
	mark := lowBalanceOf(m)
	if !m.ExtraUsage || !m.LowBalanceArmed || mark == 0 || m.Balance >= mark {
		return nil
	}
	n := &notice{Kind: NoticeLowBalance, Key: fmt.Sprintf("low_balance/%d", m.EntrySeq), Args: noticeArgs{Amount: mark}}
	if m.ReloadOn && m.ReloadPause == "" {
		n.Args.Why = settingAutoReload // it is about to buy
	}
	return n
}
