package views

import "slices"

// statement is the first thing the usage page says: what is the case, what it costs, what comes next, when it resets.
type statement struct {
	tone  string // "off", "plan", "asking", "extra", "stopped"
	badge BadgeKind
	word  string // what the badge says
	title string
	lines []string
	// next says what to do; link, if any, leads to where it is done, url.
	next, link, url string
}

func (s UsageStatus) statement(l Lang) statement {
	switch s.State {
	case StatePlan:
		return s.onPlan(l)
	case StateAsking:
		return s.asking(l)
	case StateExtra:
		return s.onExtra(l)
	case StateStopped:
		return s.stopped(l)
	}
	return s.off(l)
}

func (s UsageStatus) off(l Lang) statement {
	out := statement{tone: "off", badge: BadgeNeutral, word: l.T("usage.badge_off"), title: l.T("usage.off_title")}
	switch {
	case s.Reason == ReasonNoPlan || s.Reason == ReasonAccountClosed:
		r := l.Reason(s.Reason, s.reasonValues())
		out.title, out.lines = r.Title, []string{r.Detail, r.Next}
		return out
	case s.Session.LimitReached:
		out.title = l.T("usage.off_reached_title")
		out.lines = append(out.lines, l.T("usage.off_reached", "When", l.When(s.Session.ResetsAt, s.At)))
		out.link, out.url = l.T("usage.off_reached_next"), "#extra-usage"
	case s.Session.Active:
		out.lines = append(out.lines, l.T("usage.off_session", "When", l.When(s.Session.ResetsAt, s.At)))
	default:
		out.lines = append(out.lines, l.T("usage.off_idle"))
	}
	if s.Spent > 0 || s.Held > 0 {
		out.lines = append(out.lines, s.monthLine(l))
	}
	return out
}

func (s UsageStatus) onPlan(l Lang) statement {
	out := statement{
		tone: "plan", badge: BadgeOn, word: l.T("usage.badge_on"), title: l.T("usage.plan_title"),
		lines: []string{s.monthLine(l), s.sessionLine(l)},
	}
	if s.overLimit() {
		return out
	}
	if s.Preference == AlwaysContinue {
		out.lines = append(out.lines, l.T("usage.plan_then_always"))
	} else {
		out.lines = append(out.lines, l.T("usage.plan_then_ask"))
	}
	return out
}

func (s UsageStatus) asking(l Lang) statement {
	out := statement{
		tone: "asking", badge: BadgeWarning, word: l.T("usage.badge_asking"), title: l.T("usage.asking_title"),
		lines: []string{l.T("usage.asking_wait", "When", l.When(s.Session.ResetsAt, s.At)), s.costLine(l), s.monthLine(l)},
		link:  l.T("usage.asking_next"), url: "#session",
	}
	if s.fundsMissing() {
		out.lines = append(out.lines, l.T("usage.asking_funds", "Balance", l.MoneyRound(s.Available)))
	}
	return out
}

// costLine says what continuing may cost.
func (s UsageStatus) costLine(l Lang) string {
	if s.Limit.Kind == Unlimited {
		return l.T("usage.cost_unlimited")
	}
	return l.T("usage.cost_limit", "Left", l.MoneyRound(s.Remaining))
}

func (s UsageStatus) onExtra(l Lang) statement {
	return statement{
		tone: "extra", badge: BadgeExtra, word: l.T("usage.badge_extra"), title: l.T("usage.extra_title"),
		lines: []string{
			s.monthLine(l), l.T("usage.extra_balance", "Balance", l.MoneyRound(s.Balance)),
			l.T("usage.extra_back", "When", l.When(s.Session.ResetsAt, s.At)),
		},
	}
}

func (s UsageStatus) stopped(l Lang) statement {
	r := l.Reason(s.Reason, s.reasonValues())
	out := statement{
		tone: "stopped", badge: BadgeStop, word: l.T("usage.badge_stopped"),
		title: l.T("usage.stopped_title", "Reason", r.Title), lines: []string{r.Detail},
		next: r.Next, link: r.Link, url: r.URL,
	}
	if s.Reason != ReasonMonthlyLimitReached {
		out.lines = append(out.lines, s.monthLine(l))
	}
	return out
}

// monthLine says what the month has cost, of what, what is left, and when it resets.
func (s UsageStatus) monthLine(l Lang) string {
	args := []any{
		"Spent", l.MoneyRound(s.Spent), "Held", l.MoneyRound(s.Held), "Limit", s.Limit.Amount,
		"Left", l.MoneyRound(s.Remaining), "When", l.When(s.MonthEnd, s.At),
	}
	switch {
	case s.Limit.Kind != LimitAmount && s.Held > 0:
		return l.T("usage.month_unlimited_held", args...)
	case s.Limit.Kind != LimitAmount:
		return l.T("usage.month_unlimited", args...)
	case s.overLimit():
		return l.T("usage.month_over", args...)
	case s.Held > 0:
		return l.T("usage.month_held", args...)
	}
	return l.T("usage.month", args...)
}

// sessionLine says how much of what the plan includes is used, and when it comes back.
func (s UsageStatus) sessionLine(l Lang) string {
	switch {
	case !s.Session.Active:
		return l.T("usage.session_idle")
	case s.Session.LimitReached:
		return l.T("usage.session_reached", "When", l.When(s.Session.ResetsAt, s.At))
	}
	return l.T("usage.session_line", "Percent", l.Percent(s.Session.UsedPercent), "When", l.When(s.Session.ResetsAt, s.At))
}

// overLimit tells of a limit lowered to what is spent already, or below.
func (s UsageStatus) overLimit() bool {
	return s.Limit.Kind == LimitAmount && s.Spent >= s.Limit.Amount
}

// fundsMissing tells that to continue takes more than the choice.
func (s UsageStatus) fundsMissing() bool { return s.Available <= 0 || s.Needed > s.Available }

// reasonValues are what the sentences of a reason name.
func (s UsageStatus) reasonValues() ReasonValues {
	return ReasonValues{
		Needed: s.Needed, Available: s.Available, Balance: s.Balance, Limit: s.Limit, Spent: s.Spent, Held: s.Held,
		SessionResetsAt: s.Session.ResetsAt, MonthResetsAt: s.MonthEnd, RetryAt: s.Reload.RetryAt,
		FundsMissing: s.fundsMissing(), Stopped: s.Session.Choice == "stop",
	}
}

// gate is one of the three things that must all be open for extra usage to go on.
type gate struct {
	id, icon   string
	name, text string
	blocks     bool
	badge      BadgeKind
	word       string
	url, link  string
}

// blockedBy says which gates a reason closes. Where auto-reload cannot help, the balance is short as well.
var blockedBy = map[ReasonCode][]string{
	ReasonPaymentActionRequired: {"card", "balance"},
	ReasonReloadPaused:          {"card", "balance"},
	ReasonBalanceNegative:       {"balance"},
	ReasonInsufficientBalance:   {"balance"},
	ReasonReloadPending:         {"balance"},
	ReasonMonthlyLimitReached:   {"limit"},
	ReasonPurchaseLimitReached:  {"limit", "balance"},
}

func (s UsageStatus) gates(l Lang) []gate {
	gates := []gate{
		{id: "card", icon: "card", name: l.T("usage.gate_card"), text: s.cardText(l), url: "/settings/billing", link: l.T("usage.gate_card_link")},
		{id: "balance", icon: "wallet", name: l.T("usage.gate_balance"), text: s.balanceText(l), url: "/settings/billing#credits", link: l.T("usage.gate_balance_link")},
		{id: "limit", icon: "wall", name: l.T("usage.gate_limit"), text: s.limitText(l), url: "#monthly-limit", link: l.T("usage.gate_limit_link")},
	}
	for i := range gates {
		g := &gates[i]
		badge, word := s.gateState(g.id)
		g.badge, g.word, g.blocks = badge, l.T(word), badge == BadgeStop
	}
	return gates
}

// gateState is how a gate stands: it blocks, or it needs a look, or it is open.
func (s UsageStatus) gateState(id string) (BadgeKind, string) {
	switch {
	case slices.Contains(blockedBy[s.Reason], id), id == "limit" && s.overLimit(), id == "balance" && s.Available <= 0 && !s.Reload.On:
		return BadgeStop, "usage.gate_blocks"
	case id == "balance" && s.Available <= 0:
		return BadgeBusy, "usage.gate_reloads"
	case id == "card" && s.Card == nil:
		return BadgeNeutral, "usage.gate_none"
	case id == "card" && (s.Card.Expired || s.Card.ExpiresSoon):
		return BadgeWarning, "usage.gate_expires"
	}
	return BadgeOn, "usage.gate_open"
}

func (s UsageStatus) cardText(l Lang) string {
	switch {
	case s.Card == nil:
		return l.T("usage.gate_no_card")
	case s.Card.Expired:
		return l.T("usage.gate_card_expired", "Card", s.Card.Short(), "Expiry", s.Card.Expiry())
	case s.Card.ExpiresSoon:
		return l.T("usage.gate_card_soon", "Card", s.Card.Short(), "Expiry", s.Card.Expiry())
	}
	return s.Card.Short()
}

func (s UsageStatus) balanceText(l Lang) string {
	if held := s.Balance.Sub(s.Available); held > 0 {
		return l.T("usage.gate_balance_held", "Balance", l.MoneyRound(s.Balance), "Held", l.MoneyRound(held))
	}
	return l.MoneyRound(s.Balance)
}

func (s UsageStatus) limitText(l Lang) string {
	switch s.Limit.Kind {
	case Unlimited:
		return l.T("usage.unlimited")
	case LimitUnset, "":
		return l.T("activity.not_set")
	}
	return l.T("usage.gate_limit_left", "Left", l.MoneyRound(s.Remaining), "Limit", s.Limit.Amount)
}
