package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// usage is Settings > Usage.
func (s *Server) usage(c echo.Context) error {
	props, err := s.usageProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.UsagePage(props))
}

// usageProps is the page as it stands, with the forms as they are in force.
func (s *Server) usageProps(c echo.Context) (views.UsageProps, error) {
	ctx := c.Request().Context()
	status, err := s.svc.Status(ctx, account(c))
	if err != nil {
		return views.UsageProps{}, err
	}
	lang := s.lang(c)
	view := usageStatus(status)
	spending, err := s.spending(ctx, status.AccountID, lang, "")
	if err != nil {
		return views.UsageProps{}, err
	}
	history, err := s.history(ctx, status.AccountID)
	if err != nil {
		return views.UsageProps{}, err
	}
	alerts, err := s.alerts(ctx, status.AccountID, session(c).Email, lang)
	if err != nil {
		return views.UsageProps{}, err
	}
	return views.UsageProps{
		Frame: s.frame(c, ""), Status: view, Figures: s.figures(), Live: views.LiveProps{URL: livePath}, Spending: spending, History: history,
		Limit: views.LimitFormOf(lang, view.Limit), Reload: views.ReloadFormOf(lang, view.Reload),
		Continue: views.ContinueFormOf(view.Preference), Session: views.SessionFormOf(view), Alerts: alerts,
	}, nil
}

// usageStatus is a status as views show it.
func usageStatus(s billing.Status) views.UsageStatus {
	v := views.UsageStatus{
		At: s.At, State: views.UsageState(s.State), Reason: views.ReasonCode(s.Reason), Needed: s.Needed, HasPlan: s.HasPlan,
		Enabled: s.Enabled, EnabledSince: s.EnabledSince, Limit: viewLimit(s.Limit), Spent: s.Spent, Held: s.Held,
		Remaining: s.Remaining, MonthStart: s.MonthStart, MonthEnd: s.MonthEnd, Balance: s.Balance, Available: s.Available,
		Preference: views.Preference(s.Preference), Version: s.Version,
		Reload: reloadStatus(s),
		Session: views.SessionStatus{
			Active: s.Session.Active, StartsAt: s.Session.StartsAt, ResetsAt: s.Session.ResetsAt, UsedPercent: s.Session.UsedPercent,
			HeldPercent: s.Session.HeldPercent, LimitReached: s.Session.LimitReached, Choice: string(s.Session.Choice),
			Continued: s.Session.Continued,
		},
	}
	if s.Card != nil {
		card := viewCard(*s.Card, s.At)
		v.Card = &card
	}
	return v
}

func reloadStatus(s billing.Status) views.ReloadStatus {
	r := views.ReloadStatus{
		On: s.Reload.On, Threshold: s.Reload.Threshold, Target: s.Reload.Target, Pause: views.ReloadPause(s.Reload.Pause),
		Waits: views.ReloadWait(s.Reload.Waits), RetryAt: s.Reload.RetryAt, Pending: s.Reload.Pending, Reloaded: s.Reload.Reloaded,
		Left: s.Reload.Left, Resume: s.Reload.Resume, CanResume: s.Reload.Pause != "" && s.Card != nil && s.Enabled,
	}
	if s.Reload.Last != nil {
		last := viewPurchase(*s.Reload.Last)
		r.Last = &last
	}
	return r
}

func viewLimit(l billing.Limit) views.Limit {
	return views.Limit{Kind: views.LimitKind(l.Kind), Amount: l.Amount}
}

func viewCard(p billing.PaymentMethodView, now time.Time) views.Card {
	end := time.Date(p.ExpYear, time.Month(p.ExpMonth)+1, 1, 0, 0, 0, 0, time.UTC)
	return views.Card{
		Brand: p.Brand, Last4: p.Last4, ExpMonth: p.ExpMonth, ExpYear: p.ExpYear, ExpiresSoon: p.ExpiresSoon, Expired: !now.Before(end),
	}
}

// figures are the bounds that pages name: the constants of the rules themselves.
func (s *Server) figures() views.UsageFigures {
	conf := s.svc.Config()
	return views.UsageFigures{
		HelpFigures: views.HelpFigures{
			WindowHours: int(billing.SessionLength.Hours()), LimitMin: billing.MinLimit, LimitMax: billing.MaxLimit,
			ThresholdMin: billing.MinThreshold, ThresholdMax: billing.MaxThreshold, TargetMax: billing.MaxTarget,
			DailyCeiling: conf.ReloadCeiling, ReloadsPerHour: billing.ReloadsPerHour, ReloadsPerDay: billing.ReloadsPerDay,
			DeclinesToPause: billing.DeclinesToPause, AlertPercents: []int{50, 75, 90, 100},
			HoldMinutes: int(conf.HoldTTL.Minutes()), LateHours: int(conf.EventLateness.Hours()),
			UndoMinutes: int(billing.UndoFor.Minutes()),
		},
		ReloadGap: billing.MinReload, DebitMin: billing.MinDebit, PurchaseMin: billing.MinPurchase, PurchaseMax: billing.MaxPurchase,
	}
}
