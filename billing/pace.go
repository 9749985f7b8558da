package billing

import (
	"time"

	"extrausage/money"
)

// PaceKind is what can be said of how a running month will end.
type PaceKind string

// What can be said. The zero PaceKind is for months that are over.
const (
	PaceOff    PaceKind = "off"    // extra usage is off: nothing comes in addition
	PaceFull   PaceKind = "full"   // the limit is reached already
	PaceEarly  PaceKind = "early"  // too little of the month is over to tell
	PaceSteady PaceKind = "steady" // the month's average so far, carried on
)

// PaceAfter is how much of a month has to be over before its average says anything.
const PaceAfter = 3 * 24 * time.Hour

// Pace is where a month leads if its average so far goes on. It is an estimate: no rule of ours uses it.
type Pace struct {
	Kind   PaceKind
	From   time.Time    // from when on there is an estimate; of PaceEarly
	PerDay money.Amount // the average of 24 hours
	AtEnd  money.Amount // at the month's end, were there no limit
	FullAt time.Time    // when the limit is reached at this pace; zero where that is not before the month's end
}

// paceFacts is what a pace is computed from.
type paceFacts struct {
	starts, ends, now time.Time
	on                bool
	spent             money.Amount
	limit             Limit
}

// decidePace carries the month's average on, counted from the month's first second to now, in whole seconds. What is reserved
// for requests in progress is not spent yet, and not in it.
func decidePace(f paceFacts) Pace {
	elapsed, whole := seconds(f.now.Sub(f.starts)), seconds(f.ends.Sub(f.starts))
	full := f.limit.Kind == LimitAmount && f.spent >= f.limit.Amount
	switch {
	case !f.now.Before(f.ends):
		return Pace{}
	case full && f.spent > 0:
		return Pace{Kind: PaceFull}
	case !f.on:
		return Pace{Kind: PaceOff}
	case f.now.Sub(f.starts) < PaceAfter:
		return Pace{Kind: PaceEarly, From: f.starts.Add(PaceAfter)}
	}
	p := Pace{Kind: PaceSteady, PerDay: f.spent.Scaled(seconds(24*time.Hour), elapsed), AtEnd: f.spent.Scaled(whole, elapsed)}
	if f.limit.Kind == LimitAmount && p.AtEnd > f.limit.Amount {
		after := money.Amount(elapsed).Scaled(int64(f.limit.Amount), int64(f.spent)) // seconds, by the rule of three
		p.FullAt = f.starts.Add(time.Duration(after) * time.Second)
	}
	return p
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
