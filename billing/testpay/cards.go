package testpay

import (
	"time"

	"extrausage/billing"
)

// kind names a test card by what it does.
type kind string

const (
	succeeds          kind = "succeeds"
	succeedsOnce      kind = "succeeds_once"
	declined          kind = "declined"
	insufficientFunds kind = "insufficient_funds"
	expired           kind = "expired"
	needsAuthentic    kind = "needs_authentication"
	authenticOffline  kind = "needs_authentication_off_session"
	answerLost        kind = "answer_lost"
	slow              kind = "slow"
	serverError       kind = "server_error"
	processing        kind = "processing"
	expiresNextMonth  kind = "expires_next_month"
	disputedLater     kind = "disputed_later"
)

// testCard is a card to choose from.
type testCard struct {
	kind  kind
	brand string
	last4 string
}

// testCards in the order in which the page offers them.
var testCards = []testCard{
	{succeeds, "visa", "4242"},
	{succeedsOnce, "visa", "0341"},
	{declined, "visa", "0002"},
	{insufficientFunds, "visa", "9995"},
	{expired, "visa", "0069"},
	{needsAuthentic, "visa", "3155"},
	{authenticOffline, "visa", "3184"},
	{answerLost, "mastercard", "4444"},
	{slow, "mastercard", "8408"},
	{serverError, "mastercard", "0500"},
	{processing, "mastercard", "7726"},
	{expiresNextMonth, "mastercard", "8210"},
	{disputedLater, "visa", "0259"},
}

const (
	// ProcessingFor is how long a charge stays in processing before it succeeds.
	ProcessingFor = 20 * time.Second
	// DisputedAfter is how long after a charge of the card "disputed later" its dispute is opened.
	DisputedAfter = 48 * time.Hour
)

func cardOf(k kind) (testCard, bool) {
	for _, c := range testCards {
		if c.kind == k {
			return c, true
		}
	}
	return testCard{}, false
}

// expiry is the last month in which a card added at t works.
func expiry(k kind, t time.Time) (month, year int) {
	end := time.Date(t.Year()+3, time.December, 1, 0, 0, 0, 0, time.UTC)
	switch k {
	case expiresNextMonth:
		end = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	case expired:
		end = time.Date(t.Year(), t.Month()-1, 1, 0, 0, 0, 0, time.UTC)
	}
	return int(end.Month()), end.Year()
}

// debit is what the course of a debit depends on.
type debit struct {
	fault     Fault // as the script wants it
	kind      kind
	detached  bool
	expired   bool
	onSession bool
	paid      bool // the card has paid before
}

// course is how a debit goes: how it stands afterwards, and what the caller hears of it.
type course struct {
	state    billing.ChargeState
	failure  string
	fault    Fault // of the answer; the debit stands
	disputed bool  // later
}

// courseOf decides how a debit goes. It is the only place that does.
func courseOf(d debit) course {
	way := courseOfCard(d)
	switch d.fault {
	case SoftDecline:
		way = course{state: billing.ChargeDeclined, failure: billing.FailureInsufficientFunds}
	case HardDecline:
		way = course{state: billing.ChargeDeclined, failure: billing.FailureBlocked}
	case NeedsAuthentication:
		way = course{state: billing.ChargeRequiresAction}
	case Processing:
		way.state, way.failure = billing.ChargeProcessing, ""
	}
	switch {
	case d.detached:
		way = course{state: billing.ChargeDeclined, failure: "card_removed"}
	case d.expired:
		way = course{state: billing.ChargeDeclined, failure: billing.FailureExpired}
	}
	if d.fault != None {
		way.fault = d.fault
	}
	return way
}

func courseOfCard(d debit) course {
	went := course{state: billing.ChargeSucceeded}
	switch d.kind {
	case declined:
		return course{state: billing.ChargeDeclined, failure: billing.FailureDeclined}
	case succeedsOnce:
		if d.paid {
			return course{state: billing.ChargeDeclined, failure: billing.FailureDeclined}
		}
	case insufficientFunds:
		return course{state: billing.ChargeDeclined, failure: billing.FailureInsufficientFunds}
	case needsAuthentic:
		return course{state: billing.ChargeRequiresAction}
	case authenticOffline:
		if !d.onSession {
			return course{state: billing.ChargeRequiresAction}
		}
	case answerLost:
		went.fault = AnswerLost
	case slow:
		went.fault = Slow
	case serverError:
		went.fault = ErrorAfter
	case processing:
		went.state = billing.ChargeProcessing
	case disputedLater:
		went.disputed = true
	case succeeds, expiresNextMonth, expired:
	default:
		return course{state: billing.ChargeDeclined, failure: billing.FailureDeclined}
	}
	return went
}
