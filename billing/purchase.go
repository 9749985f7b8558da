package billing

import (
	"context"
	"net/http"
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

// PurchaseState is how a purchase stands (docs/ledger.md has the diagram).
type PurchaseState string

// The states of a purchase. Planned, submitted, unknown and requires_action are pending: they end by themselves.
const (
	PurchasePlanned        PurchaseState = "planned"
	PurchaseSubmitted      PurchaseState = "submitted"
	PurchaseSucceeded      PurchaseState = "succeeded"
	PurchaseDeclined       PurchaseState = "declined"
	PurchaseRequiresAction PurchaseState = "requires_action"
	PurchaseUnknown        PurchaseState = "unknown"
	PurchaseAbandoned      PurchaseState = "abandoned"
)

// Order is what a subscriber wants to buy. Key comes with the form: one purchase per key, for ever.
type Order struct {
	Amount money.Amount
	Key    string
}

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
	ReceiptNumber int64  // of the account, from 1; 0 unless succeeded
}

// BuyCredits buys credits with the card. The same order again is the same purchase, as it stands now.
// Faults: amount_bounds (min, max), card_missing, account_closed, purchase_key_reused.
func (s *Service) BuyCredits(ctx context.Context, accountID string, o Order) (PurchaseView, error) {
	return PurchaseView{}, errSoon
}

// SubmitPurchase sends a planned purchase to the provider and records what comes of it. One that was sent already is left as it stands.
func (s *Service) SubmitPurchase(ctx context.Context, accountID, purchaseID string) (PurchaseView, error) {
	return PurchaseView{}, errSoon
}

// Purchases lists an account's purchases, the newest first. cursor is "" or the next of the page before; next is "" on the last.
func (s *Service) Purchases(ctx context.Context, accountID, cursor string, limit int) (page []PurchaseView, next string, err error) {
	return nil, "", errSoon
}

// Purchase is one purchase of an account.
func (s *Service) Purchase(ctx context.Context, accountID, id string) (PurchaseView, error) {
	return PurchaseView{}, errSoon
}

// ReturnFromAction looks a purchase up at the provider after the subscriber came back from authenticating.
func (s *Service) ReturnFromAction(ctx context.Context, accountID, purchaseID string) (PurchaseView, error) {
	return PurchaseView{}, errSoon
}

// Reconciliation counts what a pass over pending purchases found.
type Reconciliation struct {
	Looked    int
	Succeeded int
	Declined  int
	Resent    int
	Abandoned int
	Pending   int // still
	Failed    int // could not be looked up, or did not fit; see the error
}

// ReconcilePurchases looks up every pending purchase that is due. What fails for one does not keep it from the others.
func (s *Service) ReconcilePurchases(ctx context.Context) (Reconciliation, error) {
	return Reconciliation{}, errSoon
}

// ReceiveWebhook verifies an event of the provider, keeps it, and acts on it. Once kept it is answered well: what could not
// be done yet is done by ProcessWebhooks. Faults: webhook_signature.
func (s *Service) ReceiveWebhook(ctx context.Context, h http.Header, body []byte) error {
	return errSoon
}

// ProcessWebhooks acts on the events kept and not acted on yet.
func (s *Service) ProcessWebhooks(ctx context.Context) error { return errSoon }

// RunPayments is one pass of the worker: purchases that are due, events kept, removed cards forgotten at the provider.
func (s *Service) RunPayments(ctx context.Context) error { return errSoon }

func (s *Service) planPurchase(tx *models.Tx, m *models.MeterState, kind PurchaseKind, amount money.Amount, key string) (*models.Purchase, error) {
	return nil, errSoon
}
