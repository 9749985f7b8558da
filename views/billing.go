package views

import "extrausage/money"

// Titled is the page's frame with its title; fragments of the page use it as well.
func (p BillingProps) Titled() Frame {
	return p.Frame.Named("billing.title").With(p.Credits.Amount).Failed(p.Credits.Problem != "" || p.PaymentMethod.Problem != "")
}

// Titled is the page's frame with its title.
func (p BuyCreditsReviewProps) Titled() Frame {
	return p.Frame.Named("billing.review_title").Failed(p.Problem != "")
}

// paymentMethodResult words what came of a visit to the payment provider; "" for none.
func paymentMethodResult(l Lang, r PaymentMethodResult) (string, FlashKind) {
	switch r {
	case "":
		return "", KindInfo
	case PaymentMethodAdded:
		return l.T("billing.method_added"), KindSuccess
	case PaymentMethodReplaced:
		return l.T("billing.method_replaced"), KindSuccess
	case PaymentMethodRemoved:
		return l.T("billing.method_removed"), KindSuccess
	case PaymentMethodCancelled:
		return l.T("billing.method_cancelled"), KindInfo
	case PaymentMethodPending:
		return l.T("billing.method_pending"), KindInfo
	case PaymentMethodRefused:
		return l.T("billing.method_refused"), KindDanger
	}
	return l.T("billing.method_unavailable"), KindWarning
}

// stateBadge is a purchase's state as a badge.
func stateBadge(s PurchaseState) (BadgeKind, string) {
	switch s {
	case PurchasePlanned:
		return BadgeBusy, "billing.state_planned"
	case PurchaseSubmitted:
		return BadgeBusy, "billing.state_submitted"
	case PurchaseSucceeded:
		return BadgeOn, "billing.state_succeeded"
	case PurchaseDeclined:
		return BadgeStop, "billing.state_declined"
	case PurchaseRequiresAction:
		return BadgeWarning, "billing.state_requires_action"
	case PurchaseAbandoned:
		return BadgeNeutral, "billing.state_abandoned"
	}
	return BadgeBusy, "billing.state_unknown"
}

// note says more about a purchase's state; empty where the state says it all.
func (p Purchase) note(l Lang) string {
	switch p.State {
	case PurchaseDeclined:
		return l.T(failureText(p.Failure))
	case PurchaseRequiresAction:
		return l.T("billing.state_action_note")
	case PurchaseUnknown:
		return l.T("billing.state_unknown_note")
	case PurchaseAbandoned:
		return l.T("billing.state_abandoned_note")
	}
	return ""
}

func failureText(f PurchaseFailure) string {
	switch f {
	case FailureInsufficientFunds:
		return "billing.failure_funds"
	case FailureExpiredCard:
		return "billing.failure_expired"
	case FailureAuthentication:
		return "billing.failure_authentication"
	case FailureLostOrStolen:
		return "billing.failure_blocked"
	}
	return "billing.failure_declined"
}

// what is what was bought, in a word.
func (p Purchase) what(l Lang) string {
	if p.Auto {
		return l.T("billing.purchase_auto")
	}
	return l.T("billing.purchase_manual")
}

// plainAmount is an amount as a form sends it back: digits and a point.
func plainAmount(a money.Amount) string { return a.Decimal() }

// anyReceipt says that a list of purchases needs a column for receipts.
func anyReceipt(purchases []Purchase) bool {
	for _, p := range purchases {
		if p.ReceiptURL != "" {
			return true
		}
	}
	return false
}
