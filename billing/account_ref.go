package billing

import (
	"context"
	"strings"
	"unicode/utf8"

	"extrausage/models"
)

// accountID is the id behind what a caller names an account by: its id, or its e-mail.
func (s *Service) accountID(ctx context.Context, ref string) (id string, err error) {
	if ref == "" || !storable(ref) {
		return "", fault(NotFound, "account_unknown")
	}
	if !strings.Contains(ref, "@") {
		return ref, nil // whether it exists shows under its lock
	}
	err = s.store.View(ctx, func(tx *models.Tx) error {
		a, err := tx.AccountByEmail(strings.ToLower(strings.TrimSpace(ref)))
		if err == nil {
			id = a.ID
		}
		return err
	})
	if f := AsFault(err); f != nil && f.Kind == NotFound {
		return "", fault(NotFound, "account_unknown")
	}
	return id, err
}

// maxNameLength bounds names and keys that callers choose.
const maxNameLength = 255

// storable tells whether a name that a caller chose can be kept: bounded, and text that both databases take. One that is not
// would fail the commit it shares with others.
func storable(name string) bool {
	return len(name) <= maxNameLength && utf8.ValidString(name) && !strings.ContainsRune(name, 0)
}
