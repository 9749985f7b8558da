package testpay

import (
	"time"

	"extrausage/billing"
)

// kind names a test card by what it does.
type kind string

const (
	succeeds          kind = "succeeds"
	declined          kind = "declined"
	insufficientFunds kind = "insufficient_funds"
	needsAuthentic    kind = "needs_authentication"
	answerLost        kind = "answer_lost"
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
	{declined, "visa", "0002"},
	{insufficientFunds, "visa", "9995"},
	{needsAuthentic, "visa", "3155"},
	{answerLost, "mastercard", "4444"},
	{expiresNextMonth, "mastercard", "8210"},
	{disputedLater, "visa", "0259"},
}

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
	if k == expiresNextMonth {
		end = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return int(end.Month()), end.Year()
}

// debit is what the course of a debit depends on.
type debit struct {
	kind     kind
	detached bool
	expired  bool
}

// course is how a debit goes: how it stands afterwards, and whether the caller hears of it.
type course struct {
	state   billing.ChargeState
	failure string
	unheard bool // the debit stands, but the answer does not arrive
}

// courseOf decides how a debit goes. It is the only place that does.
func courseOf(d debit) course {
	switch {
	case d.detached:
		return course{state: billing.ChargeDeclined, failure: "card_removed"}
	case d.expired:
		return course{state: billing.ChargeDeclined, failure: billing.FailureExpired}
	}
	switch d.kind {
	case declined:
		return course{state: billing.ChargeDeclined, failure: billing.FailureDeclined}
	case insufficientFunds:
		return course{state: billing.ChargeDeclined, failure: billing.FailureInsufficientFunds}
	case needsAuthentic:
		return course{state: billing.ChargeRequiresAction}
	case answerLost:
		return course{state: billing.ChargeSucceeded, unheard: true}
	case succeeds, expiresNextMonth, disputedLater:
		return course{state: billing.ChargeSucceeded}
	}
	return course{state: billing.ChargeDeclined, failure: billing.FailureDeclined}
}
