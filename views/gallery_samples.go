package views

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"extrausage/money"
)

// The samples of the gallery are made up, and fixed: the gallery shows how things look, not what is the case.

// galleryNow is when the samples are looked at: a Tuesday afternoon in November.
var galleryNow = time.Date(2026, 11, 24, 14, 2, 11, 0, time.UTC)

// GallerySample is a page in one of its states.
type GallerySample struct {
	// Name is the last part of its address, /dev/gallery/<name>.
	Name string
	Page templ.Component
}

// GallerySamples are the pages in every state, in a frame.
func GallerySamples(f Frame) []GallerySample {
	f.Now = galleryNow
	return slices.Concat(
		usageSamples(f), liveSamples(f), spendingSamples(f), enableSamples(f), billingSamples(f), documentSamples(f), activitySamples(f), profileSamples(f),
		publicSamples(f), authSamples(f), supportSamples(f), errorSamples(f), mailSamples(f), noticeSamples(f),
	)
}

func usageSamples(f Frame) []GallerySample {
	f.Path = "/settings/usage"
	var out []GallerySample
	for _, s := range usageStates() {
		p := galleryUsage(f, s.status)
		if s.change != nil {
			s.change(&p)
		}
		out = append(out, GallerySample{"usage-" + s.name, UsagePage(p)})
	}
	return out
}

// galleryUsage is the usage page of a status.
func galleryUsage(f Frame, s UsageStatus) UsageProps {
	return UsageProps{
		Frame: f, Status: s, Figures: galleryFigures(), Session: SessionFormOf(s), Limit: LimitFormOf(f.Lang, s.Limit),
		Reload: ReloadFormOf(f.Lang, s.Reload), Continue: ContinueFormOf(s.Preference),
		Alerts: galleryAlerts(f.Lang), Spending: gallerySpending(s), History: galleryHistory(),
	}
}

func galleryFigures() UsageFigures {
	return UsageFigures{
		HelpFigures: HelpFigures{
			WindowHours: 5, LimitMin: money.Dollars(5), LimitMax: money.Dollars(10_000), ThresholdMin: money.Dollars(5),
			ThresholdMax: money.Dollars(1000), TargetMax: money.Dollars(2000), DailyCeiling: money.Dollars(2000),
			ReloadsPerHour: 3, ReloadsPerDay: 10, DeclinesToPause: 3, AlertPercents: []int{50, 75, 90, 100},
			HoldMinutes: 30, LateHours: 24, UndoMinutes: 10,
		},
		ReloadGap: money.Dollars(5), DebitMin: money.Cents(50), PurchaseMin: money.Dollars(5), PurchaseMax: money.Dollars(2000),
	}
}

// galleryStatus is extra usage on, within the plan.
func galleryStatus() UsageStatus {
	return UsageStatus{
		At: galleryNow, State: StatePlan, HasPlan: true, Enabled: true, EnabledSince: galleryNow.AddDate(0, -2, 0),
		Limit: Limit{Kind: LimitAmount, Amount: money.Dollars(50)},
		Spent: money.Cents(1240), Remaining: money.Cents(3760),
		MonthStart: time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC), MonthEnd: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC),
		Balance: money.Cents(2760), Available: money.Cents(2760), Preference: AskFirst,
		Reload:  ReloadStatus{On: true, Threshold: money.Dollars(5), Target: money.Dollars(20), Reloaded: money.Cents(1650), Left: money.Cents(3350), Last: &galleryReload},
		Session: SessionStatus{Active: true, StartsAt: galleryNow.Add(-2 * time.Hour), ResetsAt: galleryNow.Add(3 * time.Hour), UsedPercent: 62, HeldPercent: 4},
		Card:    &Card{Brand: "visa", Last4: "4242", ExpMonth: 8, ExpYear: 2029},
		Version: 7,
	}
}

var galleryReload = Purchase{
	ID: "pur_1", At: galleryNow.Add(-49 * time.Hour), Amount: money.Cents(1650), Auto: true, State: PurchaseSucceeded,
}

func enableSamples(f Frame) []GallerySample {
	f.Path = "/settings/usage/enable/payment-method"
	card := Card{Brand: "visa", Last4: "4242", ExpMonth: 8, ExpYear: 2029}
	fresh := EnablePreferencesProps{
		Frame: f, Figures: galleryFigures(), Card: &card, Version: 1,
		LimitKind: Field{Name: "limit_kind"}, LimitAmount: Field{Name: "limit_amount"}, AutoReload: Field{Name: "auto_reload"},
		Threshold: Field{Name: "threshold"}, Target: Field{Name: "target"}, FirstPurchase: Field{Name: "first_purchase"},
		Continue: Field{Name: "continue_preference", Value: "ask"},
	}
	wrong := fresh
	wrong.LimitKind.Value, wrong.AutoReload.Value = "amount", "on"
	wrong.LimitAmount = Field{Name: "limit_amount", Value: "1.234", Error: f.Lang.T("gallery.error_ambiguous")}
	wrong.Threshold = Field{Name: "threshold", Value: "5"}
	wrong.Target = Field{Name: "target", Value: "6", Error: f.Lang.T("gallery.error_target")}
	terms := EnableTerms{
		Card: card, Limit: Limit{Kind: LimitAmount, Amount: money.Dollars(50)}, ReloadOn: true, Threshold: money.Dollars(5),
		Target: money.Dollars(20), FirstPurchase: money.Dollars(10), Continue: AskFirst, WorstCase: money.Dollars(60), Bounded: true,
		Figures: galleryFigures(),
	}
	unbounded := terms
	unbounded.Limit, unbounded.Bounded, unbounded.FirstPurchase, unbounded.Continue = Limit{Kind: Unlimited}, false, 0, AlwaysContinue
	return []GallerySample{
		{"enable-card-none", EnablePaymentMethodPage(EnablePaymentMethodProps{Frame: f})},
		{"enable-card", EnablePaymentMethodPage(EnablePaymentMethodProps{Frame: f, Card: &card, Result: PaymentMethodAdded})},
		{"enable-preferences", EnablePreferencesPage(fresh)},
		{"enable-preferences-errors", EnablePreferencesPage(wrong)},
		{"enable-unlimited", EnableUnlimitedPage(EnableUnlimitedProps{Frame: f, Figures: galleryFigures(), Version: 2})},
		{"enable-review", EnableReviewPage(EnableReviewProps{Frame: f, Figures: galleryFigures(), Card: card, Terms: terms, Version: 3})},
		{"enable-review-unlimited", EnableReviewPage(EnableReviewProps{Frame: f, Figures: galleryFigures(), Card: card, Terms: unbounded, Version: 3})},
	}
}
