package billing

import (
	"fmt"
	"testing"

	"extrausage/models"
	"extrausage/money"
)

// causes are the things that stop extra usage, in the order in which the subscriber has to act (design, rule 4). The last
// five want the funds to be missing, which the last cause brings about.
var causes = []struct {
	reason Reason
	cause  func(*askState)
}{
	{NoPlan, func(a *askState) { a.hasPlan = false }},
	{AccountClosed, func(a *askState) { a.closed = true }},
	{ExtraUsageOff, func(a *askState) { a.on = false }},
	{BalanceNegative, func(a *askState) { a.walls.balance = -1 }},
	{MonthlyLimitReached, func(a *askState) { a.walls.spent = 41 }},
	{SessionLimitReached, func(a *askState) { a.continued = false }},
	{ReloadPending, func(a *askState) { a.reload, a.walls.balance = reloadPending, min(a.walls.balance, 9) }},
	{PaymentActionRequired, func(a *askState) { a.reload, a.walls.balance = reloadAction, min(a.walls.balance, 9) }},
	{ReloadPaused, func(a *askState) { a.reload, a.walls.balance = reloadPaused, min(a.walls.balance, 9) }},
	{PurchaseLimitReached, func(a *askState) { a.reload, a.walls.balance = reloadAtLimit, min(a.walls.balance, 9) }},
	{InsufficientBalance, func(a *askState) { a.walls.balance = min(a.walls.balance, 9) }},
}

func allIsWell() askState {
	return askState{hasPlan: true, on: true, continued: true, reload: reloadNone, walls: wallState{balance: 99, limit: limited(50)}}
}

func TestReasonOfEachCauseAlone(t *testing.T) {
	if got := decideReason(allIsWell(), 10); got != "" {
		t.Errorf("nothing is wrong: %q", got)
	}
	for _, c := range causes {
		a := allIsWell()
		c.cause(&a)
		if got := decideReason(a, 10); got != c.reason {
			t.Errorf("%q; want %q", got, c.reason)
		}
	}
}

// Of two causes the one that the subscriber must see to first is the reason. Two states of auto-reload exclude each other.
func TestReasonOfEachPairIsTheEarlier(t *testing.T) {
	for i, first := range causes {
		for _, second := range causes[i+1:] {
			for order, apply := range [][]func(*askState){{first.cause, second.cause}, {second.cause, first.cause}} {
				a := allIsWell()
				apply[0](&a)
				apply[1](&a)
				want := first.reason
				if order == 0 && i >= 6 && second.reason != InsufficientBalance {
					want = second.reason // the later cause has replaced the state of auto-reload
				}
				if got := decideReason(a, 10); got != want {
					t.Errorf("%s and %s: %q; want %q", first.reason, second.reason, got, want)
				}
			}
		}
	}
}

func TestReasonAtTheBoundaries(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*askState)
		need money.Amount
		want Reason
	}{
		{"balance of nothing is not negative", func(a *askState) { a.walls.balance = 0 }, 10, InsufficientBalance},
		{"one nano below zero", func(a *askState) { a.walls.balance = -1 }, 10, BalanceNegative},
		{"need is all that the limit leaves", func(a *askState) { a.walls.spent, a.walls.held = 30, 10 }, 10, ""},
		{"one nano more", func(a *askState) { a.walls.spent, a.walls.held = 30, 10 }, 11, MonthlyLimitReached},
		{"need is all of the balance", func(a *askState) { a.walls.balance, a.walls.allPools = 15, 5 }, 10, ""},
		{"one nano short", func(a *askState) { a.walls.balance, a.walls.allPools = 14, 5 }, 10, InsufficientBalance},
		{"Unlimited is never reached", func(a *askState) { a.walls.limit, a.walls.spent = Limit{Kind: Unlimited}, 1<<62 }, 10, ""},
		{"reserved beyond the balance is no negative balance", func(a *askState) { a.walls.balance, a.walls.allPools = 3, 5 }, 1, InsufficientBalance},
		{"auto-reload is no reason while funds suffice", func(a *askState) { a.reload = reloadPaused }, 10, ""},
	} {
		a := allIsWell()
		c.set(&a)
		if got := decideReason(a, c.need); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}

// Time helps against what ends with the session or the month; not against a missing plan or price.
func TestResetsAt(t *testing.T) {
	const window, month = models.Instant(100), models.Instant(1000)
	for _, c := range []struct {
		reason             Reason
		window, month, end models.Instant
	}{
		{NoPlan, window, month, 0},
		{AccountClosed, window, month, 0},
		{UnknownModel, window, month, 0},
		{UnpricedUsage, window, month, 0},
		{ExtraUsageOff, window, month, window},
		{BalanceNegative, window, month, window},
		{SessionLimitReached, window, month, window},
		{ReloadPending, window, month, window},
		{PaymentActionRequired, window, month, window},
		{ReloadPaused, window, month, window},
		{PurchaseLimitReached, window, month, window},
		{InsufficientBalance, window, month, window},
		{MonthlyLimitReached, window, month, window},
		{MonthlyLimitReached, 2000, month, month},
		{MonthlyLimitReached, 0, month, month},
		{InsufficientBalance, 0, month, 0},
	} {
		if got := resetsAt(c.reason, c.window, c.month); got != c.end {
			t.Errorf("%s with a session until %d, a month until %d: %d; want %d", c.reason, c.window, c.month, got, c.end)
		}
	}
}

func TestDecideState(t *testing.T) {
	reached := SessionStatus{Active: true, LimitReached: true}
	stopped := SessionStatus{Active: true, LimitReached: true, Choice: StopSession}
	for _, c := range []struct {
		name   string
		set    func(*askState)
		s      SessionStatus
		need   money.Amount
		state  State
		reason Reason
	}{
		{"off, within the plan", func(a *askState) { a.on = false }, SessionStatus{Active: true}, 1, StateOff, ""},
		{"off, limit reached", func(a *askState) { a.on = false }, reached, 1, StateOff, ExtraUsageOff},
		{"no plan", func(a *askState) { a.on, a.hasPlan = false, false }, SessionStatus{}, 1, StateOff, NoPlan},
		{"closed", func(a *askState) { a.on, a.closed = false, true }, SessionStatus{}, 1, StateOff, AccountClosed},
		{"no session", func(*askState) {}, SessionStatus{}, 1, StatePlan, ""},
		{"within the plan", func(*askState) {}, SessionStatus{Active: true}, 1, StatePlan, ""},
		{"within the plan, the limit full", func(a *askState) { a.walls.spent = 50 }, SessionStatus{Active: true}, 1, StatePlan, ""},
		{"within the plan, the balance negative", func(a *askState) { a.walls.balance = -5 }, SessionStatus{Active: true}, 1, StatePlan, ""},
		{"asking", func(a *askState) { a.continued = false }, reached, 1, StateAsking, SessionLimitReached},
		{"asking, funds missing", func(a *askState) { a.continued, a.walls.balance = false, 0 }, reached, 1, StateAsking, SessionLimitReached},
		{"chose to stop", func(a *askState) { a.continued = false }, stopped, 1, StateStopped, SessionLimitReached},
		{"never asked what cannot work: limit", func(a *askState) { a.continued, a.walls.spent = false, 50 }, reached, 1, StateStopped, MonthlyLimitReached},
		{"never asked what cannot work: debt", func(a *askState) { a.continued, a.walls.balance = false, -1 }, reached, 1, StateStopped, BalanceNegative},
		{"on extra usage", func(*askState) {}, reached, 1, StateExtra, ""},
		{"stopped by the limit", func(a *askState) { a.walls.spent = 50 }, reached, 1, StateStopped, MonthlyLimitReached},
		{"stopped by the balance", func(a *askState) { a.walls.balance = 0 }, reached, 1, StateStopped, InsufficientBalance},
		{"the last refusal's need decides", func(a *askState) { a.walls.balance = 9 }, reached, 10, StateStopped, InsufficientBalance},
		{"until it fits", func(a *askState) { a.walls.balance = 10 }, reached, 10, StateExtra, ""},
	} {
		a := allIsWell()
		c.set(&a)
		if state, reason := decideState(a, c.s, c.need); state != c.state || reason != c.reason {
			t.Errorf("%s: %s %q; want %s %q", c.name, state, reason, c.state, c.reason)
		}
	}
}

// Which wall an event ran into.
func TestWallReason(t *testing.T) {
	for i, c := range []struct {
		w         wallState
		permitted bool
		want      Reason
	}{
		{wallState{balance: -1, limit: limited(5)}, true, BalanceNegative},
		{wallState{balance: 9, limit: limited(5)}, true, MonthlyLimitReached},
		{wallState{balance: 5, limit: limited(5)}, true, MonthlyLimitReached}, // both: the one to act on first
		{wallState{balance: 4, limit: limited(5)}, true, InsufficientBalance},
		{wallState{balance: 4, limit: Limit{Kind: Unlimited}}, true, InsufficientBalance},
		{wallState{balance: 9, limit: limited(5)}, false, SessionLimitReached},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if got := wallReason(c.w, c.permitted); got != c.want {
				t.Errorf("%+v: %s; want %s", c.w, got, c.want)
			}
		})
	}
}
