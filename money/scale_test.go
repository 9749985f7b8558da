package money

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestScaled(t *testing.T) {
	for _, c := range []struct {
		a           Amount
		part, whole int64
		want        Amount
	}{
		{0, 5, 3, 0},
		{Dollars(10), 0, 3, 0},
		{Dollars(10), 3, 3, Dollars(10)},
		{10, 2, 3, 6},
		{Dollars(10_000), 31 * 86_400, 3 * 86_400, 103_333_333_333_333},
		{math.MaxInt64, 1 << 40, 1 << 40, math.MaxInt64},
	} {
		if got := c.a.Scaled(c.part, c.whole); got != c.want {
			t.Errorf("%d × %d / %d = %d, want %d", c.a, c.part, c.whole, got, c.want)
		}
	}
}

func TestScaledIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(0, math.MaxInt64).Draw(t, "amount")
		whole := rapid.Int64Range(1, math.MaxInt64).Draw(t, "whole")
		part := rapid.Int64Range(0, whole).Draw(t, "part")
		want := new(big.Int).Mul(big.NewInt(a), big.NewInt(part))
		want.Quo(want, big.NewInt(whole))
		if got := Amount(a).Scaled(part, whole); int64(got) != want.Int64() {
			t.Errorf("%d × %d / %d = %d, want %s", a, part, whole, got, want)
		}
	})
}

func TestScaledRefuses(t *testing.T) {
	for name, f := range map[string]func(){
		"a negative amount": func() { Amount(-1).Scaled(1, 1) },
		"a negative part":   func() { Amount(1).Scaled(-1, 1) },
		"no whole":          func() { Amount(1).Scaled(1, 0) },
		"beyond 64 bits":    func() { Amount(math.MaxInt64).Scaled(2, 1) },
		"beyond 128 bits":   func() { Amount(math.MaxInt64).Scaled(math.MaxInt64, 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			f()
		}()
	}
}
