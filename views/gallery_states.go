package views

import (
	"slices"
	"time"

	"extrausage/money"
)

// usageSample is a state of the usage page.
type usageSample struct {
	name   string
	status UsageStatus
	change func(*UsageProps)
}

// galleryWith makes a state of the common one.
func galleryWith(change func(*UsageStatus)) UsageStatus {
	s := galleryStatus()
	change(&s)
	return s
}

// galleryReached makes a state at the session's limit.
func galleryReached(state UsageState, reason ReasonCode, change func(*UsageStatus)) UsageStatus {
	return galleryWith(func(s *UsageStatus) {
		s.State, s.Reason = state, reason
		s.Session.LimitReached, s.Session.UsedPercent, s.Session.HeldPercent = true, 100, 0
		if change != nil {
			change(s)
		}
	})
}

func usageStates() []usageSample {
	return slices.Concat(calmStates(), stoppedStates(), formStates(), alertStates())
}

func calmStates() []usageSample {
	return []usageSample{
		{name: "off-new", status: galleryWith(func(s *UsageStatus) {
			s.State, s.Enabled, s.Limit, s.Card, s.Reload = StateOff, false, Limit{Kind: LimitUnset}, nil, ReloadStatus{}
			s.Spent, s.Remaining, s.Balance, s.Available, s.Session = 0, 0, 0, 0, SessionStatus{}
		})},
		{name: "off-reached", status: galleryReached(StateOff, ReasonExtraUsageOff, func(s *UsageStatus) { s.Enabled = false })},
		{name: "off-no-plan", status: galleryWith(func(s *UsageStatus) {
			s.State, s.Reason, s.Enabled, s.HasPlan, s.Session = StateOff, ReasonNoPlan, false, false, SessionStatus{}
		})},
		{name: "plan", status: galleryWith(func(*UsageStatus) {})},
		{name: "plan-idle", status: galleryWith(func(s *UsageStatus) { s.Session = SessionStatus{} })},
		{name: "plan-unlimited", status: galleryWith(func(s *UsageStatus) {
			s.Limit, s.Remaining, s.Held, s.Preference = Limit{Kind: Unlimited}, 0, money.Cents(300), AlwaysContinue
		})},
		{name: "plan-lowered", status: galleryWith(func(s *UsageStatus) {
			s.Limit.Amount, s.Remaining = money.Dollars(10), 0
		}), change: func(p *UsageProps) {
			p.Frame.Flash = &Flash{
				Kind: KindWarning, MessageID: MsgLimitBelowSpent,
				Args: []any{"Limit", money.Dollars(10), "Spent", money.Cents(1240), "When", p.Status.MonthEnd},
				Undo: &Undo{Action: "/settings/usage/undo", Change: "chg_1", LabelID: MsgUndoLimit, Args: []any{"Limit", money.Dollars(50)}},
			}
		}},
		{name: "asking", status: galleryReached(StateAsking, ReasonSessionLimitReached, nil)},
		{name: "asking-no-funds", status: galleryReached(StateAsking, ReasonSessionLimitReached, func(s *UsageStatus) {
			s.Balance, s.Available, s.Needed, s.Reload.On = 0, 0, money.Cents(42), false
		})},
		{name: "extra", status: galleryReached(StateExtra, "", func(s *UsageStatus) {
			s.Session.Choice, s.Session.Continued = "continue", true
			s.Spent, s.Held, s.Remaining, s.Available = money.Cents(3120), money.Cents(300), money.Cents(1580), money.Cents(2460)
		})},
	}
}

func stoppedStates() []usageSample {
	stopped := func(name string, reason ReasonCode, change func(*UsageStatus)) usageSample {
		return usageSample{name: "stopped-" + name, status: galleryReached(StateStopped, reason, func(s *UsageStatus) {
			s.Session.Choice, s.Session.Continued = "continue", true
			if change != nil {
				change(s)
			}
		})}
	}
	none := func(s *UsageStatus) {
		s.Balance, s.Available, s.Needed = money.Cents(12), money.Cents(12), money.Cents(42)
	}
	return []usageSample{
		stopped("limit", ReasonMonthlyLimitReached, func(s *UsageStatus) { s.Spent, s.Remaining = money.Cents(4993), money.Cents(7) }),
		stopped("by-choice", ReasonSessionLimitReached, func(s *UsageStatus) { s.Session.Choice, s.Session.Continued = "stop", false }),
		stopped("balance", ReasonInsufficientBalance, func(s *UsageStatus) { none(s); s.Reload = ReloadStatus{} }),
		stopped("negative", ReasonBalanceNegative, func(s *UsageStatus) {
			s.Balance, s.Available = money.Cents(-300), money.Cents(-300)
			s.Reload.Pause, s.Reload.CanResume = PausedByReversal, true
		}),
		stopped("reload-pending", ReasonReloadPending, none),
		stopped("reload-action", ReasonPaymentActionRequired, func(s *UsageStatus) {
			none(s)
			s.Reload.Pause, s.Reload.CanResume, s.Reload.Pending = PausedForAction, true, true
			s.Reload.Last = &Purchase{State: PurchaseRequiresAction, Auto: true, Amount: money.Cents(1988), At: galleryNow.Add(-time.Hour)}
		}),
		stopped("reload-retry", ReasonReloadPaused, func(s *UsageStatus) {
			none(s)
			s.Reload.Waits, s.Reload.RetryAt = WaitsAfterDecline, galleryNow.Add(50*time.Minute)
		}),
		stopped("reload-paused", ReasonReloadPaused, func(s *UsageStatus) {
			none(s)
			s.Reload.Pause, s.Reload.CanResume, s.Reload.Resume = PausedByDeclines, true, money.Cents(1988)
			s.Card.ExpiresSoon, s.Card.ExpMonth, s.Card.ExpYear = true, 12, 2026
		}),
		stopped("reload-guard", ReasonReloadPaused, func(s *UsageStatus) {
			none(s)
			s.Reload.Waits, s.Reload.RetryAt = WaitsForGuard, galleryNow.Add(20*time.Minute)
		}),
		stopped("reload-ceiling", ReasonPurchaseLimitReached, func(s *UsageStatus) {
			none(s)
			s.Limit, s.Reload.Reloaded = Limit{Kind: Unlimited}, money.Dollars(2000)
			s.Reload.Waits, s.Reload.RetryAt = WaitsForCeiling, galleryNow.Add(9*time.Hour)
		}),
		stopped("reload-too-little", ReasonPurchaseLimitReached, func(s *UsageStatus) { none(s); s.Reload.Waits = WaitsTooLittle }),
		stopped("purchase-limit", ReasonPurchaseLimitReached, func(s *UsageStatus) {
			none(s)
			s.Reload.Waits, s.Reload.Reloaded, s.Reload.Left = WaitsForLimit, s.Limit.Amount, 0
		}),
	}
}

func formStates() []usageSample {
	plain := galleryWith(func(*UsageStatus) {})
	return []usageSample{
		{name: "limit-error", status: plain, change: func(p *UsageProps) {
			p.Limit.Amount = Field{Name: "amount", Value: "1.234", Error: p.Frame.Lang.T("gallery.error_ambiguous")}
		}},
		{name: "limit-unlimited", status: plain, change: func(p *UsageProps) { p.Limit.Confirm = true }},
		{name: "limit-conflict", status: plain, change: func(p *UsageProps) { p.Limit.Problem = p.Frame.Lang.Fault("settings_changed", nil) }},
		{name: "reload-charge", status: plain, change: func(p *UsageProps) {
			p.Reload.Threshold.Value, p.Reload.Target.Value, p.Reload.Charge = "30", "40", money.Cents(1240)
		}},
	}
}
