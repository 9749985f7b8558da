package views

import (
	"time"

	"extrausage/money"
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
	// PDFURL is empty until the invoice is issued.
	PDFURL, CSVURL string
}

// InvoiceState is whether an invoice can still change.
type InvoiceState string

// The states of an invoice.
const (
	InvoicePreview InvoiceState = "preview" // the month is running
	InvoiceClosing InvoiceState = "closing" // the month is over, requests of it still in progress
	InvoiceIssued  InvoiceState = "issued"
	InvoiceEmpty   InvoiceState = "empty" // the month is over, and nothing was there to invoice
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
	PDFURL       string
	// Address is the page's whole URL, for who holds it on paper.
	Address string
}

// InvoiceProps are the values of /settings/billing/invoices/{month}. The frame's language tells times in the month's own zone.
type InvoiceProps struct {
	Frame  Frame
	State  InvoiceState
	Number string
	// At is when it was issued; before, when the figures were so.
	At time.Time
	// Starts and Ends bound the billing month, the end excluded.
	Starts, Ends time.Time
	// TimeZone is the zone the month was kept in, as Europe/Rome.
	TimeZone string
	Seller   Party
	Buyer    Party
	// Account is the buyer's account id.
	Account string
	// PlanName and PlanPrice are for information: the subscription is billed separately.
	PlanName  string
	PlanPrice money.Amount
	Models    []InvoiceModel
	// Extra is the sum of the models' charges.
	Extra money.Amount
	// Purchases are the credits of the month, Others what else moved the balance: refunds, disputes, corrections.
	Purchases, Others []InvoiceMovement
	// Purchased is the sum of Purchases. Returned, of refunds and disputes, and Corrections are those of Others.
	Purchased, Returned, Corrections money.Amount
	// Opening + Purchased − Returned + Corrections − Extra = Closing.
	Opening, Closing money.Amount
	PDFURL, CSVURL   string
	// Address is the page's whole URL, for who holds it on paper.
	Address string
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

// InvoiceMovement is what moved the balance other than extra usage.
type InvoiceMovement struct {
	Kind InvoiceMovementKind
	At   time.Time
	// Amount is signed, as it moved the balance.
	Amount money.Amount
	// Receipt is the number of the purchase's receipt; empty for what is about no purchase.
	Receipt string
	// ReceiptURL is set where the receipt can be opened.
	ReceiptURL string
	Card       Card
}

// InvoiceMovementKind is why a balance moved.
type InvoiceMovementKind string

// The kinds of movements.
const (
	MovementPurchase   InvoiceMovementKind = "purchase"
	MovementAutoReload InvoiceMovementKind = "auto_reload"
	MovementRefund     InvoiceMovementKind = "refund"
	MovementDispute    InvoiceMovementKind = "dispute"
	MovementDisputeWon InvoiceMovementKind = "dispute_won"
	MovementCorrection InvoiceMovementKind = "correction"
)
