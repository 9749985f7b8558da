package billing

import (
	"testing"

	"extrausage/models"
)

// I6: a sweep that read a hold as open, and comes to it after it has ended, leaves it as it ended.
func TestTheSweepLeavesEndedHoldsAlone(t *testing.T) {
	for _, state := range []string{holdSettled, holdVoided, holdExpired} {
		h := &models.Hold{State: state, ExpiresAt: 50, EndedAt: 40}
		want := *h
		expire(&models.MeterState{Now: 100}, h)
		if *h != want {
			t.Errorf("%s became %+v", state, *h)
		}
	}
}
