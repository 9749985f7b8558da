package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// PurchaseKind tells who made a purchase.
type PurchaseKind string

// The kinds of purchases.
const (
	PurchaseManual     PurchaseKind = "manual"
	PurchaseAutoReload PurchaseKind = "auto_reload"
)

// Order is what a subscriber wants to buy. Key comes with the form: one purchase per key, for ever.
type Order struct {
	Amount money.Amount
	Key    string
}

// maxFormKey bounds the key of a form, which is ours and much shorter.
const maxFormKey = 100

// PurchaseView is a purchase as its owner sees it.
type PurchaseView struct {
	ID            string
	Kind          PurchaseKind
	State         PurchaseState
	Amount        money.Amount
	At            time.Time // when it was planned
	EndedAt       time.Time // zero while pending
	CardBrand     string
	CardLast4     string
	Failure       string // a code such as "card_declined", where declined
	ActionURL     string // where to authenticate, while requires_action
	ReceiptNumber int64  // the account's own count, from 1; 0 unless succeeded
}

// BuyCredits buys credits with the card. The same order again is the same purchase, as it stands now.
// Faults: amount_bounds (min, max), card_missing, account_closed, purchase_key_reused, purchase_key_missing.
func (s *Service) BuyCredits(ctx context.Context, accountID string, o Order) (PurchaseView, error) {
	var planned *models.Purchase
	err := s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		if planned, err = s.planPurchase(tx, m, PurchaseManual, o.Amount, o.Key); err != nil {
			return err
		}
		return tx.Save(m)
	})
	if err != nil {
		return PurchaseView{}, err
	}
	return s.SubmitPurchase(ctx, accountID, planned.ID)
}

// planPurchase writes down a purchase that is to be made, in the transaction of its cause; SubmitPurchase makes it, after the
// commit. The account is locked. The key of a form that planned one already gives that one.
func (s *Service) planPurchase(tx *models.Tx, m *models.MeterState, kind PurchaseKind, amount money.Amount, key string) (*models.Purchase, error) {
	if kind == PurchaseManual {
		if known, err := orderedBefore(tx, m.AccountID(), amount, key); known != nil || err != nil {
			return known, err
		}
	}
	if m.Meter.Closed {
		return nil, fault(Conflict, "account_closed")
	}
	card, err := cardNeeded(tx, m.AccountID())
	if err != nil {
		return nil, err
	}
	if !s.debits(card) {
		return nil, fault(NotReady, "card_missing")
	}
	p := &models.Purchase{
		AccountID: m.AccountID(), ID: s.newID("purchase"), Kind: string(kind), State: string(PurchasePlanned), Amount: amount,
		FormKey: key, PaymentMethodID: card.ID, MonthStartsAt: currentMonth(m).StartsAt, Provider: card.Provider, Live: card.Live,
		PlannedAt: m.Now, NextCheckAt: m.Now.Add(pickUpAfter),
	}
	return p, tx.AddPurchase(p)
}

// debits tells whether a card is with the provider, and in the mode, that this process talks to: a test card is none when money
// is real, and the other way round.
func (s *Service) debits(card *models.PaymentMethod) bool {
	return card.Provider == s.provider.Name() && card.Live == s.provider.Live()
}

// orderedBefore is the purchase that this order made before, or nil; or why there can be none.
func orderedBefore(tx *models.Tx, accountID string, amount money.Amount, key string) (*models.Purchase, error) {
	if amount < MinPurchase || amount > MaxPurchase || !amount.IsWholeCents() {
		return nil, bounds("amount", "amount_bounds", MinPurchase, MaxPurchase)
	}
	if key == "" || len(key) > maxFormKey {
		return nil, invalid("key", "purchase_key_missing")
	}
	known, err := tx.PurchaseByForm(accountID, key)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case known.Amount != amount:
		return nil, fault(Conflict, "purchase_key_reused")
	}
	return known, nil
}

// Purchases lists an account's purchases, the newest first. cursor is "" or the next of the page before; next is "" on the last.
func (s *Service) Purchases(ctx context.Context, accountID, cursor string, limit int) (page []PurchaseView, next string, err error) {
	limit = pageSize(limit)
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.Purchases(accountID, cursor, limit+1)
		if err != nil {
			return err
		}
		page, next = nil, ""
		if len(rows) > limit {
			rows = rows[:limit]
			next = rows[limit-1].ID
		}
		for _, p := range rows {
			page = append(page, purchaseView(p))
		}
		return nil
	})
	return page, next, err
}

// Purchase is one purchase of an account.
func (s *Service) Purchase(ctx context.Context, accountID, id string) (PurchaseView, error) {
	var found *models.PurchaseWithCard
	err := s.store.View(ctx, func(tx *models.Tx) (err error) {
		found, err = tx.PurchaseWithCard(accountID, id)
		return err
	})
	if err != nil {
		return PurchaseView{}, err
	}
	return purchaseView(found), nil
}

func purchaseView(p *models.PurchaseWithCard) PurchaseView {
	return PurchaseView{
		ID: p.ID, Kind: PurchaseKind(p.Kind), State: PurchaseState(p.State), Amount: p.Amount, At: p.PlannedAt.Time(),
		EndedAt: p.EndedAt.Time(), CardBrand: p.CardBrand, CardLast4: p.CardLast4, Failure: p.Failure, ActionURL: p.ActionURL,
		ReceiptNumber: p.ReceiptNumber,
	}
}
