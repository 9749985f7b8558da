package models

import "gorm.io/gorm/clause"

// IdempotentAnswer is the answer given to a caller's operation under a key, or ErrNotFound.
func (tx *Tx) IdempotentAnswer(caller, operation, key string) (*IdempotentAnswer, error) {
	a := new(IdempotentAnswer)
	return a, first(tx.db.Where("caller = ? AND operation = ? AND key = ?", caller, operation, key), a)
}

// NewIdempotentAnswer keeps an answer; where one is kept already, that one stays.
func (tx *Tx) NewIdempotentAnswer(a *IdempotentAnswer) error {
	return tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(a).Error
}
