package views

import (
	"strconv"
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

// signedOut is a frame for somebody who is not signed in.
func signedOut(f Frame, path string) Frame {
	f.Path, f.User, f.Notices = path, nil, 0
	return f
}

// at is a frame at another path.
func at(f Frame, path string) Frame {
	f.Path = path
	return f
}

func publicSamples(f Frame) []GallerySample {
	plain := PricingProps{Frame: signedOut(f, "/pricing"), Models: galleryModels(), Version: "3f9ac01b77de", Calculator: galleryCalculator(f.Lang)}
	answered := plain
	answered.EffectiveFrom = galleryNow.AddDate(0, -2, 0)
	answered.Calculator.Input.Value, answered.Calculator.Output.Value = "12413", "2048"
	answered.Calculator.CacheWrite.Value, answered.Calculator.CacheRead.Value = "38000", "150000"
	answered.Calculator.Result = &CalculatorResult{
		Model: "Sonnet 4.5", Prompt: PromptTier{200_413, pricing.TierOver200K}, Lines: galleryLines(), Total: linesTotal(galleryLines()),
	}
	answered.LastMonth = galleryLastMonth()
	fresh := plain
	fresh.LastMonth = &LastMonthProps{}
	wrong := plain
	wrong.Calculator.Model.Value = "Opus 3"
	wrong.Calculator.Input = Field{Name: "input", Value: "a lot", Error: f.Lang.T(MsgCalculatorTokens)}
	wrong.Calculator.CacheRead = Field{Name: "cache_read", Value: "5000", Error: f.Lang.T(MsgCalculatorUnpriced, "Model", "Opus 3")}
	return []GallerySample{
		{"pricing", PricingPage(plain)},
		{"pricing-answered", PricingPage(answered)},
		{"pricing-errors", PricingPage(wrong)},
		{"pricing-new-subscriber", PricingPage(fresh)},
		{"help", HelpPage(HelpProps{Frame: at(f, "/help/extra-usage"), Figures: galleryFigures().HelpFigures})},
	}
}

func galleryCalculator(l Lang) CalculatorProps {
	p := CalculatorProps{
		Lang: l, Model: Field{Name: "model", Value: "Sonnet 4.5"}, Input: Field{Name: "input"}, CacheWrite: Field{Name: "cache_write"},
		CacheWrite1h: Field{Name: "cache_write_1h"}, CacheRead: Field{Name: "cache_read"}, Output: Field{Name: "output"},
	}
	for _, m := range galleryModels() {
		p.Models = append(p.Models, m.Name)
	}
	return p
}

// galleryModels are the article's prices.
func galleryModels() []pricing.ModelRates {
	table, err := pricing.Default()
	if err != nil {
		return nil // the process does not start with such a table
	}
	return table.Models(galleryNow)
}

// galleryLines is a request of 200,413 prompt tokens on a model with two prices.
func galleryLines() []PricedLine {
	over := pricing.TierOver200K
	return []PricedLine{
		{pricing.Input, over, 12_413, money.Dollars(6), 74_478_000},
		{pricing.Output, over, 2_048, money.Cents(2250), 46_080_000},
		{pricing.CacheWrite, over, 38_000, money.Cents(750), 285_000_000},
		{pricing.CacheRead, over, 150_000, money.Cents(60), 90_000_000},
	}
}

func authSamples(f Frame) []GallerySample {
	l, in, link := f.Lang, signedOut(f, "/sign-in"), signedOut(f, "/sign-in/link")
	email, typed, password := Field{Name: "email"}, Field{Name: "email", Value: "ada@example.com"}, Field{Name: "password"}
	short := Field{Name: "password", Error: l.Fault("password_short", map[string]any{"min": 8})}
	return []GallerySample{
		{"sign-in", SignInPage(SignInProps{Frame: in, Email: email, Password: password, Next: "/settings/billing"})},
		{"sign-in-errors", SignInPage(SignInProps{Frame: in, Email: typed, Password: password, Problem: l.Fault("sign_in_failed", nil)})},
		{"sign-in-link", SignInLinkPage(SignInLinkProps{Frame: link, Email: email, Minutes: 30})},
		{"sign-in-link-gone", SignInLinkPage(SignInLinkProps{Frame: link, Email: email, Minutes: 30, Gone: true})},
		{"sign-in-link-sent", SignInLinkPage(SignInLinkProps{Frame: link, Sent: true, SentTo: "ada@example.com", Minutes: 30})},
		{"set-password", SetPasswordPage(SetPasswordProps{Frame: link, Action: "/sign-in/link/token", Email: "ada@example.com", Password: short, MinLength: 8, AdvisedLength: 15})},
		{"confirm-email", ConfirmEmailPage(ConfirmEmailProps{Frame: link, Action: "/sign-in/link/token", OldEmail: "ada@example.com", NewEmail: "ada@example.org"})},
		{"step-up", StepUpPage(StepUpProps{
			Frame: at(f, "/settings/usage"), Action: "/settings/usage/monthly-limit", Doing: l.T("activity.setting_monthly_limit"),
			Hidden: []HiddenField{{"kind", "amount"}, {"amount", "80"}}, Email: "ada@example.com", Password: Field{Name: "current_password"}, Cancel: "/settings/usage",
		})},
	}
}

func errorSamples(f Frame) []GallerySample {
	out := []GallerySample{
		{"error-429-until", ErrorPage(ErrorProps{Frame: signedOut(f, "/sign-in"), Status: 429, RetryAt: galleryNow.Add(time.Minute)})},
	}
	for _, status := range []int{400, 403, 404, 405, 429, 500} {
		page := ErrorPage(ErrorProps{Frame: at(f, "/settings/usage"), Status: status, RequestID: "0199f3c2-8a7b"})
		out = append(out, GallerySample{"error-" + strconv.Itoa(status), page})
	}
	return out
}

func mailSamples(f Frame) []GallerySample {
	l, box := f.Lang, signedOut(f, "/dev/mail")
	letter := SignInLinkMail(LinkMailProps{Lang: l, Name: "Ada", Link: "http://127.0.0.1:8080/sign-in/link/token", Minutes: 30})
	change := EmailChangeMail(LinkMailProps{Lang: l, Link: "http://127.0.0.1:8080/sign-in/link/token", Minutes: 30})
	welcome := WelcomeMail(WelcomeMailProps{
		Lang: l, Name: "Ada", SignInLink: "http://127.0.0.1:8080/sign-in/link", UsageLink: "http://127.0.0.1:8080/settings/usage", HelpLink: "http://127.0.0.1:8080/help/extra-usage",
	})
	kept := DevMail{URL: "/dev/mail/1", At: galleryNow, To: "ada@example.com", Subject: letter.Subject}
	return []GallerySample{
		{"mailbox", DevMailboxPage(DevMailboxProps{Frame: box, Mails: []DevMail{kept}})},
		{"mailbox-empty", DevMailboxPage(DevMailboxProps{Frame: box})},
		{"mailbox-mail", DevMailPage(DevMailProps{Frame: at(box, "/dev/mail/1"), Mail: kept, Text: letter.Text, Links: []string{"http://127.0.0.1:8080/sign-in/link/token"}, HTMLURL: "/dev/mail/1/html"})},
		{"mail-sign-in-link", letter.HTML},
		{"mail-email-change", change.HTML},
		{"mail-welcome", welcome.HTML},
	}
}
