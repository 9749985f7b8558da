package models

import (
	"errors"

	"gorm.io/gorm/clause"
)

// WorkerMark is how far a worker has come with something, 0 before the first time.
func (tx *Tx) WorkerMark(name string) (Instant, error) {
	m := &WorkerMark{}
	err := first(tx.db.Where("name = ?", name), m)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return m.At, err
}

// SetWorkerMark keeps how far a worker has come.
func (tx *Tx) SetWorkerMark(name string, at Instant) error {
	return tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"at"}),
	}).Create(&WorkerMark{Name: name, At: at}).Error
}
