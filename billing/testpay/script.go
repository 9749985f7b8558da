package testpay

import (
	"context"
	"time"

	"extrausage/billing"
)

// Script makes the provider misbehave, for tests. It is asked about every call and every webhook; a nil function wants nothing
// unusual. It is asked in the goroutine of the call, outside the provider's transactions, and nothing here sleeps, starts
// goroutines or reads another clock than Config.Clock: with functions that follow from a seed, everything does.
//
//	pay.Play(testpay.Script{
//		Call:    func(c testpay.Call) testpay.Fault { if c.Op == testpay.OpDebit && dice.IntN(3) == 0 { return testpay.AnswerLost }; return testpay.None },
//		Webhook: func(testpay.Webhook) testpay.Handling { return testpay.Handling{Posts: []testpay.Alteration{testpay.BadSignature, testpay.Genuine}} },
//		Shuffle: dice.Shuffle,
//	})
//	pay.Play(testpay.Script{}) // the faults stop
type Script struct {
	Call    func(Call) Fault
	Webhook func(Webhook) Handling
	Shuffle func(n int, swap func(i, j int)) // puts the webhooks of one Deliver into another order; rand.Rand.Shuffle fits
}

// Op names a call of the app, or an action at the dashboard.
type Op string

// What the script is asked about, and what Call.Object is then.
const (
	OpDebit        Op = "debit"        // the purchase
	OpFindCharge   Op = "find_charge"  // the purchase, or the charge where only that is asked for
	OpAuthenticate Op = "authenticate" // the charge
	OpCancel       Op = "cancel"       // the charge
	OpReversed     Op = "reversed"     // ""
	OpStartSetup   Op = "start_setup"  // the request's ID
	OpSetup        Op = "setup"        // the session
	OpDetach       Op = "detach"       // the card
	OpRefund       Op = "refund"       // the charge; only Racing does something
	OpDispute      Op = "dispute"      // the charge; only Racing does something
)

// Call is one call, before anything has happened.
type Call struct {
	Op     Op
	Object string
	At     time.Time // the provider's clock
}

// Fault is what goes wrong with a call. Where it makes the call fail it is also the error: errors.Is(err, testpay.Down).
type Fault string

// What can go wrong. "Executed" means that the call had its effect and only its answer is not what it should be.
const (
	None            Fault = ""
	Slow            Fault = "slow"              // executed, and answered after the caller's deadline: context.DeadlineExceeded, at once
	AnswerLost      Fault = "answer_lost"       // executed; the connection ends before the answer
	ErrorBefore     Fault = "error_before"      // 5xx, not executed
	ErrorAfter      Fault = "error_after"       // executed, 5xx; a debit's key answers the same 5xx from then on, look-ups tell the truth
	TooManyRequests Fault = "too_many_requests" // 429, not executed
	KeyInUse        Fault = "key_in_use"        // 409, not executed: another request with this key is said to be under way
	Down            Fault = "down"              // nobody answers, not executed

	// NotFound makes a look-up of a charge see none, as a search that lags behind does; the charge may be there.
	NotFound Fault = "not_found"

	// How a debit goes that is executed now; one whose key is known is answered as it went. Other calls take no notice.
	SoftDecline         Fault = "soft_decline"         // declined, insufficient_funds
	HardDecline         Fault = "hard_decline"         // declined, card_blocked
	NeedsAuthentication Fault = "needs_authentication" // requires_action
	Processing          Fault = "processing"           // processing, and succeeded after ProcessingFor
	CardRemoved         Fault = "card_removed"         // the card is removed at the provider before: declined, card_removed

	// Racing lets a refund and a dispute of one charge take more than the charge together, as happens when they cross.
	Racing Fault = "racing"
)

// Error is the fault's name.
func (f Fault) Error() string { return "testpay: " + string(f) }

// Is makes an answer that came too late the same as the end of the caller's patience.
func (f Fault) Is(target error) bool { return f == Slow && target == context.DeadlineExceeded }

// before is the error of a call that does not get as far as being executed.
func (f Fault) before() error {
	switch f {
	case ErrorBefore, TooManyRequests, KeyInUse, Down:
		return f
	}
	return nil
}

// after is the error of a call that was executed.
func (f Fault) after() error {
	switch f {
	case Slow, AnswerLost, ErrorAfter:
		return f
	}
	return nil
}

// Webhook is an event that is due.
type Webhook struct {
	ID       string
	Type     string // "charge.succeeded"
	Object   string // of a charge or a visit
	Purchase string // "" for a visit
	Attempts int    // posted so often before
	At       time.Time
}

// Handling is what becomes of a webhook that is due. The zero value posts it once, as it is.
type Handling struct {
	Drop  bool          // never posted
	Delay time.Duration // posted so much later; an event is delayed at most once
	Posts []Alteration  // what is posted instead of one genuine copy, in this order; the answer to the last one counts
}

// Alteration is what is wrong with a posted copy.
type Alteration string

// The alterations.
const (
	Genuine      Alteration = ""
	WrongAccount Alteration = "wrong_account" // about the newest charge of another account, or an unknown one
	WrongMode    Alteration = "wrong_mode"    // of real money
	Stale        Alteration = "stale"         // signed ten minutes ago
	BadSignature Alteration = "bad_signature" // signed with another secret
	UnknownType  Alteration = "unknown_type"
)

// Play makes a script the current one, for all calls and webhooks from now on.
func (s *Service) Play(script Script) { s.script.Store(&script) }

// fault asks the script about a call.
func (s *Service) fault(op Op, object string) Fault {
	if script := s.script.Load(); script.Call != nil {
		return script.Call(Call{Op: op, Object: object, At: s.now()})
	}
	return None
}

// call makes a call of the app as the script wants it; do executes it.
func (s *Service) call(op Op, object string, do func() error) error {
	f := s.fault(op, object)
	if err := f.before(); err != nil {
		return err
	}
	if f == NotFound && op == OpFindCharge {
		return billing.ErrNoCharge
	}
	err := do()
	if lost := f.after(); lost != nil {
		return lost // whatever the answer would have been
	}
	return err
}
