package billing_test

import (
	"net/url"

	"extrausage/billing"
	"extrausage/money"
)

// saveReload sets the rule: what would be charged at once is asked for, and confirmed.
func (w *world) saveReload() {
	r := w.someRule()
	if w.odds(100) {
		r = billing.ReloadRule{}
	}
	now, old := w.accountNow(), w.m.rule
	due := money.Amount(0)
	turnsOn := r.On && !old.On
	if turnsOn || w.m.pause == "" {
		due = w.m.due(now, r)
	}
	c, err := w.svc.SaveAutoReload(w.ctx, w.account, billing.SaveReload{Rule: r})
	switch {
	case w.m.closed:
		w.changed(err)
		return
	case r.On && !w.m.card.here:
		if !isFault(err, "card_missing") {
			w.fail("a rule without a card: %v", err)
		}
		return
	case due > 0:
		if f := billing.AsFault(err); f == nil || f.Code != "reload_unconfirmed" || f.Args["amount"] != due {
			w.fail("a rule that charges %s at once: %v", due.Decimal(), f)
		}
		if w.odds(300) {
			return // rather not
		}
		c, err = w.svc.SaveAutoReload(w.ctx, w.account, billing.SaveReload{Rule: r, Confirmed: due})
	}
	w.note("rule %t %s..%s, at once %s: %v", r.On, r.Threshold.Decimal(), r.Target.Decimal(), due.Decimal(), err)
	if !w.changed(err) {
		return
	}
	if w.m.setRule(r); turnsOn {
		w.m.resumed()
	}
	w.m.atOnce(now, due)
	if old != w.m.rule {
		w.changes = append(w.changes, settingMade{id: c.ID, at: now, version: w.version(), can: true, rule: &old, back: func() { w.m.setRule(old) }})
	}
}

// resume lets auto-reload go on.
func (w *world) resume() {
	now := w.accountNow()
	if !w.m.rule.On || w.m.pause == "" || w.m.closed {
		_, err := w.svc.ResumeReload(w.ctx, w.account, 0, 0)
		w.note("resume what is not paused: %v", err)
		w.changed(err)
		return
	}
	due := w.m.due(now, w.m.rule)
	if due > 0 {
		if _, err := w.svc.ResumeReload(w.ctx, w.account, 0, due-1); !isFault(err, "reload_unconfirmed") {
			w.fail("resume that charges %s at once, unconfirmed: %v", due.Decimal(), err)
		}
	}
	_, err := w.svc.ResumeReload(w.ctx, w.account, 0, due)
	w.note("resume, at once %s: %v", due.Decimal(), err)
	if w.changed(err) {
		w.counts["resumed"]++
		w.m.resumed()
		w.m.atOnce(now, due)
	}
}

// visit goes to the provider's page, and comes back or not: then an event may tell.
func (w *world) visit() {
	w.visitWith(pick(w, "succeeds", "succeeds", "succeeds", "succeeds", "declined", "insufficient_funds", "needs_authentication", "answer_lost",
		"expires_next_month", "disputed_later"))
}

func (w *world) visitWith(kind string) {
	w.mayDieBetween(5)
	address, err := w.svc.StartCardSetup(w.ctx, w.account, billing.ReturnToBilling)
	if err != nil {
		w.note("visit: %v", err)
		return
	}
	back := w.form(address, url.Values{"card": {kind}})
	if back == nil {
		w.fail("the provider's page refused %s", kind)
		return
	}
	w.visits = append(w.visits, back.Query().Get("session"))
	w.note("visit: a card that %s", kind)
	if w.odds(700) {
		w.comeBack()
	}
}

func (w *world) comeBack() {
	if len(w.visits) == 0 {
		return
	}
	_, err := w.svc.FinishCardSetup(w.ctx, w.account, pick(w, w.visits...))
	w.note("come back from the provider: %v", err)
}

func (w *world) removeCard() {
	err := w.svc.RemoveCard(w.ctx, w.account)
	w.note("remove card: %v", err)
	if err != nil {
		w.fail("remove card: %v", err)
	}
}

// buy orders credits with a new form, or clicks on an old one again.
func (w *world) buy() {
	if len(w.forms) == 0 || w.odds(700) {
		w.forms = append(w.forms, billing.Order{Amount: cents(500 + w.dice.Int64N(3_000)), Key: w.newID("order")})
	}
	o := pick(w, w.forms...)
	w.mayDieBetween(5)
	p, err := w.svc.BuyCredits(w.ctx, w.account, o)
	w.note("buy %s: %s %v", o.Amount.Decimal(), p.State, err)
	if f := billing.AsFault(err); err != nil && (f == nil || f.Code != "account_closed" && f.Code != "card_missing") {
		w.fail("buy: %v", err)
	}
}

// authenticate answers at the provider for a purchase that waits for it, and comes back or not.
func (w *world) authenticate() {
	for _, p := range w.seen.purchases {
		if p.State != "requires_action" || p.ActionURL == "" {
			continue
		}
		answer := pick(w, "authenticate", "authenticate", "refuse")
		back := w.form(p.ActionURL, url.Values{"answer": {answer}})
		w.note("%s at the provider for %s: %t", answer, p.ID, back != nil)
		if w.odds(500) {
			_, err := w.svc.ReturnFromAction(w.ctx, w.account, p.ID)
			w.note("  and come back: %v", err)
		}
		return
	}
}

func (w *world) closeAccount() {
	a, err := w.svc.Profile(w.ctx, w.account)
	if err != nil {
		w.fail("profile: %v", err)
		return
	}
	err = w.svc.CloseAccount(w.ctx, w.account, a.Email)
	w.note("close the account: %v", err)
	if w.changed(err) {
		w.m.turnOff(w.accountNow())
		w.m.closed = true
	}
}

// changePlan is the operator's: the plan ends, or comes back.
func (w *world) changePlan() {
	if w.m.closed {
		return
	}
	n := billing.NewAccount{ID: w.account, Email: "one@example.com"}
	if !w.m.plan {
		n.Plan = "max_20x"
	}
	_, _, err := w.svc.ProvisionAccount(w.ctx, n)
	w.note("plan %q: %v", n.Plan, err)
	if err != nil {
		w.fail("provision: %v", err)
		return
	}
	if w.m.plan = !w.m.plan; !w.m.plan {
		w.m.turnOff(w.accountNow())
	} else if window := w.m.windowAt(w.accountNow()); window != nil && window.allowance == 0 {
		window.allowance = w.conf().PlanAllowance
	}
}

// secondThoughts are a subscriber's who sees a debit under way that they do not want.
func (w *world) secondThoughts() {
	pick(w, w.turnOff, w.removeCard, w.visit, w.changeLimit, func() {
		_, err := w.svc.SaveAutoReload(w.ctx, w.account, billing.SaveReload{})
		w.note("auto-reload off: %v", err)
		if w.changed(err) {
			w.m.setRule(billing.ReloadRule{})
		}
	})()
}

// stubborn is a subscriber who brings another card whenever the last one was declined.
func (w *world) stubborn() {
	w.visitWith(pick(w, "declined", "insufficient_funds", "declined", "insufficient_funds", "succeeds"))
	w.comeBack()
}
