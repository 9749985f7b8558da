// Package money is the one kind of number that stands for dollars.
//
// An [Amount] is an int64 of nano-dollars (1e-9 USD). Nanos, because a token at
// $0.10 per million tokens costs 100 of them: every price in the rate table is
// exact, so a sum over a million charges is exact too, in Go and in SQL.
// Micros would round, floats drift, and SQLite turns NUMERIC into a float.
//
// Three things can go wrong with money as an integer; each has one place here.
//
//   - It overflows. [Amount.Add], [Amount.Sub], [Amount.Times] and [Amount.Neg]
//     check and panic: inside the core an overflow is a bug, since amounts are
//     bounded where they enter ($9.2 billion fit). Where a figure from outside
//     is multiplied, [Amount.CheckedTimes] and [Amount.CheckedAdd] return the
//     error instead.
//   - It is rounded in several ways. Nothing here rounds silently. What is
//     charged is exact; what is bought is whole cents through
//     [Amount.CeilCents]; [Amount.Round] shortens a figure for display only.
//   - It is misread. Machines and people write amounts differently, so there
//     are two parsers. [ParseDecimal] takes only the plain decimal that
//     [Amount.Decimal] writes. [ParseInput] takes what people type in English
//     and Italian forms, and refuses "1.234" and "1,234" rather than guess:
//     guessing wrong is off by a factor of a thousand.
//
// Formatting is our own few lines and not CLDR's: Italian CLDR puts the sign
// last and leaves four digits ungrouped ("1234,50 $"), while the article this
// product implements, and so every page, writes "$1,25"; and the CLDR library at
// hand writes one nano as "1,E-9". The tests hold separators and grouping against
// CLDR where both agree.
package money
