package views

import (
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

func galleryRequests() []RequestRow {
	row := func(hours int, model string, tokens int64, parts CostParts) RequestRow {
		return RequestRow{
			URL: "/settings/usage/activity/0199f3c2", At: galleryNow.Add(-time.Duration(hours) * time.Hour), Model: model, Tokens: tokens,
			Cost: money.Sum(parts.Plan, parts.Extra, parts.Absorbed), Parts: parts,
		}
	}
	return []RequestRow{
		row(0, "Sonnet 4.5", 202_461, CostParts{Extra: 495_558_000}),
		row(1, "Opus 4.1", 18_204, CostParts{Plan: 120_300_000, Extra: 300_150_000}),
		row(2, "Opus 4.1", 1_204_331, CostParts{Plan: money.Dollars(3)}),
		row(9, "Haiku 4.5", 880, CostParts{Absorbed: 880_000}),
		row(30, "Sonnet 4", 7_120, CostParts{Plan: 21_360_000, Absorbed: 10_000_000}),
	}
}

func galleryChanges(l Lang) []SettingChange {
	return []SettingChange{
		{galleryNow.Add(-time.Hour), SettingMonthlyLimit, l.Money(money.Dollars(50)), l.Money(money.Dollars(80)), ActorSubscriber},
		{galleryNow.Add(-2 * time.Hour), SettingContinue, "", l.T(MsgValueContinue), ActorClient},
		{galleryNow.Add(-20 * time.Hour), SettingAutoReload, l.Money(money.Dollars(5)), "", ActorSystem},
		{galleryNow.Add(-200 * time.Hour), SettingPlan, "", "Max 20x", ActorOperator},
		{galleryNow.Add(-300 * time.Hour), "something_new", "a", "b", ActorSubscriber},
	}
}

func galleryViews() []StaffView {
	return []StaffView{{galleryNow.Add(-26 * time.Hour), "Grace H.", "You asked why a request was refused", "48211"}}
}

func activitySamples(f Frame) []GallerySample {
	f.Path = "/settings/usage/activity"
	empty := ActivityProps{Frame: f, Tab: ActivityCharges, Filter: ActivityFilter{
		From: Field{Name: "from"}, To: Field{Name: "to"}, Month: Field{Name: "month"}, Model: Field{Name: "model"}, Covered: Field{Name: "covered"},
		Hold: Field{Name: "hold"}, Months: []MonthOption{{"2026-11", galleryNow}, {"2026-10", galleryNow.AddDate(0, -1, 0)}},
		Models: []string{"Haiku 4.5", "Opus 4.1", "Sonnet 4.5"},
	}}
	full := empty
	full.Requests, full.OlderURL, full.CSVURL = galleryRequests(), f.Path+"?before=0199f3c2", f.Path+".csv"
	full.Totals = RequestTotals{Requests: 1_204, Cost: 41_220_888_000, Parts: CostParts{money.Dollars(30), 11_220_000_000, 888_000}}
	filtered := empty
	filtered.Filter.Active = true
	filtered.Filter.From = Field{Name: "from", Value: "2026-11-31", Error: f.Lang.T("activity.error_day")}
	changes, staff := empty, empty
	changes.Tab, changes.Changes, changes.NewerURL = ActivityChanges, galleryChanges(f.Lang), f.Path+"?show=changes"
	staff.Tab, staff.Views = ActivityStaff, galleryViews()
	noChanges, noViews := empty, empty
	noChanges.Tab, noViews.Tab = ActivityChanges, ActivityStaff
	return append([]GallerySample{
		{"activity", ActivityPage(full)}, {"activity-empty", ActivityPage(empty)}, {"activity-filtered", ActivityPage(filtered)},
		{"activity-changes", ActivityPage(changes)}, {"activity-changes-empty", ActivityPage(noChanges)},
		{"activity-staff", ActivityPage(staff)}, {"activity-staff-empty", ActivityPage(noViews)},
	}, chargeSamples(f)...)
}

// chargeSamples has a request for each reason there is.
func chargeSamples(f Frame) []GallerySample {
	total, cents := linesTotal(galleryLines()), money.Cents(3)
	var out []GallerySample
	for _, s := range []struct {
		name  string
		why   ChargeReason
		parts CostParts
		left  money.Amount
	}{
		{"extra", WhyAllowanceUsed, CostParts{Extra: total}, 0},
		{"plan", WhyPlan, CostParts{Plan: total}, money.Dollars(10)},
		{"ended", WhyAllowanceEnded, CostParts{Plan: cents, Extra: total - cents}, cents},
		{"not-permitted", WhyNotPermitted, CostParts{Absorbed: total}, 0},
		{"beyond-reserve", WhyBeyondReserve, CostParts{Extra: total - cents, Absorbed: cents}, 0},
		{"no-funds", WhyNoFunds, CostParts{Extra: cents, Absorbed: total - cents}, 0},
		{"late", WhyLate, CostParts{Absorbed: total}, 0},
		{"imported", WhyImported, CostParts{Absorbed: total}, 0},
		{"unknown", "something_new", CostParts{Plan: total}, money.Dollars(1)},
	} {
		c := galleryCharge(f)
		c.Why, c.Parts, c.Session.LeftBefore = s.why, s.parts, s.left
		c.Session.UsedBefore = c.Session.Allowance.Sub(s.left)
		out = append(out, GallerySample{"charge-" + s.name, ChargePage(c)})
	}
	return out
}

func galleryCharge(f Frame) ChargeProps {
	return ChargeProps{
		Frame: at(f, "/settings/usage/activity/0199f3c2"), ID: "0199f3c2-8a7b-7c11-9d52-0d6f1c2a9b10", At: galleryNow.Add(-time.Minute), Arrived: galleryNow,
		Model: "Sonnet 4.5", ModelID: "claude-sonnet-4-5-20250929", MessageID: "msg_01XFDUDYJgAACzvnptvVoYEL",
		Prompt: PromptTier{200_413, pricing.TierOver200K}, Lines: galleryLines(), Cost: linesTotal(galleryLines()), RatesVersion: "3f9ac01b77de",
		Session:      ChargeSession{Starts: galleryNow.Add(-4 * time.Hour), Ends: galleryNow.Add(time.Hour), Allowance: money.Dollars(40)},
		BalanceAfter: money.Cents(1191), SpentAfter: money.Cents(3169), Limit: Limit{Kind: LimitAmount, Amount: money.Dollars(50)},
		HoldID: "hold_0199f3c2", Permission: ChargePermission{By: "continue", At: galleryNow.Add(-3 * time.Minute)},
	}
}
