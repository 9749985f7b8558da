package money

import (
	"fmt"
	"math"
)

// Amount is a sum of US dollars in nano-dollars (1e-9 USD), negative for what
// is owed or taken away. It spans ±$9,223,372,036.854775807.
type Amount int64

// The units amounts are built from.
const (
	Nano   Amount = 1
	Cent   Amount = 10_000_000
	Dollar Amount = 1_000_000_000
)

// Dollars returns n dollars. It panics with an [*OverflowError] beyond ±9.2 billion.
func Dollars(n int64) Amount { return Dollar.Times(n) }

// Cents returns n cents. It panics with an [*OverflowError] beyond ±922 billion.
func Cents(n int64) Amount { return Cent.Times(n) }

// OverflowError says that an operation's exact result does not fit an [Amount].
// Its operands are nano-dollars, except the right one of "*", a plain number.
type OverflowError struct {
	Op          string // "+", "-" or "*"
	Left, Right int64
}

func (e *OverflowError) Error() string {
	return fmt.Sprintf("money: %d %s %d overflows nano-dollars", e.Left, e.Op, e.Right)
}

// Add returns a + b. It panics with an [*OverflowError]: an assertion, since
// amounts are bounded where they enter the program.
func (a Amount) Add(b Amount) Amount { return must(a.CheckedAdd(b)) }

// Sub returns a - b. It panics with an [*OverflowError], an assertion as in [Amount.Add].
func (a Amount) Sub(b Amount) Amount {
	c := a - b
	if (c < a) != (b > 0) {
		panic(&OverflowError{"-", int64(a), int64(b)})
	}
	return c
}

// Times returns n times a. It panics with an [*OverflowError], an assertion as in
// [Amount.Add]; for an n from outside use [Amount.CheckedTimes].
func (a Amount) Times(n int64) Amount { return must(a.CheckedTimes(n)) }

// Neg returns -a. It panics with an [*OverflowError] for the lowest amount only.
func (a Amount) Neg() Amount { return Amount(0).Sub(a) }

// CheckedAdd returns a + b, or an [*OverflowError].
func (a Amount) CheckedAdd(b Amount) (Amount, error) {
	c := a + b
	if (c > a) != (b > 0) {
		return 0, &OverflowError{"+", int64(a), int64(b)}
	}
	return c, nil
}

// CheckedTimes returns n times a, or an [*OverflowError]. It is for an n that
// comes from outside, such as a token count.
func (a Amount) CheckedTimes(n int64) (Amount, error) {
	c := int64(a) * n
	// The division below cannot see math.MinInt64 * -1: it overflows as well.
	if n != 0 && c/n != int64(a) || n == -1 && a == math.MinInt64 {
		return 0, &OverflowError{"*", int64(a), n}
	}
	return Amount(c), nil
}

// Sum adds amounts; none make zero. It panics like [Amount.Add].
func Sum(amounts ...Amount) Amount {
	var total Amount
	for _, a := range amounts {
		total = total.Add(a)
	}
	return total
}

// IsWholeCents reports whether a can be debited from a card.
func (a Amount) IsWholeCents() bool { return a%Cent == 0 }

// InCents returns a in cents, rounded down (towards minus infinity): never more
// than a is worth. Exact where [Amount.IsWholeCents].
func (a Amount) InCents() int64 {
	cents := int64(a / Cent)
	if a%Cent < 0 {
		cents--
	}
	return cents
}

// CeilCents returns the least whole-cent amount that is at least a. It is the
// product's one rounding of money that moves: what is bought from the card
// must cover what is needed. It panics within a cent of the highest amount.
func (a Amount) CeilCents() Amount {
	rest := a % Cent
	if rest > 0 {
		return a.Sub(rest).Add(Cent)
	}
	return a.Sub(rest)
}

// must turns an overflow into the panic that the unchecked operations document.
func must(a Amount, err error) Amount {
	if err != nil {
		panic(err)
	}
	return a
}
