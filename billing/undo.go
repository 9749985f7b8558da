package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// Undo takes back a change of the limit, of auto-reload or of the preference, within ten minutes, while nothing else has
// changed. It never sets Unlimited and never charges; it is itself not undone. Faults: undo_over, undo_impossible,
// account_closed.
func (s *Service) Undo(ctx context.Context, accountID, changeID string) (done Change, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		c, err := tx.SettingChange(accountID, changeID)
		if errors.Is(err, models.ErrNotFound) {
			return fault(Conflict, "undo_over")
		}
		if err != nil {
			return err
		}
		month := currentMonth(m)
		if err := decideUndo(m, month, c); err != nil {
			return err
		}
		if done, err = s.undo(m, month, c); err != nil {
			return err
		}
		done.Undo = false
		m.Undoes(done.ID, c.ID)
		if err := s.tellChange(tx, m, done); err != nil {
			return err
		}
		return tx.Save(m)
	})
	return done, err
}

// decideUndo tells whether a change can be taken back now.
func decideUndo(m *models.MeterState, month *models.BillingMonth, c *models.SettingChange) error {
	switch {
	case m.Meter.Closed:
		return fault(Conflict, "account_closed")
	case m.Now.Sub(c.At) > UndoFor || c.Version != m.Meter.Version:
		return fault(Conflict, "undo_over")
	case c.Setting != settingAutoReload:
		return undoable(c)
	}
	old, err := ParseReloadRule(c.OldValue)
	if err != nil {
		return err
	}
	if dueNow(m, month, old, m.Meter.ExtraUsage) > 0 {
		return fault(Conflict, "undo_impossible") // it would charge at once
	}
	return undoable(c)
}

// undoable tells whether a change is of a kind that can be taken back.
func undoable(c *models.SettingChange) error {
	if c.Undoes != "" {
		return fault(Conflict, "undo_impossible")
	}
	limit := c.Setting == settingMonthlyLimit && c.OldValue != string(Unlimited) && c.OldValue != string(LimitUnset)
	if limit || c.Setting == settingAutoReload || c.Setting == settingAlwaysContinue {
		return nil
	}
	return fault(Conflict, "undo_impossible")
}

func (s *Service) undo(m *models.MeterState, month *models.BillingMonth, c *models.SettingChange) (Change, error) {
	switch c.Setting {
	case settingMonthlyLimit:
		l, err := limitFromText(c.OldValue)
		if err != nil {
			return Change{}, err
		}
		return s.setLimit(m, month, l, BySubscriber), nil
	case settingAutoReload:
		r, err := ParseReloadRule(c.OldValue)
		if err != nil {
			return Change{}, err
		}
		return s.setReload(m, r, BySubscriber), nil
	}
	return s.setAlwaysContinue(m, c.OldValue == "on", BySubscriber), nil
}
