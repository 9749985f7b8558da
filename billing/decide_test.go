package billing

import (
	"math"
	"testing"

	"extrausage/money"
)

const far = money.Amount(1 << 53) // above it a float64 loses nanos; in dollars it is nine millions

func limited(nanos money.Amount) Limit { return Limit{Kind: LimitAmount, Amount: nanos} }

// The rules 1 to 4 of "Holds and the pool", each at its boundary.
func TestDecideHold(t *testing.T) {
	used := sessionState{allowance: 100, used: 100}
	half := sessionState{allowance: 100, used: 30, open: 20}
	unlimited := Limit{Kind: Unlimited}
	walls := func(permitted bool, balance money.Amount, l Limit) wallState {
		return wallState{permitted: permitted, balance: balance, limit: l}
	}
	none := cover{}
	for _, c := range []struct {
		name  string
		s     sessionState
		walls wallState
		w     money.Amount
		want  cover
	}{
		{"1: fits the plan", half, walls(false, 0, limited(1)), 49, cover{true, 49, 0, 49}},
		{"1: fills the plan to the last nano", half, walls(false, 0, limited(1)), 50, cover{true, 50, 0, 50}},
		{"1: with a negative balance", half, walls(true, -1000, limited(1)), 50, cover{true, 50, 0, 50}},
		{"1: with a full limit", half, wallState{permitted: true, balance: 9, limit: limited(5), spent: 5}, 50, cover{true, 50, 0, 50}},
		{"2: one nano beyond the plan", half, walls(true, 1, limited(1)), 51, cover{true, 51, 1, 50}},
		{"2: nothing left of the plan", used, walls(true, 10, limited(10)), 10, cover{true, 10, 10, 0}},
		{"2: need is all of the balance", used, walls(true, 10, limited(99)), 10, cover{true, 10, 10, 0}},
		{"2: need is all of the limit", used, walls(true, 99, limited(10)), 10, cover{true, 10, 10, 0}},
		{"2: room one nano short in the balance", used, walls(true, 9, limited(99)), 10, none},
		{"2: room one nano short in the limit", used, walls(true, 99, limited(9)), 10, none},
		{"2: room one nano more", used, walls(true, 11, limited(11)), 10, cover{true, 10, 10, 0}},
		{
			"2: spent and held count against the limit", used,
			wallState{permitted: true, balance: 99, limit: limited(30), spent: 15, held: 6}, 10, none,
		},
		{
			"2: spent and held leave just enough", used,
			wallState{permitted: true, balance: 99, limit: limited(30), spent: 15, held: 5}, 10, cover{true, 10, 10, 0},
		},
		{"2: all pools count against the balance", used, wallState{permitted: true, balance: 15, allPools: 6, limit: limited(99)}, 10, none},
		{
			"2: pools leave just enough of the balance", used,
			wallState{permitted: true, balance: 15, allPools: 5, limit: limited(99)}, 10, cover{true, 10, 10, 0},
		},
		{"2: Unlimited, the balance is the wall", used, walls(true, 10, unlimited), 10, cover{true, 10, 10, 0}},
		{"2: Unlimited is not without balance", used, walls(true, 9, unlimited), 10, none},
		{"2: Unlimited with spent and held beyond any amount", used, wallState{
			permitted: true, balance: math.MaxInt64, limit: unlimited, spent: math.MaxInt64 - 5, held: 5,
		}, 10, cover{true, 10, 10, 0}},
		{"2: limit below what is spent", used, wallState{permitted: true, balance: 99, limit: limited(5), spent: 20}, 1, none},
		{"2: limit never set", used, walls(true, 99, Limit{Kind: LimitUnset}), 1, none},
		{"2: not permitted", used, walls(false, 99, limited(99)), 10, none},
		{"3: not permitted, crosses the line", half, walls(false, 99, limited(99)), 51, cover{true, 50, 0, 50}},
		{"3: permitted, but for want of funds", half, walls(true, 9, limited(99)), 60, cover{true, 50, 0, 50}},
		{"3: permitted, but at the limit", half, walls(true, 99, limited(9)), 60, cover{true, 50, 0, 50}},
		{"3: one nano left", sessionState{allowance: 100, used: 60, open: 39}, walls(false, 0, limited(9)), 1000, cover{true, 1, 0, 1}},
		{"4: nothing left", sessionState{allowance: 100, used: 60, open: 40}, walls(false, 0, limited(9)), 1, none},
		{"4: more than the plan is reserved", sessionState{allowance: 100, used: 60, open: 60, pool: 20}, walls(true, 20, limited(20)), 1, cover{true, 1, 1, 0}},
		{
			"1: a pool of another month counts as reserved", sessionState{allowance: 100, used: 90, open: 20, pool: 15}, walls(false, 0, limited(9)), 5,
			cover{true, 5, 0, 0},
		},
		{"amounts no float64 tells apart", sessionState{allowance: far, used: far}, walls(true, far, limited(far+1)), far + 1, none},
		{"and one nano more", sessionState{allowance: far, used: far}, walls(true, far+1, limited(far+1)), far + 1, cover{true, far + 1, far + 1, 0}},
	} {
		if got := decideHold(c.s, c.walls, c.w); got != c.want {
			t.Errorf("%s: %+v; want %+v", c.name, got, c.want)
		}
	}
}

// An event is charged up to the walls, never refused; what it may take is what decideHold would give it, cut to the room.
func TestDecideEvent(t *testing.T) {
	used := sessionState{allowance: 100, used: 100}
	half := sessionState{allowance: 100, used: 30, open: 20}
	on := func(balance money.Amount, l Limit) wallState {
		return wallState{permitted: true, balance: balance, limit: l}
	}
	for _, c := range []struct {
		name  string
		s     sessionState
		walls wallState
		cost  money.Amount
		want  cover
	}{
		{"fits the plan", half, on(99, limited(99)), 50, cover{true, 50, 0, 50}},
		{"crosses the line", half, on(99, limited(99)), 60, cover{true, 60, 10, 50}},
		{"crosses the line, not permitted", half, wallState{balance: 99, limit: limited(99)}, 60, cover{true, 50, 0, 50}},
		{"beyond the balance", used, on(7, limited(99)), 10, cover{true, 7, 7, 0}},
		{"beyond the limit", used, on(99, limited(7)), 10, cover{true, 7, 7, 0}},
		{"Unlimited", used, on(99, Limit{Kind: Unlimited}), 99, cover{true, 99, 99, 0}},
		{"at the limit", used, wallState{permitted: true, balance: 99, limit: limited(7), spent: 7}, 10, cover{true, 0, 0, 0}},
		{"with a negative balance", used, on(-5, limited(99)), 10, cover{true, 0, 0, 0}},
		{"the open holds keep what they reserved", sessionState{allowance: 100, used: 20, open: 80}, wallState{}, 10, cover{true, 0, 0, 0}},
		{"costs nothing", used, on(0, limited(9)), 0, cover{true, 0, 0, 0}},
	} {
		if got := decideEvent(c.s, c.walls, c.cost); got != c.want {
			t.Errorf("%s: %+v; want %+v", c.name, got, c.want)
		}
	}
}

// Who pays: the plan first, then the pool, then the operator; never more than the hold covered.
func TestDecideSettle(t *testing.T) {
	for _, c := range []struct {
		name      string
		s         sessionState
		covered   money.Amount
		permitted bool
		cost      money.Amount
		want      parts
	}{
		{"within the plan", sessionState{allowance: 100, used: 0, open: 10}, 10, true, 7, parts{7, 0, 0}},
		{"nothing used", sessionState{allowance: 100, used: 0, open: 10}, 10, true, 0, parts{}},
		{"the plan pays although the hold was covered by extra", sessionState{allowance: 100, used: 20, open: 10, pool: 10, ownPool: 10}, 10, true, 10, parts{10, 0, 0}},
		{"the plan's last nano first", sessionState{allowance: 100, used: 99, open: 10, pool: 9, ownPool: 9}, 10, true, 10, parts{1, 9, 0}},
		{"all extra", sessionState{allowance: 100, used: 100, open: 10, pool: 10, ownPool: 10}, 10, true, 10, parts{0, 10, 0}},
		{"exactly covered", sessionState{allowance: 100, used: 100, open: 10, pool: 10, ownPool: 10}, 10, true, 10, parts{0, 10, 0}},
		{"one nano beyond the hold", sessionState{allowance: 100, used: 100, open: 10, pool: 99, ownPool: 99}, 10, true, 11, parts{0, 10, 1}},
		{"beyond the hold, although the plan has room", sessionState{allowance: 100, used: 0, open: 10}, 10, true, 50, parts{10, 0, 40}},
		{"not permitted: never extra", sessionState{allowance: 100, used: 95, open: 10, pool: 5, ownPool: 5}, 10, false, 10, parts{5, 0, 5}},
		{"own month's pool only", sessionState{allowance: 100, used: 100, open: 10, pool: 10, ownPool: 4}, 10, true, 10, parts{0, 4, 6}},
		{"no pool at all", sessionState{allowance: 100, used: 100, open: 10}, 10, true, 10, parts{0, 0, 10}},
		{"to the nano where floats round", sessionState{allowance: far, used: 0, open: far + 1, pool: 1, ownPool: 1}, far + 1, true, far + 1, parts{far, 1, 0}},
	} {
		got := decideSettle(c.s, c.covered, c.permitted, c.cost)
		if got != c.want {
			t.Errorf("%s: %+v; want %+v", c.name, got, c.want)
		}
		if got.plan.Add(got.extra).Add(got.absorbed) != c.cost {
			t.Errorf("%s: %+v does not add up to %d", c.name, got, c.cost)
		}
	}
}

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		name                  string
		w                     wallState
		available, left, room money.Amount
	}{
		{"the balance is less", wallState{balance: 9, allPools: 2, limit: limited(50), spent: 10, held: 2}, 7, 38, 7},
		{"the limit is less", wallState{balance: 90, allPools: 2, limit: limited(50), spent: 10, held: 2}, 88, 38, 38},
		{"limit exactly reached", wallState{balance: 90, limit: limited(50), spent: 40, held: 10}, 90, 0, 0},
		{"limit one nano away", wallState{balance: 90, limit: limited(50), spent: 40, held: 9}, 90, 1, 1},
		{"limit lowered below", wallState{balance: 90, limit: limited(50), spent: 60, held: 9}, 90, 0, 0},
		{"balance exactly reserved", wallState{balance: 5, allPools: 5, limit: limited(50)}, 0, 50, 0},
		{"refunded below what is reserved", wallState{balance: 3, allPools: 5, limit: limited(50)}, -2, 50, 0},
		{"Unlimited", wallState{balance: 5, limit: Limit{Kind: Unlimited}, spent: 100}, 5, math.MaxInt64, 5},
		{"unset", wallState{balance: 5, limit: Limit{Kind: LimitUnset}}, 5, 0, 0},
	} {
		if c.w.available() != c.available || c.w.limitLeft() != c.left || c.w.room() != c.room {
			t.Errorf("%s: available %d, left %d, room %d; want %d, %d, %d", c.name,
				c.w.available(), c.w.limitLeft(), c.w.room(), c.available, c.left, c.room)
		}
	}
}

func TestLeft(t *testing.T) {
	for _, c := range []struct {
		s    sessionState
		want money.Amount
	}{
		{sessionState{allowance: 100}, 100},
		{sessionState{allowance: 100, used: 60, open: 39}, 1},
		{sessionState{allowance: 100, used: 60, open: 40}, 0},
		{sessionState{allowance: 100, used: 60, open: 41, pool: 1}, 0},
		{sessionState{}, 0},
	} {
		if got := c.s.left(); got != c.want {
			t.Errorf("%+v: left %d; want %d", c.s, got, c.want)
		}
	}
}

func TestPoolTargetAndShrink(t *testing.T) {
	for _, c := range []struct{ used, open, want money.Amount }{{60, 40, 0}, {60, 41, 1}, {100, 10, 10}, {0, 0, 0}, {0, 101, 1}} {
		if got := poolTarget(sessionState{allowance: 100, used: c.used, open: c.open}); got != c.want {
			t.Errorf("used %d, open %d: pool of %d; want %d", c.used, c.open, got, c.want)
		}
	}
	for _, c := range []struct {
		pools  []money.Amount
		excess money.Amount
		want   []money.Amount
	}{
		{[]money.Amount{5, 7}, 0, []money.Amount{5, 7}},
		{[]money.Amount{5, 7}, -3, []money.Amount{5, 7}}, // never grows
		{[]money.Amount{5, 7}, 4, []money.Amount{1, 7}},
		{[]money.Amount{5, 7}, 5, []money.Amount{0, 7}},
		{[]money.Amount{5, 7}, 6, []money.Amount{0, 6}},
		{[]money.Amount{5, 7}, 12, []money.Amount{0, 0}},
		{[]money.Amount{5, 7}, 99, []money.Amount{0, 0}}, // never below zero
		{[]money.Amount{0, 7}, 2, []money.Amount{0, 5}},
		{nil, 3, []money.Amount{}},
	} {
		before := append([]money.Amount(nil), c.pools...)
		got := shrink(c.pools, c.excess)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("shrink(%v, %d) = %v; want %v", before, c.excess, got, c.want)
			}
			if c.pools[i] != before[i] {
				t.Errorf("shrink changed what it was given: %v, was %v", c.pools, before)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("shrink(%v, %d) = %v", before, c.excess, got)
		}
	}
}
