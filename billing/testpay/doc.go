// Package testpay is a payment provider in miniature: what Stripe is to production, without money.
//
// It plays an outside service, so that everything around it is exercised as in production: it has a durable store of its own
// (a SQLite file), pages of its own that the subscriber is sent to and comes back from, ids and secrets of its own, an outbox
// that posts signed webhooks, and its own truth of what was debited. Nothing of the app is reached but over billing.Provider
// and HTTP. A person chooses one of several named cards, each of which behaves in its own way; no field takes a card number.
//
// It is for development, demonstrations and tests. New does not know where it runs: whoever wires the program must refuse it
// in production (commands do, at start). Its objects are never live.
package testpay
