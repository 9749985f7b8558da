package billing

import (
	"encoding/json"
	"errors"
	"fmt"

	"extrausage/models"
	"extrausage/money"
)

// NoticeKind says what a notice tells.
type NoticeKind string

// The kinds, with the arguments that each uses beside those that notify adds.
const (
	NoticeLimitPercent  NoticeKind = "limit_percent"  // Percent of the monthly limit is spent
	NoticeLimitReached  NoticeKind = "limit_reached"  // a request was refused for the limit
	NoticeSpentAmount   NoticeKind = "spent_amount"   // without a limit: Amount, which the subscriber set, is spent
	NoticeLowBalance    NoticeKind = "low_balance"    // the balance fell below Amount
	NoticeSessionNearly NoticeKind = "session_nearly" // Percent of a session is used; ResetsAt
	NoticeSessionLimit  NoticeKind = "session_limit"  // a session's limit is reached; ResetsAt
	NoticeExtraStarted  NoticeKind = "extra_started"  // the first extra charge in a session; ResetsAt

	NoticeReloadDone   NoticeKind = "reload_done"   // Amount, Card, Purchase
	NoticeReloadFailed NoticeKind = "reload_failed" // Amount, Card, Failure, Purchase; RetryAt
	NoticeReloadPaused NoticeKind = "reload_paused" // Why: declined or reversal; Amount, Card, Failure, Purchase
	NoticeReloadLimit  NoticeKind = "reload_limit"  // Why: limit, guard or ceiling; RetryAt where time helps
	NoticeReloadAction NoticeKind = "reload_action" // the bank asks for the subscriber: Amount, Card, Purchase
	NoticePayAction    NoticeKind = "pay_action"    // the same for a purchase made by hand
	NoticeReversal     NoticeKind = "reversal"      // Why: refund, dispute or dispute_won; Amount, Purchase

	NoticeEnabled      NoticeKind = "enabled"       // extra usage was switched on
	NoticeTurnedOff    NoticeKind = "turned_off"    // by us; Why: no_plan
	NoticeLimitChanged NoticeKind = "limit_changed" // Old is the limit before
	NoticeCardChanged  NoticeKind = "card_changed"  // Old and Card, "" for none
	NoticeCardExpires  NoticeKind = "card_expires"  // Card; Expires is the end of its last month
	NoticeSupportView  NoticeKind = "support_view"  // Staff, Reason, Ticket
)

// notice is something a subscriber is to be told. Key makes it happen once: "reload_done/<purchase>".
type notice struct {
	Kind NoticeKind
	Key  string
	Args noticeArgs
}

// noticeArgs are what a notice tells. They are kept as JSON, amounts as decimal strings and times as microseconds, so that the
// reader's language and zone word them. notify adds Limit, Spent, Balance and Until.
type noticeArgs struct {
	Percent  int            `json:"percent,omitempty"`
	Amount   money.Amount   `json:"amount,omitzero"`
	Card     string         `json:"card,omitempty"` // "visa 4242", see cardText
	Failure  string         `json:"failure,omitempty"`
	Why      string         `json:"why,omitempty"`
	Old      string         `json:"old,omitempty"`
	Purchase string         `json:"purchase,omitempty"` // its id
	Staff    string         `json:"staff,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Ticket   string         `json:"ticket,omitempty"`
	RetryAt  models.Instant `json:"retry_at,omitempty"`
	ResetsAt models.Instant `json:"resets_at,omitempty"`
	Expires  models.Instant `json:"expires,omitempty"`

	Limit   string         `json:"limit,omitempty"` // as Limit.text writes it
	Spent   money.Amount   `json:"spent,omitzero"`  // of the month
	Balance money.Amount   `json:"balance,omitzero"`
	Until   models.Instant `json:"until,omitempty"` // the month's end
}

// mailGroup is a set of mails that the subscriber turns off together.
type mailGroup string

const (
	mailsAlways    mailGroup = "" // what concerns the card, the switch and the limit, and what waits for the subscriber
	mailsOfLimit   mailGroup = "limit"
	mailsOfBalance mailGroup = "balance"
	mailsOfSession mailGroup = "session"
	mailsOfReload  mailGroup = "reload"
)

// mailGroups are the kinds whose mails can be turned off.
var mailGroups = map[NoticeKind]mailGroup{
	NoticeLimitPercent: mailsOfLimit, NoticeLimitReached: mailsOfLimit, NoticeSpentAmount: mailsOfLimit,
	NoticeLowBalance:    mailsOfBalance,
	NoticeSessionNearly: mailsOfSession, NoticeSessionLimit: mailsOfSession, NoticeExtraStarted: mailsOfSession,
	NoticeReloadDone: mailsOfReload, NoticeReloadFailed: mailsOfReload, NoticeReloadPaused: mailsOfReload, NoticeReloadLimit: mailsOfReload,
}

// notify tells the subscriber something, once for its key: a row for the app, and a mail unless they turned that off, both in
// the transaction of its cause. Nobody is left to be told of a closed account.
func (s *Service) notify(tx *models.Tx, m *models.MeterState, n notice) error {
	if m.Meter.Closed {
		return nil
	}
	addMonth(m, &n.Args)
	args, err := json.Marshal(n.Args)
	if err != nil {
		return fmt.Errorf("notice %s: %w", n.Key, err)
	}
	row := &models.Notice{AccountID: m.AccountID(), ID: s.newID("notice"), Key: n.Key, Kind: string(n.Kind), At: m.Now, Args: string(args)}
	added, err := tx.AddNotice(row)
	if err != nil || !added || s.letters == nil {
		return err
	}
	settings, err := readAlertSettings(tx, m)
	if err != nil || !settings.Mails.of(mailGroups[n.Kind]) {
		return err
	}
	who, err := tx.Account(m.AccountID())
	if err != nil {
		return err
	}
	told, err := noticeOf(*row)
	if err != nil {
		return err
	}
	reader := Reader{Name: who.Name, Locale: who.Locale, TimeZone: m.Meter.TimeZone}
	return s.queueMail(tx, who.ID, who.Email, s.letters.Notice(reader, told))
}

// addMonth adds how the month stands, where the notice is not about another one.
func addMonth(m *models.MeterState, a *noticeArgs) {
	month := currentMonth(m)
	if a.Limit == "" {
		a.Limit, a.Spent = limitOf(month).text(), month.Spent
	}
	if a.Until == 0 {
		a.Until = month.EndsAt
	}
	a.Balance = m.Meter.Balance
}

// readAlertSettings is what a subscriber wants to be told.
func readAlertSettings(tx *models.Tx, m *models.MeterState) (AlertSettings, error) {
	row, err := tx.AlertSettings(m.AccountID())
	if errors.Is(err, models.ErrNotFound) {
		return alertSettingsOf(defaultAlerts(), m), nil
	}
	return alertSettingsOf(row, m), err
}
