package billing_test

import (
	"database/sql"
	"strings"
	"time"
)

// actor is somebody who may move next.
type actor struct {
	name   string
	weight int
	move   func()
}

func (w *world) actors() []actor {
	return []actor{
		{"hold", 70, w.hold}, {"settle", 60, w.settle}, {"void", 6, w.void}, {"event", 40, w.event}, {"again", 10, w.again},
		{"enable", 4, w.enable}, {"off", 2, w.turnOff}, {"limit", 9, w.changeLimit}, {"prefer", 3, w.prefer}, {"undo", 6, w.undo},
		{"choose", 20, w.choose}, {"rule", 14, w.saveReload}, {"resume", 12, w.resume}, {"visit", 5, w.visit}, {"come back", 3, w.comeBack},
		{"remove card", 1, w.removeCard}, {"buy", 9, w.buy}, {"authenticate", 8, w.authenticate},
		{"reloads", 55, w.runReloads}, {"payments", 35, w.runPayments}, {"reconcile", 8, w.reconcile}, {"inbox", 4, w.inbox}, {"expire", 8, w.expire},
		{"alerts", 3, w.alerts}, {"invoices", 2, w.invoices}, {"purge", 1, w.purge},
		{"deliver", 20, w.deliver}, {"forge", 3, w.forge}, {"dashboard", 8, w.dashboard}, {"clock", 45, w.moveClock},
	}
}

// step lets one actor move, and checks everything.
func (w *world) step(n int) {
	w.at = n
	w.forward(time.Duration(w.dice.Int64N(3)*w.dice.Int64N(20_000)) * time.Microsecond)
	a := w.draw()
	w.play(a.name, a.move)
	if w.broken == "" {
		w.check()
	}
}

func (w *world) draw() actor {
	switch {
	case w.at > 200 && w.odds(w.net.rates.closing):
		return actor{"close", 0, w.closeAccount}
	case w.odds(w.net.rates.noPlan) || !w.m.plan && w.odds(200):
		return actor{"plan", 0, w.changePlan}
	case w.m.plan && !w.m.closed && !last(w.m.on) && w.odds(200):
		return actor{"enable", 0, w.enable}
	case !w.m.card.here && !w.m.closed && w.odds(150):
		return actor{"visit", 0, w.visit}
	case last(w.m.on) && w.m.card.here && !w.m.rule.On && w.odds(100):
		return actor{"rule", 0, w.saveReload}
	case w.m.pending() && w.odds(30):
		return actor{"second thoughts", 0, w.secondThoughts}
	case (w.m.backOff > w.clock.Load() || w.m.pause == "declined") && w.odds(w.stubbornness):
		return actor{"stubborn", 0, w.stubborn}
	case w.stubbornness > 100 && w.m.works() && !w.m.pending() && w.odds(300):
		return pick(w, actor{"hold", 0, w.hold}, actor{"reloads", 0, w.runReloads})
	case w.odds(5):
		return actor{"outage", 0, w.outage}
	}
	n := w.dice.IntN(w.weights)
	for _, a := range w.cast {
		if n -= a.weight; n < 0 {
			return a
		}
	}
	return w.cast[0]
}

// gather draws how busy each actor is in this seed: the same crowd every day meets the same things.
func (w *world) gather() {
	w.cast, w.spender, w.stubbornness = w.actors(), w.odds(200), pick(w, 0, 0, 20, 300)
	if w.stubbornness > 100 {
		w.net.rates.decline = 800
	}
	for i := range w.cast {
		w.cast[i].weight *= pick(w, 1, 2, 2, 2, 4, 8)
		w.weights += w.cast[i].weight
	}
}

// mayDieBetween lets the process die between two of the next transactions of a use case, sometimes.
func (w *world) mayDieBetween(transactions int) {
	if !w.net.calm && w.odds(w.net.rates.deathBetween) {
		w.dieAt = 1 + w.dice.IntN(transactions)
	}
}

// otherState is all of the other account that may not change.
func (w *world) otherState() string {
	var out strings.Builder
	for _, q := range []string{
		"SELECT version || '/' || balance_nanos || '/' || entry_seq || '/' || entry_hash || '/' || held_nanos FROM meters WHERE account_id = ?",
		"SELECT id || state || amount_nanos || sends FROM purchases WHERE account_id = ? ORDER BY id",
		"SELECT id || removed_at FROM payment_methods WHERE account_id = ? ORDER BY id",
	} {
		w.each(func(r *sql.Rows) error {
			var s string
			err := r.Scan(&s)
			out.WriteString(s + "\n")
			return err
		}, q, w.other)
	}
	return out.String()
}
