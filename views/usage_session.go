package views

// sessionChoice is what the session section offers.
type sessionChoice int

const (
	choiceNone sessionChoice = iota
	choiceAsk
	choiceContinued
	choiceStopped
)

// choice offers to continue only where it can work: extra usage is on, the session's limit is reached, nothing else stops it.
func (s UsageStatus) choice() sessionChoice {
	switch {
	case !s.Enabled || !s.Session.LimitReached:
		return choiceNone
	case s.State == StateAsking:
		return choiceAsk
	case s.Reason == ReasonSessionLimitReached:
		return choiceStopped
	case s.Session.Continued && s.State == StateExtra:
		return choiceContinued
	}
	return choiceNone
}

func (s UsageStatus) sessionMeter(l Lang) MeterInput {
	m := MeterInput{
		ID: "session-meter", Label: l.T("usage.session_label"), Figure: l.T("usage.session_figure", "Percent", l.Percent(s.Session.UsedPercent)),
		Value: int64(s.Session.UsedPercent), Reserved: int64(s.Session.HeldPercent), Max: 100, Tone: TonePlan,
	}
	when := l.When(s.Session.ResetsAt, s.At)
	switch {
	case s.Session.LimitReached:
		m.Tone, m.Text = ToneFull, l.T("usage.session_text_full", "When", when)
	case s.Session.HeldPercent > 0:
		m.Text = l.T("usage.session_text_held", "Percent", l.Percent(s.Session.UsedPercent), "Held", l.Percent(s.Session.HeldPercent), "When", when)
	default:
		m.Text = l.T("usage.session_text", "Percent", l.Percent(s.Session.UsedPercent), "When", when)
	}
	if s.Session.UsedPercent >= 75 && !s.Session.LimitReached {
		m.Tone = ToneNearly
	}
	return m
}

func (s UsageStatus) monthMeter(l Lang) MeterInput {
	m := MeterInput{
		ID: "month-meter", Label: l.T("usage.month_label"),
		Figure: l.T("usage.month_figure", "Spent", l.MoneyRound(s.Spent), "Limit", s.Limit.Amount),
		Text:   s.monthLine(l),
		Value:  meterUnits(s.Spent), Reserved: meterUnits(s.Held), Max: meterUnits(s.Limit.Amount), Tone: ToneExtra,
	}
	switch used := m.Value + m.Reserved; {
	case used >= m.Max:
		m.Tone = ToneFull
	case used*4 >= m.Max*3:
		m.Tone = ToneNearly
	}
	return m
}
