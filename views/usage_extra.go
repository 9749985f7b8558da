package views

func (s UsageStatus) switchBadge() BadgeKind {
	if s.Enabled {
		return BadgeOn
	}
	return BadgeNeutral
}

func (s UsageStatus) switchWord() string {
	if s.Enabled {
		return "usage.badge_on"
	}
	return "usage.badge_off"
}

// turnOffText says what turning off does to new requests, to running ones, and to the credits.
func (s UsageStatus) turnOffText(l Lang) string {
	text := l.T("usage.turn_off_text", "Balance", l.MoneyRound(s.Balance))
	if s.Held > 0 {
		text += " " + l.T("usage.turn_off_held", "Held", l.MoneyRound(s.Held))
	}
	return text
}
