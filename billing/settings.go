package billing

import (
	"context"
	"strings"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// The settings as setting_changes names them.
const (
	settingExtraUsage     = "extra_usage"
	settingMonthlyLimit   = "monthly_limit"
	settingAutoReload     = "auto_reload"
	settingAlwaysContinue = "always_continue"
	settingReloadPause    = "auto_reload_pause" // what was paused, and "" once resumed
)

// UndoFor is how long a change can be taken back.
const UndoFor = 10 * time.Minute

// Change is a change of a setting that happened; the zero Change is none (it was so already).
type Change struct {
	ID      string
	Setting string
	Old     string // "50", "unlimited", "unset"; "on", "off"; a reload rule as "5..20"
	New     string
	Undo    bool // it can be undone for ten minutes
}

// changeSettings runs one change of settings under the account's lock. version is the one the subscriber saw, 0 for any:
// where the settings have moved on since, nothing happens and a Conflict (settings_changed) says so.
func (s *Service) changeSettings(ctx context.Context, accountID string, version int64,
	change func(*models.Tx, *models.MeterState, *models.BillingMonth) (Change, error),
) (done Change, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		month := currentMonth(m)
		if m.Meter.Closed {
			return fault(Conflict, "account_closed")
		}
		if version != 0 && version != m.Meter.Version {
			return fault(Conflict, "settings_changed")
		}
		if done, err = change(tx, m, month); err != nil {
			return err
		}
		if err := s.tellChange(tx, m, done); err != nil {
			return err
		}
		return tx.Save(m)
	})
	return done, err
}

// addChange writes the history of a setting; the settings' version moves with it.
func (s *Service) addChange(m *models.MeterState, setting, old, value string, by Actor) Change {
	m.Meter.Version++
	c := &models.SettingChange{
		AccountID: m.AccountID(), ID: s.newID("change"), At: m.Now, Setting: setting, OldValue: old, NewValue: value,
		Actor: string(by), Version: m.Meter.Version,
	}
	m.AddChange(c)
	return Change{ID: c.ID, Setting: setting, Old: old, New: value, Undo: undoable(c) == nil}
}

// SaveLimit asks for another monthly limit. Confirmed says that the subscriber has confirmed that there is no maximum.
type SaveLimit struct {
	Limit     Limit
	Confirmed Confirmation
	Version   int64
}

// Confirmation is a question answered on a page of its own.
type Confirmation string

// Confirmed is a yes.
const Confirmed Confirmation = "confirmed"

// SaveMonthlyLimit sets the limit, at once. Below what is spent it is accepted: nothing is clawed back, new extra usage waits.
// Faults: limit_zero, limit_bounds, limit_kind_missing; unlimited_unconfirmed; settings_changed; not_enabled.
func (s *Service) SaveMonthlyLimit(ctx context.Context, accountID string, r SaveLimit) (Change, error) {
	if err := checkLimit(r.Limit); err != nil {
		return Change{}, err
	}
	return s.changeSettings(ctx, accountID, r.Version, func(_ *models.Tx, m *models.MeterState, month *models.BillingMonth) (Change, error) {
		if err := decideMonthlyLimit(limitOf(month), r); err != nil {
			return Change{}, err
		}
		return s.setLimit(m, month, r.Limit, BySubscriber), nil
	})
}

// decideMonthlyLimit tells whether a limit may replace another.
func decideMonthlyLimit(old Limit, r SaveLimit) error {
	switch {
	case old.Kind == LimitUnset:
		return fault(Conflict, "not_enabled")
	case r.Limit.Kind == Unlimited && old.Kind != Unlimited && r.Confirmed != Confirmed:
		return fault(NotReady, "unlimited_unconfirmed")
	}
	return nil
}

func (s *Service) setLimit(m *models.MeterState, month *models.BillingMonth, l Limit, by Actor) Change {
	old := limitOf(month)
	if old == l {
		return Change{}
	}
	month.LimitKind, month.Limit = string(l.Kind), l.Amount
	if m.Meter.ReloadWaits == string(WaitsForCeiling) {
		setWait(m, "", 0) // the ceiling is only for those without a limit
	}
	watchLimit(m, month)
	return s.addChange(m, settingMonthlyLimit, old.text(), l.text(), by)
}

// text is the limit as setting_changes keeps it.
func (l Limit) text() string {
	if l.Kind == LimitAmount {
		return l.Amount.Decimal()
	}
	return string(l.Kind)
}

// ParseLimit reads a limit as Change.Old and New write it.
func ParseLimit(s string) (Limit, error) { return limitFromText(s) }

func limitFromText(s string) (Limit, error) {
	if s == string(Unlimited) || s == string(LimitUnset) {
		return Limit{Kind: LimitKind(s)}, nil
	}
	a, err := money.ParseDecimal(s)
	return Limit{Kind: LimitAmount, Amount: a}, err
}

// TurnOff switches extra usage off, in one step and at once. Credits stay; running requests finish within what is held.
func (s *Service) TurnOff(ctx context.Context, accountID string) (Change, error) {
	return s.changeSettings(ctx, accountID, 0, func(_ *models.Tx, m *models.MeterState, _ *models.BillingMonth) (Change, error) {
		return s.switchOff(m, BySubscriber), nil
	})
}

// switchOff is also what the plan's end and a closed account do. There is no function that only switches on: see ConfirmEnabling.
func (s *Service) switchOff(m *models.MeterState, by Actor) Change {
	if !m.Meter.ExtraUsage {
		return Change{}
	}
	c := s.addChange(m, settingExtraUsage, "on", "off", by)
	m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = false, m.Now
	stopReload(m)
	return c
}

// ReloadRule is auto-reload as the subscriber sets it: below Threshold, buy credits up to Target.
type ReloadRule struct {
	On        bool
	Threshold money.Amount
	Target    money.Amount
}

// SaveReload asks for another rule. Confirmed is the amount that the subscriber has agreed may be charged at once.
type SaveReload struct {
	Rule      ReloadRule
	Confirmed money.Amount
	Version   int64
}

// SaveAutoReload sets the rule. Where the balance is below the new threshold already, a purchase follows at once: this needs
// the subscriber's word for the amount first (fault reload_unconfirmed with Args "amount").
// Faults: threshold_bounds, target_bounds, target_above_threshold, card_missing, settings_changed.
func (s *Service) SaveAutoReload(ctx context.Context, accountID string, r SaveReload) (Change, error) {
	if err := checkReload(r.Rule); err != nil {
		return Change{}, err
	}
	return s.changeSettings(ctx, accountID, r.Version, func(tx *models.Tx, m *models.MeterState, month *models.BillingMonth) (Change, error) {
		if r.Rule.On {
			if _, err := cardNeeded(tx, accountID); err != nil {
				return Change{}, err
			}
		}
		due := money.Amount(0)
		turnsOn := r.Rule.On && !m.Meter.ReloadOn // a new decision: an old pause is over
		if turnsOn || m.Meter.ReloadPause == "" {
			due = dueNow(m, month, r.Rule, m.Meter.ExtraUsage)
		}
		if due > r.Confirmed {
			return Change{}, unconfirmed(due)
		}
		done := s.setReload(m, r.Rule, BySubscriber)
		if turnsOn {
			if err := resumeReload(tx, m); err != nil {
				return Change{}, err
			}
		}
		if due > 0 {
			reloadAtOnce(m, m.Now, due)
		}
		return done, nil
	})
}

// ResumeReload lets auto-reload go on after it paused. confirmed is the amount that the subscriber has agreed may be charged at
// once. Without a pause it does nothing. Faults: reload_unconfirmed (amount), card_missing, settings_changed.
func (s *Service) ResumeReload(ctx context.Context, accountID string, version int64, confirmed money.Amount) (Change, error) {
	return s.changeSettings(ctx, accountID, version, func(tx *models.Tx, m *models.MeterState, month *models.BillingMonth) (Change, error) {
		if !m.Meter.ReloadOn || m.Meter.ReloadPause == "" {
			return Change{}, nil
		}
		if _, err := cardNeeded(tx, accountID); err != nil {
			return Change{}, err
		}
		due := dueNow(m, month, ruleOf(m), m.Meter.ExtraUsage)
		if due > confirmed {
			return Change{}, unconfirmed(due)
		}
		paused := m.Meter.ReloadPause
		if err := resumeReload(tx, m); err != nil {
			return Change{}, err
		}
		if due > 0 {
			reloadAtOnce(m, m.Now, due)
		}
		return s.addChange(m, settingReloadPause, paused, "", BySubscriber), nil
	})
}

// unconfirmed asks for the subscriber's word for a charge.
func unconfirmed(due money.Amount) *Fault {
	f := fault(NotReady, "reload_unconfirmed")
	f.Args = map[string]any{"amount": due}
	return f
}

func (s *Service) setReload(m *models.MeterState, r ReloadRule, by Actor) Change {
	if !r.On {
		r = ReloadRule{} // off is off, whatever stands in the fields
	}
	old := ruleOf(m)
	if old == r {
		return Change{}
	}
	m.Meter.ReloadOn, m.Meter.ReloadThreshold, m.Meter.ReloadTarget = r.On, r.Threshold, r.Target
	watchAnew(m)
	stopReload(m) // what was to be looked at was under the old rule
	return s.addChange(m, settingAutoReload, old.text(), r.text(), by)
}

func ruleOf(m *models.MeterState) ReloadRule {
	return ReloadRule{On: m.Meter.ReloadOn, Threshold: m.Meter.ReloadThreshold, Target: m.Meter.ReloadTarget}
}

// text is the rule as setting_changes keeps it: "off", or "threshold..target".
func (r ReloadRule) text() string {
	if !r.On {
		return "off"
	}
	return r.Threshold.Decimal() + ".." + r.Target.Decimal()
}

// ParseReloadRule reads a rule as Change.Old and New write it.
func ParseReloadRule(s string) (ReloadRule, error) {
	if s == "off" {
		return ReloadRule{}, nil
	}
	low, high, _ := strings.Cut(s, "..")
	threshold, err := money.ParseDecimal(low)
	if err != nil {
		return ReloadRule{}, err
	}
	target, err := money.ParseDecimal(high)
	return ReloadRule{On: true, Threshold: threshold, Target: target}, err
}

// checkReload refuses a rule that may not be set (design, "Auto-reload").
func checkReload(r ReloadRule) error {
	switch {
	case !r.On:
		return nil
	case r.Threshold < MinThreshold || r.Threshold > MaxThreshold || !r.Threshold.IsWholeCents():
		return bounds("threshold", "threshold_bounds", MinThreshold, MaxThreshold)
	case r.Target > MaxTarget || !r.Target.IsWholeCents():
		return bounds("target", "target_bounds", r.Threshold.Add(MinReload), MaxTarget)
	case r.Target < r.Threshold.Add(MinReload):
		return bounds("target", "target_above_threshold", r.Threshold.Add(MinReload), MaxTarget)
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
