package billing

import (
	"context"
	"time"

	"extrausage/models"
)

// The settings of the profile as setting_changes names them; those about money stand in settings.go.
const (
	settingEmail          = "email"
	settingPassword       = "password"
	settingLocale         = "locale"
	settingTimeZone       = "time_zone"
	settingInvoiceAddress = "invoice_address"
	settingPlan           = "plan"
	settingAccount        = "account"
	settingSessionChoice  = "session_choice"
)

// addNote writes the history of a setting that has nothing to do with money: the settings' version stays, so that a form
// about money that is open meanwhile, and an undo, keep working. The history is never deleted: personal data does not
// go into it, see maskEmail.
func (s *Service) addNote(m *models.MeterState, setting, old, value string, by Actor) {
	m.AddChange(&models.SettingChange{
		AccountID: m.AccountID(), ID: s.newID("change"), At: m.Now, Setting: setting, OldValue: old, NewValue: value, Actor: string(by),
	})
}

// SettingChange is one line of an account's history of settings. Old and New are as Change has them; for what is personal
// they say only "changed".
type SettingChange struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Setting string    `json:"setting"`
	Old     string    `json:"old"`
	New     string    `json:"new"`
	Actor   Actor     `json:"actor"`
}

// ChangePage is a page of an account's history of settings.
type ChangePage struct {
	Changes      []SettingChange // the newest first
	Older, Newer string          // ids beside which the neighbouring pages begin; "" where there is none
}

// SettingChanges lists what was changed of an account's settings.
func (s *Service) SettingChanges(ctx context.Context, accountID string, at Place, limit int) (out ChangePage, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		p, err := readPage(at, pageSize(limit), func(c models.SettingChange) string { return c.ID },
			func(at Place, limit int) ([]models.SettingChange, error) {
				if at.After != "" {
					return tx.SettingChangesAfter(accountID, at.After, limit)
				}
				return tx.SettingChanges(accountID, at.Before, limit)
			})
		out = ChangePage{Older: p.older, Newer: p.newer}
		for _, r := range p.rows {
			out.Changes = append(out.Changes, settingChangeOf(r))
		}
		return err
	})
	return out, err
}

// EachSettingChange calls each for every change of an account's settings, the newest first, until it returns an error.
func (s *Service) EachSettingChange(ctx context.Context, accountID string, each func(SettingChange) error) error {
	for at := (Place{}); ; {
		p, err := s.SettingChanges(ctx, accountID, at, maxPage)
		if err != nil {
			return err
		}
		for _, c := range p.Changes {
			if err := each(c); err != nil {
				return err
			}
		}
		if p.Older == "" {
			return nil
		}
		at = Place{Before: p.Older}
	}
}

func settingChangeOf(r models.SettingChange) SettingChange {
	return SettingChange{ID: r.ID, At: r.At.Time(), Setting: r.Setting, Old: r.OldValue, New: r.NewValue, Actor: Actor(r.Actor)}
}
