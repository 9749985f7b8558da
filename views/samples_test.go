package views

import (
	"time"

	"github.com/a-h/templ"

	"extrausage/money"
	"extrausage/pricing"
)

// now is when the samples are looked at: a Tuesday afternoon, in a month that has run for a while.
var now = time.Date(2026, 11, 24, 14, 2, 11, 0, time.UTC)

func rome() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return time.UTC
	}
	return zone
}

func usd(cents int64) money.Amount { return money.Cents(cents) }

func sampleFrame(l Lang, path string) Frame {
	return Frame{
		Lang: l, Path: path, Now: now, TestPayments: true, Dev: true, Notices: 2,
		User:   &User{Email: "ada@example.com", Name: "Ada Lovelace"},
		Assets: Assets{CSS: "app.css", App: "app.js", HTMX: "vendor/htmx-4.0.1.min.js", SSE: "vendor/hx-sse-4.0.1.min.js", Icon: "icon.svg"},
	}
}

func publicFrame(l Lang, path string) Frame {
	f := sampleFrame(l, path)
	f.User, f.Notices = nil, 0
	return f
}

func staffFrame(l Lang, path string) Frame {
	f := sampleFrame(l, path)
	f.User = &User{Email: "grace@example.net", Name: "Grace Hopper", Staff: true}
	f.TestPayments, f.Notices = false, 0
	return f
}

var (
	visa       = Card{Brand: "visa", Last4: "4242", ExpMonth: 4, ExpYear: 2029}
	mastercard = Card{Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2026, ExpiresSoon: true}
)

// samplePages are the pages of these areas in their states, by name.
func samplePages(l Lang) map[string]templ.Component {
	pages := map[string]templ.Component{}
	for _, group := range []map[string]templ.Component{
		samplePublic(l), sampleAuth(l), sampleProfile(l), sampleBilling(l), sampleDocuments(l), sampleActivity(l), sampleSupport(l), sampleOthers(l),
	} {
		for name, page := range group {
			pages[name] = page
		}
	}
	return pages
}

func sampleCalculator(l Lang) CalculatorProps {
	names := make([]string, 0, 7)
	for _, m := range sampleModels() {
		names = append(names, m.Name)
	}
	return CalculatorProps{
		Lang: l, Models: names,
		Model: Field{Name: "model", Value: "Sonnet 4.5"}, Input: Field{Name: "input"}, CacheWrite: Field{Name: "cache_write"},
		CacheWrite1h: Field{Name: "cache_write_1h"}, CacheRead: Field{Name: "cache_read"}, Output: Field{Name: "output"},
	}
}

func sampleModels() []pricing.ModelRates {
	table, err := pricing.Default()
	if err != nil {
		panic(err)
	}
	return table.Models(now)
}

// sampleLines is a request of 200,413 prompt tokens.
func sampleLines() []PricedLine {
	over := pricing.TierOver200K
	return []PricedLine{
		{pricing.Input, over, 12_413, money.Dollars(6), 74_478_000},
		{pricing.Output, over, 2_048, usd(2250), 46_080_000},
		{pricing.CacheWrite, over, 38_000, usd(750), 285_000_000},
		{pricing.CacheRead, over, 150_000, usd(60), 90_000_000},
	}
}

func samplePublic(l Lang) map[string]templ.Component {
	plain := PricingProps{Frame: publicFrame(l, "/pricing"), Models: sampleModels(), Version: "3f9ac01b77de", Calculator: sampleCalculator(l)}
	answered := plain
	answered.Calculator.Input.Value, answered.Calculator.Output.Value = "12413", "2048"
	answered.Calculator.CacheWrite.Value, answered.Calculator.CacheRead.Value = "38000", "150000"
	answered.Calculator.Result = &CalculatorResult{
		Model: "Sonnet 4.5", Prompt: PromptTier{200_413, pricing.TierOver200K}, Lines: sampleLines(), Total: linesTotal(sampleLines()),
	}
	wrong := plain
	wrong.Calculator.Model.Value = "Opus 3"
	wrong.Calculator.Input = Field{Name: "input", Value: "a lot", Error: l.T(MsgCalculatorTokens)}
	wrong.Calculator.CacheRead = Field{Name: "cache_read", Value: "5000", Error: l.T(MsgCalculatorUnpriced, "Model", "Opus 3")}
	return map[string]templ.Component{
		"pricing":          PricingPage(plain),
		"pricing-answered": PricingPage(answered),
		"pricing-errors":   PricingPage(wrong),
		"help":             HelpPage(HelpProps{Frame: sampleFrame(l, "/help/extra-usage"), Figures: sampleFigures()}),
	}
}

func sampleFigures() HelpFigures {
	return HelpFigures{
		WindowHours: 5, LimitMin: usd(500), LimitMax: usd(1_000_000), ThresholdMin: usd(500), ThresholdMax: usd(100_000), TargetMax: usd(200_000),
		DailyCeiling: usd(200_000), ReloadsPerHour: 3, ReloadsPerDay: 10, DeclinesToPause: 3, AlertPercents: []int{50, 75, 90, 100},
		HoldMinutes: 30, LateHours: 24, UndoMinutes: 10,
	}
}

func sampleAuth(l Lang) map[string]templ.Component {
	email, password := Field{Name: "email"}, Field{Name: "password"}
	typed := Field{Name: "email", Value: "ada@example.com"}
	return map[string]templ.Component{
		"sign-in":        SignInPage(SignInProps{Frame: publicFrame(l, "/sign-in"), Email: email, Password: password, Next: "/settings/billing"}),
		"sign-in-errors": SignInPage(SignInProps{Frame: publicFrame(l, "/sign-in"), Email: typed, Password: password, Problem: "E-mail address and password do not belong together."}),
		"link":           SignInLinkPage(SignInLinkProps{Frame: publicFrame(l, "/sign-in/link"), Email: email, Minutes: 30}),
		"link-gone":      SignInLinkPage(SignInLinkProps{Frame: publicFrame(l, "/sign-in/link"), Email: email, Minutes: 30, Gone: true}),
		"link-sent":      SignInLinkPage(SignInLinkProps{Frame: publicFrame(l, "/sign-in/link"), Sent: true, SentTo: "ada@example.com", Minutes: 30}),
		"set-password": SetPasswordPage(SetPasswordProps{
			Frame: publicFrame(l, "/sign-in/link"), Action: "/sign-in/link/tok", Email: "ada@example.com",
			Password: Field{Name: "password", Error: "Use at least 8 characters"}, MinLength: 8, AdvisedLength: 15,
		}),
		"confirm-email": ConfirmEmailPage(ConfirmEmailProps{Frame: publicFrame(l, "/sign-in/link"), Action: "/sign-in/link/tok", OldEmail: "ada@example.com", NewEmail: "ada@example.org"}),
		"step-up": StepUpPage(StepUpProps{
			Frame: sampleFrame(l, "/settings/usage"), Action: "/settings/usage/monthly-limit", Doing: "Monthly limit: $80.00",
			Hidden: []HiddenField{{"kind", "amount"}, {"amount", "80"}}, Email: "ada@example.com",
			Password: Field{Name: "current_password"}, Cancel: "/settings/usage",
		}),
	}
}

func sampleProfile(l Lang) map[string]templ.Component {
	p := ProfileProps{
		Frame:    sampleFrame(l, "/settings/profile"),
		Language: LanguageProps{Lang: l, Locale: Field{Name: "locale", Value: l.Tag()}},
		TimeZone: TimeZoneProps{
			Lang: l, Zone: Field{Name: "time_zone", Value: "Europe/Rome"}, Zones: []string{"America/New_York", "Europe/Rome", "UTC"},
			Current: "Europe/Rome", ActsFrom: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), Pending: "America/New_York",
		},
		Password: PasswordProps{
			Lang: l, Email: "ada@example.com", Exists: true, Current: Field{Name: "current_password"}, New: Field{Name: "new_password"},
			MinLength: 8, AdvisedLength: 15,
		},
		Email: EmailProps{Lang: l, Current: "ada@example.com", Email: Field{Name: "email"}, Minutes: 30},
		Sessions: SessionsProps{Lang: l, Sessions: []WebSession{
			{ID: "1", Device: "Firefox, Linux", Address: "203.0.113.7", SignedIn: now.Add(-time.Hour), LastSeen: now, Current: true},
			{ID: "2", Device: "Safari, iPhone", Address: "2001:db8::17", SignedIn: now.Add(-72 * time.Hour), LastSeen: now.Add(-5 * time.Hour)},
		}},
		InvoiceAddress: InvoiceAddressProps{
			Lang: l, Name: Field{Name: "name", Value: "Ada Lovelace"}, Company: Field{Name: "company", Value: "Analytical Engines Ltd"},
			Address: Field{Name: "address", Value: "12 St James's Square\nLondon SW1Y 4JH"}, TaxID: Field{Name: "tax_id", Value: "GB123456789"}, Saved: true,
		},
		Close: CloseProps{Lang: l, Email: "ada@example.com", Confirm: Field{Name: "confirm", Value: "ada", Error: "Type your e-mail address exactly as shown to close the account."}, Balance: usd(1240)},
	}
	fresh := p
	fresh.Password.Exists = false
	fresh.Email.SentTo = "ada@example.org"
	fresh.Close.Confirm, fresh.Close.Balance = Field{Name: "confirm"}, 0
	fresh.Sessions.Sessions, fresh.Sessions.Ended = fresh.Sessions.Sessions[:1], true
	return map[string]templ.Component{"profile": ProfilePage(p), "profile-fresh": ProfilePage(fresh)}
}

func samplePurchases() []Purchase {
	states := []Purchase{
		{State: PurchaseRequiresAction, Auto: true, ActionURL: "/test-provider/confirm"},
		{State: PurchaseUnknown, Auto: true},
		{State: PurchaseSubmitted},
		{State: PurchasePlanned},
		{State: PurchaseSucceeded, ReceiptURL: "/settings/billing/purchases/p5"},
		{State: PurchaseSucceeded, Auto: true, ReceiptURL: "/settings/billing/purchases/p6", Refunded: usd(500)},
		{State: PurchaseSucceeded, ReceiptURL: "/settings/billing/purchases/p7", Disputed: true},
		{State: PurchaseDeclined, Auto: true, Failure: FailureInsufficientFunds},
		{State: PurchaseDeclined, Failure: "something_new"},
		{State: PurchaseAbandoned, Auto: true},
	}
	for i := range states {
		states[i].ID = "pur_" + string(rune('a'+i))
		states[i].At = now.Add(-time.Duration(i) * 31 * time.Hour)
		states[i].Amount, states[i].Card = usd(2000), visa
	}
	return states
}

func sampleBilling(l Lang) map[string]templ.Component {
	p := BillingProps{
		Frame:         sampleFrame(l, "/settings/billing"),
		PaymentMethod: PaymentMethodProps{Lang: l, Card: &visa, Reload: true, Balance: usd(1240)},
		Credits: CreditsProps{
			Lang: l, Balance: usd(1240), Held: usd(300), Card: &visa, Amount: Field{Name: "amount"}, Key: "k1", Min: usd(500), Max: usd(200_000),
		},
		Purchases: PurchasesProps{Lang: l, Purchases: samplePurchases(), NextURL: "/settings/billing?before=x"},
		Invoices: InvoicesProps{Lang: l, Months: []InvoiceMonth{
			{URL: "/settings/billing/invoices/2026-11", Starts: now, State: InvoicePreview, Extra: usd(3120)},
			{URL: "/settings/billing/invoices/2026-10", Starts: now.AddDate(0, -1, 0), State: InvoiceClosing, Extra: 4_870_123_400},
			{URL: "/settings/billing/invoices/2026-09", Starts: now.AddDate(0, -2, 0), State: InvoiceIssued, Number: "2026-000041", Extra: usd(1999)},
		}},
	}
	fresh := BillingProps{
		Frame: p.Frame, PaymentMethod: PaymentMethodProps{Lang: l, Result: PaymentMethodCancelled},
		Credits:   CreditsProps{Lang: l, Amount: Field{Name: "amount"}},
		Purchases: PurchasesProps{Lang: l}, Invoices: InvoicesProps{Lang: l},
	}
	wrong := p
	wrong.PaymentMethod.Card, wrong.PaymentMethod.Result, wrong.PaymentMethod.Reload = &mastercard, PaymentMethodReplaced, false
	wrong.Credits.Amount = Field{Name: "amount", Value: "1.234", Error: "Enter 1234 or 1.23"}
	wrong.Purchases.Purchases = wrong.Purchases.Purchases[4:5]
	return map[string]templ.Component{
		"billing": BillingPage(p), "billing-fresh": BillingPage(fresh), "billing-errors": BillingPage(wrong),
		"buy-review": BuyCreditsReviewPage(BuyCreditsReviewProps{
			Frame: sampleFrame(l, "/settings/billing/credits"), Amount: usd(1000), Balance: usd(1240), BalanceAfter: usd(2240), Card: visa, Key: "k1",
		}),
	}
}
