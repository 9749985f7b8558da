package models

// purgeBatch bounds the rows that one transaction deletes, so that it holds nobody up.
const purgeBatch = 1000

// PurgeAttempts deletes attempts before t, a batch of them; it tells how many.
func (tx *Tx) PurgeAttempts(t Instant) (int64, error) {
	return tx.purge(`DELETE FROM sign_in_attempts WHERE (subject, id) IN
		(SELECT subject, id FROM sign_in_attempts WHERE at < ? LIMIT ?)`, t)
}

// PurgeSignInLinks deletes links that ended before t, a batch of them.
func (tx *Tx) PurgeSignInLinks(t Instant) (int64, error) {
	return tx.purge(`DELETE FROM sign_in_links WHERE token_hash IN
		(SELECT token_hash FROM sign_in_links WHERE expires_at < ? LIMIT ?)`, t)
}

// PurgeSessions deletes web sessions of subscribers that were seen last before idle or began before absolute, a batch of them.
func (tx *Tx) PurgeSessions(idle, absolute Instant) (int64, error) {
	return tx.purge(`DELETE FROM sessions WHERE id_hash IN
		(SELECT id_hash FROM sessions WHERE staff_id = '' AND (seen_at < ? OR created_at < ?) LIMIT ?)`, idle, absolute)
}

// PurgeStaffSessions is PurgeSessions for those of staff.
func (tx *Tx) PurgeStaffSessions(idle, absolute Instant) (int64, error) {
	return tx.purge(`DELETE FROM sessions WHERE id_hash IN
		(SELECT id_hash FROM sessions WHERE staff_id <> '' AND (seen_at < ? OR created_at < ?) LIMIT ?)`, idle, absolute)
}

// PurgeRefusals deletes refused requests before t, a batch of them.
func (tx *Tx) PurgeRefusals(t Instant) (int64, error) {
	return tx.purge(`DELETE FROM refusals WHERE (account_id, id) IN
		(SELECT account_id, id FROM refusals WHERE at < ? LIMIT ?)`, t)
}

// PurgeIdempotentAnswers deletes answers before t, a batch of them.
func (tx *Tx) PurgeIdempotentAnswers(t Instant) (int64, error) {
	return tx.purge(`DELETE FROM idempotent_answers WHERE (caller, operation, key) IN
		(SELECT caller, operation, key FROM idempotent_answers WHERE at < ? LIMIT ?)`, t)
}

// PurgeMails deletes mails that were sent, or given up, and are older than t, a batch of them. What is due later than
// never is given up.
func (tx *Tx) PurgeMails(t, never Instant) (int64, error) {
	return tx.purge(`DELETE FROM mails WHERE id IN
		(SELECT id FROM mails WHERE created_at < ? AND (sent_at > 0 OR next_at >= ?) LIMIT ?)`, t, never)
}

func (tx *Tx) purge(statement string, args ...any) (int64, error) {
	r := tx.db.Exec(statement, append(args, purgeBatch)...)
	return r.RowsAffected, r.Error
}
