package money

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

const (
	lowest  Amount = math.MinInt64
	highest Amount = math.MaxInt64
)

// anyInt64 draws small numbers, any numbers, and often those at the edges.
func anyInt64() *rapid.Generator[int64] {
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000), rapid.SampledFrom(edges),
		rapid.Int64Range(math.MinInt32, math.MaxInt32))
}

// attempt returns the result of an operation that panics on overflow, or its error.
func attempt(t interface {
	Helper()
	Fatalf(string, ...any)
}, operation func() Amount) (result Amount, overflow *OverflowError) {
	t.Helper()
	defer func() {
		recovered := recover()
		if recovered == nil {
			return
		}
		err, ok := recovered.(error)
		if !ok || !errors.As(err, &overflow) {
			t.Fatalf("panic with %v, want an *OverflowError", recovered)
		}
	}()
	return operation(), nil
}

// TestArithmeticIsExactOrOverflows holds every operation against math/big.
func TestArithmeticIsExactOrOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := anyInt64().Draw(t, "x"), anyInt64().Draw(t, "y")
		a, b := Amount(x), Amount(y)
		bx, by := big.NewInt(x), big.NewInt(y)
		cases := []struct {
			name  string
			exact *big.Int
			got   func() Amount
		}{
			{"add", new(big.Int).Add(bx, by), func() Amount { return a.Add(b) }},
			{"sum", new(big.Int).Add(bx, by), func() Amount { return Sum(a, b) }},
			{"sub", new(big.Int).Sub(bx, by), func() Amount { return a.Sub(b) }},
			{"times", new(big.Int).Mul(bx, by), func() Amount { return a.Times(y) }},
			{"neg", new(big.Int).Neg(bx), func() Amount { return a.Neg() }},
			{"checked add", new(big.Int).Add(bx, by), func() Amount { return must(a.CheckedAdd(b)) }},
			{"checked times", new(big.Int).Mul(bx, by), func() Amount { return must(a.CheckedTimes(y)) }},
		}
		for _, c := range cases {
			got, overflow := attempt(t, c.got)
			if overflow == nil && (!c.exact.IsInt64() || c.exact.Int64() != int64(got)) {
				t.Fatalf("%s of %d and %d = %d, want %s", c.name, x, y, got, c.exact)
			}
			if overflow != nil && c.exact.IsInt64() {
				t.Fatalf("%s of %d and %d overflows, want %s", c.name, x, y, c.exact)
			}
		}
	})
}

// TestOverflowAtTheEdges keeps the cases that a sloppy check misses in sight.
func TestOverflowAtTheEdges(t *testing.T) {
	cases := map[string]func() Amount{
		"highest + 1":     func() Amount { return highest.Add(1) },
		"lowest + -1":     func() Amount { return lowest.Add(-1) },
		"lowest - 1":      func() Amount { return lowest.Sub(1) },
		"0 - lowest":      func() Amount { return Amount(0).Sub(lowest) },
		"neg lowest":      func() Amount { return lowest.Neg() },
		"lowest * -1":     func() Amount { return lowest.Times(-1) },
		"-1 * lowest":     func() Amount { return Amount(-1).Times(math.MinInt64) },
		"highest * 2":     func() Amount { return highest.Times(2) },
		"dollars":         func() Amount { return Dollars(9_223_372_037) },
		"cents":           func() Amount { return Cents(-922_337_203_686) },
		"sum in between":  func() Amount { return Sum(highest, 1, -2) },
		"ceil of highest": func() Amount { return highest.CeilCents() },
	}
	for name, operation := range cases {
		if got, overflow := attempt(t, operation); overflow == nil {
			t.Errorf("%s = %d, want a panic with *OverflowError", name, got)
		}
	}
}

func TestOverflowErrorNamesTheOperation(t *testing.T) {
	_, err := Dollar.CheckedTimes(math.MaxInt64)
	var overflow *OverflowError
	if !errors.As(err, &overflow) || *overflow != (OverflowError{"*", 1_000_000_000, math.MaxInt64}) {
		t.Fatalf("got %#v", err)
	}
	const want = "money: 1000000000 * 9223372036854775807 overflows nano-dollars"
	if err.Error() != want {
		t.Errorf("got %q, want %q", err.Error(), want)
	}
}

func TestUnits(t *testing.T) {
	if Dollars(1) != Cents(100) || Cents(1) != 10_000_000*Nano || Dollars(-3) != Dollars(3).Neg() {
		t.Error("units do not agree")
	}
	if Sum() != 0 || Sum(Dollar, Cent, Nano) != 1_010_000_001 {
		t.Error("wrong sum")
	}
}

func TestCents(t *testing.T) {
	cases := []struct {
		amount Amount
		floor  int64
		ceil   Amount
	}{
		{0, 0, 0},
		{1, 0, Cent},
		{Cent - 1, 0, Cent},
		{Cent, 1, Cent},
		{Cent + 1, 1, 2 * Cent},
		{Dollars(5), 500, Dollars(5)},
		{-1, -1, 0},
		{-Cent, -1, -Cent},
		{-Cent - 1, -2, -Cent},
		{-Cent + 1, -1, 0},
		{lowest, -922_337_203_686, -922_337_203_685 * Cent},
	}
	for _, c := range cases {
		if got := c.amount.InCents(); got != c.floor {
			t.Errorf("InCents(%d) = %d, want %d", c.amount, got, c.floor)
		}
		if got := c.amount.CeilCents(); got != c.ceil {
			t.Errorf("CeilCents(%d) = %d, want %d", c.amount, got, c.ceil)
		}
		if got, want := c.amount.IsWholeCents(), c.amount == c.ceil; got != want {
			t.Errorf("IsWholeCents(%d) = %t", c.amount, got)
		}
	}
}

// TestCentsSurroundTheAmount: floor and ceiling are the nearest whole cents on either side.
func TestCentsSurroundTheAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Range(int64(-9_000_000_000*Dollar), int64(9_000_000_000*Dollar)).Draw(t, "nanos"))
		floor, ceil := Cents(a.InCents()), a.CeilCents()
		if floor > a || ceil < a || !ceil.IsWholeCents() {
			t.Fatalf("%d is not between %d and %d", a, floor, ceil)
		}
		if width := ceil.Sub(floor); a.IsWholeCents() && width != 0 || !a.IsWholeCents() && width != Cent {
			t.Fatalf("%d: from %d to %d", a, floor, ceil)
		}
	})
}
