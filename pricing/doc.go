// Package pricing knows what tokens cost: one table, many readers. The charge,
// the pricing page, the API's /v1/rates and the tests all read rates.csv through
// [Table], so that what the page promises is what the meter takes.
//
// Prices are a file and not code because they change on someone else's schedule.
// An operator replaces the embedded file; [Load] refuses one that could misprice
// (a duplicate, an overlap, half a tier, a price per thousand where one per million
// belongs) and names the row, since a process that does not start is cheaper than a
// month of wrong invoices.
//
// Three rules deserve a second look.
//
//   - The tier is picked once per request, from its prompt: input, cache writes
//     and cache reads together. Above 200,000 the whole request, its output
//     included, is at the higher rates. Output never decides, so a request's
//     tier is known before it runs, and a hold is reserved at the right rates.
//   - Nothing is priced by analogy. A model that is not listed, a class of tokens
//     without a rate, a paid tool or another service tier is an error, never zero
//     and never the nearest match ([UnknownModelError], [UnpricedError]).
//   - Usage is priced at its own time: rows carry dates, half-open, and a price
//     change is a new row and an end date for the old one.
//
// Rates are whole nano-dollars per token, so prices are exact and nothing is rounded.
// The package is pure: the time is an argument, and a [Table] never changes.
package pricing
