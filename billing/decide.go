package billing

import "extrausage/money"

// sessionState is what a decision knows of a five-hour window: what the plan includes, what of it is used, what is reserved.
// pool counts the pools of every month the window touches; ownPool is the one of the hold's own month.
type sessionState struct {
	allowance money.Amount
	used      money.Amount
	open      money.Amount
	pool      money.Amount
	ownPool   money.Amount
}

// left is the allowance that is neither used nor reserved.
func (s sessionState) left() money.Amount { return max(0, s.allowance.Sub(s.used).Sub(s.open)) }

// need is what the pool lacks to carry w more (design, "Holds and the pool", rule 1). It may be negative.
func (s sessionState) need(w money.Amount) money.Amount {
	return s.used.Add(s.open).Add(w).Sub(s.allowance).Sub(s.pool)
}

// wallState is what stands between a hold and extra money: permission, balance, and the month's limit.
type wallState struct {
	permitted bool // on, and continued in this window
	balance   money.Amount
	allPools  money.Amount // reserved of the balance, over all windows and months
	limit     Limit
	spent     money.Amount // of the month
	held      money.Amount // pools of the month
}

// available is the balance that nothing is reserved of. It is negative where a refund or dispute took more than was there.
func (w wallState) available() money.Amount { return w.balance.Sub(w.allPools) }

// limitLeft is what the month's limit still allows; the largest amount when Unlimited.
func (w wallState) limitLeft() money.Amount {
	if w.limit.Kind == Unlimited {
		return money.Amount(1<<63 - 1)
	}
	return max(0, w.limit.Amount.Sub(w.spent).Sub(w.held))
}

// room is how much more may be reserved now, if permitted.
func (w wallState) room() money.Amount { return max(0, min(w.available(), w.limitLeft())) }

// cover is what is reserved for a request: covered in all, of which grow is new extra money for the pool.
type cover struct {
	accepted bool
	covered  money.Amount
	grow     money.Amount
	plan     money.Amount // the part of covered that the plan would pay at the worst case
}

// decideHold reserves for a request of worst case w, or does not (design, "Holds and the pool", rules 1 to 3).
func decideHold(s sessionState, walls wallState, w money.Amount) cover {
	need := s.need(w)
	switch {
	case need <= 0:
		return cover{accepted: true, covered: w, plan: min(w, s.left())}
	case walls.permitted && need <= walls.room():
		return cover{accepted: true, covered: w, grow: need, plan: min(w, s.left())}
	case s.left() > 0:
		return cover{accepted: true, covered: s.left(), plan: s.left()}
	}
	return cover{}
}

// decideEvent reserves for usage that has happened already: as much as the walls allow, never nothing for want of the rest.
func decideEvent(s sessionState, walls wallState, cost money.Amount) cover {
	need := max(0, s.need(cost))
	var grow money.Amount
	if walls.permitted {
		grow = min(need, walls.room())
	}
	return cover{accepted: true, covered: max(0, cost.Sub(need).Add(grow)), grow: grow, plan: min(cost, s.left())}
}

// parts says who pays a cost: the plan, the subscriber's credits, or the operator.
type parts struct {
	plan     money.Amount
	extra    money.Amount
	absorbed money.Amount
}

// decideSettle splits the cost of a hold that is open in s. What exceeds covered is absorbed; the plan pays first; the hold's
// own month's pool pays the rest, if the hold was made while extra usage was permitted (design, "Settle").
func decideSettle(s sessionState, covered money.Amount, permitted bool, cost money.Amount) parts {
	c := min(cost, covered)
	p := parts{plan: min(c, s.allowance.Sub(s.used))}
	if permitted {
		p.extra = min(c.Sub(p.plan), s.ownPool)
	}
	p.absorbed = cost.Sub(p.plan).Sub(p.extra)
	return p
}

// poolTarget is what the pools of a window have to be after a change: what used and open exceed the allowance by.
func poolTarget(s sessionState) money.Amount { return max(0, s.used.Add(s.open).Sub(s.allowance)) }

// shrink lets excess go from pools in their order, which is the hold's own month first. It never takes a pool below zero.
func shrink(pools []money.Amount, excess money.Amount) []money.Amount {
	out := make([]money.Amount, len(pools))
	for i, p := range pools {
		cut := min(p, max(0, excess))
		out[i], excess = p.Sub(cut), excess.Sub(cut)
	}
	return out
}
