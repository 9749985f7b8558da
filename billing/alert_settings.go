package billing

import (
	"context"
	"errors"
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
	LowBalance money.Amount // tell when the balance falls below it, 0 for never; with auto-reload its threshold stands in its place
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

// What a subscriber may set.
const (
	MinLowBalance = 1 * money.Dollar
	MaxLowBalance = 1_000 * money.Dollar
	MinSpent      = 1 * money.Dollar
	MaxSpent      = 100_000 * money.Dollar
)

// settingAlerts is what setting_changes calls these settings; its values are as AlertSettings.text writes them.
const settingAlerts = "alerts"

// Alerts is what a subscriber wants to be told.
func (s *Service) Alerts(ctx context.Context, accountID string) (a AlertSettings, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		m, err := tx.Look(accountID)
		if err != nil {
			return err
		}
		a, err = readAlertSettings(tx, m)
		return err
	})
	return a, err
}

// SaveAlerts sets what a subscriber wants to be told, from now on; changed is false where it was so already. What has happened
// in the running month counts: a percentage that is passed already is told at once. The version of the settings stays: no
// money depends on it. Faults: percent_unknown, low_balance_bounds, spent_bounds, account_closed.
func (s *Service) SaveAlerts(ctx context.Context, accountID string, a AlertSettings) (changed bool, err error) {
	if err := checkAlerts(a); err != nil {
		return false, err
	}
	_, err = s.changeSettings(ctx, accountID, 0, func(tx *models.Tx, m *models.MeterState, _ *models.BillingMonth) (Change, error) {
		old, err := readAlertSettings(tx, m)
		if changed = err == nil && old.text() != a.text(); !changed {
			return Change{}, err
		}
		s.addNote(m, settingAlerts, old.text(), a.text(), BySubscriber)
		if m.Meter.LowBalance != a.LowBalance {
			m.Meter.LowBalance = a.LowBalance
			watchAnew(m)
		}
		alertsDue(m)
		return Change{}, tx.SaveAlertSettings(&models.AlertSettings{
			AccountID: accountID, Percents: percentsText(a.Percents), Spent: a.Spent,
			MailLimit: a.Mails.Limit, MailBalance: a.Mails.Balance, MailSession: a.Mails.Session, MailReload: a.Mails.Reload,
		})
	})
	return changed && err == nil, err
}

func checkAlerts(a AlertSettings) error {
	for _, p := range a.Percents {
		if !slices.Contains(AlertPercents, p) {
			return invalid("percents", "percent_unknown")
		}
	}
	switch {
	case a.LowBalance != 0 && (a.LowBalance < MinLowBalance || a.LowBalance > MaxLowBalance || !a.LowBalance.IsWholeCents()):
		return bounds("low_balance", "low_balance_bounds", MinLowBalance, MaxLowBalance)
	case a.Spent != 0 && (a.Spent < MinSpent || a.Spent > MaxSpent || !a.Spent.IsWholeCents()):
		return bounds("spent", "spent_bounds", MinSpent, MaxSpent)
	}
	return nil
}

// text is how the history keeps the settings: "50,75 balance 5 spent 100 mail limit,reload".
func (a AlertSettings) text() string {
	mails := []string{}
	for _, g := range []mailGroup{mailsOfLimit, mailsOfBalance, mailsOfSession, mailsOfReload} {
		if a.Mails.of(g) {
			mails = append(mails, string(g))
		}
	}
	return percentsText(a.Percents) + " balance " + a.LowBalance.Decimal() + " spent " + a.Spent.Decimal() + " mail " + strings.Join(mails, ",")
}

// ParseAlerts reads settings as the history keeps them.
func ParseAlerts(text string) (a AlertSettings, err error) {
	words := strings.Split(text, " ")
	if len(words) != 7 || words[1] != "balance" || words[3] != "spent" || words[5] != "mail" {
		return a, errors.New("not alert settings: " + text)
	}
	if a.LowBalance, err = money.ParseDecimal(words[2]); err != nil {
		return a, err
	}
	if a.Spent, err = money.ParseDecimal(words[4]); err != nil {
		return a, err
	}
	on := strings.Split(words[6], ",")
	mails := func(g mailGroup) bool { return slices.Contains(on, string(g)) }
	a.Percents = percentsOf(words[0])
	a.Mails = AlertMails{Limit: mails(mailsOfLimit), Balance: mails(mailsOfBalance), Session: mails(mailsOfSession), Reload: mails(mailsOfReload)}
	return a, nil
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
