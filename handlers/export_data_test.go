package handlers_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// files is a ZIP's files by name.
func (a *answer) files() map[string]string {
	a.t.Helper()
	a.want(http.StatusOK)
	z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil {
		a.t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			a.t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			a.t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

// Everything we keep is in the export, each list as JSON and as a table with the same rows, and the figures are the ledger's.
func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("25"))
		s.extra(id, 50*money.Dollar)
		s.use(id, 39*money.Dollar)
		s.use(id, 3*money.Dollar)
		s.event(billing.Event{Account: id, Model: "claude-haiku-4-5", MessageID: `=cmd|'/C calc'!A0`, Usage: pricing.Usage{Input: 1000}})
		b.post("/settings/profile/invoice-address", "name", `=HYPERLINK("//evil.test")`, "address", "+1\n@2", "company", "-3, \"quoted\"", "tax_id", "\t=4")
		s.monthEnd("UTC")
		b = s.browser().signIn(ada)
		s.staffMember(sam).look(id)

		a := b.get("/settings/profile/export")
		if a.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%v", a.header)
		}
		files := a.files()
		for _, list := range []string{
			"profile", "setting_changes", "usage", "entries", "purchases", "invoices", "payment_methods", "consents", "signed_in_browsers", "staff_views", "notices",
		} {
			var rows []map[string]any
			s.must(json.Unmarshal([]byte(files[list+".json"]), &rows))
			table, err := csv.NewReader(strings.NewReader(files[list+".csv"])).ReadAll()
			s.must(err)
			if len(rows) == 0 || len(table) != len(rows)+1 {
				t.Errorf("%s: %d rows in JSON, %d lines in CSV", list, len(rows), len(table))
				continue
			}
			for i, row := range rows {
				for name, value := range row {
					if column := slices.Index(table[0], name); column < 0 || !sameCell(table[i+1][column], value) {
						t.Errorf("%s: %s is %v in JSON, and in CSV %v", list, name, value, table[i+1])
					}
				}
			}
			for _, line := range table[1:] {
				for i, cell := range line {
					amount := strings.Contains("amount balance_after cost plan_part extra_part absorbed returned corrections opening closing", table[0][i])
					if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) && !amount {
						t.Errorf("%s: a spreadsheet runs %q", list, cell)
					}
				}
			}
		}
		if len(files) != 22 {
			t.Errorf("%d files", len(files))
		}
		var entries []struct {
			Amount       money.Amount `json:"amount"`
			BalanceAfter money.Amount `json:"balance_after"`
		}
		s.must(json.Unmarshal([]byte(files["entries.json"]), &entries))
		var total money.Amount
		for _, e := range entries {
			total = total.Add(e.Amount)
		}
		status, err := s.svc.Status(t.Context(), id)
		s.must(err)
		if total != status.Balance || entries[len(entries)-1].BalanceAfter != status.Balance || total == 0 {
			t.Errorf("the entries sum to %s, the balance is %s", total.Decimal(), status.Balance.Decimal())
		}
		for name, content := range files {
			if strings.Contains(content, "test_customer") || strings.Contains(content, "argon2") || strings.Contains(content, "0001-01-01") {
				t.Errorf("%s holds what is not the subscriber's: %s", name, content)
			}
		}
	})
}

// sameCell tells whether a cell says what a JSON value does.
func sameCell(cell string, value any) bool {
	if text, ok := value.(string); ok {
		return strings.TrimPrefix(cell, "'") == text || cell == text
	}
	out, err := json.Marshal(value)
	return err == nil && cell == string(out)
}

// An export of an account without a history has all its files too.
func TestExportOfANewAccount(t *testing.T) {
	files := newSite(t, onSQLite(t)).subscriber(ada).get("/settings/profile/export").files()
	if len(files) != 22 || files["entries.json"] != "[]\n" || strings.Count(files["entries.csv"], "\n") != 1 {
		t.Errorf("%q", files)
	}
}

// Exports are large: many at once are put off, not piled up.
func TestFewExportsAtOnce(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	answers := make([]*answer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = b.copied().get("/settings/profile/export") })
	}
	all.Wait()
	done := 0
	for _, a := range answers {
		switch a.status {
		case http.StatusOK:
			done++
		case http.StatusTooManyRequests:
			if a.header.Get("Retry-After") != "10" {
				t.Error("it does not say when to try again")
			}
			a.says("That was too often", "10 November 2026, 09:01 UTC")
		default:
			t.Errorf("%d", a.status)
		}
	}
	if done == 0 {
		t.Error("none was made")
	}
	b.get("/settings/profile/export").want(http.StatusOK)
}
