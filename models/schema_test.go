package models_test

import (
	"database/sql"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"extrausage/migrations"
	"extrausage/models"
	"extrausage/models/storetest"
)

// rowTypes are all rows that there are.
var rowTypes = []any{
	&models.Account{}, &models.Meter{}, &models.BillingMonth{}, &models.UsageWindow{}, &models.Pool{}, &models.SessionChoice{},
	&models.Hold{}, &models.Usage{}, &models.UsageDay{}, &models.RejectedUsage{}, &models.Refusal{}, &models.Entry{},
	&models.SettingChange{}, &models.Consent{}, &models.EnableDraft{}, &models.PaymentMethod{}, &models.CardSetup{},
	&models.Purchase{}, &models.PurchaseReversal{}, &models.WorkerMark{}, &models.WebhookEvent{}, &models.StaffMember{}, &models.StaffLook{}, &models.StaffView{}, &models.Session{},
	&models.SignInLink{}, &models.SignInAttempt{}, &models.APIKey{}, &models.IdempotentAnswer{}, &models.Mail{}, &models.Notice{}, &models.AlertSettings{},
	&models.Invoice{}, &models.DocumentNumber{}, &models.MonthClosing{},
}

func parsed(t *testing.T, row any) *schema.Schema {
	t.Helper()
	s, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The tables are the same text in both dialects, and every migration of one has its twin in the other.
func TestTheDialectsHaveTheSameTables(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	names := func(dialect string) (out []string) {
		entries, err := fs.ReadDir(migrations.Files, dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	lite, pg := names("sqlite"), names("postgres")
	if !slices.Equal(lite, pg) {
		t.Errorf("migrations %v and %v", lite, pg)
	}
	decimals := regexp.MustCompile(`(?i)\b(numeric|decimal|real|float|double|money)\b`)
	for _, name := range lite {
		if strings.Contains(read("sqlite/"+name), "TRIGGER") { // each dialect has its own language for these
			continue
		}
		if read("sqlite/"+name) != read("postgres/"+name) {
			t.Errorf("%s differs between the dialects", name)
		}
		for line := range strings.Lines(read("sqlite/" + name)) {
			code, _, _ := strings.Cut(line, "--")
			if found := decimals.FindString(code); found != "" {
				t.Errorf("%s: a column is not exact: %s", name, line)
			}
		}
	}
}

// Every column of a row type is in the database of each dialect, and every column of the database in its row type.
func TestRowsFitTheirTables(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		open(time.Now)
		db := storetest.Raw(t, address)
		var known []string
		for _, row := range rowTypes {
			s := parsed(t, row)
			known = append(known, s.Table)
			want, got := slices.Sorted(slices.Values(s.DBNames)), slices.Sorted(slices.Values(columnsOf(t, db, s.Table)))
			if !slices.Equal(got, want) {
				t.Errorf("%s has the columns\n%v; its rows\n%v", s.Table, got, want)
			}
		}
		slices.Sort(known)
		if tables := tablesOf(t, db, address); !slices.Equal(tables, known) {
			t.Errorf("tables\n%v; rows\n%v", tables, known)
		}
	})
}

func columnsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + table + " WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	return columns
}

// tablesOf are the tables of ours, sorted.
func tablesOf(t *testing.T, db *sql.DB, address string) (out []string) {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if strings.HasPrefix(address, "postgres") {
		query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(name, "goose_") {
			out = append(out, name)
		}
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	slices.Sort(out)
	return out
}

// The hot path names each column once, its keys first, and reads and writes it from the field that GORM does.
func TestHotTablesFitTheirRows(t *testing.T) {
	for _, hot := range models.HotTables() {
		s := parsed(t, hot.Row)
		if s.Table != hot.Name {
			t.Errorf("rows of %s in %s", s.Table, hot.Name)
		}
		if !slices.Equal(slices.Sorted(slices.Values(hot.Columns)), slices.Sorted(slices.Values(s.DBNames))) {
			t.Errorf("%s: columns\n%v; its rows have\n%v", hot.Name, hot.Columns, s.DBNames)
			continue
		}
		if keys := slices.Sorted(slices.Values(s.PrimaryFieldDBNames)); !slices.Equal(slices.Sorted(slices.Values(hot.Columns[:hot.Keys])), keys) {
			t.Errorf("%s: keys %v; want %v", hot.Name, hot.Columns[:hot.Keys], keys)
		}
		row := reflect.ValueOf(hot.Row).Elem()
		for i, column := range hot.Columns {
			field := row.FieldByName(s.FieldsByDBName[column].Name)
			if field.Addr().Pointer() != reflect.ValueOf(hot.Fields[i]).Pointer() {
				t.Errorf("%s: column %s is not read from %s", hot.Name, column, s.FieldsByDBName[column].Name)
			}
		}
	}
}

// design, section 9: every hot table's key starts with the account id, so that it partitions by hash.
func TestKeysStartWithTheAccount(t *testing.T) {
	for _, hot := range models.HotTables() {
		if hot.Columns[0] != "account_id" || hot.Keys < 1 {
			t.Errorf("%s begins with %s", hot.Name, hot.Columns[0])
		}
	}
}
