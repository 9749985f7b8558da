package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// The subscriber: switches, limits, choices, cards, purchases.

// amountOf draws whole cents, often around what the month has spent.
func (w *world) someLimit() money.Amount {
	if w.odds(200) {
		month, _ := w.m.month(w.accountNow())
		near := cents(w.m.spent(month).InCents() + w.dice.Int64N(500))
		return max(billing.MinLimit, near)
	}
	return cents(500 + w.dice.Int64N(pick[int64](w, 2_000, 10_000, 30_000, 100_000)))
}

func (w *world) somePreferences() billing.Preferences {
	p := billing.Preferences{Limit: billing.Limit{Kind: billing.LimitAmount, Amount: w.someLimit()}, Preference: pick(w, billing.AskFirst, billing.Always, billing.Always, billing.Always)}
	if w.spender || w.odds(200) {
		p.Limit = billing.Limit{Kind: billing.Unlimited}
	}
	if w.odds(500) {
		p.FirstPurchase = cents(500 + w.dice.Int64N(2_000))
	}
	if w.odds(850) {
		p.Reload = w.someRule()
	}
	return p
}

func (w *world) someRule() billing.ReloadRule {
	low := cents(500 + w.dice.Int64N(500))
	return billing.ReloadRule{On: true, Threshold: low, Target: low + cents(500+w.dice.Int64N(pick[int64](w, 10, 500, 2_500)))}
}

// enable goes the whole way to switching on; the process may die on it. What of it was done the rows tell.
func (w *world) enable() {
	now := w.accountNow()
	if last(w.m.on) || w.m.closed || !w.m.plan {
		err := w.svc.StartEnabling(w.ctx, w.account)
		w.note("enable: %v", err)
		if err == nil {
			w.fail("enabling began with on %t, closed %t, plan %t", last(w.m.on), w.m.closed, w.m.plan)
		}
		return
	}
	if !w.m.card.here {
		w.visit()
		return
	}
	p := w.somePreferences()
	w.note("enable with %+v", p)
	w.mayDieBetween(9)
	if err := w.switchOn(p); err != nil {
		w.note("  %v", err)
		return
	}
	w.m.enabled(now, p)
}

func (w *world) switchOn(p billing.Preferences) error {
	if err := w.svc.StartEnabling(w.ctx, w.account); err != nil {
		return err
	}
	d, err := w.svc.Draft(w.ctx, w.account)
	if err != nil {
		return err
	}
	if err := w.svc.SavePreferences(w.ctx, w.account, d.Version, p); err != nil {
		return err
	}
	version := d.Version + 1
	if p.Limit.Kind == billing.Unlimited {
		if err := w.svc.ConfirmUnlimited(w.ctx, w.account, version); err != nil {
			return err
		}
		version++
	}
	if d, err = w.svc.Draft(w.ctx, w.account); err != nil {
		return err
	}
	if due := w.m.dueUnder(w.accountNow(), true, terms{rule: p.Reload, limit: p.Limit, first: p.FirstPurchase}); d.ReloadNow != due {
		w.fail("enabling says it will charge %s at once; the model: %s", d.ReloadNow.Decimal(), due.Decimal())
	}
	shown := "as shown"
	w.enabling = &p // from here on it may be on, whoever dies
	_, err = w.svc.ConfirmEnabling(w.ctx, w.account, billing.Agreement{
		Version: version, Terms: shown, TermsHash: billing.HashTerms(shown), ReloadNow: d.ReloadNow, Button: "Turn on", Locale: "en", CardLast4: d.Card.Last4,
	})
	return err
}

func (w *world) turnOff() {
	_, err := w.svc.TurnOff(w.ctx, w.account)
	w.note("turn off: %v", err)
	if w.changed(err) {
		w.m.turnOff(w.accountNow())
	}
}

// changed tells whether a change of settings went through; a closed account's never does.
func (w *world) changed(err error) bool {
	if w.m.closed != isFault(err, "account_closed") || !w.m.closed && err != nil {
		w.fail("a change of settings: %v; closed %t", err, w.m.closed)
	}
	return err == nil
}

func (w *world) changeLimit() {
	l := billing.Limit{Kind: billing.LimitAmount, Amount: w.someLimit()}
	if w.odds(150) || w.spender && w.odds(900) {
		l = billing.Limit{Kind: billing.Unlimited}
	}
	old := w.m.limit
	c, err := w.svc.SaveMonthlyLimit(w.ctx, w.account, billing.SaveLimit{Limit: l, Confirmed: billing.Confirmed})
	w.note("limit %s %s: %v", l.Kind, l.Amount.Decimal(), err)
	if old.Kind == billing.LimitUnset && !w.m.closed {
		if !isFault(err, "not_enabled") {
			w.fail("a limit before enabling: %v", err)
		}
		return
	}
	if w.changed(err) && old != l {
		w.m.limit = l
		w.m.notBefore = max(w.m.notBefore, w.seen.meter.WantedAt) // it is no reason to look at once
		w.changes = append(w.changes, settingMade{id: c.ID, at: w.accountNow(), version: w.version(), can: old.Kind == billing.LimitAmount,
			back: func() { w.m.limit = old }})
	}
}

// settingMade is a change that may be undone.
type settingMade struct {
	id          string
	at, version int64
	can         bool
	rule        *billing.ReloadRule // that comes back, where it is one
	back        func()              // in the model
}

// version is the settings' version as it stands.
func (w *world) version() int64 { return w.look().meter.Version }

func (w *world) prefer() {
	p := pick(w, billing.AskFirst, billing.Always)
	old := last(w.m.always)
	c, err := w.svc.SavePreference(w.ctx, w.account, p)
	w.note("prefer %s: %v", p, err)
	if w.changed(err) && old != (p == billing.Always) {
		w.m.prefer(w.accountNow(), p == billing.Always)
		w.changes = append(w.changes, settingMade{id: c.ID, at: w.accountNow(), version: w.version(), can: true,
			back: func() { w.m.prefer(w.accountNow(), old) }})
	}
}

// undo takes a change back: the newest works, for ten minutes; an older one never.
func (w *world) undo() {
	if len(w.changes) == 0 {
		return
	}
	c := w.changes[max(0, len(w.changes)-1-w.dice.IntN(2))]
	now := w.accountNow()
	possible := c.can && c.version == w.seen.meter.Version && now-c.at <= (10*time.Minute).Microseconds() && !w.m.closed
	if c.rule != nil && w.m.due(now, *c.rule) > 0 {
		possible = false
	}
	_, err := w.svc.Undo(w.ctx, w.account, c.id)
	w.note("undo %s: %v", c.id, err)
	if possible != (err == nil) {
		w.fail("undo: %v; the model: possible %t (version %d of %d)", err, possible, c.version, w.seen.meter.Version)
	}
	if err == nil {
		c.back()
	}
}

func (w *world) choose() {
	c := pick(w, billing.StopSession, billing.ContinueSession, billing.ContinueSession, billing.ContinueSession, billing.AlwaysContinue, billing.AlwaysContinue)
	now := w.accountNow()
	err := w.svc.ChooseContinue(w.ctx, w.account, c, billing.ByClient)
	w.note("choose %s: %v", c, err)
	window, want := w.m.windowAt(now), ""
	switch {
	case c != billing.StopSession && !last(w.m.on):
		want = "extra_usage_off"
	case window == nil:
		want = "session_none"
	}
	if want != "" || err != nil {
		if !isFault(err, want) {
			w.fail("choice: %v; the model: %q", err, want)
		}
		return
	}
	if c == billing.AlwaysContinue {
		w.m.prefer(now, true)
	}
	if on := c != billing.StopSession; len(window.choices) == 0 || last(window.choices) != on {
		if n := len(window.choices); n > 0 {
			now = max(now, window.choices[n-1].at+1)
		}
		window.choices = append(window.choices, turn{now, on})
	}
}
