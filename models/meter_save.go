package models

import "context"

// saveStates writes what the decisions changed or added, one statement per table.
func saveStates(ctx context.Context, h hotTx, states map[string]*MeterState) error {
	var w pendingRows
	for _, s := range states {
		w.collect(s)
	}
	return w.write(ctx, h)
}

// pendingRows are the rows to write, of all accounts of a commit.
type pendingRows struct {
	meters   []*Meter
	months   []*BillingMonth
	windows  []*UsageWindow
	pools    []*Pool
	holds    []*Hold
	choices  []*SessionChoice
	changes  []*SettingChange
	usages   []*Usage
	days     []*UsageDay
	entries  []*Entry
	refusals []*Refusal
	rejected []*RejectedUsage
}

func (w *pendingRows) collect(s *MeterState) {
	if *s.Meter != s.was {
		w.meters = append(w.meters, s.Meter)
	}
	w.months = appendChanged(w.months, s.months)
	w.windows = appendChanged(w.windows, s.windows)
	w.pools = appendChanged(w.pools, s.pools)
	w.holds = appendChanged(w.holds, s.holds)
	w.choices = append(w.choices, s.newChoices...)
	w.changes = append(w.changes, s.newChanges...)
	w.usages = append(w.usages, s.newUsages...)
	w.entries = append(w.entries, s.newEntries...)
	w.refusals = append(w.refusals, s.newRefusals...)
	w.rejected = append(w.rejected, s.newRejected...)
	for _, d := range s.days {
		w.days = append(w.days, d)
	}
}

func appendChanged[T comparable](out []*T, rows []tracked[T]) []*T {
	for _, t := range rows {
		if t.changed() {
			out = append(out, t.row)
		}
	}
	return out
}

func (w *pendingRows) write(ctx context.Context, h hotTx) error {
	for _, step := range []func() error{
		func() error { return upsertRows(ctx, h, meterTable, w.meters) },
		func() error { return upsertRows(ctx, h, billingMonthTable, w.months) },
		func() error { return upsertRows(ctx, h, usageWindowTable, w.windows) },
		func() error { return upsertRows(ctx, h, poolTable, w.pools) },
		func() error { return upsertRows(ctx, h, holdTable, w.holds) },
		func() error { return insertRows(ctx, h, sessionChoiceTable, "", w.choices) },
		func() error { return insertRows(ctx, h, settingChangeTable, "", w.changes) },
		func() error { return insertRows(ctx, h, usageTable, "", w.usages) },
		func() error { return addRows(ctx, h, usageDayTable, w.days) },
		func() error { return insertRows(ctx, h, entryTable, "", w.entries) },
		func() error { return insertRows(ctx, h, refusalTable, "", w.refusals) },
		func() error { return insertRows(ctx, h, rejectedUsageTable, " ON CONFLICT DO NOTHING", w.rejected) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
