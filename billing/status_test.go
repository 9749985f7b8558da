package billing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// The figures of the status are those of the rows they stand for (P9, I16).
func TestTheStatusEqualsTheBooks(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 30*money.Dollar)
		r.used(id, 38*money.Dollar)
		r.mustHold(id, 5*money.Dollar)
		r.used(id, 4*money.Dollar)
		h := r.mustHold(id, 6*money.Dollar)
		r.mustHold(id, 2*money.Dollar)
		r.settle(h.ID, 5*money.Dollar)
		r.verify()

		db := storetest.Raw(t, address)
		sum := func(query string) (n money.Amount) {
			t.Helper()
			if err := db.QueryRow(strings.ReplaceAll(query, "$id", "'"+id+"'")).Scan((*int64)(&n)); err != nil {
				t.Fatal(err)
			}
			return n
		}
		s := r.status(id)
		for _, c := range []struct {
			name  string
			got   money.Amount
			query string
		}{
			{"balance", s.Balance, "SELECT CAST(SUM(amount_nanos) AS BIGINT) FROM entries WHERE account_id = $id"},
			{"spent", s.Spent, "SELECT CAST(-SUM(amount_nanos) AS BIGINT) FROM entries WHERE account_id = $id AND kind = 'charge'"},
			{"held", s.Held, "SELECT CAST(SUM(pool_nanos) AS BIGINT) FROM pools WHERE account_id = $id"},
			{"used", s.Session.Used, "SELECT CAST(SUM(plan_nanos) AS BIGINT) FROM usages WHERE account_id = $id"},
			{"open", s.Session.Open, "SELECT CAST(SUM(covered_nanos) AS BIGINT) FROM holds WHERE account_id = $id AND state = 'open'"},
			{"by day", s.Spent, "SELECT CAST(SUM(extra_nanos) AS BIGINT) FROM usage_days WHERE account_id = $id"},
		} {
			if want := sum(c.query); c.got != want || want == 0 {
				t.Errorf("%s: %s; the rows say %s", c.name, c.got.Decimal(), want.Decimal())
			}
		}
		if s.Available != s.Balance.Sub(s.Held) || s.Remaining != 50*money.Dollar-s.Spent.Add(s.Held) {
			t.Errorf("available %s, remaining %s", s.Available.Decimal(), s.Remaining.Decimal())
		}
	})
}

// design, rule 4: the status repeats the last refusal until its cause is gone.
func TestTheStatusRepeatsTheLastRefusal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(20), 5*money.Dollar)
		r.usePlan(id)
		want := func(state State, reason Reason, needed money.Amount) {
			t.Helper()
			if s := r.status(id); s.State != state || s.Reason != reason || s.Needed != needed {
				t.Errorf("%s %q, needed %s; want %s %q %s", s.State, s.Reason, s.Needed.Decimal(), state, reason, needed.Decimal())
			}
		}
		want(StateExtra, "", 0)
		r.refused(id, 9*money.Dollar, InsufficientBalance)
		want(StateStopped, InsufficientBalance, 9*money.Dollar)
		r.advance(time.Minute)
		want(StateStopped, InsufficientBalance, 9*money.Dollar)
		r.post(id, 4*money.Dollar-1)
		want(StateStopped, InsufficientBalance, 9*money.Dollar)
		r.post(id, 1)
		want(StateExtra, "", 0)

		r.refused(id, 21*money.Dollar, MonthlyLimitReached)
		want(StateStopped, MonthlyLimitReached, 21*money.Dollar)
		r.setLimit(id, amountLimit(21))
		want(StateStopped, InsufficientBalance, 21*money.Dollar) // the next cause of the same request
		r.post(id, 12*money.Dollar)
		want(StateExtra, "", 0)
		r.turnOff(id)
		want(StateOff, ExtraUsageOff, 21*money.Dollar)

		r.advance(5 * time.Hour) // the session is over, and with it the refusal
		want(StateOff, "", 0)
		r.verify()
	})
}

// A session whose rest is reserved by running requests is reached for a request that was refused, and free again when they end.
func TestASessionFullOfRunningRequests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(20), 5*money.Dollar)
		h := r.mustHold(id, 40*money.Dollar)
		if s := r.status(id); s.State != StatePlan || s.Session.LimitReached {
			t.Errorf("nobody was refused: %+v", s)
		}
		r.refused(id, money.Dollar, SessionLimitReached)
		if s := r.status(id); s.State != StateAsking || !s.Session.LimitReached || s.Session.UsedPercent != 0 || s.Session.HeldPercent != 100 {
			t.Errorf("%+v", s)
		}
		r.settle(h.ID, money.Dollar)
		if s := r.status(id); s.State != StatePlan || s.Reason != "" || s.Session.LimitReached || s.Session.UsedPercent != 2 {
			t.Errorf("%+v", s)
		}
		r.verify()
	})
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole money.Amount
		want        int
	}{
		{0, 1, 0},
		{1, 1, 100},
		{0, 40 * money.Dollar, 0},
		{40*money.Dollar - 1, 40 * money.Dollar, 99},
		{40 * money.Dollar, 40 * money.Dollar, 100},
		{20 * money.Dollar, 40 * money.Dollar, 50},
		{2, 3, 66},
		{98, 99, 98},
	} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %d %%; want %d", c.part, c.whole, got, c.want)
		}
	}
}

// An allowance of a few nanos, or none, is odd and no reason to fall over.
func TestTinyAllowances(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for i, allowance := range []money.Amount{0, 1, 99, 101} {
			r.svc.conf.PlanAllowance = allowance
			id := r.account()
			r.extra(id, amountLimit(20), 5*money.Dollar)
			r.status(id)
			if p := r.used(id, money.Cent); p != (parts{plan: allowance, extra: money.Cent - allowance}) {
				t.Errorf("%d: %+v", allowance, p)
			}
			s := r.status(id).Session
			if want := fmt.Sprint(allowance, allowance, 100, 0); fmt.Sprint(s.Allowance, s.Used, s.UsedPercent, s.HeldPercent) != want {
				t.Errorf("%d: %+v", i, s)
			}
		}
		r.verify()
	})
}

// The status of an account is by its id or its e-mail, and no row is written by looking.
func TestLookingChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(20), 5*money.Dollar)
		r.advance(40 * 24 * time.Hour)
		byEmail := r.status(strings.ToUpper(id) + "@Example.com")
		if byID := r.status(id); byID.AccountID != id || byEmail.AccountID != id || byID.MonthStart.Month() != time.December {
			t.Errorf("%+v %+v", byID, byEmail)
		}
		if m := r.months(id); len(m) != 1 {
			t.Errorf("looking made %d months", len(m))
		}
		var seen models.Instant
		r.tx(func(tx *models.Tx) error {
			m, err := tx.MeterRow(id)
			seen = m.SeenAt
			return err
		})
		if seen != models.At(rigStart) {
			t.Errorf("looking moved the account's time to %s", seen.Time())
		}
		_, err := r.svc.Status(t.Context(), "acc_nobody")
		wantFault(t, err, NotFound, "not_found")
	})
}
