package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"extrausage/models"
)

// settingCard is the card as setting_changes names it; its values are "visa 4242", or "" for none.
const settingCard = "card"

// PaymentMethodView is the card of an account as its owner may see it.
type PaymentMethodView struct {
	Brand       string // "visa"
	Last4       string
	ExpMonth    int
	ExpYear     int
	ExpiresSoon bool // this month or next, or already
	AddedAt     time.Time
}

// PaymentMethod is the card that purchases are made with; false where there is none.
func (s *Service) PaymentMethod(ctx context.Context, accountID string) (card PaymentMethodView, ok bool, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		found, err := tx.CurrentCard(accountID)
		if errors.Is(err, models.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		card, ok = cardView(found, tx.Now), true
		return nil
	})
	return card, ok, err
}

func cardView(p *models.PaymentMethod, now models.Instant) PaymentMethodView {
	return PaymentMethodView{
		Brand: p.Brand, Last4: p.Last4, ExpMonth: int(p.ExpMonth), ExpYear: int(p.ExpYear), AddedAt: p.AddedAt.Time(),
		ExpiresSoon: expiresSoon(int(p.ExpMonth), int(p.ExpYear), now),
	}
}

// expiresSoon tells whether a card's last month is this one or the next, or over.
func expiresSoon(month, year int, now models.Instant) bool {
	soon := time.Date(year, time.Month(month)-1, 1, 0, 0, 0, 0, time.UTC)
	return !now.Time().Before(soon)
}

// RemoveCard archives the card and turns auto-reload off with it (P4: nothing is debited from a card that was taken away).
// The provider forgets the card later. Without a card it does nothing.
func (s *Service) RemoveCard(ctx context.Context, accountID string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		if err := s.removeCard(tx, m); err != nil {
			return err
		}
		return tx.Save(m)
	})
}

// removeCard is also what closing an account does.
func (s *Service) removeCard(tx *models.Tx, m *models.MeterState) error {
	card, err := tx.CurrentCard(m.AccountID())
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	// The card's own change comes last: undoing the one before it would turn auto-reload on without a card.
	s.setReload(m, ReloadRule{}, BySubscriber)
	if err := s.tellChange(tx, m, s.addChange(m, settingCard, cardText(card), "", BySubscriber)); err != nil {
		return err
	}
	return tx.ArchiveCard(m.AccountID(), card.ID)
}

func cardText(p *models.PaymentMethod) string {
	if p == nil {
		return ""
	}
	return p.Brand + " " + p.Last4
}

// detachCards lets the provider forget cards that were removed or replaced.
func (s *Service) detachCards(ctx context.Context) error {
	var cards []*models.PaymentMethod
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		cards, err = tx.CardsToDetach(s.provider.Name(), s.provider.Live(), paymentBatch)
		return err
	})
	for _, card := range cards {
		if err != nil {
			return err // the provider is not well: the rest waits for the next pass
		}
		err = s.detach(ctx, card)
	}
	return err
}

func (s *Service) detach(ctx context.Context, card *models.PaymentMethod) error {
	call, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	if err := s.provider.Detach(call, card.Method); err != nil {
		return fmt.Errorf("detach card %s: %w", card.ID, err)
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.MarkDetached(card.AccountID, card.ID) })
}
