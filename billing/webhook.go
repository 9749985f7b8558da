package billing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"extrausage/models"
)

// hintFor is how long an event that could not be acted on is tried again. What it would have told is found without it.
const hintFor = 72 * time.Hour

// ReceiveWebhook verifies an event of the provider over its raw body, keeps it, and acts on it. Once it is kept all is well for
// the provider: what could not be done yet is done by ProcessWebhooks. An event known already, one of the other mode or about
// something else changes nothing. Faults: webhook_signature, webhook_body.
func (s *Service) ReceiveWebhook(ctx context.Context, h http.Header, body []byte) error {
	e, now, err := s.readWebhook(ctx, h, body)
	if err != nil || e.Kind == OtherEvent || e.Live != s.provider.Live() {
		return err
	}
	models.Failpoint("cp9")
	row := &models.WebhookEvent{Provider: s.provider.Name(), EventID: e.ID, Kind: string(e.Kind), ObjectID: e.Object, ReceivedAt: now}
	if e.Kind == ChargeEvent && e.PurchaseID != "" {
		row.ObjectID = e.PurchaseID
	}
	isNew := false
	err = s.store.InTx(ctx, func(tx *models.Tx) (err error) {
		isNew, err = tx.KeepWebhookEvent(row)
		return err
	})
	if err != nil || !isNew {
		return err
	}
	models.Failpoint("cp10")
	if err := s.processWebhook(context.WithoutCancel(ctx), row, now); err != nil {
		slog.WarnContext(ctx, "a webhook was kept and not acted on", "event", e.ID, "error", err)
	}
	models.Failpoint("cp11")
	return nil
}

func (s *Service) readWebhook(ctx context.Context, h http.Header, body []byte) (e WebhookEvent, now models.Instant, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		now = tx.Now
		return nil
	})
	if err != nil {
		return e, now, err
	}
	e, err = s.provider.ReadWebhook(h, body, now.Time())
	switch {
	case errors.Is(err, ErrBadSignature):
		return e, now, &Fault{Kind: Forbidden, Code: "webhook_signature", cause: err}
	case err != nil:
		return e, now, &Fault{Kind: Invalid, Code: "webhook_body", cause: err}
	}
	return e, now, nil
}

// ProcessWebhooks acts on the events that were kept and not acted on yet.
func (s *Service) ProcessWebhooks(ctx context.Context) error {
	var waiting []*models.WebhookEvent
	var now models.Instant
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		now = tx.Now
		waiting, err = tx.WaitingWebhookEvents(s.provider.Name(), paymentBatch)
		return err
	})
	var failed []error
	inARow := 0
	for _, e := range waiting {
		if inARow == failuresInARow || ctx.Err() != nil {
			break
		}
		inARow++
		if err := s.processWebhook(ctx, e, now); err != nil {
			failed = append(failed, fmt.Errorf("webhook %s: %w", e.EventID, err))
			continue
		}
		inARow = 0
	}
	return errors.Join(append(failed, err)...)
}

// processWebhook acts on one event. It stays in the inbox only where trying again may help.
func (s *Service) processWebhook(ctx context.Context, e *models.WebhookEvent, now models.Instant) error {
	err := s.actOn(ctx, e)
	fault := AsFault(err)
	switch {
	case fault != nil && fault.Kind != Unusable:
		err = nil // about nothing of ours, or nothing to do about it
	case err != nil && !errors.Is(err, errMisfit) && now.Sub(e.ReceivedAt) < hintFor:
		return err
	}
	mark := s.store.InTx(ctx, func(tx *models.Tx) error { return tx.MarkWebhookProcessed(e.Provider, e.EventID) })
	return errors.Join(err, mark)
}

// actOn looks the object of an event up at the provider. Nothing that the event says is believed but that it is worth a look.
func (s *Service) actOn(ctx context.Context, e *models.WebhookEvent) error {
	if EventKind(e.Kind) == SetupEvent {
		return s.actOnSetup(ctx, e)
	}
	purchase := e.ObjectID
	account, err := s.accountOfPurchase(ctx, purchase)
	if errors.Is(err, models.ErrNotFound) { // then it is the provider's id of a charge, or nothing of ours
		if purchase, err = s.purchaseOfCharge(ctx, e.ObjectID); err != nil {
			return err
		}
		account, err = s.accountOfPurchase(ctx, purchase)
	}
	if err != nil {
		return err
	}
	return s.lookUp(ctx, account, purchase)
}

func (s *Service) actOnSetup(ctx context.Context, e *models.WebhookEvent) error {
	account := ""
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		account, err = tx.AccountOfCardSetup(e.Provider, e.ObjectID)
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.finishCardSetup(ctx, account, e.ObjectID, finishedByEvent)
	return err
}

// accountOfPurchase is whose purchase an event is about, by our own rows.
func (s *Service) accountOfPurchase(ctx context.Context, purchaseID string) (account string, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) (err error) {
		account, err = tx.AccountOfPurchase(purchaseID)
		return err
	})
	return account, err
}

// purchaseOfCharge asks the provider which purchase a charge is for: events of refunds and disputes name the charge alone.
func (s *Service) purchaseOfCharge(ctx context.Context, charge string) (string, error) {
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	c, err := s.provider.FindCharge(call, ChargeQuery{Charge: charge})
	switch {
	case errors.Is(err, ErrNoCharge):
		return "", fault(NotFound, "not_found")
	case err != nil:
		return "", unreachable(err)
	}
	return c.PurchaseID, nil
}
