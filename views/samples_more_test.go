package views

import (
	"time"

	"github.com/a-h/templ"

	"extrausage/money"
	"extrausage/pricing"
)

func sampleParties() (seller, buyer Party) {
	seller = Party{Company: "Extra Usage Demo Inc.", Address: "548 Market Street\nSan Francisco, CA 94104\nUnited States", TaxID: "US-00-0000000"}
	buyer = Party{Name: "Ada Lovelace", Company: "Analytical Engines Ltd", Address: "12 St James's Square\nLondon SW1Y 4JH", TaxID: "GB123456789", Email: "ada@example.com"}
	return seller, buyer
}

func sampleDocuments(l Lang) map[string]templ.Component {
	seller, buyer := sampleParties()
	invoice := InvoiceProps{
		Frame: sampleFrame(l, "/settings/billing/invoices/2026-10"), State: InvoiceIssued, Number: "2026-000042",
		Issued: time.Date(2026, 11, 1, 0, 31, 0, 0, time.UTC), Starts: time.Date(2026, 9, 30, 22, 0, 0, 0, time.UTC), Ends: time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC),
		Seller: seller, Buyer: buyer, PlanName: "Max 20x", PlanPrice: usd(20_000),
		Models: []InvoiceModel{
			{Model: "Sonnet 4.5", Requests: 118, Lines: sampleLines(), PlanPart: 41_000_000, Charge: linesTotal(sampleLines()) - 41_000_000},
			{Model: "Haiku 4.5", Requests: 1, Lines: []PricedLine{{pricing.Input, pricing.TierAny, 1200, usd(100), 1_200_000}}, Absorbed: 200_000, Charge: 1_000_000},
		},
		Purchases: samplePurchases()[4:8], Purchased: usd(8000), Returned: usd(500), Opening: usd(312), PDFURL: "?pdf", CSVURL: "?csv",
	}
	invoice.Extra = invoice.Models[0].Charge + invoice.Models[1].Charge
	invoice.Closing = invoice.Opening + invoice.Purchased - invoice.Returned - invoice.Extra
	preview := invoice
	preview.State, preview.Number, preview.Ends, preview.PDFURL = InvoicePreview, "", time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), ""
	preview.Starts, preview.Buyer, preview.Corrections = invoice.Ends, Party{Email: "ada@example.com"}, usd(-100)
	closing := invoice
	closing.State, closing.Models, closing.Purchases, closing.Extra, closing.PlanName = InvoiceClosing, nil, nil, 0, ""
	purchase := samplePurchases()[4]
	refunded := samplePurchases()[5]
	return map[string]templ.Component{
		"invoice":          InvoicePage(invoice),
		"invoice-preview":  InvoicePage(preview),
		"invoice-closing":  InvoicePage(closing),
		"receipt":          ReceiptPage(ReceiptProps{Frame: sampleFrame(l, "/settings/billing/purchases/p5"), Number: "R-2026-000117", Seller: seller, Buyer: buyer, Purchase: purchase, BalanceAfter: usd(3240)}),
		"receipt-refunded": ReceiptPage(ReceiptProps{Frame: sampleFrame(l, "/settings/billing/purchases/p6"), Number: "R-2026-000116", Seller: seller, Purchase: refunded, BalanceAfter: usd(3240)}),
	}
}

func sampleRequests() []RequestRow {
	row := func(hours int, model string, tokens int64, plan, extra, absorbed money.Amount) RequestRow {
		return RequestRow{
			URL: "/settings/usage/activity/u" + model[:1], At: now.Add(-time.Duration(hours) * time.Hour), Model: model, Tokens: tokens,
			Cost: plan + extra + absorbed, Parts: CostParts{plan, extra, absorbed},
		}
	}
	return []RequestRow{
		row(0, "Sonnet 4.5", 202_461, 0, 495_558_000, 0),
		row(1, "Opus 4.1", 18_204, 120_300_000, 300_150_000, 0),
		row(2, "Opus 4.1", 1_204_331, usd(300), 0, 0),
		row(9, "Haiku 4.5", 880, 0, 0, 880_000),
		row(30, "Sonnet 4", 7_120, 21_360_000, 0, 10_000_000),
	}
}

func sampleChanges() []SettingChange {
	return []SettingChange{
		{now.Add(-time.Hour), SettingMonthlyLimit, "$50.00", "$80.00", ActorSubscriber},
		{now.Add(-2 * time.Hour), SettingContinue, "", "continue", ActorClient},
		{now.Add(-20 * time.Hour), SettingAutoReload, "below $5.00 to $20.00", "paused", ActorSystem},
		{now.Add(-200 * time.Hour), SettingPlan, "", "Max 20x", ActorOperator},
		{now.Add(-300 * time.Hour), "something_new", "a", "b", ActorSubscriber},
	}
}

func sampleViews() []StaffView {
	return []StaffView{{now.Add(-26 * time.Hour), "Grace H.", "You asked why a request was refused", "48211"}}
}

func sampleActivity(l Lang) map[string]templ.Component {
	filter := ActivityFilter{
		From: Field{Name: "from"}, To: Field{Name: "to"}, Model: Field{Name: "model"}, Covered: Field{Name: "covered"},
		Models: []string{"Haiku 4.5", "Opus 4.1", "Sonnet 4.5"},
	}
	p := ActivityProps{
		Frame: sampleFrame(l, "/settings/usage/activity"), Tab: ActivityCharges, Filter: filter, Requests: sampleRequests(),
		Totals:  RequestTotals{Requests: 1_204, Cost: 41_220_888_000, Parts: CostParts{usd(3000), 11_220_000_000, 888_000}},
		NextURL: "/settings/usage/activity?before=x", CSVURL: "/settings/usage/activity.csv",
	}
	empty := ActivityProps{Frame: p.Frame, Tab: ActivityCharges, Filter: filter}
	filtered := empty
	filtered.Filter.Active = true
	filtered.Filter.From = Field{Name: "from", Value: "2026-11-31", Error: "Enter a day like 2026-11-30"}
	changes, staff := p, p
	changes.Tab, changes.Changes = ActivityChanges, sampleChanges()
	staff.Tab, staff.Views = ActivityStaff, sampleViews()
	noChanges, noViews := empty, empty
	noChanges.Tab, noViews.Tab = ActivityChanges, ActivityStaff
	pages := map[string]templ.Component{
		"activity": ActivityPage(p), "activity-empty": ActivityPage(empty), "activity-filtered": ActivityPage(filtered),
		"activity-changes": ActivityPage(changes), "activity-staff": ActivityPage(staff),
		"activity-no-changes": ActivityPage(noChanges), "activity-no-views": ActivityPage(noViews),
	}
	for name, charge := range sampleCharges(l) {
		pages["charge-"+name] = ChargePage(charge)
	}
	return pages
}

// sampleCharges has a request for each reason there is.
func sampleCharges(l Lang) map[string]ChargeProps {
	total := linesTotal(sampleLines())
	base := ChargeProps{
		Frame: sampleFrame(l, "/settings/usage/activity/u1"), ID: "0199f3c2-8a7b-7c11-9d52-0d6f1c2a9b10", At: now.Add(-time.Minute), Arrived: now,
		Model: "Sonnet 4.5", ModelID: "claude-sonnet-4-5-20250929", MessageID: "msg_01XFDUDYJgAACzvnptvVoYEL",
		Prompt: PromptTier{200_413, pricing.TierOver200K}, Lines: sampleLines(), Cost: total, RatesVersion: "3f9ac01b77de",
		Parts: CostParts{Extra: total}, Session: ChargeSession{Starts: now.Add(-4 * time.Hour), Ends: now.Add(time.Hour), Allowance: usd(4000), UsedBefore: usd(4000)},
		Why: WhyAllowanceUsed, BalanceAfter: usd(1191), SpentAfter: usd(3169),
	}
	charges := map[string]ChargeProps{"extra": base}
	with := func(name string, why ChargeReason, parts CostParts, left money.Amount) {
		c := base
		c.Why, c.Parts, c.MessageID = why, parts, ""
		c.Session.UsedBefore, c.Session.LeftBefore = c.Session.Allowance-left, left
		charges[name] = c
	}
	with("plan", WhyPlan, CostParts{Plan: total}, usd(1000))
	with("ended", WhyAllowanceEnded, CostParts{Plan: usd(10), Extra: total - usd(10)}, usd(10))
	with("not-permitted", WhyNotPermitted, CostParts{Absorbed: total}, 0)
	with("beyond", WhyBeyondReserve, CostParts{Extra: total - usd(3), Absorbed: usd(3)}, 0)
	with("no-funds", WhyNoFunds, CostParts{Extra: usd(3), Absorbed: total - usd(3)}, 0)
	with("late", WhyLate, CostParts{Absorbed: total}, 0)
	with("imported", WhyImported, CostParts{Absorbed: total}, 0)
	with("unknown", "something_new", CostParts{Plan: total}, 0)
	return charges
}

func sampleUsage() UsageStatus {
	return UsageStatus{
		At: now, State: StateStopped, Reason: ReasonMonthlyLimitReached, HasPlan: true, Enabled: true, EnabledSince: now.Add(-500 * time.Hour),
		Limit: Limit{LimitAmount, usd(5000)}, Spent: usd(4980), Held: usd(20), MonthStart: now.AddDate(0, 0, -23), MonthEnd: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC),
		Balance: usd(1240), Available: usd(1220), Preference: AlwaysContinue, Reload: ReloadStatus{On: true, Threshold: usd(500), Target: usd(2000)},
		Session: SessionStatus{Active: true, StartsAt: now.Add(-3 * time.Hour), ResetsAt: now.Add(2 * time.Hour), UsedPercent: 100, LimitReached: true, Continued: true},
		Card:    &visa,
	}
}

func sampleSupport(l Lang) map[string]templ.Component {
	query := Field{Name: "q", Value: "ada@example.com"}
	found := []SupportResult{{URL: "/support/accounts/acc_1", ID: "acc_0199f3c2", Email: "a•••@example.com", Name: "A• L•••••••", Plan: "Max 20x"}, {URL: "/support/accounts/acc_2", ID: "acc_0177aa01", Email: "closed", Closed: true}}
	account := SupportAccountProps{
		Frame: staffFrame(l, "/support/accounts/acc_1"), ID: "acc_0199f3c2", Email: "a•••@example.com", Name: "A• L•••••••", Locale: "en", TimeZone: "Europe/Rome", Plan: "Max 20x",
		Look:  SupportLook{Reason: "You asked why a request was refused", Ticket: "48211", Until: now.Add(30 * time.Minute)},
		Usage: sampleUsage(), Figures: UsageFigures{HelpFigures: sampleFigures()},
		Refusals: []SupportRefusal{
			{At: now, Reason: ReasonMonthlyLimitReached, Model: "claude-sonnet-4-5", Needed: 420_000_000, Available: usd(20), FitsMaxTokens: 9_100},
			{At: now.Add(-time.Hour), Reason: "something_new", Model: "claude-opus-4-1", Needed: usd(200)},
		},
		Requests: sampleRequests(), Purchases: samplePurchases(), Changes: sampleChanges(), Views: sampleViews(),
	}
	bare := SupportAccountProps{
		Frame: staffFrame(l, "/support/accounts/acc_2"), ID: "acc_0177aa01", Email: "–", Locale: "it", TimeZone: "America/New_York", Closed: true, Look: account.Look,
		Usage: UsageStatus{At: now, State: StateOff, Reason: ReasonNoPlan, MonthEnd: now.AddDate(0, 0, 6)},
	}
	asking := account
	asking.Usage.State, asking.Usage.Reason, asking.Usage.Session.Continued = StateAsking, ReasonSessionLimitReached, false
	asking.Usage.Reload.Paused = true
	retry := account
	retry.Usage.Reload.RetryAt = now.Add(time.Hour)
	retry.Usage.State, retry.Usage.Reason = StateStopped, ReasonReloadPaused
	look := SupportLookProps{Frame: staffFrame(l, "/support/accounts/acc_1"), Action: "/support/accounts/acc_1/look", ID: "acc_0199f3c2", Email: "a•••@example.com", Reason: Field{Name: "reason", Error: "Enter the reason for looking at this account."}, Ticket: Field{Name: "ticket"}, Minutes: 30}
	return map[string]templ.Component{
		"support":         SupportPage(SupportProps{Frame: staffFrame(l, "/support"), Query: Field{Name: "q"}}),
		"support-found":   SupportPage(SupportProps{Frame: staffFrame(l, "/support"), Query: query, Searched: true, Results: found}),
		"support-none":    SupportPage(SupportProps{Frame: staffFrame(l, "/support"), Query: query, Searched: true}),
		"support-look":    SupportLookPage(look),
		"support-account": SupportAccountPage(account), "support-bare": SupportAccountPage(bare), "support-asking": SupportAccountPage(asking), "support-retry": SupportAccountPage(retry),
	}
}

func sampleOthers(l Lang) map[string]templ.Component {
	mail := DevMail{URL: "/dev/mail/1", At: now, To: "ada@example.com", Subject: "Your link to sign in"}
	pages := map[string]templ.Component{
		"mailbox":       DevMailboxPage(DevMailboxProps{Frame: publicFrame(l, "/dev/mail"), Mails: []DevMail{mail}}),
		"mailbox-empty": DevMailboxPage(DevMailboxProps{Frame: publicFrame(l, "/dev/mail")}),
		"mail":          DevMailPage(DevMailProps{Frame: publicFrame(l, "/dev/mail/1"), Mail: mail, Text: "Hello,\n\nhttp://127.0.0.1:8080/sign-in/link/abc\n", Links: []string{"http://127.0.0.1:8080/sign-in/link/abc"}, HTMLURL: "/dev/mail/1/html"}),
		"error-429-at":  ErrorPage(ErrorProps{Frame: publicFrame(l, "/x"), Status: 429, RetryAt: now.Add(time.Minute)}),
	}
	for name, status := range map[string]int{"error-400": 400, "error-403": 403, "error-404": 404, "error-405": 405, "error-429": 429, "error-500": 500} {
		frame := publicFrame(l, "/x")
		if status == 403 {
			frame = sampleFrame(l, "/x")
		}
		pages[name] = ErrorPage(ErrorProps{Frame: frame, Status: status, RequestID: "0199f3c2"})
	}
	return pages
}
