package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// check holds everything against the model after a step.
func (w *world) check() {
	p := w.look()
	was := w.seen
	w.observe(was, p)
	if w.broken == "" {
		w.checkMeter(p)
		w.checkMonths(p)
		w.checkSessions(p)
		w.checkEntries(was, p)
		w.checkPause(p)
	}
	w.seen = p
	if w.broken == "" && w.at%50 == 0 {
		w.verify()
	}
}

// verify asks the app's own auditor, which reads everything.
func (w *world) verify() {
	ok, checks, err := w.svc.VerifyLedger(w.ctx)
	if err != nil {
		w.fail("verify: %v", err)
	}
	for _, c := range checks {
		if !c.OK && !ok {
			w.fail("the books: %s: %v", c.Name, c.Findings)
		}
	}
	if now := w.otherState(); w.others == "" {
		w.others = now
	} else if now != w.others {
		w.fail("another account was touched:\n%s\n%s", w.others, now)
	}
}

func (w *world) checkMeter(p *picture) {
	m, r := w.m, p.meter
	switch {
	case r.Balance != m.balance():
		w.fail("balance %s; the model: %s", r.Balance.Decimal(), m.balance().Decimal())
	case r.Held != m.reserved(0, 0):
		w.fail("held %s; the model: %s", r.Held.Decimal(), m.reserved(0, 0).Decimal())
	case r.On != last(m.on), r.Always != last(m.always), r.Closed != m.closed, (r.Plan != "") != m.plan:
		w.fail("on %t, always %t, closed %t, plan %q; the model: %t, %t, %t, %t", r.On, r.Always, r.Closed, r.Plan, last(m.on), last(m.always), m.closed, m.plan)
	case r.ReloadOn != m.rule.On || r.Threshold != m.rule.Threshold || r.Target != m.rule.Target:
		w.fail("rule %t %s..%s; the model: %+v", r.ReloadOn, r.Threshold.Decimal(), r.Target.Decimal(), m.rule)
	case w.seen != nil && (r.Seen < w.seen.meter.Seen || r.Seen > w.latest):
		w.fail("the account's time went from %d to %d; the clock showed %d at most", w.seen.meter.Seen, r.Seen, w.latest)
	case r.Held > 0 && r.Balance < r.Held && !w.indebted(p):
		w.fail("held %s of a balance of %s without a refund or dispute", r.Held.Decimal(), r.Balance.Decimal())
	}
}

// indebted tells whether money went back to the card: only that may take away what is held.
func (w *world) indebted(p *picture) bool {
	for _, r := range p.reversals {
		if r.Posted > 0 {
			return true
		}
	}
	return false
}

func (w *world) checkMonths(p *picture) {
	m := w.m
	for i, b := range p.months {
		start, end := m.month(b.Start)
		switch {
		case start != b.Start || end != b.End:
			w.fail("a month from %d to %d; the model: %d to %d", b.Start, b.End, start, end)
		case i > 0 && p.months[i-1].End != b.Start:
			w.fail("months do not touch: %+v", p.months)
		case b.Spent != m.spent(b.Start), b.Held != m.reserved(0, b.Start), b.Reloaded != m.reloaded(b.Start):
			w.fail("month %s: spent %s, held %s, reloaded %s; the model: %s, %s, %s", time.UnixMicro(b.Start).UTC(), b.Spent.Decimal(), b.Held.Decimal(),
				b.Reloaded.Decimal(), m.spent(b.Start).Decimal(), m.reserved(0, b.Start).Decimal(), m.reloaded(b.Start).Decimal())
		case b.Opening != opening(p.entries, b.Start):
			w.fail("month %s opens with %s; its entries say %s", time.UnixMicro(b.Start).UTC(), b.Opening.Decimal(), opening(p.entries, b.Start).Decimal())
		}
	}
	w.checkWalls(p)
	if b := p.months[len(p.months)-1]; billing.LimitKind(b.LimitKind) != m.limit.Kind || b.Limit != m.limit.Amount {
		w.fail("limit %s %s; the model: %+v", b.LimitKind, b.Limit.Decimal(), m.limit)
	}
}

// checkWalls: in no month is more spent and held, or bought automatically, than the highest limit that was in force in it.
func (w *world) checkWalls(p *picture) {
	month, _ := w.m.month(w.accountNow())
	limit := w.m.limit.Amount
	if w.m.limit.Kind == billing.Unlimited {
		limit = 1 << 62
	}
	w.walls[month] = max(w.walls[month], w.lastLimit, limit) // the one before may have been in force when the month began
	w.lastLimit = limit
	for _, b := range p.months {
		if top := w.walls[b.Start]; b.Spent+b.Held > top || b.Reloaded > top {
			w.fail("month %s: spent %s, held %s, reloaded %s; the limit was never above %s", time.UnixMicro(b.Start).UTC(), b.Spent.Decimal(),
				b.Held.Decimal(), b.Reloaded.Decimal(), top.Decimal())
		}
	}
}

// opening is what the entries of the months before leave.
func opening(entries []entryRow, month int64) (sum money.Amount) {
	for _, e := range entries {
		if e.Month < month {
			sum += e.Amount
		}
	}
	return sum
}

func (w *world) checkSessions(p *picture) {
	m := w.m
	if len(p.windows) != len(m.windows) {
		w.fail("%d sessions; the model: %d", len(p.windows), len(m.windows))
		return
	}
	for i, b := range p.windows {
		r := m.windows[i]
		choice := ""
		if len(r.choices) > 0 {
			choice = "stop"
			if last(r.choices) {
				choice = "continue"
			}
		}
		if want := (windowRow{r.start, r.end, r.allowance, m.used(r.start), m.open(r.start), choice}); b != want {
			w.fail("session %+v; the model: %+v", b, want)
		}
		if want := max(0, b.Used+b.Open-b.Allowance); m.reserved(b.Start, 0) != want {
			w.fail("session %+v: pools %s, should be %s", b, m.reserved(b.Start, 0).Decimal(), want.Decimal())
		}
	}
	for k, a := range m.pools {
		if p.pools[k] != a {
			w.fail("pool %+v: %s; the model: %s", k, p.pools[k].Decimal(), a.Decimal())
		}
	}
	open := 0
	for _, h := range m.holds {
		if h.state == "open" {
			open++
		}
	}
	if p.openHolds != open {
		w.fail("%d open holds; the model: %d", p.openHolds, open)
	}
}

// checkEntries: new entries say what happened, each once, and add up.
func (w *world) checkEntries(was, p *picture) {
	n := 0
	if was != nil {
		n = len(was.entries)
	}
	after := money.Amount(0)
	if n > 0 {
		after = p.entries[n-1].After
	}
	charges := money.Amount(0)
	for i, e := range p.entries[n:] {
		after += e.Amount
		if e.Seq != int64(n+i+1) || e.After != after {
			w.fail("entry %+v after %d of %s", e, n+i, after.Decimal())
		}
	}
	for _, e := range p.entries {
		if e.Kind == "charge" {
			charges -= e.Amount
		}
	}
	extra := money.Amount(0)
	for _, u := range w.m.uses {
		extra += u.extra
	}
	if charges != extra {
		w.fail("charges of %s; the model: %s", charges.Decimal(), extra.Decimal())
	}
}

func (w *world) checkPause(p *picture) {
	if w.m.rule.On && w.m.guarded(w.accountNow()) {
		w.counts["steps under the guard"]++
	}
	if w.m.rule.On && p.meter.Pause != w.m.pause {
		w.fail("auto-reload is paused by %q; the model: %q", p.meter.Pause, w.m.pause)
	}
	if p.meter.WantedAt != 0 && !p.meter.On {
		w.fail("a reload is wanted while extra usage is off")
	}
}
