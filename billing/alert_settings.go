package billing

import (
	"slices"
	"strconv"
	"strings"

	"extrausage/models"
	"extrausage/money"
)

// AlertPercents are the shares of the monthly limit that a subscriber can be told at.
var AlertPercents = []int{50, 75, 90, 100}

// AlertSettings are what a subscriber wants to be told, and what of it by mail.
type AlertSettings struct {
	Percents   []int        // of the monthly limit, ascending; some of AlertPercents
	LowBalance money.Amount // tell when the balance falls below it; with auto-reload its threshold stands in its place
	Spent      money.Amount // without a limit: tell when so much is spent in a month; 0 for never
	Mails      AlertMails
}

// AlertMails are the mails that can be turned off. What concerns the card, the switch and the limit is always mailed.
type AlertMails struct {
	Limit   bool
	Balance bool
	Session bool
	Reload  bool
}

func (a AlertMails) of(g mailGroup) bool {
	switch g {
	case mailsOfLimit:
		return a.Limit
	case mailsOfBalance:
		return a.Balance
	case mailsOfSession:
		return a.Session
	case mailsOfReload:
		return a.Reload
	case mailsAlways:
	}
	return true
}

// defaultAlerts is what holds until a subscriber says otherwise: everything.
func defaultAlerts() *models.AlertSettings {
	return &models.AlertSettings{
		Percents: percentsText(AlertPercents), Spent: 100 * money.Dollar,
		MailLimit: true, MailBalance: true, MailSession: true, MailReload: true,
	}
}

func alertSettingsOf(row *models.AlertSettings, m *models.MeterState) AlertSettings {
	return AlertSettings{
		Percents: percentsOf(row.Percents), LowBalance: m.Meter.LowBalance, Spent: row.Spent,
		Mails: AlertMails{Limit: row.MailLimit, Balance: row.MailBalance, Session: row.MailSession, Reload: row.MailReload},
	}
}

// percentsText is how a row keeps percentages: "50,75".
func percentsText(percents []int) string {
	words := make([]string, len(percents))
	for i, p := range percents {
		words[i] = strconv.Itoa(p)
	}
	return strings.Join(words, ",")
}

func percentsOf(text string) []int {
	var out []int
	for _, p := range AlertPercents {
		if slices.Contains(strings.Split(text, ","), strconv.Itoa(p)) {
			out = append(out, p)
		}
	}
	return out
}
