package billing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// reloadsAtOnce bounds the automatic purchases that one worker sends at a time: a card's bank takes seconds.
const reloadsAtOnce = 8

// ReloadWanted wakes the worker where a request waits for credits; RunReloads is due then. It is a hint: the rows say what is due.
func (s *Service) ReloadWanted() <-chan struct{} { return s.wanted }

func (s *Service) nudgeReload() {
	select {
	case s.wanted <- struct{}{}:
	default:
	}
}

// RunReloads makes the automatic purchases that are due. Two workers at once make each once: it is planned under the account's
// lock, and an account has one at a time.
func (s *Service) RunReloads(ctx context.Context) error {
	var accounts []string
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		accounts, err = tx.ReloadsWanted(paymentBatch)
		return err
	})
	if err != nil {
		return err
	}
	var (
		running    sync.WaitGroup
		slots      = make(chan struct{}, reloadsAtOnce)
		failed     = make([]error, len(accounts))
		unanswered atomic.Int64
	)
	for i, account := range accounts {
		slots <- struct{}{}
		if ctx.Err() != nil || unanswered.Load() >= failuresInARow {
			break // the provider is not well: the rest waits for the next round
		}
		running.Go(func() {
			defer func() { <-slots }()
			state, err := s.runReload(ctx, account)
			if err != nil {
				failed[i] = fmt.Errorf("auto-reload of %s: %w", account, err)
			}
			if state == PurchaseUnknown || err != nil {
				unanswered.Add(1)
			} else if state != "" {
				unanswered.Store(0)
			}
		})
	}
	running.Wait()
	return errors.Join(failed...)
}

// runReload makes one account's automatic purchase, if one is due. The state is "" where none was made.
func (s *Service) runReload(ctx context.Context, accountID string) (PurchaseState, error) {
	id, err := s.planReload(ctx, accountID)
	if err != nil || id == "" {
		return "", err
	}
	p, err := s.SubmitPurchase(ctx, accountID, id)
	return p.State, err
}

// planReload decides about an account's automatic purchase, and plans it; id is "" where there is nothing to buy.
func (s *Service) planReload(ctx context.Context, accountID string) (id string, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		id = ""
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		if m.Meter.ReloadWantedAt == 0 || m.Meter.ReloadWantedAt > m.Now {
			return nil // somebody was faster
		}
		month := currentMonth(m)
		d, attempts, err := s.reloadNow(tx, m, month)
		if err != nil {
			return err
		}
		if d.amount > 0 {
			id, err = s.planReloadOf(tx, m, month, d.amount, attempts)
		} else {
			err = s.reloadWaits(tx, m, month, d)
		}
		if err != nil {
			return err
		}
		return tx.Save(m)
	})
	return id, err
}

// reloadNow is what is to be done about an account's auto-reload, with the attempts of the last day.
func (s *Service) reloadNow(tx *models.Tx, m *models.MeterState, month *models.BillingMonth) (reloadDecision, []attempt, error) {
	card, err := tx.CurrentCard(m.AccountID())
	switch {
	case errors.Is(err, models.ErrNotFound):
		return reloadDecision{}, nil, nil // removing the card turned auto-reload off; without one nothing is bought in any case
	case err != nil:
		return reloadDecision{}, nil, err
	case !s.debits(card):
		return reloadDecision{}, nil, nil
	}
	attempts, err := attemptsOf(tx, m)
	if err != nil {
		return reloadDecision{}, nil, err
	}
	declinedUntil := models.Instant(0)
	if m.Meter.ReloadWaits == string(WaitsAfterDecline) {
		declinedUntil = m.Meter.ReloadRetryAt
	}
	ask := reloadAskOf(m, month, refusedFor(m))
	return decideReload(ask, attempts, s.conf.ReloadCeiling, declinedUntil, m.Now), attempts, nil
}

// attemptsOf are the automatic purchases of the last day, the newest first.
func attemptsOf(tx *models.Tx, m *models.MeterState) ([]attempt, error) {
	rows, err := tx.ReloadsSince(m.AccountID(), m.Now.Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	out := make([]attempt, len(rows))
	for i, p := range rows {
		out[i] = attempt{at: p.PlannedAt, amount: p.Amount, counts: takesRoom(PurchaseState(p.State))}
	}
	return out, nil
}

// takesRoom tells whether a purchase in this state counts against P4's walls.
func takesRoom(s PurchaseState) bool { return s.Pending() || s == PurchaseSucceeded }

// planReloadOf plans the purchase of an amount that was decided.
func (s *Service) planReloadOf(tx *models.Tx, m *models.MeterState, month *models.BillingMonth, amount money.Amount, attempts []attempt) (string, error) {
	stopReload(m)
	p, err := s.planPurchase(tx, m, PurchaseAutoReload, amount, "")
	if err != nil {
		return "", err
	}
	month.Reloaded = month.Reloaded.Add(amount)
	m.Meter.ReloadPurchaseID = p.ID
	setWait(m, "", 0)
	if until := guard(append([]attempt{{at: m.Now, amount: amount, counts: true}}, attempts...)); until > m.Now {
		setWait(m, WaitsForGuard, until)
	}
	return p.ID, nil
}

// reloadWaits keeps why nothing is bought, when to look again, and tells the subscriber of P4's walls.
func (s *Service) reloadWaits(tx *models.Tx, m *models.MeterState, month *models.BillingMonth, d reloadDecision) error {
	m.Meter.ReloadWantedAt = d.until
	switch d.waits {
	case "", WaitsTooLittle:
		return nil // the wait that is kept, if any, stands
	case WaitsAfterDecline:
		return nil
	case WaitsForGuard, WaitsForCeiling, WaitsForLimit:
		setWait(m, d.waits, d.until)
	}
	return s.tellReloadLimit(tx, m, month, d)
}
