package billing

import (
	"context"
	"unicode/utf8"

	"extrausage/models"
)

// MaskedAccount is an account as staff may see it.
type MaskedAccount struct {
	ID          string
	MaskedEmail string
	MaskedName  string // "" for none
	Locale      string
	TimeZone    string
	Plan        string // "" for none
	Closed      bool
}

// MaskedAccount is the account with this id, as staff may see it. Fault: not_found.
func (s *Service) MaskedAccount(ctx context.Context, accountID string) (out MaskedAccount, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		a, err := tx.Account(accountID)
		if err != nil {
			return err
		}
		m, err := tx.MeterRow(accountID)
		if err != nil {
			return err
		}
		out = MaskedAccount{
			ID: a.ID, MaskedEmail: maskEmail(a.Email), MaskedName: maskName(a.Name), Locale: a.Locale, TimeZone: m.TimeZone,
			Plan: m.Plan, Closed: m.Closed,
		}
		return nil
	})
	return out, err
}

// maskName is a name as others than its owner may see it: its first letter.
func maskName(name string) string {
	if name == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + "•••"
}
