package billing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"extrausage/models"
)

const (
	// debitTimeout bounds a debit. Banks take seconds.
	debitTimeout = 30 * time.Second
	// lookUpTimeout bounds every other call to the provider.
	lookUpTimeout = 15 * time.Second
)

// errMisfit says that what the provider has under a purchase's id is not that purchase. Nobody is credited with it.
var errMisfit = errors.New("the provider's charge is not this purchase")

// SubmitPurchase sends a planned purchase to the provider and records what comes of it. One that was sent already is left as
// it stands. What stays open (unknown, requires_action) is no error. The call is made even if the subscriber does not wait.
func (s *Service) SubmitPurchase(ctx context.Context, accountID, purchaseID string) (PurchaseView, error) {
	ctx = context.WithoutCancel(ctx)
	if _, err := s.send(ctx, accountID, purchaseID, 0); err != nil {
		return PurchaseView{}, err
	}
	return s.Purchase(ctx, accountID, purchaseID)
}

// send makes a debit and records how it went. It happens only if the purchase was sent exactly `sent` times before: whoever
// else is at it has the same number in mind, and one of them is first.
func (s *Service) send(ctx context.Context, accountID, purchaseID string, sent int64) (sendDecision, error) {
	models.Failpoint("cp4")
	p, card, decision, err := s.beforeSending(ctx, accountID, purchaseID, sent)
	if err != nil || decision != sendNow {
		return decision, err
	}
	call, cancel := context.WithTimeout(ctx, debitTimeout)
	defer cancel()
	models.Failpoint("cp5")
	charge, err := s.provider.Debit(call, DebitRequest{
		PurchaseID: p.ID, AccountID: accountID, Customer: card.Customer, Method: card.Method, Amount: p.Amount,
		OnSession: PurchaseKind(p.Kind) == PurchaseManual,
		ReturnURL: s.actionReturnURL(p.ID),
	})
	if err != nil {
		slog.WarnContext(ctx, "a debit was not answered and will be looked up", "purchase", p.ID, "error", err)
		_, err = s.record(ctx, accountID, purchaseID, sawNothing, Charge{})
		return sendNow, err
	}
	models.Failpoint("cp6")
	_, err = s.record(ctx, accountID, purchaseID, observation(charge.State), charge)
	return sendNow, err
}

// actionReturnURL is where the subscriber comes back to from their bank.
func (s *Service) actionReturnURL(purchaseID string) string {
	return s.conf.BaseURL + PurchaseReturnPath + "?purchase=" + url.QueryEscape(purchaseID)
}

// beforeSending commits that a purchase is about to be sent, or that it is given up.
func (s *Service) beforeSending(ctx context.Context, accountID, purchaseID string, sent int64) (
	p *models.Purchase, card *models.PaymentMethod, decision sendDecision, err error,
) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		var m *models.MeterState
		if m, p, err = lockPurchase(tx, accountID, purchaseID); err != nil {
			return err
		}
		if card, err = tx.Card(accountID, p.PaymentMethodID); err != nil {
			return err
		}
		decision = waitOn
		if p.Sends == sent && s.ours(p) {
			decision = decideSend(p, m.Now, mayBeMade(p, sendAskOf(p, m, card)))
		}
		switch decision {
		case sendNow:
			p.Sends, p.SubmittedAt = p.Sends+1, m.Now
			move(p, willSend, Charge{}, m.Now)
			p.NextCheckAt = m.Now.Add(answerWithin)
		case giveUp:
			before := PurchaseState(p.State)
			move(p, gaveUp, Charge{}, m.Now)
			if err := s.purchaseMoved(tx, m, p, before); err != nil {
				return err
			}
		case waitOn:
			return nil
		}
		if err := tx.SavePurchase(p); err != nil {
			return err
		}
		return tx.Save(m)
	})
	return p, card, decision, err
}

// lockPurchase locks an account and loads it with one of its purchases and that purchase's billing month.
func lockPurchase(tx *models.Tx, accountID, purchaseID string) (*models.MeterState, *models.Purchase, error) {
	p, err := tx.Purchase(accountID, purchaseID)
	if err != nil {
		return nil, nil, err
	}
	m, err := tx.LockFor(models.Needs{AccountID: accountID, Month: p.MonthStartsAt})
	if err != nil {
		return nil, nil, err
	}
	p, err = tx.Purchase(accountID, purchaseID) // as it stands under the lock; its month never changes
	return m, p, err
}

// ours tells whether a purchase is with the provider, and in the mode, that this process talks to.
func (s *Service) ours(p *models.Purchase) bool {
	return p.Provider == s.provider.Name() && p.Live == s.provider.Live()
}

// record writes down what was observed of a purchase, and tells its state then. A success and its credit are one transaction,
// under the account's lock: whoever comes second finds it done.
func (s *Service) record(ctx context.Context, accountID, purchaseID string, saw observation, charge Charge) (state PurchaseState, err error) {
	var misfit error
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		m, p, err := lockPurchase(tx, accountID, purchaseID)
		if err != nil {
			return err
		}
		before := PurchaseState(p.State)
		if misfit = fits(p, charge); misfit != nil {
			move(p, sawNothing, Charge{}, m.Now)
		} else {
			move(p, saw, charge, m.Now)
		}
		state = PurchaseState(p.State)
		if err := s.purchaseMoved(tx, m, p, before); err != nil {
			return err
		}
		if err := tx.SavePurchase(p); err != nil {
			return err
		}
		if misfit == nil {
			if err := s.reverse(tx, m, p, charge.Reversals); err != nil {
				return err
			}
		}
		models.Failpoint("cp7")
		return tx.Save(m)
	})
	models.Failpoint("cp8")
	return state, errors.Join(err, misfit)
}

// fits holds a charge against the purchase that it was found for. No charge fits everything.
func fits(p *models.Purchase, c Charge) error {
	if c.ID == "" {
		return nil
	}
	if c.PurchaseID != p.ID || c.AccountID != p.AccountID || c.Live != p.Live || c.Amount != p.Amount {
		return fmt.Errorf("purchase %s of %s: %w: charge %s is of %s for purchase %s of %s, live %t",
			p.ID, p.Amount.Decimal(), errMisfit, c.ID, c.Amount.Decimal(), c.PurchaseID, c.AccountID, c.Live)
	}
	return nil
}

// move changes a purchase's row by an observation.
func move(p *models.Purchase, saw observation, charge Charge, now models.Instant) {
	before := PurchaseState(p.State)
	next := nextPurchaseState(before, saw)
	if charge.ID != "" {
		p.Charge = charge.ID
	}
	if next == before && !next.Pending() {
		return
	}
	if next != PurchaseRequiresAction {
		p.ActionURL = ""
	} else if charge.ActionURL != "" {
		p.ActionURL = charge.ActionURL
	}
	p.State, p.Failure, p.NextCheckAt, p.EndedAt = string(next), charge.Failure, 0, now
	if next.Pending() {
		p.NextCheckAt, p.EndedAt = now.Add(checkAgainAfter(now.Sub(p.PlannedAt))), 0
	}
}

// purchaseMoved does what follows from a purchase's new state, in the same transaction: the credit, and what auto-reload and
// the subscriber have to know.
func (s *Service) purchaseMoved(tx *models.Tx, m *models.MeterState, p *models.Purchase, before PurchaseState) error {
	after := PurchaseState(p.State)
	if after == before {
		return nil
	}
	if after == PurchaseSucceeded {
		if err := s.credit(tx, m, p); err != nil {
			return err
		}
	}
	if PurchaseKind(p.Kind) == PurchaseAutoReload {
		reloadMoved(m, p, before, after)
	}
	return s.tellPurchase(tx, m, p)
}

// credit puts what was bought on the balance and gives the purchase its receipt.
func (s *Service) credit(tx *models.Tx, m *models.MeterState, p *models.Purchase) error {
	last, err := tx.LastReceiptNumber(p.AccountID)
	if err != nil {
		return err
	}
	p.ReceiptNumber = last + 1
	post(m, currentMonth(m), &models.Entry{Kind: "purchase", Contra: "clearing", Amount: p.Amount, PurchaseID: p.ID})
	return nil
}
