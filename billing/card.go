package billing

import (
	"context"
	"errors"
	"time"
)

// PaymentMethodView is the card of an account as its owner may see it.
type PaymentMethodView struct {
	Brand       string // "visa"
	Last4       string
	ExpMonth    int
	ExpYear     int
	ExpiresSoon bool // this month or next, or already
	AddedAt     time.Time
}

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

var errSoon = errors.New("not written yet")

// PaymentMethod is the card that purchases are made with; false where there is none.
func (s *Service) PaymentMethod(ctx context.Context, accountID string) (PaymentMethodView, bool, error) {
	return PaymentMethodView{}, false, errSoon
}

// StartCardSetup opens a visit to the provider's page to add or replace the card, and gives its address, a secret.
// Faults: account_closed.
func (s *Service) StartCardSetup(ctx context.Context, accountID string, returnTo ReturnTo) (url string, err error) {
	return "", errSoon
}

// FinishCardSetup takes the card over that was added in a visit, and says which page the visit was for. Calling it again
// changes nothing and answers the same. Faults: setup_unknown, setup_not_finished, setup_other_account.
func (s *Service) FinishCardSetup(ctx context.Context, accountID, session string) (ReturnTo, error) {
	return "", errSoon
}

// RemoveCard archives the card and turns auto-reload off with it. Without a card it does nothing.
func (s *Service) RemoveCard(ctx context.Context, accountID string) error { return errSoon }
