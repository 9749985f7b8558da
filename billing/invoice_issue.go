package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"extrausage/models"
)

const (
	closingBatch  = 64               // months looked for at a time
	closingRounds = 1000             // of that many; the next run goes on
	closingPause  = 30 * time.Second // before another look at a month with requests in progress
	closingFault  = time.Hour        // before another try of a month that could not be closed
)

// IssueInvoices closes the billing months that are over, of all accounts, and tells how many invoices it issued for them. A
// month closes when the holds made in it have ended; from then on nothing posts into it. A month in which nothing moved the
// balance closes without an invoice. A worker calls it; any number at once do no harm, and one that dies half-way leaves either
// everything of a month or nothing. A month that fails is tried again later and keeps no other waiting; the errors are joined.
func (s *Service) IssueInvoices(ctx context.Context) (issued int, err error) {
	var failed []error
	for range closingRounds {
		due, err := s.dueClosings(ctx)
		if err != nil || len(due) == 0 {
			return issued, errors.Join(append(failed, err)...)
		}
		for _, c := range due {
			done, err := s.closeMonth(ctx, c)
			if err != nil {
				failed = append(failed, fmt.Errorf("close month %s of %s: %w", c.MonthStartsAt.Time(), c.AccountID, err), s.putOff(ctx, c))
			}
			if done {
				issued++
			}
		}
	}
	return issued, errors.Join(failed...)
}

func (s *Service) dueClosings(ctx context.Context) (due []models.MonthClosing, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		due, err = tx.DueClosings(closingBatch)
		return err
	})
	return due, err
}

func (s *Service) putOff(ctx context.Context, c models.MonthClosing) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.PutOffClosing(c, tx.Now.Add(closingFault)) })
}

// closeMonth closes one month, if it is still the account's next and nothing is in its way. The account's time is written with
// it, so that no process whose clock is behind can charge the month afterwards.
func (s *Service) closeMonth(ctx context.Context, due models.MonthClosing) (issued bool, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		issued = false
		m, err := tx.LockFor(models.Needs{AccountID: due.AccountID, Month: due.MonthStartsAt})
		if err != nil {
			return err
		}
		c, err := tx.MonthClosing(due.AccountID)
		if err != nil || c.MonthStartsAt != due.MonthStartsAt || c.DueAt > m.Now {
			return err // somebody else was here
		}
		currentMonth(m)
		if issued, err = s.closeLocked(tx, m, c); err != nil {
			return err
		}
		return errors.Join(tx.SaveMonthClosing(c), tx.Save(m))
	})
	return issued, err
}

func (s *Service) closeLocked(tx *models.Tx, m *models.MeterState, c *models.MonthClosing) (issued bool, err error) {
	b := m.Month(c.MonthStartsAt)
	if b == nil {
		return false, errors.New("there is no such month")
	}
	if m.Now < b.EndsAt {
		c.DueAt = b.EndsAt
		return false, nil
	}
	open, err := tx.HasOpenHolds(c.AccountID, b.StartsAt)
	if err != nil {
		return false, err
	}
	if open {
		c.DueAt = m.Now.Add(closingPause)
		return false, nil
	}
	if issued, err = s.issueInvoice(tx, monthOf(m, *b)); err != nil {
		return false, err
	}
	next := m.LastMonth()
	m.EachMonthAfter(b.StartsAt, func(later *models.BillingMonth) {
		if later.StartsAt == b.EndsAt {
			next = later
		}
	})
	c.MonthStartsAt, c.DueAt = next.StartsAt, next.EndsAt
	return issued, nil
}

// issueInvoice issues the invoice of a month that is over, unless there is nothing to say.
func (s *Service) issueInvoice(tx *models.Tx, m month) (bool, error) {
	i, err := s.draftInvoice(tx, m)
	if err != nil || len(i.Models)+len(i.Movements) == 0 {
		return false, err
	}
	number, err := tx.NextInvoiceNumber()
	if err != nil {
		return false, err
	}
	models.Failpoint("cp13")
	i.Number = InvoiceNumber(number)
	facts, err := json.Marshal(i)
	if err != nil {
		return false, err
	}
	return true, tx.AddInvoice(&models.Invoice{
		AccountID: m.row.AccountID, MonthStartsAt: m.row.StartsAt, Number: number, Month: i.Name, IssuedAt: m.now,
		Opening: i.Opening, Purchased: i.Purchased, Returned: i.Returned, Corrections: i.Corrections, Extra: i.Extra, Closing: i.Closing,
		Facts: string(facts),
	})
}

// issuedInvoice is an invoice as it was issued.
func issuedInvoice(row *models.Invoice) (i Invoice, err error) {
	if err := json.Unmarshal([]byte(row.Facts), &i); err != nil {
		return i, fmt.Errorf("invoice %d: %w", row.Number, err)
	}
	i.State = MonthIssued
	return i, nil
}
