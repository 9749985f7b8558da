package billing

import (
	"errors"

	"extrausage/models"
)

// person is whoever signs in: a subscriber or a staff member. One of the two ids is set.
type person struct {
	accountID    string
	staffID      string
	email        string
	name         string
	locale       string
	passwordHash string
}

func personOfAccount(a *models.Account) *person {
	return &person{accountID: a.ID, email: a.Email, name: a.Name, locale: a.Locale, passwordHash: a.PasswordHash}
}

func personOfStaff(m *models.StaffMember) *person {
	return &person{staffID: m.ID, email: m.Email, name: m.Name, locale: m.Locale, passwordHash: m.PasswordHash}
}

// personByEmail is who signs in with a normalised e-mail, or nil.
func personByEmail(tx *models.Tx, email string) (*person, error) {
	a, err := tx.AccountByEmail(email)
	if err == nil {
		return personOfAccount(a), nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	m, err := tx.StaffMemberByEmail(email)
	if err == nil {
		return personOfStaff(m), nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	return nil, nil //nolint:nilnil // nobody is an answer here
}

// personByID is whom a session or a link belongs to, or models.ErrNotFound.
func personByID(tx *models.Tx, accountID, staffID string) (*person, error) {
	if staffID != "" {
		m, err := tx.StaffMember(staffID)
		if err != nil {
			return nil, err
		}
		return personOfStaff(m), nil
	}
	a, err := tx.Account(accountID)
	if err != nil {
		return nil, err
	}
	return personOfAccount(a), nil
}

// savePassword writes a new hash for p.
func (p *person) savePassword(tx *models.Tx, hash string) error {
	if p.staffID != "" {
		return tx.SaveStaffPassword(p.staffID, hash)
	}
	return tx.SaveAccountPassword(p.accountID, hash)
}
