package models

import (
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// LockNames holds everybody else back who locks one of these names, until the transaction ends: for rules that no single
// row can keep. SQLite has one writer and needs nothing.
func (tx *Tx) LockNames(names ...string) error {
	if tx.dialect == sqliteDialect {
		return nil
	}
	names = slices.Clone(names)
	slices.Sort(names) // in one order, so that two do not wait for each other
	for _, n := range names {
		if err := tx.db.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", n).Error; err != nil {
			return err
		}
	}
	return nil
}

// likePrefix is the LIKE pattern for texts that begin with s, with \ as the escape.
func likePrefix(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}

// taken turns the databases' word for a unique value that exists into ErrTaken.
func taken(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrTaken
	}
	return err
}
