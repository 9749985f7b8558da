package views

import (
	"time"

	"extrausage/money"
)

// asStaff is a frame for a member of the staff.
func asStaff(f Frame, path string) Frame {
	f.Path, f.Notices, f.TestPayments = path, 0, false
	f.User = &User{Email: "grace@example.net", Name: "Grace Hopper", Staff: true}
	return f
}

func supportSamples(f Frame) []GallerySample {
	search, account := asStaff(f, "/support"), asStaff(f, "/support/accounts/acc_0199f3c2")
	query := Field{Name: "q", Value: "ada@example.com"}
	found := []SupportResult{
		{URL: "/support/accounts/acc_0199f3c2", ID: "acc_0199f3c2", Email: "a•••@example.com", Name: "A• L•••••••", Plan: "Max 20x"},
		{URL: "/support/accounts/acc_0177aa01", ID: "acc_0177aa01", Email: "–", Closed: true},
	}
	look := SupportLookProps{
		Frame: account, Action: "/support/accounts/acc_0199f3c2/look", ID: "acc_0199f3c2", Email: "a•••@example.com",
		Reason: Field{Name: "reason"}, Ticket: Field{Name: "ticket"}, Minutes: 30,
	}
	wrong := look
	wrong.Reason.Error = f.Lang.Fault("reason_missing", nil)
	return append([]GallerySample{
		{"support", SupportPage(SupportProps{Frame: search, Query: Field{Name: "q"}})},
		{"support-found", SupportPage(SupportProps{Frame: search, Query: query, Searched: true, Results: found})},
		{"support-none", SupportPage(SupportProps{Frame: search, Query: query, Searched: true})},
		{"support-look", SupportLookPage(look)},
		{"support-look-errors", SupportLookPage(wrong)},
	}, supportAccountSamples(account)...)
}

func supportAccountSamples(f Frame) []GallerySample {
	limit := gallerySupportAccount(f)
	asking := gallerySupportAccount(f)
	asking.Usage.State, asking.Usage.Reason, asking.Usage.Session.Continued = StateAsking, ReasonSessionLimitReached, false
	asking.Usage.Preference, asking.Usage.Reload.Pause = AskFirst, PausedByDeclines
	paused := gallerySupportAccount(f)
	paused.Usage.Reason, paused.Usage.Reload.RetryAt = ReasonReloadPaused, galleryNow.Add(time.Hour)
	closed := SupportAccountProps{
		Frame: f, ID: "acc_0177aa01", Email: "–", Locale: "it", TimeZone: "America/New_York", Closed: true, Look: limit.Look,
		Usage: UsageStatus{At: galleryNow, State: StateOff, Reason: ReasonAccountClosed, MonthEnd: galleryNow.AddDate(0, 0, 6)},
	}
	return []GallerySample{
		{"support-account", SupportAccountPage(limit)}, {"support-account-asking", SupportAccountPage(asking)},
		{"support-account-paused", SupportAccountPage(paused)}, {"support-account-closed", SupportAccountPage(closed)},
	}
}

// gallerySupportAccount is an account that the monthly limit stops.
func gallerySupportAccount(f Frame) SupportAccountProps {
	usage := galleryStatus()
	usage.State, usage.Reason, usage.Preference = StateStopped, ReasonMonthlyLimitReached, AlwaysContinue
	usage.Spent, usage.Held, usage.Remaining, usage.Available = money.Cents(4980), money.Cents(20), 0, money.Cents(2740)
	usage.Session.UsedPercent, usage.Session.LimitReached, usage.Session.Continued = 100, true, true
	return SupportAccountProps{
		Frame: f, ID: "acc_0199f3c2", Email: "a•••@example.com", Name: "A• L•••••••", Locale: "en", TimeZone: "Europe/Rome", Plan: "Max 20x",
		Look:  SupportLook{Reason: "You asked why a request was refused", Ticket: "48211", Until: galleryNow.Add(30 * time.Minute)},
		Usage: usage, Figures: galleryFigures(),
		Refusals: []SupportRefusal{
			{At: galleryNow, Reason: ReasonMonthlyLimitReached, Model: "claude-sonnet-4-5", Needed: money.Cents(42), Available: money.Cents(20), FitsMaxTokens: 9_100},
			{At: galleryNow.Add(-time.Hour), Reason: "something_new", Model: "claude-opus-4-1", Needed: money.Dollars(2)},
		},
		Requests: galleryRequests(), Purchases: galleryPurchases(), Changes: galleryChanges(f.Lang), Views: galleryViews(),
	}
}
