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

// reversalStep is what becomes of one refund or dispute: its row as it is to be, and what is to be posted.
type reversalStep struct {
	row      *models.PurchaseReversal
	isNew    bool
	moved    bool         // its state changed
	take     money.Amount // from the balance
	giveBack money.Amount // to the balance
}

// decideReversals holds what the provider tells of a charge's refunds and disputes against what is known: by id, each only
// forwards. What is taken in all is what the provider has taken in all, but never more than the charge, whatever came first: a
// refund and a dispute of the same money take it once, and if one of them comes back, the other still holds it.
func decideReversals(p *models.Purchase, known []*models.PurchaseReversal, seen []Reversal) []*reversalStep {
	var steps []*reversalStep
	byID := map[string]*reversalStep{}
	add := func(row *models.PurchaseReversal, isNew bool) *reversalStep {
		step := &reversalStep{row: row, isNew: isNew, moved: isNew}
		steps, byID[row.ID] = append(steps, step), step
		return step
	}
	for _, k := range known {
		row := *k
		add(&row, false)
	}
	for _, r := range seen {
		if step := byID[r.ID]; step == nil {
			add(&models.PurchaseReversal{
				AccountID: p.AccountID, ID: r.ID, PurchaseID: p.ID, Kind: string(r.Kind), State: string(r.State), Amount: r.Amount,
			}, true)
		} else if after(ReversalState(step.row.State), r.State) {
			step.row.State, step.moved = string(r.State), true
		}
	}
	balanceReversals(p.Amount, steps)
	return steps
}

// balanceReversals spreads what is to be taken, or given back, over the rows. What took nothing so far takes what it can. What
// came back gives back all but what the others hold of it: each of them has had its one entry.
func balanceReversals(charged money.Amount, steps []*reversalStep) {
	var taken, held money.Amount
	for _, s := range steps {
		if s.row.State == string(ReversalTaken) {
			taken, held = taken.Add(s.row.Amount), held.Add(s.row.Posted)
		}
	}
	need := min(taken, charged).Sub(held)
	for _, s := range steps {
		if s.row.State == string(ReversalTaken) && s.row.Posted == 0 {
			s.take = min(need, s.row.Amount)
			s.row.Posted, need = s.take, need.Sub(s.take)
		}
	}
	for _, s := range steps {
		if s.row.State == string(ReversalReturned) {
			keep := min(need, s.row.Posted)
			s.giveBack = s.row.Posted.Sub(keep)
			s.row.Posted, need = keep, need.Sub(keep)
		}
	}
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
	for _, step := range decideReversals(p, known, seen) {
		if !step.moved && step.take == 0 && step.giveBack == 0 {
			continue
		}
		if err := s.postReversal(tx, m, step); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) postReversal(tx *models.Tx, m *models.MeterState, step *reversalStep) error {
	row := step.row
	if step.isNew {
		row.SeenAt = m.Now
	}
	row.ChangedAt, row.NextCheckAt = m.Now, 0
	if state := ReversalState(row.State); (state == ReversalOpen || state == ReversalTaken) && m.Now.Sub(row.SeenAt) < lookFor {
		row.NextCheckAt = m.Now.Add(lookAgain)
	}
	if step.take > 0 {
		post(m, currentMonth(m), &models.Entry{
			Kind: row.Kind, Contra: "clearing", Amount: step.take.Neg(), PurchaseID: row.PurchaseID, Note: row.ID,
		})
	}
	if step.moved && row.State == string(ReversalTaken) && m.Meter.ReloadOn {
		pauseReload(m, PausedByReversal)
	}
	if step.giveBack > 0 {
		if err := giveBack(tx, m, step); err != nil {
			return err
		}
	}
	if err := s.tellReversal(tx, m, step); err != nil {
		return err
	}
	if step.isNew {
		return tx.AddReversal(row)
	}
	return tx.SaveReversal(row)
}

// giveBack posts that a dispute was won; or that a refund did not reach the card, which is a correction of its entry. So is what
// either kept for another of the same money, and gives back later: each correction corrects the entry before it.
func giveBack(tx *models.Tx, m *models.MeterState, step *reversalStep) error {
	row := step.row
	e := &models.Entry{Kind: "dispute_won", Contra: "clearing", Amount: step.giveBack, PurchaseID: row.PurchaseID, Note: row.ID}
	if ReversalKind(row.Kind) == Refund || !step.moved {
		before, err := tx.LastReversalEntry(row.AccountID, row.ID)
		if err != nil {
			return err
		}
		e.Kind, e.CorrectsSeq = "correction", before.Seq
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
		// The first time it is not asked for all there ever were: the provider's account may be older than ours.
		sweep, since = tx.Now.Sub(mark) >= sweepEvery, max(tx.Now.Add(-lookFor), mark.Add(-sweepBack))
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
