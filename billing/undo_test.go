package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// undoMinutes is how long a change can be taken back.
const undoMinutes = 10 * time.Minute

var undoRule = ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 30 * money.Dollar}

// undoCases are changes of an account with a limit of $50 and $10 of credits, and what an undo of them makes: why it is refused,
// and what holds then.
var undoCases = []struct {
	name   string
	before func(*meterRig, string)
	change func(*meterRig, string) Change
	after  func(*meterRig, string)
	want   string
	holds  func(Status) bool
}{
	{
		name:   "a limit lowered",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after:  func(r *meterRig, _ string) { r.advance(undoMinutes) },
		holds:  func(s Status) bool { return s.Limit == amountLimit(50) },
	},
	{
		name:   "a microsecond too late",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after:  func(r *meterRig, _ string) { r.advance(undoMinutes + microsecond) },
		want:   "undo_over",
		holds:  func(s Status) bool { return s.Limit == amountLimit(20) },
	},
	{
		name:   "to Unlimited",
		before: func(r *meterRig, id string) { r.setLimit(id, Limit{Kind: Unlimited}) },
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		want:   "undo_impossible",
		holds:  func(s Status) bool { return s.Limit == amountLimit(20) },
	},
	{
		name:   "from Unlimited",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, Limit{Kind: Unlimited}) },
		holds:  func(s Status) bool { return s.Limit == amountLimit(50) },
	},
	{
		name:   "something else changed",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after:  func(r *meterRig, id string) { r.prefer(id, AskFirst) },
		want:   "undo_over",
		holds:  func(s Status) bool { return s.Limit == amountLimit(20) && s.Preference == AskFirst },
	},
	{
		name:   "usage is no change of settings",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after:  func(r *meterRig, id string) { r.used(id, money.Dollar); r.mustHold(id, money.Dollar) },
		holds:  func(s Status) bool { return s.Limit == amountLimit(50) },
	},
	{
		name:   "the account closed meanwhile",
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after: func(r *meterRig, id string) {
			r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Closed = true })
		},
		want:  "account_closed",
		holds: func(s Status) bool { return s.Limit == amountLimit(20) },
	},
	{
		name:   "over a month's end",
		before: func(r *meterRig, _ string) { r.at(time.Date(2026, time.November, 30, 23, 59, 0, 0, time.UTC)) },
		change: func(r *meterRig, id string) Change { return r.setLimit(id, amountLimit(20)) },
		after:  func(r *meterRig, _ string) { r.advance(2 * time.Minute) },
		holds: func(s Status) bool {
			return s.Limit == amountLimit(50) && s.MonthStart.Month() == time.December
		},
	},
	{
		name:   "the preference",
		change: func(r *meterRig, id string) Change { r.prefer(id, AskFirst); return *r.status(id).Undo },
		holds:  func(s Status) bool { return s.Preference == Always },
	},
	{
		name:   "auto-reload switched off",
		before: func(r *meterRig, id string) { r.card(id); r.setReload(id, undoRule) },
		change: func(r *meterRig, id string) Change { return r.setReload(id, ReloadRule{}) },
		holds:  func(s Status) bool { return s.Reload.ReloadRule == undoRule },
	},
	{
		name:   "auto-reload switched off, and the balance fell: it would charge",
		before: func(r *meterRig, id string) { r.card(id); r.setReload(id, undoRule) },
		change: func(r *meterRig, id string) Change { return r.setReload(id, ReloadRule{}) },
		after:  func(r *meterRig, id string) { r.post(id, -6*money.Dollar) },
		want:   "undo_impossible",
		holds:  func(s Status) bool { return !s.Reload.On },
	},
	{
		name:   "auto-reload switched off, and the card removed",
		before: func(r *meterRig, id string) { r.card(id); r.setReload(id, undoRule) },
		change: func(r *meterRig, id string) Change { return r.setReload(id, ReloadRule{}) },
		after: func(r *meterRig, id string) {
			if err := r.svc.RemoveCard(context.Background(), id); err != nil {
				r.t.Fatal(err)
			}
		},
		want:  "undo_over",
		holds: func(s Status) bool { return !s.Reload.On && s.Card == nil },
	},
}

// Undo: ten minutes and not a microsecond more, only while nothing else changed, never Unlimited, never a charge, once.
func TestUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for _, c := range undoCases {
			r.at(rigStart)
			id := r.account()
			r.extra(id, amountLimit(50), 10*money.Dollar)
			if c.before != nil {
				c.before(r, id)
			}
			change := c.change(r, id)
			if c.after != nil {
				c.after(r, id)
			}
			if o := r.status(id).Undo; (o != nil && o.ID == change.ID) != (c.want == "") {
				t.Errorf("%s: offered %+v", c.name, o)
			}
			want := " " + c.want
			if c.want == "" {
				want = ""
			}
			if got := code(t, r.undo(id, change.ID)); got != want {
				t.Errorf("%s: %q; want %q", c.name, got, want)
			}
			s := r.status(id)
			if !c.holds(s) {
				t.Errorf("%s: %+v", c.name, s)
			}
			if c.want == "" {
				if s.Undo != nil {
					t.Errorf("%s: an undo is offered to be undone: %+v", c.name, s.Undo)
				}
				wantFault(t, r.undo(id, change.ID), Conflict, "undo_over")
				wantFault(t, r.undo(id, r.lastChange(id)), Conflict, "undo_impossible")
			}
		}
		r.verify()
	})
}

func (r *meterRig) lastChange(id string) (change string) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		c, err := tx.LastSettingChange(id)
		change = c.ID
		return err
	})
	return change
}
