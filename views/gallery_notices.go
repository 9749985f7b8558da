package views

import (
	"time"

	"extrausage/money"
)

// galleryAlerts is everything told, as for a new subscriber.
func galleryAlerts(l Lang) AlertsProps {
	s := AlertSettings{
		Percents: []int{50, 75, 90, 100}, LowBalance: money.Dollars(5), Spent: money.Dollars(100),
		MailLimit: true, MailBalance: true, MailReload: true,
	}
	return AlertsProps{
		Email: "ada@example.com", Settings: s, Form: AlertsFormOf(l, s, []int{50, 75, 90, 100}),
		LowBalanceMin: money.Dollars(1), LowBalanceMax: money.Dollars(1000), SpentMin: money.Dollars(1), SpentMax: money.Dollars(100_000),
	}
}

// galleryTold is a notice of each kind, and of each case within one.
func galleryTold() []ToldNotice {
	card, old := galleryVisa, Card{Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2026}
	limit := Limit{Kind: LimitAmount, Amount: money.Dollars(50)}
	amount, receipt := money.Cents(1988), "/settings/billing/purchases/pay_1"
	later, resets := galleryNow.Add(time.Hour), galleryNow.Add(3*time.Hour)
	expires := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	told := []ToldNotice{
		{Kind: ToldLimitPercent, Percent: 50}, {Kind: ToldLimitPercent, Percent: 100}, {Kind: ToldLimitReached},
		{Kind: ToldSpentAmount, Amount: money.Dollars(100), Limit: Limit{Kind: Unlimited}},
		{Kind: ToldLowBalance, Amount: money.Dollars(5)}, {Kind: ToldLowBalance, Amount: money.Dollars(5), Why: "auto_reload"},
		{Kind: ToldSessionNearly, Percent: 90, ResetsAt: resets}, {Kind: ToldSessionLimit, ResetsAt: resets}, {Kind: ToldExtraStarted, ResetsAt: resets},
		{Kind: ToldExtraStarted, ResetsAt: resets, Limit: Limit{Kind: Unlimited}},
		{Kind: ToldReloadDone, Amount: amount, Card: &card, PurchaseURL: receipt},
		{Kind: ToldReloadFailed, Amount: amount, Card: &card, Failure: FailureInsufficientFunds, RetryAt: later}, {Kind: ToldReloadFailed, Amount: amount, Card: &card},
		{Kind: ToldReloadPaused, Amount: amount, Card: &card, Why: "declined"}, {Kind: ToldReloadPaused, Amount: amount, Why: "reversal"},
		{Kind: ToldReloadLimit, Why: "guard", RetryAt: later}, {Kind: ToldReloadLimit, Why: "ceiling", RetryAt: later},
		{Kind: ToldReloadLimit, Why: "limit"}, {Kind: ToldReloadLimit, Why: "too_little"},
		{Kind: ToldReloadAction, Amount: amount, Card: &card}, {Kind: ToldPayAction, Amount: amount, Card: &card},
		{Kind: ToldReversal, Amount: amount, Why: "refund"}, {Kind: ToldReversal, Amount: amount, Why: "dispute"}, {Kind: ToldReversal, Amount: amount, Why: "dispute_won"},
		{Kind: ToldEnabled}, {Kind: ToldEnabled, Limit: Limit{Kind: Unlimited}}, {Kind: ToldTurnedOff},
		{Kind: ToldLimitChanged, OldLimit: Limit{Kind: Unlimited}},
		{Kind: ToldCardChanged, Card: &card, Limit: Limit{Kind: LimitUnset}}, {Kind: ToldCardChanged, OldCard: &old}, {Kind: ToldCardChanged, Card: &card, OldCard: &old},
		{Kind: ToldCardExpires, Card: &old, Expires: expires},
		{Kind: ToldSupportView, Staff: "Grace Hopper", Reason: "Why was a request refused?", Ticket: "T-1234"},
	}
	for i := range told {
		n := &told[i]
		n.At, n.Read = galleryNow.Add(-time.Duration(i)*time.Hour), i > 2
		n.Spent, n.Balance, n.Until = money.Cents(2500), money.Cents(412), time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
		if n.Limit.Kind == "" {
			n.Limit = limit
		}
		if n.Percent == 100 || n.Kind == ToldSpentAmount {
			n.Spent = max(n.Limit.Amount, n.Amount)
		}
	}
	return told
}

func noticeSamples(f Frame) []GallerySample {
	f.Path = "/settings/notices"
	samples := []GallerySample{
		{"notices", NoticesPage(NoticesProps{Frame: f, Notices: galleryTold(), Last: "notice_3", NextURL: "/settings/notices?before=notice_1"})},
		{"notices-older", NoticesPage(NoticesProps{Frame: f, Notices: galleryTold()[5:7], FirstURL: "/settings/notices"})},
		{"notices-none", NoticesPage(NoticesProps{Frame: f})},
	}
	seen := map[NoticeKind]bool{}
	for _, n := range galleryTold() {
		if !seen[n.Kind] {
			seen[n.Kind] = true
			mail := NoticeMail(NoticeMailProps{Lang: f.Lang, Name: "Ada", Notice: n, BaseURL: "http://127.0.0.1:8080"})
			samples = append(samples, GallerySample{"mail-notice-" + string(n.Kind), mail.HTML})
		}
	}
	return samples
}

// alertStates are states of the section of alerts.
func alertStates() []usageSample {
	plain := galleryWith(func(*UsageStatus) {})
	return []usageSample{
		{name: "alerts-error", status: plain, change: func(p *UsageProps) {
			p.Alerts.Form.LowBalance = Field{Name: "low_balance", Value: "1.234", Error: p.Frame.Lang.T("gallery.error_ambiguous")}
		}},
		{name: "alerts-few", status: galleryWith(func(s *UsageStatus) { s.Limit, s.Reload = Limit{Kind: Unlimited}, ReloadStatus{} }), change: func(p *UsageProps) {
			p.Alerts.Settings = AlertSettings{LowBalance: money.Dollars(7), Spent: money.Dollars(250)}
			p.Alerts.Form = AlertsFormOf(p.Frame.Lang, p.Alerts.Settings, []int{50, 75, 90, 100})
		}},
	}
}
