package views

func continueOptions(l Lang) []Option {
	return []Option{
		{Value: string(AskFirst), Label: l.T("usage.prefer_ask"), Hint: l.T("usage.prefer_ask_hint")},
		{Value: string(AlwaysContinue), Label: l.T("usage.prefer_always"), Hint: l.T("usage.prefer_always_hint")},
	}
}

// continueSentence says what happens at a session's limit, and what it may cost.
func (s UsageStatus) continueSentence(l Lang) string {
	switch {
	case s.Preference != AlwaysContinue:
		return l.T("usage.continue_asks")
	case s.Limit.Kind == LimitAmount:
		return l.T("usage.continue_goes_on", "Limit", s.Limit.Amount)
	}
	return l.T("usage.continue_goes_on_unlimited")
}
