package views

// limitSentence says what the limit is, that it is hard, what it covers and what not.
func (s UsageStatus) limitSentence(l Lang, b UsageFigures) string {
	switch {
	case s.Limit.Kind == Unlimited:
		return unlimitedConsequence(l, s.Reload.On, b)
	case s.overLimit():
		return l.T("usage.limit_over", "Limit", s.Limit.Amount, "Spent", l.MoneyRound(s.Spent), "When", l.When(s.MonthEnd, s.At))
	}
	return l.T("usage.limit_sentence", "Limit", s.Limit.Amount)
}

// unlimitedConsequence says what bounds spending when no limit does.
func unlimitedConsequence(l Lang, reload bool, b UsageFigures) string {
	if reload {
		return l.T("usage.unlimited_reload", "Ceiling", b.DailyCeiling)
	}
	return l.T("usage.unlimited_balance")
}
