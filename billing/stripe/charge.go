package stripe

import (
	"fmt"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
	"extrausage/money"
)

// chargeOf is a PaymentIntent as billing knows it, reversals left out.
func chargeOf(pi *api.PaymentIntent) (billing.Charge, error) {
	if string(pi.Currency) != currency {
		return billing.Charge{}, fmt.Errorf("stripe: charge %s is in %q", pi.ID, pi.Currency)
	}
	c := billing.Charge{
		ID: pi.ID, PurchaseID: pi.Metadata[purchaseKey], AccountID: pi.Metadata[accountKey], Live: pi.Livemode, Amount: money.Cents(pi.Amount),
	}
	switch pi.Status {
	case api.PaymentIntentStatusSucceeded:
		c.State, c.Amount = billing.ChargeSucceeded, money.Cents(pi.AmountReceived)
	case api.PaymentIntentStatusProcessing:
		c.State = billing.ChargeProcessing
	case api.PaymentIntentStatusCanceled:
		c.State = billing.ChargeCanceled
	case api.PaymentIntentStatusRequiresAction:
		c.State, c.ActionURL = billing.ChargeRequiresAction, actionURL(pi)
	case api.PaymentIntentStatusRequiresPaymentMethod, api.PaymentIntentStatusRequiresConfirmation:
		c.State, c.Failure = unconfirmed(pi.LastPaymentError)
	case api.PaymentIntentStatusRequiresCapture: // never asked for: a debit captures at once
	}
	if c.State == "" {
		return billing.Charge{}, fmt.Errorf("stripe: charge %s is %q", pi.ID, pi.Status)
	}
	return c, nil
}

// actionURL is the page on which the subscriber authenticates, "" where Stripe wants its own script to show it.
func actionURL(pi *api.PaymentIntent) string {
	if pi.NextAction == nil || pi.NextAction.RedirectToURL == nil {
		return ""
	}
	return pi.NextAction.RedirectToURL.URL
}

// unconfirmed is how a PaymentIntent stands that has taken nothing and takes nothing until it is confirmed once more, which
// nobody but we can do: declined, or waiting for the subscriber, who is asked where the bank wants it. One that was never
// confirmed, because Stripe failed half-way, waits as well: it is cancelled after a day, as all that wait.
func unconfirmed(last *api.Error) (billing.ChargeState, string) {
	switch {
	case last == nil:
		return billing.ChargeRequiresAction, ""
	case last.Code == api.ErrorCodeAuthenticationRequired, last.DeclineCode == api.DeclineCodeAuthenticationRequired:
		return billing.ChargeRequiresAction, ""
	}
	return billing.ChargeDeclined, failure(last)
}

// failures are the codes that the subscriber is told more about. What the bank suspects (lost, stolen, fraudulent) is left out,
// as Stripe asks for: whoever holds such a card is told that it was declined.
var failures = map[string]string{
	string(api.DeclineCodeExpiredCard):                      billing.FailureExpired,
	string(api.DeclineCodeInsufficientFunds):                billing.FailureInsufficientFunds,
	string(api.DeclineCodeWithdrawalCountLimitExceeded):     billing.FailureInsufficientFunds,
	string(api.ErrorCodePaymentIntentAuthenticationFailure): billing.FailureAuthentication,
	string(api.DeclineCodeRestrictedCard):                   billing.FailureBlocked,
	string(api.DeclineCodePickupCard):                       billing.FailureBlocked,
	string(api.DeclineCodeRevocationOfAuthorization):        billing.FailureBlocked,
	string(api.DeclineCodeRevocationOfAllAuthorizations):    billing.FailureBlocked,
	string(api.DeclineCodeStopPaymentOrder):                 billing.FailureBlocked,
	string(api.DeclineCodeInvalidAccount):                   billing.FailureBlocked,
}

// failure is why a card was declined: by the bank's reason where it gave one, else by Stripe's code.
func failure(e *api.Error) string {
	if f, ok := failures[string(e.DeclineCode)]; ok {
		return f
	}
	if f, ok := failures[string(e.Code)]; ok {
		return f
	}
	if e.DeclineCode != "" || e.Code == "" {
		return billing.FailureDeclined
	}
	return string(e.Code)
}
