// Package billing holds the rules of Extra Usage.
//
// decide*.go are pure: values in, a decision out; they keep the promises (docs/design.md) and are what the property tests turn
// around. Everything else is use cases: one exported method of Service is one use case and one transaction, which reads, asks a
// decision and writes. Time enters a transaction once, ids come from Service.newID, nothing leaves the house inside a
// transaction: a debit, a mail, a webhook is a row committed with its cause and done later by a worker under an idempotency key.
//
// A use case returns billing's own values and, when it does not happen, a *Fault: a code for programs that handlers turn into
// a sentence. Any other error is internal. A refused request is not a fault: it is a Refusal, with one reason and the next step.
package billing
