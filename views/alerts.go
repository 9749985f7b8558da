package views

import (
	"strconv"
	"strings"

	"extrausage/money"
)

// SectionAlerts is the id of the section of alerts.
const SectionAlerts = "alerts"

// AlertsProps are what is told, to whom, and the form that changes it.
type AlertsProps struct {
	// Email is where alerts go.
	Email    string
	Settings AlertSettings
	Form     AlertsForm
	// LowBalanceMin and the like are the bounds of the amounts.
	LowBalanceMin, LowBalanceMax, SpentMin, SpentMax money.Amount
}

// AlertSettings are what the subscriber wants to be told.
type AlertSettings struct {
	Percents []int
	// LowBalance and Spent are 0 for never.
	LowBalance, Spent money.Amount
	// MailLimit and the like tell of what is mailed as well.
	MailLimit, MailBalance, MailSession, MailReload bool
}

// AlertsForm: POST /settings/usage/alerts, fields percent_50 and its like, low_balance, spent, mail_limit, mail_balance,
// mail_session and mail_reload. Boxes are "on" or absent, amounts may be empty.
type AlertsForm struct {
	Percents                                        []Field
	LowBalance, Spent                               Field
	MailLimit, MailBalance, MailSession, MailReload Field
	Problem                                         string
}

// MsgAlertsSaved is the id of what saving alerts did, for Flash.MessageID.
const MsgAlertsSaved = "notices.saved"

// MsgAlertsValue are alert settings in words, for the history of settings: Percents, Balance, Spent, Mails.
const MsgAlertsValue = "notices.value"

// The words of the groups of mails, for MsgAlertsValue.
const (
	MsgMailsLimit   = "notices.group_limit"
	MsgMailsBalance = "notices.group_balance"
	MsgMailsSession = "notices.group_session"
	MsgMailsReload  = "notices.group_reload"
)

// percentPrefix begins the names of the boxes of percentages.
const percentPrefix = "percent_"

// PercentField is the name of the box of a percentage.
func PercentField(percent int) string { return percentPrefix + strconv.Itoa(percent) }

// AlertsFormOf is the form of alerts as they are in force; offered are the percentages to choose from.
func AlertsFormOf(l Lang, s AlertSettings, offered []int) AlertsForm {
	f := AlertsForm{
		LowBalance: Field{Name: "low_balance", Value: amountOrEmpty(l, s.LowBalance)}, Spent: Field{Name: "spent", Value: amountOrEmpty(l, s.Spent)},
		MailLimit: box("mail_limit", s.MailLimit), MailBalance: box("mail_balance", s.MailBalance),
		MailSession: box("mail_session", s.MailSession), MailReload: box("mail_reload", s.MailReload),
	}
	chosen := map[int]bool{}
	for _, p := range s.Percents {
		chosen[p] = true
	}
	for _, p := range offered {
		f.Percents = append(f.Percents, box(PercentField(p), chosen[p]))
	}
	return f
}

func amountOrEmpty(l Lang, a money.Amount) string {
	if a == 0 {
		return ""
	}
	return l.AmountField(a)
}

// box is a checkbox's field.
func box(name string, ticked bool) Field {
	if ticked {
		return Field{Name: name, Value: "on"}
	}
	return Field{Name: name}
}

// percentLabel is the percentage that a box is for.
func percentLabel(l Lang, f Field) string {
	n, err := strconv.Atoi(strings.TrimPrefix(f.Name, percentPrefix))
	if err != nil {
		return f.Name
	}
	return l.T("notices.percent", "Percent", l.Percent(n))
}

func (f AlertsForm) errors() []FormError {
	return problems(f.Problem, FormError{For: "alerts-low-balance", Text: f.LowBalance.Error}, FormError{For: "alerts-spent", Text: f.Spent.Error})
}

// alertLine is something that is told; appOnly that it is not mailed.
type alertLine struct {
	text    string
	appOnly bool
}

// lines are what is told, with the amounts that hold now.
func (a AlertSettings) lines(l Lang, s UsageStatus) []alertLine {
	var lines []alertLine
	add := func(mail bool, text string) { lines = append(lines, alertLine{text, !mail}) }
	switch {
	case s.Limit.Kind == LimitAmount && len(a.Percents) > 0:
		add(a.MailLimit, l.T("notices.line_limit", "Percents", percents(l, a.Percents), "Limit", s.Limit.Amount))
	case s.Limit.Kind == Unlimited && a.Spent > 0:
		add(a.MailLimit, l.T("notices.line_spent", "Amount", a.Spent))
	}
	if s.Limit.Kind == LimitAmount {
		add(a.MailLimit, l.T("notices.line_refused"))
	}
	switch {
	case s.Reload.On:
		add(a.MailBalance, l.T("notices.line_balance_reload", "Amount", s.Reload.Threshold))
	case a.LowBalance > 0:
		add(a.MailBalance, l.T("notices.line_balance", "Amount", a.LowBalance))
	}
	add(a.MailSession, l.T("notices.line_session"))
	add(a.MailReload, l.T("notices.line_reload"))
	add(true, l.T("notices.line_always"))
	return lines
}
