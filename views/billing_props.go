package views

import (
	"time"

	"extrausage/money"
)

// BillingProps are the values of /settings/billing.
type BillingProps struct {
	Frame         Frame
	PaymentMethod PaymentMethodProps
	Credits       CreditsProps
	Purchases     PurchasesProps
	Invoices      InvoicesProps
}

// PaymentMethodProps: POST /settings/billing/payment-method leads to the provider's page to add or replace a card,
// POST /settings/billing/payment-method/remove removes it.
type PaymentMethodProps struct {
	Lang Lang
	// Card is nil when there is none.
	Card *Card
	// Reload says that auto-reload is on, so that removing the card turns it off.
	Reload bool
	// Balance stays when the card goes; the page says so.
	Balance money.Amount
	// Result is what came of a visit to the provider, or of removing.
	Result PaymentMethodResult
	// Problem is a worded error of no field; empty when there is none.
	Problem string
}

// PaymentMethodResult is what came of a visit to the payment provider's page.
type PaymentMethodResult string

// The results; none is the empty string.
const (
	PaymentMethodAdded       PaymentMethodResult = "added"
	PaymentMethodReplaced    PaymentMethodResult = "replaced"
	PaymentMethodRemoved     PaymentMethodResult = "removed"
	PaymentMethodCancelled   PaymentMethodResult = "cancelled"   // the subscriber came back without a card
	PaymentMethodPending     PaymentMethodResult = "pending"     // the provider has not decided yet
	PaymentMethodRefused     PaymentMethodResult = "refused"     // the provider does not take this card
	PaymentMethodUnavailable PaymentMethodResult = "unavailable" // the provider does not answer
)

// CreditsProps: POST /settings/billing/credits, fields amount and key; the answer is the review page.
type CreditsProps struct {
	Lang Lang
	// Balance is what is there; Held of it is reserved for requests in progress.
	Balance, Held money.Amount
	// Card pays; nil means that one has to be added first.
	Card   *Card
	Amount Field
	// Key makes the purchase unique however often the form is sent.
	Key string
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	// Min and Max bound a purchase.
	Min, Max money.Amount
}

// BuyCreditsReviewProps are the values of the page that asks to confirm a purchase. It posts amount, key and
// confirm (the amount shown, in plain decimals) to /settings/billing/credits.
type BuyCreditsReviewProps struct {
	Frame  Frame
	Amount money.Amount
	// BalanceAfter is the balance with the credits in it, if nothing else happens meanwhile.
	Balance, BalanceAfter money.Amount
	Card                  Card
	Key                   string
	// Problem is a worded error of no field; empty when there is none.
	Problem string
}

// PurchasesProps is the list of purchases, newest first.
type PurchasesProps struct {
	Lang      Lang
	Purchases []Purchase
	// NextURL leads to older ones; empty when there are none.
	NextURL string
}

// Purchase is credits bought, or tried to be bought, with the card.
type Purchase struct {
	ID     string
	At     time.Time
	Amount money.Amount
	// Auto says that auto-reload bought it.
	Auto  bool
	State PurchaseState
	// Failure is the provider's word for why it was declined.
	Failure PurchaseFailure
	Card    Card
	// ActionURL is where a form leads to the bank for the subscriber to confirm; set in PurchaseRequiresAction.
	ActionURL string
	// Refunded is what went back to the card.
	Refunded money.Amount
	// Disputed says that the cardholder contested the debit.
	Disputed bool
	// ReceiptURL is set once there is a receipt.
	ReceiptURL string
}

// PurchaseState is how far a purchase is.
type PurchaseState string

// The states, named as in the database.
const (
	PurchasePlanned        PurchaseState = "planned"
	PurchaseSubmitted      PurchaseState = "submitted"
	PurchaseSucceeded      PurchaseState = "succeeded"
	PurchaseDeclined       PurchaseState = "declined"
	PurchaseRequiresAction PurchaseState = "requires_action"
	PurchaseUnknown        PurchaseState = "unknown"
	PurchaseAbandoned      PurchaseState = "abandoned"
)

// PurchaseFailure is why a card was declined. A failure the views do not know reads as "declined by the bank".
type PurchaseFailure string

// The failures that have words of their own.
const (
	FailureInsufficientFunds PurchaseFailure = "insufficient_funds"
	FailureExpiredCard       PurchaseFailure = "expired_card"
	FailureAuthentication    PurchaseFailure = "authentication_required"
	FailureLostOrStolen      PurchaseFailure = "card_blocked"
)

// The ids of what became of a purchase, for Flash.MessageID. Values: Amount, Card.
const (
	MsgBought       = "billing.flash_bought"
	MsgBuyDeclined  = "billing.flash_declined"
	MsgBuyAction    = "billing.flash_action"
	MsgBuyPending   = "billing.flash_pending"
	MsgBuyAbandoned = "billing.flash_abandoned"
)
