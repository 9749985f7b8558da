package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// refReload is the reference for auto-reload: the rule, what stopped it, and every automatic purchase there was.
type refReload struct {
	rule      billing.ReloadRule
	pause     string
	declines  int64        // in a row
	backOff   int64        // no attempt before
	confirmed money.Amount // the most that the next purchase may be; 0: what the rule says
	trigger   bool         // something happened after which a purchase has to be looked at
	notBefore int64        // and when
	charge    bool         // the last use took extra money
	bought    []*refBought
	card      struct {
		here        bool
		id          string
		fingerprint string
	}
}

// refBought is an automatic purchase.
type refBought struct {
	id        string
	at, month int64
	amount    money.Amount
	state     string
}

func pendingState(s string) bool {
	return s == "planned" || s == "submitted" || s == "unknown" || s == "requires_action"
}

// takes tells whether its money was, or may still be, taken.
func (b *refBought) takes() bool { return pendingState(b.state) || b.state == "succeeded" }

func (m *refModel) works() bool {
	return m.rule.On && last(m.on) && m.plan && !m.closed && m.pause == "" && m.balance() >= 0
}

func (m *refModel) pending() bool {
	for _, b := range m.bought {
		if pendingState(b.state) {
			return true
		}
	}
	return false
}

// reloaded is what automatic purchases planned in a month took or may take.
func (m *refModel) reloaded(month int64) (sum money.Amount) {
	for _, b := range m.bought {
		if b.month == month && b.takes() {
			sum += b.amount
		}
	}
	return sum
}

// attempts counts automatic purchases within a time, whatever came of them.
func (m *refModel) attempts(now int64, within time.Duration) (n int) {
	for _, b := range m.bought {
		if now-b.at < within.Microseconds() {
			n++
		}
	}
	return n
}

func (m *refModel) guarded(now int64) bool {
	return m.attempts(now, time.Hour) >= 3 || m.attempts(now, 24*time.Hour) >= 10
}

// short is the extra money that the last refused hold still lacks, while its session runs.
func (m *refModel) short(now int64) money.Amount {
	w := m.windowAt(now)
	if w == nil || w.start != m.refused.window || !forMoney(m.refused.reason) {
		return 0
	}
	return m.refused.need
}

func forMoney(r billing.Reason) bool {
	return r == billing.ReloadPending || r == billing.PaymentActionRequired || r == billing.ReloadPaused || r == billing.PurchaseLimitReached ||
		r == billing.InsufficientBalance
}

// wants tells whether credits are missing under a rule.
func (m *refModel) wants(rule billing.ReloadRule, available, need money.Amount) bool {
	return available < rule.Threshold || need > available && need <= rule.Target
}

// terms are what an amount follows from besides the account.
type terms struct {
	rule      billing.ReloadRule
	limit     billing.Limit
	first     money.Amount // bought before
	confirmed money.Amount
	ceiling   money.Amount
}

func (m *refModel) inForce(now int64) terms {
	t := terms{rule: m.rule, limit: m.limit, confirmed: m.confirmed, ceiling: m.conf.ReloadCeiling}
	for _, b := range m.bought {
		if b.takes() && now-b.at < (24*time.Hour).Microseconds() {
			t.ceiling -= b.amount
		}
	}
	return t
}

// amount is what one automatic purchase would buy.
func (m *refModel) amount(now int64, t terms) money.Amount {
	const cent = money.Cent
	month, _ := m.month(now)
	balance := m.balance() + t.first
	missing := t.rule.Target - (balance - m.reserved(0, 0))
	a := (missing + cent - 1) / cent * cent
	if t.limit.Kind == billing.LimitAmount {
		a = min(a, t.limit.Amount-m.spent(month)-max(0, balance), t.limit.Amount-m.reloaded(month))
	} else {
		a = min(a, t.ceiling)
	}
	if t.confirmed > 0 {
		a = min(a, t.confirmed)
	}
	if a = a / cent * cent; a < 50*cent {
		return 0
	}
	return a
}

// due is what a rule would buy at once if it came into force now: what the subscriber has to confirm.
func (m *refModel) due(now int64, rule billing.ReloadRule) money.Amount {
	return m.dueUnder(now, last(m.on), terms{rule: rule, limit: m.limit})
}

func (m *refModel) dueUnder(now int64, on bool, t terms) money.Amount {
	balance := m.balance() + t.first
	t.ceiling = billing.MaxTarget
	if !t.rule.On || !on || balance < 0 || !m.wants(t.rule, balance-m.reserved(0, 0), m.short(now)) {
		return 0
	}
	return m.amount(now, t)
}

// fundsReason is why missing money does not come by itself.
func (m *refModel) fundsReason(now, month int64, need money.Amount) billing.Reason {
	switch {
	case !m.rule.On || need > m.rule.Target:
		return billing.InsufficientBalance
	case m.pause == "action_required":
		return billing.PaymentActionRequired
	case m.pause != "":
		return billing.ReloadPaused
	case m.pending():
		return billing.ReloadPending
	case m.backOff > now || m.guarded(now):
		return billing.ReloadPaused
	case m.available()+m.amount(now, m.inForce(now)) < need:
		return billing.PurchaseLimitReached
	}
	return billing.ReloadPending
}

// sameReason compares reasons. What only the worker finds out, guard and ceiling, may be told as pending until it looked.
func (m *refModel) sameReason(now int64, got, want billing.Reason) bool {
	switch want {
	case billing.ReloadPaused:
		return got == want || got == billing.ReloadPending && m.pause == "" && m.backOff <= now || got == billing.PurchaseLimitReached && m.limit.Kind == billing.Unlimited
	case billing.PurchaseLimitReached:
		return got == want || m.limit.Kind == billing.Unlimited && (got == billing.ReloadPending || got == billing.ReloadPaused)
	}
	return got == want
}

// charged follows a use: where it took extra money and the balance fell below the threshold, a purchase is due.
func (m *refModel) charged(now int64) {
	if m.charge && m.works() && !m.pending() && m.available() < m.rule.Threshold && m.canBuy(now) {
		m.trigger, m.notBefore = true, 0
	}
	m.charge = false
}

// refusal follows a refused hold.
func (m *refModel) refusal(now int64, r refRefusal) {
	m.refused = r
	if forMoney(r.reason) && m.works() && !m.pending() && m.wants(m.rule, m.available(), r.need) && m.canBuy(now) {
		m.trigger, m.notBefore = true, 0
	}
}

// canBuy tells whether the month leaves anything to buy. What the day leaves changes by itself.
func (m *refModel) canBuy(now int64) bool {
	return m.limit.Kind == billing.Unlimited || m.amount(now, m.inForce(now)) > 0
}

// looked follows a round of the worker that bought nothing: what time alone will change it looks at again.
func (m *refModel) looked(now int64) {
	waits := m.backOff > now || m.guarded(now) || m.limit.Kind == billing.Unlimited && m.amount(now, m.inForce(now)) == 0
	if now >= m.notBefore && !(m.works() && !m.pending() && m.wants(m.rule, m.available(), m.short(now)) && m.canBuy(now) && waits) {
		m.trigger = false
	}
}

// rest is what stops all looking: off, another rule, a pause, a purchase planned.
func (m *refModel) rest() { m.trigger, m.confirmed, m.notBefore = false, 0, 0 }

// resumed is a new beginning: another card, a resume, a rule turned on. It is no reason to buy by itself: what waited for the end
// of a back-off does so still.
func (m *refModel) resumed() {
	m.notBefore = max(m.notBefore, m.backOff)
	m.pause, m.declines, m.backOff = "", 0, 0
}

func (m *refModel) setRule(r billing.ReloadRule) {
	if !r.On {
		r = billing.ReloadRule{}
	}
	if r != m.rule {
		m.rule = r
		m.rest()
	}
}

// atOnce lets a confirmed purchase follow without a charge.
func (m *refModel) atOnce(at int64, most money.Amount) {
	if most > 0 {
		m.trigger, m.notBefore, m.confirmed = true, at, most
	}
}

func (m *refModel) turnOff(now int64) {
	if last(m.on) {
		m.on = append(m.on, turn{now, false})
		m.rest()
	}
}

func (m *refModel) prefer(now int64, always bool) {
	if last(m.always) != always {
		m.always = append(m.always, turn{now, always})
	}
}

// enabled puts preferences in force.
func (m *refModel) enabled(now int64, p billing.Preferences) {
	due := m.dueUnder(now, true, terms{rule: p.Reload, limit: p.Limit, first: p.FirstPurchase})
	m.limit = p.Limit
	m.setRule(p.Reload)
	m.resumed()
	m.atOnce(now+time.Minute.Microseconds(), due)
	m.prefer(now, p.Preference == billing.Always)
	m.on = append(m.on, turn{now, true})
}

// mustBuy tells whether a round of the worker now has to plan an automatic purchase.
func (m *refModel) mustBuy(now int64) bool {
	return m.trigger && now >= m.notBefore && m.works() && m.card.here && !m.pending() && m.wants(m.rule, m.available(), m.short(now)) &&
		m.backOff <= now && !m.guarded(now) && m.amount(now, m.inForce(now)) > 0
}

// mayBuy names what forbids an automatic purchase of an amount now, or "".
func (m *refModel) mayBuy(now int64, amount money.Amount) string {
	month, _ := m.month(now)
	t := m.inForce(now)
	for _, c := range []struct {
		forbids bool
		why     string
	}{
		{!m.rule.On, "auto-reload is off"},
		{!last(m.on), "extra usage is off"},
		{m.closed, "the account is closed"},
		{!m.plan, "there is no plan"},
		{!m.card.here, "there is no card"},
		{m.pause != "", "auto-reload is paused: " + m.pause},
		{m.balance() < 0, "the account is in debt"},
		{m.pending(), "another one is pending"},
		{m.backOff > now, "it waits after a decline"},
		{m.attempts(now, time.Hour) >= 3, "three attempts in an hour"},
		{m.attempts(now, 24*time.Hour) >= 10, "ten attempts in a day"},
		{!m.wants(m.rule, m.available(), m.short(now)), "nothing is missing"},
		{m.limit.Kind == billing.LimitAmount && m.reloaded(month)+amount > m.limit.Amount, "the month's automatic purchases pass the limit"},
		{m.limit.Kind == billing.Unlimited && amount > t.ceiling, "the day's automatic purchases pass the ceiling"},
		{amount != m.amount(now, t), "the amount should be " + m.amount(now, t).Decimal()},
	} {
		if c.forbids {
			return c.why
		}
	}
	return ""
}
