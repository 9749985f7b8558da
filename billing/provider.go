package billing

import (
	"context"
	"errors"
	"net/http"
	"time"

	"extrausage/money"
)

// Provider is a payment provider: Stripe, or the embedded test provider. The app never sees a card number: cards are added on
// the provider's own page, debits are made by reference. All calls may time out; no call is made inside a transaction.
type Provider interface {
	Name() string // "stripe", "test"
	Live() bool   // real money; objects of the other mode are never accepted

	// StartSetup opens a visit to the provider's page to add a card. Calling it again with the same ID gives the same visit.
	StartSetup(context.Context, SetupRequest) (SetupVisit, error)
	// Setup looks up how a visit ended; ErrNoSetup when there is none.
	Setup(ctx context.Context, session string) (SetupResult, error)
	// Detach forgets a card at the provider; one that is gone already is no error.
	Detach(ctx context.Context, method string) error

	// Debit takes money from a card under the purchase's id as idempotency key. A Charge, declined ones included, is certain.
	// Every error leaves open whether the card was debited: only FindCharge tells. What a request says must follow from the
	// purchase alone, because a provider refuses a key that comes back with another request.
	Debit(context.Context, DebitRequest) (Charge, error)
	// FindCharge looks the charge of a purchase up by our id in the provider's metadata; ErrNoCharge when there is none. Where
	// there are several, one that took money comes first, then the newest.
	FindCharge(context.Context, ChargeQuery) (Charge, error)
	// Authenticate begins, or goes on with, the authentication of a charge that waits for the subscriber, who is there: the
	// Charge it gives says where (ActionURL), or how it ended meanwhile. A bank that asks nothing after all debits at once.
	Authenticate(ctx context.Context, charge, returnURL string) (Charge, error)
	// Cancel gives up a charge that waits for the subscriber. One that has ended stays as it ended.
	Cancel(ctx context.Context, charge string) error
	// Reversed names the purchases whose charges had a refund or a dispute opened since a time, each once.
	Reversed(ctx context.Context, since time.Time) (purchaseIDs []string, err error)

	// ReadWebhook verifies the signature over the raw body (±300 s, any of the secrets) and reads what it is about.
	ReadWebhook(h http.Header, body []byte, now time.Time) (WebhookEvent, error)
}

// ErrNoCharge says that the provider knows no charge for a purchase.
var ErrNoCharge = errors.New("no such charge at the provider")

// ErrNoSetup says that the provider knows no such visit.
var ErrNoSetup = errors.New("no such visit at the provider")

// ErrBadSignature says that a webhook was not sent by the provider, or too long ago.
var ErrBadSignature = errors.New("webhook signature does not verify")

// SetupRequest asks for a visit to add a card. Reference is our account's id and comes back in the result.
type SetupRequest struct {
	ID        string // ours; the idempotency key
	Reference string
	Customer  string // the provider's, "" for a new one
	Email     string
	Locale    string
	ReturnURL string // the provider adds ?session=<session> (or &session=)
	CancelURL string
}

// SetupVisit is where to send the subscriber. The URL is a secret: it is never logged.
type SetupVisit struct {
	Session string
	URL     string
}

// SetupResult is how a visit ended. Done is false while, or when, no card was added.
type SetupResult struct {
	Session   string
	Reference string
	Live      bool
	Done      bool
	Customer  string
	Card      Card
}

// Card is a payment method as far as we may know it.
type Card struct {
	Method      string // the provider's id
	Brand       string // "visa"
	Last4       string
	ExpMonth    int
	ExpYear     int
	Fingerprint string // equal for the same card
}

// DebitRequest is one debit. PurchaseID is its idempotency key for ever.
type DebitRequest struct {
	PurchaseID string
	AccountID  string
	Customer   string
	Method     string
	Amount     money.Amount // whole cents
	OnSession  bool         // the subscriber is there and can authenticate
	ReturnURL  string
}

// ChargeQuery says which charge to look up: that of a purchase, or the one with the provider's id where only that is known. The
// rest helps a provider to be sure where a search by our id may lag behind.
type ChargeQuery struct {
	PurchaseID string
	Charge     string    // the provider's id, "" where it is not known
	Customer   string    // whose card is debited, "" where it is not known
	Since      time.Time // the charge is not older
}

// ChargeState is how a debit stands at the provider.
type ChargeState string

// The states of a charge.
const (
	ChargeSucceeded      ChargeState = "succeeded"
	ChargeDeclined       ChargeState = "declined"
	ChargeRequiresAction ChargeState = "requires_action"
	ChargeProcessing     ChargeState = "processing"
	ChargeCanceled       ChargeState = "canceled"
)

// Charge is a debit as the provider knows it.
type Charge struct {
	ID         string
	PurchaseID string // from the metadata
	AccountID  string // from the metadata
	Live       bool
	State      ChargeState
	Amount     money.Amount
	Failure    string // where declined: a code, see the Failure constants
	ActionURL  string // where the subscriber authenticates; may be "" until Authenticate
	Reversals  []Reversal
}

// Reversal is money of a charge that went back to the card, or is claimed back: a refund, ours or from the provider's
// dashboard, or a dispute.
type Reversal struct {
	ID     string // the provider's, of this refund or dispute
	Kind   ReversalKind
	State  ReversalState
	Amount money.Amount // of this one, not all so far
}

// ReversalKind tells refunds and disputes apart.
type ReversalKind string

// The kinds of reversals.
const (
	Refund  ReversalKind = "refund"
	Dispute ReversalKind = "dispute"
)

// ReversalState is whether a reversal has taken the money. It only moves forward: open, taken, returned; or open, closed.
type ReversalState string

// The states of a reversal.
const (
	ReversalOpen     ReversalState = "open"     // nothing taken so far: an inquiry, a refund not made yet
	ReversalTaken    ReversalState = "taken"    // refunded; or disputed, under review or lost
	ReversalReturned ReversalState = "returned" // came back: a dispute that was won, a refund that failed
	ReversalClosed   ReversalState = "closed"   // ended without taking anything
)

// EventKind tells what a webhook is about.
type EventKind string

// The kinds of webhooks. Other ones are kept for the record and change nothing.
const (
	ChargeEvent EventKind = "charge"
	SetupEvent  EventKind = "setup"
	OtherEvent  EventKind = "other"
)

// Why a charge was declined, where the subscriber is told more than that it was. A provider gives its other codes as they are.
const (
	FailureDeclined          = "card_declined"
	FailureInsufficientFunds = "insufficient_funds"
	FailureExpired           = "expired_card"
	FailureAuthentication    = "authentication_required" // the confirmation did not come, or was refused
	FailureBlocked           = "card_blocked"
)

// WebhookEvent is a hint that something happened to an object. Nothing in it is believed but that the object is worth a look.
type WebhookEvent struct {
	ID         string
	Kind       EventKind
	Object     string // the provider's id: of a charge, or of a visit (its session)
	PurchaseID string // for a charge, from the metadata; "" where the event does not tell, so that Object is to be looked up
	Live       bool
}
