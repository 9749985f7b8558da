package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/money"
	"extrausage/pricing"
)

// ratesJSON is the rate table as machines read it.
type ratesJSON struct {
	Version  string      `json:"version"`
	Currency string      `json:"currency"`
	At       time.Time   `json:"at"`
	Models   []modelJSON `json:"models"`
}

type modelJSON struct {
	Name          string     `json:"name"`
	IDs           []string   `json:"ids"`
	EffectiveFrom *time.Time `json:"effective_from"`
	Rates         []rateJSON `json:"rates"`
}

type rateJSON struct {
	Class   pricing.Class `json:"class"`
	Tier    pricing.Tier  `json:"tier"`
	PerMTok money.Amount  `json:"per_mtok"`
}

// rates is the rate table in force.
func (s *Server) rates(c echo.Context) error {
	now := s.conf.Clock().UTC()
	table := s.svc.Rates()
	out := ratesJSON{Version: table.Version(), Currency: "USD", At: now, Models: []modelJSON{}}
	for _, m := range table.Models(now) {
		model := modelJSON{Name: m.Name, IDs: m.IDs, EffectiveFrom: timeOrNull(m.EffectiveFrom)}
		for _, r := range m.Rates {
			model.Rates = append(model.Rates, rateJSON(r))
		}
		out.Models = append(out.Models, model)
	}
	return answerJSON(c, http.StatusOK, out)
}

// timeOrNull is a time as machines read it: in UTC, null for none.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
