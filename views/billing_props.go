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
	// ActionURL is where the subscriber confirms with the bank; set in PurchaseRequiresAction.
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

// InvoicesProps is the list of billing months, newest first.
type InvoicesProps struct {
	Lang   Lang
	Months []InvoiceMonth
}

// InvoiceMonth is one billing month and its invoice.
type InvoiceMonth struct {
	// URL of the invoice: /settings/billing/invoices/2026-11.
	URL    string
	Starts time.Time
	// Number is empty until the invoice is issued.
	Number string
	State  InvoiceState
	// Extra is the sum of extra usage.
	Extra money.Amount
}

// InvoiceState is whether an invoice can still change.
type InvoiceState string

// The states of an invoice.
const (
	InvoicePreview InvoiceState = "preview" // the month is running
	InvoiceClosing InvoiceState = "closing" // the month is over, requests of it still in progress
	InvoiceIssued  InvoiceState = "issued"
)

// Party is the seller or the buyer on receipts and invoices.
type Party struct {
	Name    string
	Company string
	// Address has several lines.
	Address string
	TaxID   string
	Email   string
}

// ReceiptProps are the values of /settings/billing/purchases/{id}.
type ReceiptProps struct {
	Frame    Frame
	Number   string
	Seller   Party
	Buyer    Party
	Purchase Purchase
	// BalanceAfter is the balance right after the credits came in.
	BalanceAfter money.Amount
}

// InvoiceProps are the values of /settings/billing/invoices/{month}.
type InvoiceProps struct {
	Frame  Frame
	State  InvoiceState
	Number string
	// Issued is when, if it is.
	Issued time.Time
	// Starts and Ends bound the billing month, the end excluded.
	Starts, Ends time.Time
	Seller       Party
	Buyer        Party
	// PlanName and PlanPrice are for information: the subscription is billed separately.
	PlanName  string
	PlanPrice money.Amount
	Models    []InvoiceModel
	// Extra is the sum of the models' charges.
	Extra money.Amount
	// Purchases are the debits of the month, with what went back.
	Purchases []Purchase
	// Purchased and Returned are their sums: credits bought, and refunds and disputes.
	Purchased, Returned money.Amount
	// Corrections is the sum of corrections by the operator; usually zero.
	Corrections money.Amount
	// Opening + Purchased − Returned + Corrections − Extra = Closing.
	Opening, Closing money.Amount
	PDFURL, CSVURL   string
}

// InvoiceModel is the extra usage of one model in a month.
type InvoiceModel struct {
	Model    string
	Requests int
	// Lines are tokens and cost by class and tier, of all requests that were at least in part extra usage.
	Lines []PricedLine
	// PlanPart and Absorbed of their cost were not charged.
	PlanPart, Absorbed money.Amount
	// Charge is what was charged: the lines' cost − PlanPart − Absorbed.
	Charge money.Amount
}

// The ids of what became of a purchase, for Flash.MessageID. Values: Amount, Card.
const (
	MsgBought       = "billing.flash_bought"
	MsgBuyDeclined  = "billing.flash_declined"
	MsgBuyAction    = "billing.flash_action"
	MsgBuyPending   = "billing.flash_pending"
	MsgBuyAbandoned = "billing.flash_abandoned"
)
