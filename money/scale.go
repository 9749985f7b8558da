package money

import "math/bits"

// Scaled returns a × part / whole, cut towards zero, exact in between: for estimates such as a pace, never for money that
// moves. None of the three is negative, and whole is above zero: anything else panics, as does a result beyond the highest
// amount ([*OverflowError]).
func (a Amount) Scaled(part, whole int64) Amount {
	if a < 0 || part < 0 || whole <= 0 {
		panic("money: Scaled takes no negative value, and no whole of zero")
	}
	high, low := bits.Mul64(uint64(a), uint64(part))
	if high >= uint64(whole) {
		panic(&OverflowError{"*", int64(a), part})
	}
	scaled, _ := bits.Div64(high, low, uint64(whole))
	if scaled > 1<<63-1 {
		panic(&OverflowError{"*", int64(a), part})
	}
	return Amount(scaled)
}
