package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
)

// article is the price table of the Italian article, the wording of the tiers made the same everywhere.
var article = [][]string{
	{"Haiku 4.5", "$1 / MTok", "$5 / MTok", "$1,25 / MTok", "$0,10 / MTok"},
	{"Sonnet 4.5", "$3 / MTok (Prompt ≤ 200K token) $6 / MTok (Prompt > 200K token)", "$15 / MTok (Prompt ≤ 200K token) $22,50 / MTok (Prompt > 200K token)",
		"$3,75 / MTok (Prompt ≤ 200K token) $7,50 / MTok (Prompt > 200K token)", "$0,30 / MTok (Prompt ≤ 200K token) $0,60 / MTok (Prompt > 200K token)"},
	{"Opus 4.1", "$15 / MTok", "$75 / MTok", "$18,75 / MTok", "$1,50 / MTok"},
	{"Sonnet 4", "$3 / MTok (Prompt ≤ 200K token) $6 / MTok (Prompt > 200K token)", "$15 / MTok (Prompt ≤ 200K token) $22,50 / MTok (Prompt > 200K token)",
		"$3,75 / MTok (Prompt ≤ 200K token) $7,50 / MTok (Prompt > 200K token)", "$0,30 / MTok (Prompt ≤ 200K token) $0,60 / MTok (Prompt > 200K token)"},
	{"Opus 4", "$15 / MTok", "$75 / MTok", "$18,75 / MTok", "$1,50 / MTok"},
	{"Sonnet 3.7", "$3 / MTok", "$15 / MTok", "$3,75 / MTok", "$0,30 / MTok"},
	{"Opus 3", "$15 / MTok", "$75 / MTok", "– Nessuna tariffa pubblicata", "– Nessuna tariffa pubblicata"},
}

// cells are the texts of a table's rows, head included.
func cells(table *html.Node) [][]string {
	var rows [][]string
	for _, tr := range all(table, tagged("tr")) {
		var row []string
		for _, cell := range all(tr, tagged("th", "td")) {
			row = append(row, text(cell))
		}
		rows = append(rows, row)
	}
	return rows
}

func table(t *testing.T, doc *html.Node, section string) [][]string {
	t.Helper()
	tables := all(byID(doc, section), tagged("table"))
	if len(tables) == 0 {
		t.Fatalf("no table in #%s", section)
	}
	return cells(tables[0])
}

func same(t *testing.T, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d: %q", len(got), len(want), got)
	}
	for i, row := range want {
		if strings.Join(got[i], "|") != strings.Join(row, "|") {
			t.Errorf("row %d is\n%q, want\n%q", i, got[i], row)
		}
	}
}

func TestPriceListIsTheArticles(t *testing.T) {
	doc := sample(t, NewLang("it", rome()), "pricing")
	head := []string{"Modello", "Input", "Output", "Prompt caching (Scrittura)", "Prompt caching (Lettura)"}
	same(t, table(t, doc, "rates"), append([][]string{head}, article...))
}

func TestPriceListInEnglish(t *testing.T) {
	rows := table(t, sample(t, NewLang("en", nil), "pricing"), "rates")
	if got, want := rows[2][2], "$15 / MTok (Prompt ≤ 200K tokens) $22.50 / MTok (Prompt > 200K tokens)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := strings.Join(rows[0], "|"), "Model|Input|Output|Prompt caching (Write)|Prompt caching (Read)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOneHourWritesStandApart(t *testing.T) {
	rows := table(t, sample(t, NewLang("en", nil), "pricing"), "one-hour")
	want := map[string]string{
		"Haiku 4.5": "$2 / MTok", "Sonnet 4.5": "$6 / MTok (Prompt ≤ 200K tokens) $12 / MTok (Prompt > 200K tokens)", "Opus 3": "– No published rate",
	}
	for _, row := range rows {
		if price, ok := want[row[0]]; ok && row[1] != price {
			t.Errorf("%s: %q, want %q", row[0], row[1], price)
		}
	}
}

func TestRateText(t *testing.T) {
	for amount, want := range map[money.Amount]string{
		money.Dollars(1): "$1", money.Dollars(1000): "$1.000", money.Cents(2250): "$22,50", money.Cents(10): "$0,10", money.Dollar / 8: "$0,125", 0: "$0",
	} {
		if got := rateText(NewLang("it", nil), amount); got != want {
			t.Errorf("%d nanos: %q, want %q", amount, got, want)
		}
	}
}

func TestCalculatorIsAGetForm(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "pricing-answered")
	var form *html.Node
	for _, f := range all(byID(doc, "calculator"), tagged("form")) {
		form = f
	}
	if attr(form, "method") != "get" || attr(form, "action") != "/pricing#calculator" {
		t.Errorf("the form is %v", form.Attr)
	}
	sent := fields(form)
	for _, name := range []string{"model", "input", "cache_write", "cache_write_1h", "cache_read", "output"} {
		if _, ok := sent[name]; !ok {
			t.Errorf("no field %s", name)
		}
	}
	said := text(byID(doc, "calculator"))
	for _, want := range []string{
		"Sonnet 4.5: this request costs $0.495558", "200,413 prompt tokens: over 200K, so the whole request is at the higher rates",
		"150,000 $0.60 / MTok (Prompt > 200K tokens) $0.09", "Total $0.495558",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
}

func TestCalculatorKeepsWhatWasTyped(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "pricing-errors")
	if got := attr(byID(doc, "input"), "value"); got != "a lot" {
		t.Errorf("the field holds %q", got)
	}
	if got := text(byID(doc, "cache_read-error")); !strings.Contains(got, "Opus 3 has no published rate") {
		t.Errorf("the error is %q", got)
	}
	if all(byID(doc, "calculator"), func(e *html.Node) bool { return attr(e, "class") == "result" }) != nil {
		t.Error("a result beside errors")
	}
}
