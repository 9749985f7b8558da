package models

import "gorm.io/gorm/clause"

// KeepWebhookEvent puts an event into the inbox, and tells whether it was not there yet.
func (tx *Tx) KeepWebhookEvent(e *WebhookEvent) (bool, error) {
	done := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(e)
	return done.RowsAffected == 1, done.Error
}

// WaitingWebhookEvents are the events of a provider that nobody acted on yet, the oldest first.
func (tx *Tx) WaitingWebhookEvents(provider string, limit int) ([]*WebhookEvent, error) {
	var events []*WebhookEvent
	err := tx.db.Where("processed_at = 0 AND provider = ?", provider).Order("received_at, event_id").Limit(limit).Find(&events).Error
	return events, err
}

// MarkWebhookProcessed notes that an event was acted on.
func (tx *Tx) MarkWebhookProcessed(provider, eventID string) error {
	return tx.db.Model(&WebhookEvent{}).Where("provider = ? AND event_id = ? AND processed_at = 0", provider, eventID).
		Update("processed_at", tx.Now).Error
}
