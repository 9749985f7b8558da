package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"extrausage/models"
	"extrausage/money"
)

const (
	reversalsMark = "reversals" // how far the provider was asked for refunds and disputes
	// sweepEvery is how often the provider is asked for refunds and disputes that no event told of; each time again for those
	// of sweepBack before the last time.
	sweepEvery = time.Hour
	sweepBack  = 24 * time.Hour
	// lookAgain is when a refund or dispute that may still change is looked up again, for lookFor after it was first seen.
	lookAgain = 24 * time.Hour
	lookFor   = 180 * 24 * time.Hour
)

// reversalStep is what becomes of one refund or dispute.
type reversalStep struct {
	seen     Reversal
	isNew    bool
	state    ReversalState
	take     money.Amount // to take from the balance now
	giveBack money.Amount // to give back now
}

// decideReversals holds what the provider tells of a charge's refunds and disputes against what is known: by id, each step
// once, only forwards, and never more than the charge in all.
func decideReversals(charged money.Amount, known []*models.PurchaseReversal, seen []Reversal) []reversalStep {
	byID := map[string]*models.PurchaseReversal{}
	left := charged
	for _, k := range known {
		byID[k.ID] = k
		if k.State == string(ReversalTaken) {
			left = left.Sub(k.Posted)
		}
	}
	var steps []reversalStep
	for _, r := range seen {
		k := byID[r.ID]
		step := reversalStep{seen: r, isNew: k == nil, state: r.State}
		was := ReversalOpen
		if k != nil {
			was = ReversalState(k.State)
			if !after(was, r.State) {
				continue
			}
		}
		switch {
		case r.State == ReversalTaken:
			step.take = min(r.Amount, left)
			left = left.Sub(step.take)
		case r.State == ReversalReturned && was == ReversalTaken:
			step.giveBack = k.Posted
			left = left.Add(k.Posted)
		}
		steps = append(steps, step)
	}
	return steps
}

// after tells whether a reversal can go from one state to another: open, then taken, then an end.
func after(was, next ReversalState) bool {
	rank := map[ReversalState]int{ReversalOpen: 0, ReversalTaken: 1, ReversalReturned: 2, ReversalClosed: 2}
	return rank[next] > rank[was] && (was != ReversalTaken || next != ReversalClosed)
}

// reverse posts what the provider has taken back of a purchase, or given back again, in the transaction that learnt of it.
func (s *Service) reverse(tx *models.Tx, m *models.MeterState, p *models.Purchase, seen []Reversal) error {
	if len(seen) == 0 || PurchaseState(p.State) != PurchaseSucceeded {
		return nil
	}
	known, err := tx.Reversals(p.AccountID, p.ID)
	if err != nil {
		return err
	}
	for _, step := range decideReversals(p.Amount, known, seen) {
		if err := s.reversalStep(tx, m, p, known, step); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) reversalStep(tx *models.Tx, m *models.MeterState, p *models.Purchase, known []*models.PurchaseReversal, step reversalStep) error {
	row := &models.PurchaseReversal{
		AccountID: p.AccountID, ID: step.seen.ID, PurchaseID: p.ID, Kind: string(step.seen.Kind), Amount: step.seen.Amount, SeenAt: m.Now,
	}
	for _, k := range known {
		if k.ID == row.ID {
			row = k
		}
	}
	row.State, row.ChangedAt, row.NextCheckAt = string(step.state), m.Now, 0
	if (step.state == ReversalOpen || step.state == ReversalTaken) && m.Now.Sub(row.SeenAt) < lookFor {
		row.NextCheckAt = m.Now.Add(lookAgain)
	}
	if step.take > 0 {
		row.Posted = step.take
		post(m, currentMonth(m), &models.Entry{Kind: row.Kind, Contra: "clearing", Amount: step.take.Neg(), PurchaseID: p.ID, Note: row.ID})
	}
	if step.state == ReversalTaken && m.Meter.ReloadOn {
		pauseReload(m, PausedByReversal)
	}
	if step.giveBack > 0 {
		if err := giveBack(tx, m, row); err != nil {
			return err
		}
	}
	if err := s.tellReversal(tx, m, row); err != nil {
		return err
	}
	if step.isNew {
		return tx.AddReversal(row)
	}
	return tx.SaveReversal(row)
}

// giveBack posts that a dispute was won, or that a refund did not reach the card.
func giveBack(tx *models.Tx, m *models.MeterState, row *models.PurchaseReversal) error {
	e := &models.Entry{Kind: "dispute_won", Contra: "clearing", Amount: row.Posted, PurchaseID: row.PurchaseID, Note: row.ID}
	if ReversalKind(row.Kind) == Refund {
		taken, err := tx.ReversalEntry(row.AccountID, row.Kind, row.ID)
		if err != nil {
			return err
		}
		e.Kind, e.CorrectsSeq = "correction", taken.Seq
	}
	post(m, currentMonth(m), e)
	return nil
}

// reconcileReversals finds refunds and disputes that no event told of: it looks those up again that may still change, and asks
// the provider for new ones from time to time.
func (s *Service) reconcileReversals(ctx context.Context) error {
	var due []*models.PurchaseReversal
	var since models.Instant
	var sweep bool
	err := s.store.View(ctx, func(tx *models.Tx) error {
		mark, err := tx.WorkerMark(reversalsMark)
		if err != nil {
			return err
		}
		sweep, since = tx.Now.Sub(mark) >= sweepEvery, max(0, mark.Add(-sweepBack))
		due, err = tx.DueReversals(s.provider.Name(), s.provider.Live(), paymentBatch)
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range due {
		if i > 0 && due[i-1].PurchaseID == r.PurchaseID {
			continue
		}
		if err := s.lookUp(ctx, r.AccountID, r.PurchaseID); err != nil {
			return fmt.Errorf("reversal %s: %w", r.ID, err) // the provider is not well: the rest waits for the next pass
		}
		err := s.store.InTx(ctx, func(tx *models.Tx) error {
			return tx.LaterReversals(r.AccountID, r.PurchaseID, laterReversal(r.SeenAt, tx.Now))
		})
		if err != nil {
			return err
		}
	}
	if !sweep {
		return nil
	}
	return s.sweepReversals(ctx, since)
}

// laterReversal is when a refund or dispute that did not change is looked up again; 0 for never.
func laterReversal(seen, now models.Instant) models.Instant {
	if now.Sub(seen) >= lookFor {
		return 0
	}
	return now.Add(lookAgain)
}

// sweepReversals asks the provider for refunds and disputes opened since a time, and looks their charges up.
func (s *Service) sweepReversals(ctx context.Context, since models.Instant) error {
	var began models.Instant
	if err := s.store.View(ctx, func(tx *models.Tx) error { began = tx.Now; return nil }); err != nil {
		return err
	}
	call, cancel := context.WithTimeout(ctx, debitTimeout)
	defer cancel()
	purchases, err := s.provider.Reversed(call, since.Time())
	if err != nil {
		return fmt.Errorf("refunds and disputes: %w", err)
	}
	for _, id := range purchases {
		var account string
		err := s.store.View(ctx, func(tx *models.Tx) (err error) {
			account, err = tx.AccountOfPurchase(id)
			return err
		})
		if errors.Is(err, models.ErrNotFound) {
			continue // not one of ours
		}
		if err == nil {
			err = s.lookUp(ctx, account, id)
		}
		if err != nil && !errors.Is(err, errMisfit) {
			return err
		}
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.SetWorkerMark(reversalsMark, began) })
}
