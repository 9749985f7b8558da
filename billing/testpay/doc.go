// Package testpay is a payment provider in miniature: what Stripe is to production, without money.
//
// It plays an outside service, so that everything around it is exercised as in production: it has a durable store of its own
// (a SQLite file), pages of its own that the subscriber is sent to and comes back from, ids and secrets of its own, an outbox
// that posts signed webhooks, and its own truth of what was debited. Nothing of the app is reached but over billing.Provider
// and HTTP. A person chooses one of several named cards, each of which behaves in its own way, and plays merchant and bank at
// the dashboard (refunds, disputes); no field takes a card number. A test plays a Script instead: every fault of a provider and
// of its webhooks, by one function for calls and one for events, with no clock, chance or goroutine of its own. Captured,
// Charges and Tallies are what really happened, whatever the script let the app hear.
//
// Like a real provider it forgets a key after a day: the same debit sent again takes money again, and the truth shows both.
//
// It is for development, demonstrations and tests. New does not know where it runs: whoever wires the program must refuse it
// in production (commands do, at start). Its objects are never live.
package testpay
