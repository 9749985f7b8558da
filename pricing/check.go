package pricing

import "time"

// check compares the rows of each model and class with each other. Which rows are in
// force changes only where one begins or ends, so it is enough to look there.
func (t *Table) check() error {
	for _, m := range t.models {
		for _, r := range m.rows {
			if err := m.checkTwins(r); err != nil {
				return err
			}
		}
		for _, r := range m.rows {
			for _, at := range m.turns(r) {
				if err := m.checkTiers(r, at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkTwins refuses a row that holds while an earlier one holds for the same tokens.
func (m *model) checkTwins(r row) error {
	for _, other := range m.rows {
		if other.line >= r.line || other.class != r.class || other.tier != r.tier {
			continue
		}
		if other.from.Equal(r.from) && other.to.Equal(r.to) {
			return r.error("duplicate of line %d", other.line)
		}
		if r.inForce(other.from) || other.inForce(r.from) {
			return r.error("its dates overlap those of line %d", other.line)
		}
	}
	return nil
}

// turns returns the instants, while r is in force, at which a row of its class begins or ends.
func (m *model) turns(r row) []time.Time {
	turns := []time.Time{r.from}
	for _, other := range m.rows {
		if other.class != r.class {
			continue
		}
		for _, at := range []time.Time{other.from, other.to} {
			if !at.IsZero() && r.inForce(at) {
				turns = append(turns, at)
			}
		}
	}
	return turns
}

// checkTiers refuses a row beside which, at a time when it is in force, the other tier
// has no rate, or a rate for any prompt holds too.
func (m *model) checkTiers(r row, at time.Time) error {
	held := map[Tier]int{} // line by tier
	for _, other := range m.rows {
		if other.class == r.class && other.inForce(at) {
			held[other.tier] = other.line
		}
	}
	since := "always"
	if !at.IsZero() {
		since = at.Format(time.RFC3339)
	}
	if line, ok := held[TierAny]; ok && len(held) > 1 && r.tier != TierAny {
		return r.error("line %d has a rate for any prompt (from: %s)", line, since)
	}
	if r.tier == TierUpTo200K && held[TierOver200K] == 0 || r.tier == TierOver200K && held[TierUpTo200K] == 0 {
		return r.error("the other prompt tier has no rate (from: %s)", since)
	}
	return nil
}
