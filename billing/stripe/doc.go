// Package stripe is Stripe behind billing.Provider: cards are added on Stripe's own page (Checkout in setup mode), debits are
// PaymentIntents by reference.
//
// Three rules make it safe. A debit carries the purchase's id as its idempotency key and in its metadata, so that sending it
// again is the same debit and looking it up needs nothing of ours. Only a PaymentIntent tells how a debit stands: every other
// answer, refusals and time-outs alike, is an error, which billing takes for "unknown". And nothing of another mode passes: the
// key says whether money is real, and each object has to say the same.
//
// Stripe's search lags behind by a minute or more, and can never show that there is no charge. A charge is therefore looked up by
// its own id, or among the PaymentIntents of its customer, which Stripe lists as they are; the search only helps where the
// customer was deleted at Stripe.
//
// Stripe's answers carry secrets (addresses of sessions, client secrets) and what its errors say may carry personal data: neither
// is logged or passed on. An error keeps Stripe's codes and the id of the request, by which the dashboard shows the rest.
package stripe
