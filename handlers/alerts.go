package handlers

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

// alerts is the section of the usage page that says what is told, with its form as it is in force.
func (s *Server) alerts(ctx context.Context, accountID, email string, lang views.Lang) (views.AlertsProps, error) {
	a, err := s.svc.Alerts(ctx, accountID)
	if err != nil {
		return views.AlertsProps{}, err
	}
	settings := views.AlertSettings{
		Percents: a.Percents, LowBalance: a.LowBalance, Spent: a.Spent,
		MailLimit: a.Mails.Limit, MailBalance: a.Mails.Balance, MailSession: a.Mails.Session, MailReload: a.Mails.Reload,
	}
	return views.AlertsProps{
		Email: email, Settings: settings, Form: views.AlertsFormOf(lang, settings, billing.AlertPercents),
		LowBalanceMin: billing.MinLowBalance, LowBalanceMax: billing.MaxLowBalance, SpentMin: billing.MinSpent, SpentMax: billing.MaxSpent,
	}, nil
}

// saveAlerts takes what the subscriber wants to be told.
func (s *Server) saveAlerts(c echo.Context) error {
	lang := s.lang(c)
	settings, err := parseAlerts(lang, c)
	changed := false
	if err == nil {
		changed, err = s.svc.SaveAlerts(c.Request().Context(), account(c), settings)
	}
	if err != nil {
		return s.mend(c, err, func(p *views.UsageProps, f *billing.Fault) { typedAlerts(c, lang, &p.Alerts.Form, f) },
			func(p views.UsageProps) component { return views.AlertsSection(p.Frame.Lang, p.Status, p.Alerts) })
	}
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgAlertsSaved}
	if !changed {
		n = notice{Kind: string(views.KindInfo), ID: views.MsgNothingChanged}
	}
	return s.done(c, views.SectionAlerts, n)
}

// parseAlerts reads the form. A box that is not ticked is not sent.
func parseAlerts(lang views.Lang, c echo.Context) (a billing.AlertSettings, err error) {
	ticked := func(name string) bool { return c.FormValue(name) == "on" }
	for _, p := range billing.AlertPercents {
		if ticked(views.PercentField(p)) {
			a.Percents = append(a.Percents, p)
		}
	}
	a.Mails = billing.AlertMails{
		Limit: ticked("mail_limit"), Balance: ticked("mail_balance"), Session: ticked("mail_session"), Reload: ticked("mail_reload"),
	}
	if a.Spent, err = parseOptionalAmount(lang, "spent", strings.TrimSpace(c.FormValue("spent"))); err != nil {
		return a, err
	}
	a.LowBalance, err = parseOptionalAmount(lang, "low_balance", strings.TrimSpace(c.FormValue("low_balance")))
	return a, err
}

// typedAlerts is the form as typed, with what is to be mended.
func typedAlerts(c echo.Context, lang views.Lang, form *views.AlertsForm, f *billing.Fault) {
	for i := range form.Percents {
		form.Percents[i] = field(c, lang, form.Percents[i].Name, f)
	}
	for _, box := range []*views.Field{&form.LowBalance, &form.Spent, &form.MailLimit, &form.MailBalance, &form.MailSession, &form.MailReload} {
		*box = field(c, lang, box.Name, f)
	}
	form.Problem = formProblem(lang, f, form.LowBalance, form.Spent)
}

// alertsValue words alert settings as the history keeps them.
func alertsValue(lang views.Lang, text string) string {
	a, err := billing.ParseAlerts(text)
	if err != nil {
		return text
	}
	amount := func(v money.Amount) string {
		if v == 0 {
			return "–"
		}
		return lang.Money(v)
	}
	var percents, mails []string
	for _, p := range a.Percents {
		percents = append(percents, lang.Percent(p))
	}
	for _, m := range []struct {
		on bool
		id string
	}{
		{a.Mails.Limit, views.MsgMailsLimit}, {a.Mails.Balance, views.MsgMailsBalance},
		{a.Mails.Session, views.MsgMailsSession}, {a.Mails.Reload, views.MsgMailsReload},
	} {
		if m.on {
			mails = append(mails, lang.T(m.id))
		}
	}
	return lang.T(views.MsgAlertsValue, "Percents", dash(percents), "Balance", amount(a.LowBalance), "Spent", amount(a.Spent), "Mails", dash(mails))
}

// dash joins words; no words are a dash.
func dash(words []string) string {
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}
