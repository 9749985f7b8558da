package handlers

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"
)

// exportData gives everything we keep about the account: a ZIP of JSON files.
func (s *Server) exportData(c echo.Context) error {
	e, err := s.svc.ExportData(c.Request().Context(), account(c))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range []struct {
		name    string
		content any
	}{
		{"profile", e.Profile}, {"settings_changes", e.SettingChanges}, {"usage", e.Usages}, {"entries", e.Entries},
		{"purchases", e.Purchases}, {"payment_methods", e.Cards}, {"consents", e.Consents}, {"sessions", e.Sessions},
		{"staff_views", e.StaffViews},
	} {
		w, err := z.Create(file.name + ".json")
		if err != nil {
			return err
		}
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		if err := out.Encode(file.content); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="extra-usage-data.zip"`)
	return c.Blob(http.StatusOK, "application/zip", b.Bytes())
}
