package billing

import (
	"context"

	"extrausage/models"
)

// Choice is what a subscriber chooses in a session whose limit is reached.
type Choice string

// The choices. AlwaysContinue continues this session and becomes the preference.
const (
	StopSession     Choice = "stop"
	ContinueSession Choice = "continue"
	AlwaysContinue  Choice = "always"
)

// Actor is who changes a setting. Staff never does (P10).
type Actor string

// The actors: the subscriber in a browser, the subscriber through the client app, a rule of ours, the operator's own tools.
const (
	BySubscriber Actor = "subscriber"
	ByClient     Actor = "client"
	BySystem     Actor = "system"
	ByOperator   Actor = "operator"
)

// ChooseContinue records the choice for the session that runs now. To continue, extra usage has to be on.
func (s *Service) ChooseContinue(ctx context.Context, accountID string, c Choice, by Actor) error {
	if c != StopSession && c != ContinueSession && c != AlwaysContinue {
		return invalid("choice", "choice_unknown")
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.LockFor(models.Needs{AccountID: accountID, History: true})
		if err != nil {
			return err
		}
		if c != StopSession && !m.Meter.ExtraUsage {
			return fault(Conflict, "extra_usage_off")
		}
		w := m.WindowAt(m.Now)
		if w == nil {
			return fault(Conflict, "session_none")
		}
		if c == AlwaysContinue {
			s.setAlwaysContinue(m, true, by)
		}
		if before := w.Choice; choose(m, w, c) {
			s.addNote(m, settingSessionChoice, before, w.Choice, by)
		}
		return tx.Save(m)
	})
}

// choose records a choice, and tells whether it is another than the one before.
func choose(m *models.MeterState, w *models.UsageWindow, c Choice) bool {
	value := string(ContinueSession)
	if c == StopSession {
		value = string(StopSession)
	}
	if w.Choice == value {
		return false
	}
	w.Choice = value
	at := m.Now
	for _, before := range m.Choices { // two choices within a microsecond keep their order
		if before.WindowStartsAt == w.StartsAt && before.At >= at {
			at = before.At + 1
		}
	}
	m.AddChoice(&models.SessionChoice{AccountID: m.AccountID(), WindowStartsAt: w.StartsAt, At: at, Choice: value})
	return true
}

// Preference is what happens at the session's limit when nothing is chosen.
type Preference string

// The preferences.
const (
	AskFirst Preference = "ask"
	Always   Preference = "always"
)

// SavePreference sets what happens at the session's limit from now on; a choice made for the running session stays.
func (s *Service) SavePreference(ctx context.Context, accountID string, p Preference) (Change, error) {
	if p != AskFirst && p != Always {
		return Change{}, invalid("preference", "choice_unknown")
	}
	return s.changeSettings(ctx, accountID, 0, func(_ *models.Tx, m *models.MeterState, _ *models.BillingMonth) (Change, error) {
		return s.setAlwaysContinue(m, p == Always, BySubscriber), nil
	})
}

// setAlwaysContinue writes the preference and its history.
func (s *Service) setAlwaysContinue(m *models.MeterState, always bool, by Actor) Change {
	if m.Meter.AlwaysContinue == always {
		return Change{}
	}
	c := s.addChange(m, settingAlwaysContinue, onOff(m.Meter.AlwaysContinue), onOff(always), by)
	m.Meter.AlwaysContinue, m.Meter.AlwaysContinueSinceAt = always, m.Now
	return c
}
