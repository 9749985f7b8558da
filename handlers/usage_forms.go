package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

// done answers a form of the usage page that succeeded: with htmx the section it came from and all that may have changed with
// it, else the page anew.
func (s *Server) done(c echo.Context, section string, n notice) error {
	if !isHTMX(c) {
		if err := s.flash(c, n); err != nil {
			return err
		}
		return s.redirect(c, homePath+"#"+section)
	}
	props, err := s.usageProps(c)
	if err != nil {
		return err
	}
	props.Frame.Flash = n.view()
	return s.show(c, views.UsageUpdate(props, section))
}

// mend answers a form of the usage page that has to be mended: as typed, with what is wrong, and everything else as it stands.
// edit puts the typed form into the page; section is what htmx swaps.
func (s *Server) mend(c echo.Context, err error, edit func(*views.UsageProps, *billing.Fault), section func(views.UsageProps) component) error {
	f := billing.AsFault(err)
	if f == nil || f.Kind == billing.NotFound {
		return err
	}
	props, err := s.usageProps(c)
	if err != nil {
		return err
	}
	edit(&props, f)
	status := http.StatusUnprocessableEntity
	if f.Kind == billing.Conflict {
		status = http.StatusConflict
	}
	if isHTMX(c) {
		return s.render(c, status, views.WithTitle(props.Frame.Named("usage.title").Failed(true), section(props)))
	}
	return s.render(c, status, views.UsagePage(props))
}

// problemOf is the sentence of a fault that is about no field of the form.
func formProblem(lang views.Lang, f *billing.Fault, fields ...views.Field) string {
	for _, field := range fields {
		if field.Error != "" {
			return ""
		}
	}
	return lang.Fault(f.Code, f.Args)
}

func (s *Server) saveMonthlyLimit(c echo.Context) error {
	lang := s.lang(c)
	limit, err := parseLimit(lang, "kind", "amount", c)
	change := billing.Change{}
	if err == nil {
		r := billing.SaveLimit{Limit: limit, Version: parseVersion(c)}
		if c.FormValue("confirm") == "unlimited" {
			r.Confirmed = billing.Confirmed
		}
		change, err = s.svc.SaveMonthlyLimit(c.Request().Context(), account(c), r)
	}
	if err != nil {
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) {
			switch {
			case f.Code == "unlimited_unconfirmed":
				p.Limit.Confirm = true
			case f.Kind == billing.Conflict:
				p.Limit.Problem = lang.Fault(f.Code, f.Args)
			default:
				renamed := rename(f, "limit_amount", "amount", "limit_kind", "kind")
				p.Limit.Kind, p.Limit.Amount = field(c, lang, "kind", renamed), field(c, lang, "amount", renamed)
				p.Limit.Problem = formProblem(lang, f, p.Limit.Kind, p.Limit.Amount)
			}
		}, func(p views.UsageProps) component {
			return views.MonthlyLimitSection(p.Frame.Lang, p.Status, p.Figures, p.Limit)
		})
	}
	n, err := s.limitNotice(c, limit, change)
	if err != nil {
		return err
	}
	return s.done(c, views.SectionMonthlyLimit, n)
}

// rename is a fault under the names that a form gives its fields: pairs of the rule's name and the form's.
func rename(f *billing.Fault, pairs ...string) *billing.Fault {
	out := *f
	for i := 0; i+1 < len(pairs); i += 2 {
		if f.Field == pairs[i] {
			out.Field = pairs[i+1]
		}
	}
	return &out
}

// limitNotice says what a new limit means now.
func (s *Server) limitNotice(c echo.Context, limit billing.Limit, change billing.Change) (notice, error) {
	lang := s.lang(c)
	if change.ID == "" {
		return notice{Kind: string(views.KindInfo), ID: views.MsgNothingChanged}, nil
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgLimitUnlimited}
	if limit.Kind == billing.LimitAmount {
		status, err := s.svc.Status(c.Request().Context(), account(c))
		if err != nil {
			return notice{}, err
		}
		n.ID, n.Args = views.MsgLimitSaved, []string{"Limit", lang.Money(limit.Amount)}
		if status.Spent >= limit.Amount {
			n.Kind, n.ID = string(views.KindWarning), views.MsgLimitBelowSpent
			n.Args = append(n.Args, "Spent", lang.Money(status.Spent), "When", lang.DateTime(status.MonthEnd))
		}
	}
	return s.withUndo(c, n, change), nil
}

// withUndo offers to take a change back.
func (s *Server) withUndo(c echo.Context, n notice, change billing.Change) notice {
	if !change.Undo {
		return n
	}
	lang := s.lang(c)
	n.Change = change.ID
	switch {
	case change.Setting == "monthly_limit":
		n.Label = lang.T(views.MsgUndoLimit, "Limit", decimal(change.Old))
	case change.Setting == "auto_reload" && change.Old == "off":
		n.Label = lang.T(views.MsgUndoReloadOff)
	case change.Setting == "auto_reload":
		rule, err := billing.ParseReloadRule(change.Old)
		if err != nil {
			return n
		}
		n.Label = lang.T(views.MsgUndoReload, "Threshold", rule.Threshold, "Target", rule.Target)
	case change.Old == "on":
		n.Label = lang.T(views.MsgUndoAlways)
	default:
		n.Label = lang.T(views.MsgUndoAsk)
	}
	return n
}

func decimal(text string) money.Amount {
	a, err := money.ParseDecimal(text)
	if err != nil {
		return 0
	}
	return a
}

func (s *Server) saveAutoReload(c echo.Context) error {
	lang := s.lang(c)
	rule, err := parseReload(lang, "enabled", c)
	if v := c.FormValue("enabled"); err == nil && v != "on" && v != "off" {
		err = &billing.Fault{Kind: billing.Invalid, Field: "enabled", Code: "choice_unknown"}
	}
	change := billing.Change{}
	if err == nil {
		r := billing.SaveReload{Rule: rule, Confirmed: decimal(c.FormValue("confirm")), Version: parseVersion(c)}
		change, err = s.svc.SaveAutoReload(c.Request().Context(), account(c), r)
	}
	if err != nil {
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) {
			if f.Kind == billing.Conflict {
				p.Reload.Problem = lang.Fault(f.Code, f.Args)
				return
			}
			p.Reload.Enabled, p.Reload.Threshold = field(c, lang, "enabled", f), field(c, lang, "threshold", f)
			p.Reload.Target = field(c, lang, "target", f)
			if amount, ok := f.Args["amount"].(money.Amount); ok && f.Code == "reload_unconfirmed" {
				p.Reload.Charge = amount
				return
			}
			p.Reload.Problem = formProblem(lang, f, p.Reload.Enabled, p.Reload.Threshold, p.Reload.Target)
		}, func(p views.UsageProps) component {
			return views.AutoReloadSection(p.Frame.Lang, p.Status, p.Figures, p.Reload)
		})
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgReloadOff}
	switch {
	case change.ID == "":
		n = notice{Kind: string(views.KindInfo), ID: views.MsgNothingChanged}
	case rule.On:
		n.ID, n.Args = views.MsgReloadSaved, []string{"Threshold", lang.Money(rule.Threshold), "Target", lang.Money(rule.Target)}
	}
	return s.done(c, views.SectionAutoReload, s.withUndo(c, n, change))
}

// resumeAutoReload lets auto-reload go on after it paused, with the charge that the button named.
func (s *Server) resumeAutoReload(c echo.Context) error {
	lang := s.lang(c)
	change, err := s.svc.ResumeReload(c.Request().Context(), account(c), parseVersion(c), decimal(c.FormValue("confirm")))
	if err != nil {
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) {
			p.Reload.Problem = lang.Fault(f.Code, f.Args)
		}, func(p views.UsageProps) component {
			return views.AutoReloadSection(p.Frame.Lang, p.Status, p.Figures, p.Reload)
		})
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgReloadResumed}
	if change.ID == "" {
		n = notice{Kind: string(views.KindInfo), ID: views.MsgNothingChanged}
	}
	return s.done(c, views.SectionAutoReload, n)
}

func (s *Server) savePreference(c echo.Context) error {
	p := billing.Preference(c.FormValue("preference"))
	change, err := s.svc.SavePreference(c.Request().Context(), account(c), p)
	if err != nil {
		lang := s.lang(c)
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) {
			p.Continue.Preference = field(c, lang, "preference", f)
			p.Continue.Problem = formProblem(lang, f, p.Continue.Preference)
		}, func(p views.UsageProps) component { return views.ContinueSection(p.Frame.Lang, p.Status, p.Continue) })
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgContinueAsk}
	switch {
	case change.ID == "":
		n = notice{Kind: string(views.KindInfo), ID: views.MsgNothingChanged}
	case p == billing.Always:
		n.ID = views.MsgContinueAlways
	}
	return s.done(c, views.SectionContinue, s.withUndo(c, n, change))
}

// chooseContinue takes the choice for the running session. A form of an earlier session is not taken for this one.
func (s *Server) chooseContinue(c echo.Context) error {
	ctx, choice := c.Request().Context(), billing.Choice(c.FormValue("choice"))
	status, err := s.svc.Status(ctx, account(c))
	if err != nil {
		return err
	}
	if views.SessionFormOf(usageStatus(status)).Session != c.FormValue("session") {
		err = &billing.Fault{Kind: billing.Conflict, Code: "settings_changed"}
	} else {
		err = s.svc.ChooseContinue(ctx, account(c), choice, billing.BySubscriber)
	}
	lang := s.lang(c)
	if err != nil {
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) { p.Session.Problem = lang.Fault(f.Code, f.Args) },
			func(p views.UsageProps) component { return views.SessionSection(p.Frame.Lang, p.Status, p.Session) })
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgSessionContinued, Args: []string{"When", lang.DateTime(status.Session.ResetsAt)}}
	switch choice {
	case billing.StopSession:
		n.ID = views.MsgSessionStopped
	case billing.AlwaysContinue:
		n.ID, n.Args = views.MsgContinueAlways, nil
	}
	return s.done(c, views.SectionSession, n)
}

// turnOff is one step, without a question.
func (s *Server) turnOff(c echo.Context) error {
	if _, err := s.svc.TurnOff(c.Request().Context(), account(c)); err != nil {
		return err
	}
	return s.done(c, views.SectionExtraUsage, notice{Kind: string(views.KindSuccess), ID: views.MsgTurnedOff})
}

func (s *Server) undo(c echo.Context) error {
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgUndone}
	if _, err := s.svc.Undo(c.Request().Context(), account(c), c.FormValue("change")); err != nil {
		f := billing.AsFault(err)
		if f == nil {
			return err
		}
		n = notice{Kind: string(views.KindWarning), ID: "fault." + f.Code}
	}
	return s.done(c, views.SectionStatus, n)
}
