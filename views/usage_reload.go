package views

func (s UsageStatus) reloadBadge() BadgeKind {
	switch {
	case !s.Reload.On:
		return BadgeNeutral
	case s.reloadWord() == "usage.badge_on":
		return BadgeOn
	}
	return BadgeWarning
}

// reloadWord is the state of auto-reload in a word.
func (s UsageStatus) reloadWord() string {
	switch {
	case !s.Reload.On:
		return "usage.badge_off"
	case s.Reload.Pause != "":
		return "usage.badge_paused"
	case s.Reload.Waits != "":
		return "usage.badge_waits"
	case !s.Enabled:
		return "usage.badge_rests"
	}
	return "usage.badge_on"
}

// reloadSentence is the rule in one sentence with its bounds, or what happens without one.
func (s UsageStatus) reloadSentence(l Lang, b UsageFigures) string {
	if !s.Reload.On {
		return l.T("usage.reload_is_off")
	}
	rule := reloadRule(l, s.Card, s.Limit, b, "Threshold", s.Reload.Threshold, "Target", s.Reload.Target)
	if !s.Enabled {
		rule += " " + l.T("usage.reload_rests")
	}
	return rule
}

// reloadRule words a rule; threshold and target come as the last pairs.
func reloadRule(l Lang, card *Card, limit Limit, b UsageFigures, pairs ...any) string {
	name := l.T("usage.your_card")
	if card != nil {
		name = card.Short()
	}
	args := append([]any{
		"Card", name, "PerHour", b.ReloadsPerHour, "PerDay", b.ReloadsPerDay, "Limit", limit.Amount, "Ceiling", b.DailyCeiling,
	}, pairs...)
	if limit.Kind == LimitAmount {
		return l.T("usage.reload_sentence", args...)
	}
	return l.T("usage.reload_sentence_unlimited", args...)
}

// reloadState says why auto-reload does not buy at present; "" when it does.
func (s UsageStatus) reloadState(l Lang, b UsageFigures) string {
	if !s.Reload.On {
		return ""
	}
	switch s.Reload.Pause {
	case PausedByDeclines:
		return l.T("usage.reload_paused_declined", "Count", b.DeclinesToPause)
	case PausedForAction:
		return l.T("usage.reload_paused_action")
	case PausedByReversal:
		return l.T("usage.reload_paused_reversal")
	}
	when := l.When(s.Reload.RetryAt, s.At)
	switch s.Reload.Waits {
	case WaitsAfterDecline:
		return l.T("usage.reload_waits_declined", "When", when)
	case WaitsForGuard:
		return l.T("usage.reload_waits_guard", "PerHour", b.ReloadsPerHour, "PerDay", b.ReloadsPerDay, "When", when)
	case WaitsForCeiling:
		return l.T("usage.reload_waits_ceiling", "Ceiling", b.DailyCeiling, "When", when)
	case WaitsForLimit:
		return l.T("usage.reload_waits_limit", "Reloaded", s.Reload.Reloaded, "Limit", s.Limit.Amount)
	case WaitsTooLittle:
		return l.T("usage.reload_waits_too_little", "Least", b.DebitMin)
	}
	return ""
}

// reloadWorst is the most that the card can still be charged by the rule.
func (s UsageStatus) reloadWorst(l Lang, b UsageFigures) string {
	if s.Limit.Kind != LimitAmount {
		return l.T("usage.reload_worst_unlimited", "Reloaded", s.Reload.Reloaded, "Ceiling", b.DailyCeiling)
	}
	return l.T("usage.reload_worst", "Reloaded", s.Reload.Reloaded, "Left", s.Reload.Left)
}

// lastReload says what came of the latest automatic purchase.
func lastReload(l Lang, p Purchase) string {
	args := []any{"Amount", p.Amount, "When", l.On(p.At)}
	switch p.State {
	case PurchaseSucceeded:
		return l.T("usage.last_reload", args...)
	case PurchaseDeclined:
		return l.T("usage.last_reload_declined", args...)
	case PurchaseAbandoned:
		return l.T("usage.last_reload_abandoned", args...)
	}
	if p.State == PurchaseRequiresAction {
		return l.T("usage.last_reload_action", args...)
	}
	return l.T("usage.last_reload_pending", args...)
}

func (s UsageStatus) chargeText(l Lang, f AutoReloadForm) string {
	card := l.T("usage.your_card")
	if s.Card != nil {
		card = s.Card.Short()
	}
	return l.T("usage.charge_text", "Balance", l.MoneyRound(s.Available), "Card", card, "Amount", f.Charge)
}

func (s UsageStatus) resumeLabel(l Lang) string {
	if s.Reload.Resume == 0 {
		return l.T("usage.reload_resume")
	}
	return l.T("usage.reload_resume_charge", "Amount", s.Reload.Resume)
}
