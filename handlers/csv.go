package handlers

import (
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// csvFile is a download of rows (RFC 4180) that begins with its first row: until then an error is answered as any other.
type csvFile struct {
	c      echo.Context
	name   string
	header []string
	w      *csv.Writer
}

func (f *csvFile) row(cells ...string) error {
	if f.w == nil {
		h := f.c.Response().Header()
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		h.Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
		f.c.Response().WriteHeader(http.StatusOK)
		f.w = csv.NewWriter(f.c.Response())
		f.w.UseCRLF = true
		if err := f.w.Write(f.header); err != nil {
			return err
		}
	}
	if len(cells) == 0 {
		return nil
	}
	return f.w.Write(cells)
}

// end finishes the file. One that broke off is broken for its reader too: a short file must not look like a whole one.
func (f *csvFile) end(err error) error {
	if err != nil && f.w == nil {
		return err
	}
	if err == nil {
		err = f.row()
	}
	if err == nil {
		f.w.Flush()
		err = f.w.Error()
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// cell is a text that others chose, made harmless: a spreadsheet would run what begins like a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
