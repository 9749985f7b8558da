package billing

import (
	"context"
	"errors"
	"fmt"

	"extrausage/models"
)

const (
	// paymentBatch bounds what one pass of the worker takes up of each kind.
	paymentBatch = 100
	// failuresInARow ends a pass: the provider is not well, and each further call would wait for its time-out.
	failuresInARow = 5
)

// Reconciliation counts what a pass over pending purchases found.
type Reconciliation struct {
	Looked    int
	Succeeded int
	Declined  int
	Abandoned int
	Pending   int // still
	Resent    int // under the same key, because the provider had no charge
	Failed    int // not looked up, or not fitting: see the error
}

// ReconcilePurchases looks up the pending purchases that are due, and brings them on. What fails for one does not keep it from
// the others; the error joins what failed.
func (s *Service) ReconcilePurchases(ctx context.Context) (r Reconciliation, err error) {
	var due []*models.Purchase
	var now models.Instant
	err = s.store.View(ctx, func(tx *models.Tx) (err error) {
		now = tx.Now
		due, err = tx.DuePurchases(s.provider.Name(), s.provider.Live(), paymentBatch)
		return err
	})
	return r, errors.Join(err, s.reconcileThese(ctx, &r, due, now))
}

// ReconcileNow looks up all pending purchases, due or not, and asks the provider for refunds and disputes: what an operator does
// by hand after an outage.
func (s *Service) ReconcileNow(ctx context.Context) (r Reconciliation, err error) {
	for after := ""; ; {
		var page []*models.Purchase
		var now, mark models.Instant
		err := s.store.View(ctx, func(tx *models.Tx) (err error) {
			now = tx.Now
			if mark, err = tx.WorkerMark(reversalsMark); err != nil {
				return err
			}
			page, err = tx.PendingPurchases(s.provider.Name(), s.provider.Live(), after, paymentBatch)
			return err
		})
		if err != nil {
			return r, err
		}
		if len(page) == 0 {
			return r, s.sweepReversals(ctx, max(0, mark.Add(-sweepBack)))
		}
		if err := s.reconcileThese(ctx, &r, page, now); err != nil {
			return r, err
		}
		after = page[len(page)-1].ID
	}
}

// reconcileThese brings purchases on and counts what became of them.
func (s *Service) reconcileThese(ctx context.Context, r *Reconciliation, due []*models.Purchase, now models.Instant) error {
	var failed []error
	inARow := 0
	for _, p := range due {
		if inARow == failuresInARow || ctx.Err() != nil {
			break
		}
		decision, err := s.reconcile(ctx, p, now)
		r.Looked, inARow = r.Looked+1, inARow+1
		if err != nil {
			failed = append(failed, fmt.Errorf("purchase %s: %w", p.ID, err))
			continue
		}
		inARow = 0
		if err := s.count(ctx, r, p, decision); err != nil {
			failed = append(failed, err)
		}
	}
	r.Failed += len(failed)
	return errors.Join(failed...)
}

// reconcile looks one purchase up and writes down what it finds. Only one without a charge is sent again, under its own key.
func (s *Service) reconcile(ctx context.Context, p *models.Purchase, now models.Instant) (sendDecision, error) {
	charge, err := s.findCharge(ctx, p.AccountID, p.ID)
	if err == nil && charge.State == ChargeRequiresAction && now.Sub(p.PlannedAt) >= giveUpAfter {
		charge, err = s.cancelCharge(ctx, p.AccountID, charge)
	}
	if errors.Is(err, ErrNoCharge) {
		decision, err := s.send(ctx, p.AccountID, p.ID, p.Sends)
		if err == nil && decision == waitOn {
			_, err = s.record(ctx, p.AccountID, p.ID, sawNoCharge, Charge{})
		}
		return decision, err
	}
	if err != nil {
		_, recordErr := s.record(ctx, p.AccountID, p.ID, sawNothing, Charge{})
		return waitOn, errors.Join(err, recordErr)
	}
	_, err = s.record(ctx, p.AccountID, p.ID, observation(charge.State), charge)
	return waitOn, err
}

// findCharge looks the charge of a purchase up, with all that we know of it.
func (s *Service) findCharge(ctx context.Context, accountID, purchaseID string) (Charge, error) {
	q := ChargeQuery{PurchaseID: purchaseID}
	err := s.store.View(ctx, func(tx *models.Tx) error {
		p, err := tx.Purchase(accountID, purchaseID)
		if err != nil {
			return err
		}
		card, err := tx.Card(accountID, p.PaymentMethodID)
		if err != nil {
			return err
		}
		q.Charge, q.Customer, q.Since = p.Charge, card.Customer, p.PlannedAt.Time()
		return nil
	})
	if err != nil {
		return Charge{}, err
	}
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	return s.provider.FindCharge(call, q)
}

// cancelCharge gives a charge up that waits for the subscriber, and tells how it stands then: they may have been faster.
func (s *Service) cancelCharge(ctx context.Context, accountID string, c Charge) (Charge, error) {
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	if err := s.provider.Cancel(call, c.ID); err != nil {
		return c, fmt.Errorf("cancel charge %s: %w", c.ID, err)
	}
	return s.findCharge(ctx, accountID, c.PurchaseID)
}

// count adds to r how a purchase stands after it was looked up.
func (s *Service) count(ctx context.Context, r *Reconciliation, p *models.Purchase, decision sendDecision) error {
	after, err := s.Purchase(ctx, p.AccountID, p.ID)
	if err != nil {
		return err
	}
	if decision == sendNow {
		r.Resent++
	}
	switch after.State {
	case PurchaseSucceeded:
		r.Succeeded++
	case PurchaseDeclined:
		r.Declined++
	case PurchaseAbandoned:
		r.Abandoned++
	case PurchasePlanned, PurchaseSubmitted, PurchaseUnknown, PurchaseRequiresAction:
		r.Pending++
	}
	return nil
}

// lookUp reads a purchase's charge at the provider again and writes down how it stands. It sends nothing. A charge that waits
// for the subscriber of a purchase that was given up is given up as well.
func (s *Service) lookUp(ctx context.Context, accountID, purchaseID string) error {
	charge, err := s.findCharge(ctx, accountID, purchaseID)
	if errors.Is(err, ErrNoCharge) {
		return nil
	}
	if err != nil {
		return unreachable(err)
	}
	state, err := s.record(ctx, accountID, purchaseID, observation(charge.State), charge)
	if err == nil && charge.State == ChargeRequiresAction && !state.Pending() {
		_, err = s.cancelCharge(ctx, accountID, charge)
	}
	return err
}

// LookUpPurchase reads a purchase's charge at the provider again, as an event about it makes us do, and writes down how it
// stands, with its refunds and disputes. Faults: provider_unreachable.
func (s *Service) LookUpPurchase(ctx context.Context, accountID, purchaseID string) error {
	return s.lookUp(ctx, accountID, purchaseID)
}

// ReturnFromAction looks a purchase up at the provider after the subscriber came back from authenticating.
// Faults: not_found, provider_unreachable.
func (s *Service) ReturnFromAction(ctx context.Context, accountID, purchaseID string) (PurchaseView, error) {
	p, err := s.Purchase(ctx, accountID, purchaseID)
	if err != nil || !p.State.Pending() {
		return p, err
	}
	if err := s.lookUp(ctx, accountID, purchaseID); err != nil {
		return p, err
	}
	return s.Purchase(ctx, accountID, purchaseID)
}

// RunPayments is one pass of the worker: purchases that are due, events that were kept, cards to be forgotten at the provider.
// Running it twice at once does no harm.
func (s *Service) RunPayments(ctx context.Context) error {
	_, purchases := s.ReconcilePurchases(ctx)
	return errors.Join(purchases, s.ProcessWebhooks(ctx), s.reconcileReversals(ctx), s.detachCards(ctx))
}

func unreachable(err error) *Fault {
	return &Fault{Kind: Unusable, Code: "provider_unreachable", cause: err}
}
