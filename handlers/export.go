package handlers

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
)

// exportsAtOnce bounds the exports that are made at one time: each holds the whole history of an account.
const exportsAtOnce = 2

// exportData hands out everything we keep about an account: one ZIP, each list as JSON and as CSV.
func (s *Server) exportData(c echo.Context) error {
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	default:
		return &billing.Fault{Kind: billing.Throttled, Code: "throttled", RetryAfter: 10 * time.Second}
	}
	data, err := s.svc.ExportData(c.Request().Context(), account(c))
	if err != nil {
		return err
	}
	archive, err := exportArchive(data, s.conf.Clock())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="extra-usage-`+s.conf.Clock().Format(time.DateOnly)+`.zip"`)
	return c.Blob(http.StatusOK, "application/zip", archive)
}

func exportArchive(e billing.Export, now time.Time) ([]byte, error) {
	var b bytes.Buffer
	a := archive{w: zip.NewWriter(&b), now: now}
	addList(&a, "profile", []billing.ExportProfile{e.Profile})
	addList(&a, "setting_changes", e.SettingChanges)
	addList(&a, "usage", e.Usages)
	addList(&a, "entries", e.Entries)
	addList(&a, "purchases", e.Purchases)
	addList(&a, "invoices", e.Invoices)
	addList(&a, "payment_methods", e.Cards)
	addList(&a, "consents", e.Consents)
	addList(&a, "signed_in_browsers", e.Sessions)
	addList(&a, "staff_views", e.StaffViews)
	addList(&a, "notices", e.Notices)
	if a.err == nil {
		a.err = a.w.Close()
	}
	return b.Bytes(), a.err
}

// archive is a ZIP being written, up to the first error.
type archive struct {
	w   *zip.Writer
	now time.Time
	err error
}

func addList[R any](a *archive, name string, rows []R) {
	a.add(name+".json", func(w io.Writer) error { return writeJSONList(w, rows) })
	a.add(name+".csv", func(w io.Writer) error { return writeCSV(w, rows) })
}

func (a *archive) add(name string, write func(io.Writer) error) {
	if a.err != nil {
		return
	}
	w, err := a.w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.now})
	if err == nil {
		err = write(w)
	}
	a.err = err
}

// writeJSONList writes one row per line, never holding all of them as text.
func writeJSONList[R any](w io.Writer, rows []R) error {
	before := "[\n"
	for _, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, before+string(line)); err != nil {
			return err
		}
		before = ",\n"
	}
	if len(rows) == 0 {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	_, err := io.WriteString(w, "\n]\n")
	return err
}
