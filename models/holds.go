package models

import "context"

// DueHolds are the ids of up to most open holds whose time is over, oldest first.
func (s *Store) DueHolds(ctx context.Context, most int) ([]string, error) {
	var ids []string
	err := s.gormR.WithContext(ctx).Model(&Hold{}).Where("state = 'open' AND expires_at <= ?", s.now()).
		Order("expires_at").Limit(most).Pluck("id", &ids).Error
	return ids, err
}
