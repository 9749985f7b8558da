package models

// AttemptsSince are the times of the newest attempts of a subject after since, newest first, at most limit.
func (tx *Tx) AttemptsSince(subject string, since Instant, limit int) ([]Instant, error) {
	var at []Instant
	err := tx.db.Model(&SignInAttempt{}).Where("subject = ? AND at > ?", subject, since).
		Order("at DESC").Limit(limit).Pluck("at", &at).Error
	return at, err
}

// NewAttempt counts an attempt for each of the subjects.
func (tx *Tx) NewAttempt(id string, subjects ...string) error {
	rows := make([]SignInAttempt, len(subjects))
	for i, s := range subjects {
		rows[i] = SignInAttempt{Subject: s, ID: id, At: tx.Now}
	}
	return tx.create(&rows)
}

// ForgetAttempt takes one attempt back from the subjects.
func (tx *Tx) ForgetAttempt(id string, subjects ...string) error {
	return tx.db.Where("id = ? AND subject IN ?", id, subjects).Delete(&SignInAttempt{}).Error
}

// ForgetAttempts takes back every attempt of a subject.
func (tx *Tx) ForgetAttempts(subject string) error {
	return tx.db.Where("subject = ?", subject).Delete(&SignInAttempt{}).Error
}
