package billing

import (
	"time"

	"extrausage/models"
	"extrausage/money"
)

// PurchaseState is how a purchase stands.
type PurchaseState string

// The states of a purchase. Planned, submitted, unknown and requires_action are pending: they come to an end without anybody
// asking again.
const (
	PurchasePlanned        PurchaseState = "planned"         // committed, not sent yet
	PurchaseSubmitted      PurchaseState = "submitted"       // being sent; nobody knows more if the process dies now
	PurchaseSucceeded      PurchaseState = "succeeded"       // debited and credited
	PurchaseDeclined       PurchaseState = "declined"        // not debited: the card's bank, or the subscriber, refused
	PurchaseRequiresAction PurchaseState = "requires_action" // not debited until the subscriber authenticates
	PurchaseUnknown        PurchaseState = "unknown"         // sent, and the answer was lost: only looking it up tells
	PurchaseAbandoned      PurchaseState = "abandoned"       // given up; nothing was debited
)

// Pending tells whether a purchase has not ended.
func (s PurchaseState) Pending() bool {
	switch s {
	case PurchasePlanned, PurchaseSubmitted, PurchaseUnknown, PurchaseRequiresAction:
		return true
	case PurchaseSucceeded, PurchaseDeclined, PurchaseAbandoned:
	}
	return false
}

// observation is what moves a purchase: how its charge stands, or what else was learnt or decided about it.
type observation string

const (
	sawSucceeded      = observation(ChargeSucceeded)
	sawDeclined       = observation(ChargeDeclined)
	sawRequiresAction = observation(ChargeRequiresAction)
	sawProcessing     = observation(ChargeProcessing)
	sawCanceled       = observation(ChargeCanceled)
	sawNoCharge       = observation("no_charge") // the provider knows of none, now
	sawNothing        = observation("nothing")   // the provider did not answer, or not so that it can be believed
	willSend          = observation("will_send")
	gaveUp            = observation("gave_up")
)

// nextPurchaseState is the state of a purchase after an observation.
func nextPurchaseState(state PurchaseState, saw observation) PurchaseState {
	switch {
	case saw == sawSucceeded:
		return PurchaseSucceeded // whatever was believed before: what was debited is credited
	case !state.Pending():
		return state
	case saw == sawDeclined:
		return PurchaseDeclined
	case saw == sawRequiresAction:
		return PurchaseRequiresAction
	case saw == sawCanceled, saw == gaveUp:
		return PurchaseAbandoned
	case saw == sawProcessing:
		return PurchaseUnknown
	case state == PurchaseRequiresAction:
		return state // its charge exists: never sent again
	case saw == willSend:
		return PurchaseSubmitted
	case state == PurchasePlanned:
		return state // never sent, so nothing can be unknown
	}
	return PurchaseUnknown
}

// The times in the life of a purchase.
const (
	// pickUpAfter is when a planned purchase is taken up by the worker: who planned it sends it at once, unless they died.
	pickUpAfter = time.Minute
	// answerWithin is when a purchase that was sent is looked up: longer than a debit may take to answer.
	answerWithin = debitTimeout + 30*time.Second
	// resendWithin is how long the same key is sent again: providers forget keys after 24 hours, and would debit twice.
	resendWithin = 23 * time.Hour
	// giveUpAfter is when a purchase without a charge, or one that waits for the subscriber, is given up.
	giveUpAfter = 24 * time.Hour
	// arriveWithin is how long after sending a charge may still turn up at the provider.
	arriveWithin = time.Hour
)

// sendDecision is what to do about a purchase that the provider has no charge for.
type sendDecision string

const (
	sendNow sendDecision = "send"
	waitOn  sendDecision = "wait"
	giveUp  sendDecision = "give_up"
)

// decideSend tells what to do about a purchase that the provider has no charge for. Allowed is whether it may be made as of now.
func decideSend(p *models.Purchase, now models.Instant, allowed bool) sendDecision {
	age := now.Sub(p.PlannedAt)
	switch {
	case age >= giveUpAfter:
		return giveUp
	case !allowed && (p.Sends == 0 || now.Sub(p.SubmittedAt) >= arriveWithin):
		return giveUp
	case !allowed || age >= resendWithin:
		return waitOn
	}
	return sendNow
}

// sendAsk is what is read again before each send.
type sendAsk struct {
	closed      bool
	cardRemoved bool
	reload      reloadAsk    // as of the current month
	planned     Limit        // of the month that the purchase was planned in
	reloaded    money.Amount // automatic purchases of that month, this one with them
}

func sendAskOf(p *models.Purchase, m *models.MeterState, card *models.PaymentMethod) sendAsk {
	month := m.Month(p.MonthStartsAt)
	return sendAsk{
		closed: m.Meter.Closed, cardRemoved: card.RemovedAt != 0, reload: reloadAskOf(m, currentMonth(m), 0),
		planned: limitOf(month), reloaded: month.Reloaded,
	}
}

// mayBeMade tells whether a purchase may be sent to the provider now: account, card and, for an automatic one, switches, pause,
// debt and the monthly limit.
func mayBeMade(p *models.Purchase, a sendAsk) bool {
	switch {
	case a.closed || a.cardRemoved:
		return false
	case PurchaseKind(p.Kind) == PurchaseManual:
		return true
	case a.planned.Kind == LimitAmount && a.reloaded > a.planned.Amount:
		return false
	case a.reload.walls.limit.Kind == LimitAmount && p.Amount > a.reload.walls.limit.Amount:
		return false
	}
	return a.reload.works()
}

// checkAgainAfter is how long a purchase that is pending for so long is left before it is looked up again.
func checkAgainAfter(pending time.Duration) time.Duration {
	switch {
	case pending < time.Minute:
		return 5 * time.Second
	case pending < 10*time.Minute:
		return 30 * time.Second
	case pending < time.Hour:
		return 5 * time.Minute
	}
	return 30 * time.Minute
}
