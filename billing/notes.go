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

// SettingChanges lists what was changed of an account's settings, the newest first. before is "" or the next of the page
// before; next is "" on the last page.
func (s *Service) SettingChanges(ctx context.Context, accountID, before string, limit int) (page []SettingChange, next string, err error) {
	limit = pageSize(limit)
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.SettingChanges(accountID, before, limit+1)
		if err != nil {
			return err
		}
		for _, r := range rows[:min(limit, len(rows))] {
			page = append(page, settingChangeOf(r))
		}
		if len(rows) > limit {
			next = page[limit-1].ID
		}
		return nil
	})
	return page, next, err
}

func settingChangeOf(r models.SettingChange) SettingChange {
	return SettingChange{ID: r.ID, At: r.At.Time(), Setting: r.Setting, Old: r.OldValue, New: r.NewValue, Actor: Actor(r.Actor)}
}

// maxPage bounds what one page of a list asks of the database.
const maxPage = 200

func pageSize(limit int) int { return max(1, min(limit, maxPage)) }
