package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// ReturnTo is the page that a visit to add a card comes back to.
type ReturnTo string

// The pages that add a card.
const (
	ReturnToBilling ReturnTo = "billing"
	ReturnToEnable  ReturnTo = "enable"
)

// Where the provider sends the subscriber back to, below Config.BaseURL.
const (
	CardReturnPath     = "/settings/billing/card/return"   // with ?session=; see FinishCardSetup
	PurchaseReturnPath = "/settings/billing/action/return" // with ?purchase=; see ReturnFromAction
)

// cancelPaths are where a visit that was given up leads.
var cancelPaths = map[ReturnTo]string{
	ReturnToBilling: "/settings/billing?result=cancelled",
	ReturnToEnable:  "/settings/usage/enable/payment-method?result=cancelled",
}

// StartCardSetup opens a visit to the provider's page to add or replace the card, and gives its address, a secret.
// Faults: account_closed, return_unknown, provider_unreachable.
func (s *Service) StartCardSetup(ctx context.Context, accountID string, returnTo ReturnTo) (url string, err error) {
	if cancelPaths[returnTo] == "" {
		return "", invalid("return_to", "return_unknown")
	}
	request, err := s.planCardSetup(ctx, accountID, returnTo)
	if err != nil {
		return "", err
	}
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	visit, err := s.provider.StartSetup(call, request)
	if err != nil {
		return "", unreachable(err)
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error { return tx.OpenCardSetup(accountID, request.ID, visit.Session) })
	return visit.URL, err
}

// planCardSetup commits that a visit is about to be opened: what the provider says about it later can then be placed.
func (s *Service) planCardSetup(ctx context.Context, accountID string, returnTo ReturnTo) (r SetupRequest, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		if m.Meter.Closed {
			return fault(Conflict, "account_closed")
		}
		who, err := tx.Account(accountID)
		if err != nil {
			return err
		}
		customer, err := tx.LastCustomer(accountID, s.provider.Name(), s.provider.Live())
		if err != nil {
			return err
		}
		r = SetupRequest{
			ID: s.newID("setup"), Reference: accountID, Customer: customer, Email: who.Email, Locale: who.Locale,
			ReturnURL: s.conf.BaseURL + CardReturnPath, CancelURL: s.conf.BaseURL + cancelPaths[returnTo],
		}
		return tx.AddCardSetup(&models.CardSetup{
			AccountID: accountID, ID: r.ID, Provider: s.provider.Name(), ReturnTo: string(returnTo), CreatedAt: m.Now,
		})
	})
	return r, err
}

// finisher is who says that a visit has ended.
type finisher string

const (
	finishedByReturn finisher = "return" // the subscriber, coming back
	finishedByEvent  finisher = "event"  // the provider's webhook, perhaps days late
)

// FinishCardSetup takes the card over that was added in a visit, and says which page the visit was for. Calling it again
// changes nothing and answers the same. Faults: setup_unknown, setup_not_finished, setup_other_account, account_closed,
// provider_unreachable.
func (s *Service) FinishCardSetup(ctx context.Context, accountID, session string) (ReturnTo, error) {
	return s.finishCardSetup(ctx, accountID, session, finishedByReturn)
}

func (s *Service) finishCardSetup(ctx context.Context, accountID, session string, by finisher) (ReturnTo, error) {
	var setup *models.CardSetup
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		setup, err = tx.CardSetup(accountID, s.provider.Name(), session)
		return err
	})
	if err == nil && setup.FinishedAt != 0 {
		return ReturnTo(setup.ReturnTo), nil
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return "", err
	}
	found, err := s.visited(ctx, accountID, session)
	if err != nil {
		return "", err
	}
	return s.takeCard(ctx, accountID, found, by)
}

// visited looks a visit up and holds it against the account that it is claimed for.
func (s *Service) visited(ctx context.Context, accountID, session string) (SetupResult, error) {
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	found, err := s.provider.Setup(call, session)
	switch {
	case errors.Is(err, ErrNoSetup):
		return found, fault(NotFound, "setup_unknown")
	case err != nil:
		return found, unreachable(err)
	case found.Reference != accountID:
		return found, fault(Forbidden, "setup_other_account")
	case found.Live != s.provider.Live():
		return found, fault(NotFound, "setup_unknown")
	case !found.Done:
		return found, fault(NotReady, "setup_not_finished")
	}
	return found, nil
}

// takeCard makes the card of a visit the account's current one, once.
func (s *Service) takeCard(ctx context.Context, accountID string, found SetupResult, by finisher) (to ReturnTo, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		setup, err := tx.CardSetup(accountID, s.provider.Name(), found.Session)
		if errors.Is(err, models.ErrNotFound) {
			return fault(NotFound, "setup_unknown")
		}
		if err != nil {
			return err
		}
		to = ReturnTo(setup.ReturnTo)
		if setup.FinishedAt != 0 {
			return nil
		}
		if m.Meter.Closed {
			return fault(Conflict, "account_closed")
		}
		if err := s.storeCard(tx, m, setup, found, by); err != nil {
			return err
		}
		if err := tx.FinishCardSetup(accountID, setup.ID); err != nil {
			return err
		}
		return tx.Save(m)
	})
	return to, err
}

// storeCard adds the card of a visit. An event that comes after the subscriber has dealt with their card since the visit
// began does not undo what they did: that card is kept as removed, so that the provider forgets it.
func (s *Service) storeCard(tx *models.Tx, m *models.MeterState, setup *models.CardSetup, found SetupResult, by finisher) error {
	card := s.cardRow(m, found)
	late, err := tx.CardChangedSince(m.AccountID(), setup.CreatedAt)
	if err != nil {
		return err
	}
	if late && by == finishedByEvent {
		card.RemovedAt = m.Now
		return tx.AddCard(card)
	}
	old, err := tx.CurrentCard(m.AccountID())
	if errors.Is(err, models.ErrNotFound) {
		old, err = nil, nil
	}
	if err != nil {
		return err
	}
	if old != nil {
		if err := tx.ArchiveCard(m.AccountID(), old.ID); err != nil {
			return err
		}
	}
	if (old == nil || old.Fingerprint != card.Fingerprint) && m.Meter.ReloadPause != string(PausedByReversal) {
		if err := resumeReload(tx, m); err != nil { // what stopped it was the old card
			return err
		}
	}
	if err := s.tellChange(tx, m, s.addChange(m, settingCard, cardText(old), cardText(card), BySubscriber)); err != nil {
		return err
	}
	return tx.AddCard(card)
}

func (s *Service) cardRow(m *models.MeterState, found SetupResult) *models.PaymentMethod {
	c := found.Card
	return &models.PaymentMethod{
		AccountID: m.AccountID(), ID: s.newID("card"), Provider: s.provider.Name(), Live: found.Live, Customer: found.Customer,
		Method: c.Method, Brand: c.Brand, Last4: c.Last4, ExpMonth: int64(c.ExpMonth), ExpYear: int64(c.ExpYear),
		Fingerprint: c.Fingerprint, AddedAt: m.Now,
	}
}
