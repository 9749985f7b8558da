package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"extrausage/models"
)

const (
	alertBatch = 64
	// alertWindows is how far back sessions are looked at: an event may be charged so late.
	alertWindows = 48 * time.Hour
	// monthLateness is how long after a month's end its spending may still grow; longer than any hold lives.
	monthLateness = 24 * time.Hour
)

// RunAlerts tells subscribers what they have to be told since the last time, and once a day whose card expires. A worker calls
// it; it may run twice, and in several processes at once: each alert is a row that is written once.
func (s *Service) RunAlerts(ctx context.Context) error {
	for {
		var due []string
		err := s.store.View(ctx, func(tx *models.Tx) (err error) {
			due, err = tx.AlertsDue(alertBatch)
			return err
		})
		if err != nil {
			return err
		}
		var failed []error
		for _, id := range due {
			if err := s.alert(ctx, id); err != nil {
				failed = append(failed, fmt.Errorf("alerts of %s: %w", id, err))
			}
		}
		if len(failed) > 0 {
			return errors.Join(failed...)
		}
		if len(due) < alertBatch {
			return s.runCardNotices(ctx)
		}
	}
}

// alert looks at one account and tells what is new, in one transaction.
func (s *Service) alert(ctx context.Context, accountID string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		before, err := tx.MonthBefore(accountID)
		if err != nil {
			return err
		}
		m, err := tx.LockFor(models.Needs{AccountID: accountID, Month: before})
		if err != nil {
			return err
		}
		if m.Meter.AlertsDueAt == 0 { // another process was here
			return nil
		}
		m.Meter.AlertsDueAt = 0
		notices, err := newAlerts(tx, m, before)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if err := s.notify(tx, m, n); err != nil {
				return err
			}
		}
		return tx.Save(m)
	})
}

// newAlerts is what an account has to be told now; before is the start of the month before its newest. What the hot path
// compares with moves on.
func newAlerts(tx *models.Tx, m *models.MeterState, before models.Instant) ([]notice, error) {
	settings, err := readAlertSettings(tx, m)
	if err != nil {
		return nil, err
	}
	windows, err := tx.RecentWindows(m.AccountID(), m.Now.Add(-alertWindows))
	if err != nil {
		return nil, err
	}
	var notices []notice
	var keys []string
	for _, w := range windows {
		if n := sessionAlert(m.Meter, w, continuedIn(m, &w), m.Now); n != nil {
			notices, keys = append(notices, *n), append(keys, n.Key)
		}
	}
	months := openMonths(m, before)
	for _, b := range months {
		keys = append(keys, spendingOf(b).keys(settings)...)
	}
	known, err := toldBefore(tx, m, keys)
	if err != nil {
		return nil, err
	}
	notices = slices.DeleteFunc(notices, func(n notice) bool { return known[n.Key] })
	for _, b := range months {
		more, next := spendingOf(b).alert(settings, known)
		notices, b.Alert = append(notices, more...), next
	}
	if n := balanceAlert(m.Meter); n != nil {
		notices = append(notices, *n)
		m.Meter.LowBalanceArmed = false
	}
	return notices, nil
}

// openMonths are the current month, and the one before it while holds made in it may still be settled.
func openMonths(m *models.MeterState, before models.Instant) []*models.BillingMonth {
	months := []*models.BillingMonth{currentMonth(m)}
	if b := m.Month(before); b != nil && b != months[0] && m.Now < b.EndsAt.Add(monthLateness) && b.Spent >= b.Alert {
		months = append(months, b)
	}
	return months
}

func toldBefore(tx *models.Tx, m *models.MeterState, keys []string) (told, error) {
	found, err := tx.KnownNotices(m.AccountID(), keys)
	known := told{}
	for _, k := range found {
		known[k] = true
	}
	return known, err
}

const cardMark = "card_notices"

// runCardNotices tells subscribers, once a day and once per card, whose card expires this month or next.
func (s *Service) runCardNotices(ctx context.Context) error {
	var cards []*models.PaymentMethod
	done := false
	err := s.store.View(ctx, func(tx *models.Tx) error {
		last, err := tx.WorkerMark(cardMark)
		if done = err == nil && last != 0 && tx.Now.Sub(last) < 24*time.Hour; done || err != nil {
			return err
		}
		today := tx.Now.Time()
		cards, err = tx.CardsExpiring(today.Year(), int(today.Month())+1, noticeKeyCard, alertBatch)
		return err
	})
	if err != nil || done {
		return err
	}
	for _, c := range cards {
		if err := s.cardExpires(ctx, c); err != nil {
			return fmt.Errorf("card %s: %w", c.ID, err)
		}
	}
	if len(cards) == alertBatch { // the rest in the next round
		return nil
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.SetWorkerMark(cardMark, tx.Now) })
}

// noticeKeyCard begins the key of a card's notice; its id follows.
const noticeKeyCard = "card_expires/"

func (s *Service) cardExpires(ctx context.Context, c *models.PaymentMethod) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(c.AccountID)
		if err != nil {
			return err
		}
		if now, err := tx.CurrentCard(c.AccountID); err != nil || now.ID != c.ID { // replaced or removed meanwhile
			return ifFound(err)
		}
		end := time.Date(int(c.ExpYear), time.Month(c.ExpMonth)+1, 1, 0, 0, 0, 0, time.UTC)
		n := notice{Kind: NoticeCardExpires, Key: noticeKeyCard + c.ID, Args: noticeArgs{Card: cardText(c), Expires: models.At(end)}}
		if err := s.notify(tx, m, n); err != nil {
			return err
		}
		return tx.Save(m)
	})
}

// ifFound is err, but for one that says that there is no such row.
func ifFound(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
