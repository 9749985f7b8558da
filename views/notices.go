package views

// told is a notice in words: what happened, more of it, what comes next, and one way on.
type told struct {
	tone        FlashKind
	icon        string
	title       string
	text        string
	next        string
	label, href string
}

// words are the notice in the reader's language and zone. The page and the mail say the same.
func (n ToldNotice) words(l Lang) told {
	switch n.Kind {
	case ToldLimitPercent, ToldLimitReached, ToldSpentAmount, ToldLowBalance:
		return n.ofMoney(l)
	case ToldSessionNearly, ToldSessionLimit, ToldExtraStarted:
		return n.ofSession(l)
	case ToldReloadDone, ToldReloadFailed, ToldReloadPaused, ToldReloadLimit:
		return n.ofReload(l)
	case ToldReloadAction, ToldPayAction, ToldReversal:
		return n.ofPurchase(l)
	case ToldEnabled, ToldTurnedOff, ToldLimitChanged, ToldCardChanged, ToldCardExpires, ToldSupportView:
		return n.ofSettings(l)
	}
	return told{tone: KindInfo, icon: "bell", title: string(n.Kind)}
}

func (n ToldNotice) ofMoney(l Lang) told {
	t := told{tone: KindWarning, icon: "wall", label: l.T("notices.to_limit"), href: "/settings/usage#monthly-limit"}
	switch {
	case n.Kind == ToldLimitPercent && n.Percent >= 100:
		t.tone = KindDanger
		t.title = l.T("notices.limit_full")
		t.text = l.T("notices.limit_full_text", "Spent", n.Spent, "Limit", n.Limit.Amount)
		t.next = l.T("notices.limit_full_next", "When", l.On(n.Until))
	case n.Kind == ToldLimitPercent:
		t.title = l.T("notices.limit_percent", "Percent", l.Percent(n.Percent))
		t.text = l.T("notices.limit_percent_text", "Spent", n.Spent, "Limit", n.Limit.Amount)
		t.next = l.T("notices.limit_percent_next", "Limit", n.Limit.Amount, "When", l.On(n.Until))
	case n.Kind == ToldLimitReached:
		t.tone = KindDanger
		t.title = l.T("notices.limit_reached")
		t.text = l.T("notices.limit_reached_text", "Spent", n.Spent, "Limit", n.Limit.Amount)
		t.next = l.T("notices.limit_full_next", "When", l.On(n.Until))
	case n.Kind == ToldSpentAmount:
		t.title = l.T("notices.spent", "Amount", n.Amount)
		t.text = l.T("notices.spent_text", "Spent", n.Spent)
		t.next, t.label = l.T("notices.spent_next"), l.T("notices.to_set_limit")
	default:
		t.icon = "wallet"
		t.title = l.T("notices.low", "Amount", n.Amount)
		t.text = l.T("notices.low_text", "Balance", n.Balance)
		t.next, t.label, t.href = l.T("notices.low_next"), l.T("notices.to_credits"), "/settings/billing#credits"
		if n.Why != "" {
			t.next = l.T("notices.low_reload")
		}
	}
	return t
}

func (n ToldNotice) ofSession(l Lang) told {
	t := told{tone: KindInfo, icon: "clock", label: l.T("notices.to_session"), href: "/settings/usage#session"}
	when := l.On(n.ResetsAt)
	switch n.Kind {
	case ToldSessionNearly:
		t.title = l.T("notices.nearly", "Percent", l.Percent(n.Percent))
		t.text = l.T("notices.nearly_text", "When", when)
		t.next = l.T("notices.nearly_next")
	case ToldSessionLimit:
		t.tone = KindWarning
		t.title = l.T("notices.session")
		t.text = l.T("notices.session_text", "When", when)
		t.next, t.label = l.T("notices.session_next"), l.T("notices.to_choose")
	default:
		t.icon = "bolt"
		t.title = l.T("notices.extra")
		t.text = l.T("notices.extra_text", "When", when)
		t.next = l.T("notices.extra_next_unlimited")
		if n.Limit.Kind == LimitAmount {
			t.next = l.T("notices.extra_next", "Limit", n.Limit.Amount)
		}
	}
	return t
}

func (n ToldNotice) ofReload(l Lang) told {
	t := told{tone: KindWarning, icon: "reload", label: l.T("notices.to_reload"), href: "/settings/usage#auto-reload"}
	switch n.Kind {
	case ToldReloadDone:
		t.tone = KindSuccess
		t.title = l.T("notices.reload_done", "Amount", n.Amount)
		t.text = l.T("notices.reload_done_text", "Card", n.card(), "Amount", n.Amount, "Balance", n.Balance)
		t.next, t.label, t.href = l.T("notices.reload_done_next"), l.T("notices.to_receipt"), n.PurchaseURL
	case ToldReloadFailed:
		t.title = l.T("notices.reload_failed")
		t.text = l.T("notices.reload_failed_text", "Card", n.card(), "Amount", n.Amount) + " " + l.T(failureText(n.Failure))
		t.next, t.label, t.href = l.T("notices.reload_failed_next"), l.T("notices.to_card"), "/settings/billing#payment-method"
		if !n.RetryAt.IsZero() {
			t.next = l.T("notices.reload_failed_retry", "When", l.On(n.RetryAt))
		}
	case ToldReloadPaused:
		t.tone = KindDanger
		t.title = l.T("notices.reload_paused")
		t.text = l.T("notices.reload_paused_text", "Card", n.card(), "Amount", n.Amount)
		t.next = l.T("notices.reload_paused_next")
		if n.Why == "reversal" {
			t.text = l.T("notices.reload_paused_reversal", "Amount", n.Amount)
		}
	default:
		t.title = l.T("notices.reload_limit")
		t.text, t.next = n.reloadLimit(l)
	}
	return t
}

// reloadLimit says what keeps auto-reload from buying, and what ends that.
func (n ToldNotice) reloadLimit(l Lang) (text, next string) {
	next = l.T("notices.reload_limit_next")
	if !n.RetryAt.IsZero() {
		next = l.T("notices.reload_limit_retry", "When", l.On(n.RetryAt))
	}
	switch n.Why {
	case "guard":
		return l.T("notices.reload_guard"), next
	case "ceiling":
		return l.T("notices.reload_ceiling"), next
	case "limit":
		return l.T("notices.reload_month", "Limit", n.Limit.Amount, "When", l.On(n.Until)), next
	}
	return l.T("notices.reload_little"), next
}

func (n ToldNotice) ofPurchase(l Lang) told {
	t := told{tone: KindWarning, icon: "card", label: l.T("notices.to_purchases"), href: "/settings/billing#purchases"}
	switch {
	case n.Kind == ToldReloadAction, n.Kind == ToldPayAction:
		t.title = l.T("notices.action", "Amount", n.Amount)
		t.text = l.T("notices.action_text", "Amount", n.Amount, "Card", n.card())
		t.next, t.label = l.T("notices.action_next"), l.T("notices.to_confirm")
		if n.Kind == ToldReloadAction {
			t.next = l.T("notices.action_reload")
		}
	case n.Why == "dispute_won":
		t.tone = KindSuccess
		t.title = l.T("notices.won", "Amount", n.Amount)
		t.text, t.next = l.T("notices.won_text", "Balance", n.Balance), l.T("notices.reversal_next")
	case n.Why == "dispute":
		t.title = l.T("notices.dispute", "Amount", n.Amount)
		t.text, t.next = l.T("notices.dispute_text", "Balance", n.Balance), l.T("notices.reversal_next")
	default:
		t.tone = KindInfo
		t.title = l.T("notices.refund", "Amount", n.Amount)
		t.text, t.next = l.T("notices.refund_text", "Balance", n.Balance), l.T("notices.reversal_next")
	}
	return t
}

func (n ToldNotice) ofSettings(l Lang) told {
	t := told{tone: KindInfo, icon: "power", label: l.T("notices.to_usage"), href: "/settings/usage"}
	switch n.Kind {
	case ToldEnabled:
		t.title, t.text, t.next = l.T("notices.enabled"), l.T("notices.enabled_unlimited"), l.T("notices.enabled_next")
		if n.Limit.Kind == LimitAmount {
			t.text = l.T("notices.enabled_text", "Limit", n.Limit.Amount)
		}
	case ToldTurnedOff:
		t.tone = KindWarning
		t.title, t.text, t.next = l.T("notices.off"), l.T("notices.off_text", "Balance", n.Balance), l.T("notices.off_next")
	case ToldLimitChanged:
		t.icon, t.label, t.href = "wall", l.T("notices.to_limit"), "/settings/usage#monthly-limit"
		t.title, t.next = l.T("notices.limit_changed"), l.T("notices.not_you")
		t.text = l.T("notices.limit_changed_text", "Old", n.OldLimit.word(l), "New", n.Limit.word(l))
	case ToldSupportView:
		t.icon, t.label, t.href = "person", l.T("notices.to_views"), "/settings/usage/activity?show=staff"
		t.title, t.next = l.T("notices.support"), l.T("notices.support_next")
		t.text = l.T("notices.support_text", "Staff", or(n.Staff, l.T("notices.staff")), "Reason", n.Reason, "Ticket", n.Ticket)
	default:
		return n.ofCard(l)
	}
	return t
}

func (n ToldNotice) ofCard(l Lang) told {
	t := told{
		tone: KindInfo, icon: "card", label: l.T("notices.to_card"), href: "/settings/billing#payment-method", next: l.T("notices.not_you"),
	}
	switch {
	case n.Kind == ToldCardExpires:
		t.tone = KindWarning
		t.title = l.T("notices.expires", "Card", n.card())
		t.text, t.next = l.T("notices.expires_text", "When", l.On(n.Expires)), l.T("notices.expires_next")
	case n.Card == nil:
		t.title, t.text = l.T("notices.card_removed"), l.T("notices.card_removed_text", "Card", short(n.OldCard))
	case n.OldCard == nil:
		t.title, t.text = l.T("notices.card_added"), l.T("notices.card_added_text", "Card", n.card())
	default:
		t.title, t.text = l.T("notices.card_replaced"), l.T("notices.card_replaced_text", "Card", n.card(), "Old", short(n.OldCard))
	}
	return t
}

func (n ToldNotice) card() string { return short(n.Card) }

// short is a card in a few letters; "–" for none.
func short(c *Card) string {
	if c == nil {
		return "–"
	}
	return c.Short()
}

// word is a limit in a word: "$50.00", "Unlimited".
func (limit Limit) word(l Lang) string {
	switch limit.Kind {
	case LimitAmount:
		return l.Money(limit.Amount)
	case Unlimited:
		return l.T("usage.unlimited")
	case LimitUnset:
	}
	return l.T("activity.not_set")
}
