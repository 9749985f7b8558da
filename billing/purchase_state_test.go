package billing

import (
	"testing"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// TestNextPurchaseState has every pair of a state and an observation.
func TestNextPurchaseState(t *testing.T) {
	columns := []observation{
		sawSucceeded, sawDeclined, sawRequiresAction, sawProcessing, sawCanceled, sawNoCharge, sawNothing, willSend, gaveUp, "a_new_word",
	}
	const (
		p, s, ok, no, ra, un, ab = PurchasePlanned, PurchaseSubmitted, PurchaseSucceeded, PurchaseDeclined, PurchaseRequiresAction, PurchaseUnknown, PurchaseAbandoned
	)
	for state, row := range map[PurchaseState][]PurchaseState{
		//   succeeded, declined, action, processing, canceled, no charge, nothing, send, give up, new
		p:  {ok, no, ra, un, ab, p, p, s, ab, p},
		s:  {ok, no, ra, un, ab, un, un, s, ab, un},
		un: {ok, no, ra, un, ab, un, un, s, ab, un},
		ra: {ok, no, ra, un, ab, ra, ra, ra, ab, ra},
		ok: {ok, ok, ok, ok, ok, ok, ok, ok, ok, ok},
		no: {ok, no, no, no, no, no, no, no, no, no},
		ab: {ok, ab, ab, ab, ab, ab, ab, ab, ab, ab},
	} {
		for i, saw := range columns {
			if got := nextPurchaseState(state, saw); got != row[i] {
				t.Errorf("%s, then %s: %s, want %s", state, saw, got, row[i])
			}
		}
	}
}

func TestDecideSend(t *testing.T) {
	const now = models.Instant(1_800_000_000_000_000)
	for _, c := range []struct {
		name      string
		age       time.Duration // since planned
		sends     int64
		sinceSent time.Duration
		allowed   bool
		want      sendDecision
	}{
		{"new", 0, 0, 0, true, sendNow},
		{"sent and not found", time.Hour, 1, time.Hour, true, sendNow},
		{"just before 23 h", 23*time.Hour - time.Microsecond, 1, time.Hour, true, sendNow},
		{"at 23 h", 23 * time.Hour, 1, time.Hour, true, waitOn},
		{"never sent, at 23 h", 23 * time.Hour, 0, 0, true, waitOn},
		{"just before 24 h", 24*time.Hour - time.Microsecond, 5, 2 * time.Hour, true, waitOn},
		{"at 24 h", 24 * time.Hour, 5, 2 * time.Hour, true, giveUp},
		{"never sent, at 24 h", 24 * time.Hour, 0, 0, true, giveUp},
		{"not allowed, never sent", 0, 0, 0, false, giveUp},
		{"not allowed, just sent", time.Hour, 1, time.Hour - time.Microsecond, false, waitOn},
		{"not allowed, sent an hour ago", 2 * time.Hour, 1, time.Hour, false, giveUp},
	} {
		p := &models.Purchase{PlannedAt: now.Add(-c.age), Sends: c.sends}
		if c.sends > 0 {
			p.SubmittedAt = now.Add(-c.sinceSent)
		}
		if got := decideSend(p, now, c.allowed); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMayBeMade(t *testing.T) {
	const d = money.Dollar
	fifty := Limit{Kind: LimitAmount, Amount: 50 * d}
	for _, c := range []struct {
		name       string
		change     func(*sendAsk)
		hand, auto bool
	}{
		{"all on", func(*sendAsk) {}, true, true},
		{"switched off", func(a *sendAsk) { a.reload.on = false }, true, false},
		{"reload off", func(a *sendAsk) { a.reload.rule.On = false }, true, false},
		{"reload paused", func(a *sendAsk) { a.reload.pause = PausedByDeclines }, true, false},
		{"in debt", func(a *sendAsk) { a.reload.walls.balance = -1 }, true, false},
		{"the month's automatic purchases at the limit", func(a *sendAsk) { a.reloaded = 50 * d }, true, true},
		{"the limit was lowered below them", func(a *sendAsk) { a.reloaded = 50*d + money.Cent }, true, false},
		{"Unlimited", func(a *sendAsk) {
			a.planned, a.reload.walls.limit, a.reloaded = Limit{Kind: Unlimited}, Limit{Kind: Unlimited}, 900*d
		}, true, true},
		{"a new month with a limit below it", func(a *sendAsk) { a.reload.walls.limit.Amount = 19 * d }, true, false},
		{"closed", func(a *sendAsk) { a.closed = true }, false, false},
		{"card removed", func(a *sendAsk) { a.cardRemoved = true }, false, false},
	} {
		a := sendAsk{planned: fifty, reloaded: 20 * d, reload: reloadAsk{rule: ReloadRule{On: true}, on: true, walls: wallState{limit: fifty}}}
		c.change(&a)
		if got := mayBeMade(&models.Purchase{Kind: "manual", Amount: 20 * d}, a); got != c.hand {
			t.Errorf("%s: by hand %t", c.name, got)
		}
		if got := mayBeMade(&models.Purchase{Kind: "auto_reload", Amount: 20 * d}, a); got != c.auto {
			t.Errorf("%s: automatic %t", c.name, got)
		}
	}
}

// TestChecksEnd holds the bound that checkAgainAfter puts on the calls for one purchase.
func TestChecksEnd(t *testing.T) {
	calls := 0
	for pending := time.Duration(0); pending < giveUpAfter; pending += checkAgainAfter(pending) {
		calls++
	}
	if calls > 120 {
		t.Errorf("%d look-ups until a purchase is given up", calls)
	}
	if answerWithin <= debitTimeout {
		t.Error("a purchase is looked up while its debit may still be under way")
	}
	if giveUpAfter-resendWithin < arriveWithin {
		t.Error("a purchase is given up before its last debit is certain to have arrived")
	}
}

func TestExpiresSoon(t *testing.T) {
	now := func(month time.Month, day, hour int) models.Instant {
		return models.At(time.Date(2026, month, day, hour, 0, 0, 0, time.UTC))
	}
	for _, c := range []struct {
		month, year int
		now         models.Instant
		want        bool
	}{
		{12, 2026, now(10, 31, 23), false},
		{12, 2026, now(11, 1, 0), true},
		{12, 2026, now(12, 31, 23), true},
		{11, 2026, now(12, 1, 0), true},
		{1, 2027, now(11, 30, 23), false},
		{1, 2027, now(12, 1, 0), true},
		{12, 2029, now(12, 31, 0), false},
	} {
		if got := expiresSoon(c.month, c.year, c.now); got != c.want {
			t.Errorf("%d/%d at %s: %t", c.month, c.year, c.now.Time(), got)
		}
	}
}
