package billing

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"extrausage/models"
)

// NewStaff is a staff member to be made.
type NewStaff struct {
	Email    string
	Name     string
	Locale   string
	Password string
}

// CreateStaff makes a staff member, who may look at accounts and change nothing, and gives the id.
// Faults: email_invalid, email_taken, locale_unknown, too_long, password_short, password_long, password_common.
func (s *Service) CreateStaff(ctx context.Context, n NewStaff) (string, error) {
	n.Email, n.Name = NormalEmail(n.Email), oneLine(n.Name)
	if n.Locale == "" {
		n.Locale = defaultLocale
	}
	if err := errors.Join(checkEmail("email", n.Email), checkLength("name", n.Name, maxTextLength), checkLocale(n.Locale)); err != nil {
		return "", err
	}
	hash, err := s.newPassword(ctx, "password", n.Password, n.Email)
	if err != nil {
		return "", err
	}
	id := s.newID("staff")
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if err := emailMustBeFree(tx, n.Email); err != nil {
			return err
		}
		return tx.NewStaffMember(&models.StaffMember{
			ID: id, Email: n.Email, Name: n.Name, Locale: n.Locale, PasswordHash: hash, CreatedAt: tx.Now,
		})
	})
	return id, emailTaken(err)
}

// AccountHit is an account found by staff, as little of it as tells it from others.
type AccountHit struct {
	ID          string
	MaskedEmail string
	MaskedName  string // "" for none
	Plan        string // "" for none
	Closed      bool
	CreatedAt   time.Time
}

// Bounds of a search: so few letters would list everybody.
const (
	minSearch = 3 // characters
	maxSearch = maxEmailLength
	maxHits   = 20
)

// FindAccounts finds accounts by their whole id or the beginning of their e-mail, at most 20. Fault: search_short.
func (s *Service) FindAccounts(ctx context.Context, query string) (hits []AccountHit, err error) {
	query = clip(query, maxSearch)
	if utf8.RuneCountInString(query) < minSearch {
		f := invalid("q", "search_short")
		f.Args = map[string]any{"min": minSearch}
		return nil, f
	}
	err = s.store.View(ctx, func(tx *models.Tx) error {
		found, err := tx.FindAccounts(query, strings.ToLower(query), maxHits)
		for _, a := range found {
			hits = append(hits, AccountHit{
				ID: a.ID, MaskedEmail: maskEmail(a.Email), MaskedName: maskName(a.Name), Plan: a.Plan, Closed: a.Closed,
				CreatedAt: a.CreatedAt.Time(),
			})
		}
		return err
	})
	return hits, err
}
