package views

// Titled is the page's frame with its title.
func (p SupportProps) Titled() Frame { return p.Frame.Named("support.title").With(p.Query) }

// Titled is the page's frame with its title.
func (p SupportLookProps) Titled() Frame {
	return p.Frame.Named("support.look_title").With(p.Reason, p.Ticket)
}

// Titled is the page's frame with its title.
func (p SupportAccountProps) Titled() Frame {
	return p.Frame.Named("support.account_title", "ID", p.ID)
}

// accountBadge is whether an account is open.
func accountBadge(closed bool) (BadgeKind, string) {
	if closed {
		return BadgeStop, "support.state_closed"
	}
	return BadgeOn, "support.state_open"
}

// switchFacts are what the gates leave open: the switch, the session and its choice, auto-reload.
func (p SupportAccountProps) switchFacts() []Fact {
	l := p.Frame.Lang
	facts := []Fact{
		{Name: l.T("support.switch"), Value: p.switchText()},
		{Name: l.T("support.session"), Value: p.sessionText()},
		{Name: l.T("support.reload"), Value: p.reloadText()},
	}
	if p.Usage.Limit.Kind == LimitUnset || p.Usage.Limit.Kind == "" {
		return facts // no limit was ever set, so nothing can have been spent
	}
	return append(facts, Fact{Name: l.T("support.month"), Value: p.Usage.monthLine(l)})
}

func (p SupportAccountProps) switchText() string {
	if p.Usage.Enabled {
		return p.Frame.Lang.T("support.switch_on", "At", p.Usage.EnabledSince)
	}
	return p.Frame.Lang.T("support.switch_off")
}

func (p SupportAccountProps) sessionText() string {
	l, u := p.Frame.Lang, p.Usage
	text := u.sessionLine(l)
	switch {
	case u.Session.LimitReached && u.Session.Continued:
		text += " " + l.T("support.session_continued")
	case u.Session.LimitReached:
		text += " " + l.T("support.session_not_continued")
	}
	if u.Preference == AlwaysContinue {
		text += " " + l.T("support.session_always")
	}
	return text
}

func (p SupportAccountProps) reloadText() string {
	l, r := p.Frame.Lang, p.Usage.Reload
	if !r.On {
		return l.T("support.reload_off")
	}
	text := l.T("support.reload_is", "Threshold", r.Threshold, "Target", r.Target)
	switch {
	case r.Pause != "":
		text += " " + l.T("support.reload_paused")
	case !r.RetryAt.IsZero():
		text += " " + l.T("support.reload_retry", "At", r.RetryAt)
	}
	return text
}

// facts are who the account belongs to, masked.
func (p SupportAccountProps) facts() []Fact {
	l := p.Frame.Lang
	_, state := accountBadge(p.Closed)
	return []Fact{
		{Name: l.T("support.col_state"), Value: l.T(state)},
		{Name: l.T("support.fact_email"), Value: p.Email},
		{Name: l.T("support.fact_name"), Value: or(p.Name, "–")},
		{Name: l.T("support.fact_plan"), Value: or(p.Plan, l.T("support.no_plan"))},
		{Name: l.T("support.fact_language"), Value: or(languageName(p.Locale), p.Locale)},
		{Name: l.T("support.fact_zone"), Value: zoneLabel(p.TimeZone)},
	}
}

// fits is the longest answer that would have fitted.
func (r SupportRefusal) fits(l Lang) string {
	if r.FitsMaxTokens <= 0 {
		return "–"
	}
	return l.Int64(r.FitsMaxTokens)
}

// reasonTitle names a reason in words; a code without words stays as it is, so that it is never hidden.
func reasonTitle(l Lang, code ReasonCode) string {
	for _, known := range ReasonCodes {
		if code == known {
			return l.T("reason." + string(code) + "_title")
		}
	}
	return string(code)
}

// forStaff takes the links out of purchases: receipts and confirmations are the subscriber's.
func forStaff(purchases []Purchase) []Purchase {
	shown := make([]Purchase, len(purchases))
	for i, p := range purchases {
		p.ReceiptURL, p.ActionURL = "", ""
		shown[i] = p
	}
	return shown
}
