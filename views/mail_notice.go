package views

// mailsStop are the kinds whose mails the subscriber can turn off.
var mailsStop = map[NoticeKind]bool{
	ToldLimitPercent: true, ToldLimitReached: true, ToldSpentAmount: true, ToldLowBalance: true, ToldSessionNearly: true,
	ToldSessionLimit: true, ToldExtraStarted: true, ToldReloadDone: true, ToldReloadFailed: true, ToldReloadPaused: true,
	ToldReloadLimit: true,
}

// NoticeMail tells what happened: the words of the app, how the month stands, when it was, and how spending and such mails stop.
func NoticeMail(p NoticeMailProps) Mail {
	l, n := p.Lang, p.Notice
	w := n.words(l)
	stop := l.T("mail.notice_always")
	if mailsStop[n.Kind] {
		stop = l.T("mail.notice_stop")
	}
	return letter{
		lang: l, subject: w.title, greeting: greeting(l, p.Name),
		parts: []letterPart{{text: w.text}, {w.next, p.BaseURL + w.href, w.label}, {text: n.month(l)}},
		end:   []string{l.T("mail.notice_at", "At", n.At), l.T("mail.notice_spending"), stop},
	}.mail()
}

// month is how the billing month stood, with its end and the zone.
func (n ToldNotice) month(l Lang) string {
	values := []any{"Spent", n.Spent, "Balance", n.Balance, "Until", n.Until}
	switch n.Limit.Kind {
	case LimitAmount:
		return l.T("mail.notice_month", append(values, "Limit", n.Limit.Amount)...)
	case Unlimited:
		return l.T("mail.notice_month_unlimited", values...)
	case LimitUnset:
	}
	return l.T("mail.notice_month_unset", values...)
}
