package pricing

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrausage/money"
)

// now is a time in the middle of the undated default rates.
var now = time.Date(2025, 11, 15, 12, 0, 0, 0, time.UTC)

func defaultTable(t testing.TB) *Table {
	t.Helper()
	table, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// articleClasses are the columns of the article's table after the model.
var articleClasses = []Class{Input, Output, CacheWrite, CacheRead}

type cells map[Class][]Rate

// TestTableEqualsArticle reads the article's own table, as it stands, and holds every
// cell of ours against it, in both directions: no cell differs, none is missing.
func TestTableEqualsArticle(t *testing.T) {
	names, article := readArticle(t)
	models := defaultTable(t).Models(now)
	if len(models) != len(names) {
		t.Fatalf("%d models, the article has %d", len(models), len(names))
	}
	count := 0
	for i, m := range models {
		if m.Name != names[i] {
			t.Errorf("model %d is %s, the article's is %s", i, m.Name, names[i])
		}
		for _, class := range articleClasses {
			if diff := cmp.Diff(article[m.Name][class], m.For(class)); diff != "" {
				t.Errorf("%s %s (-article +ours):\n%s", m.Name, class, diff)
			}
			count += len(m.For(class))
		}
	}
	if count != 34 {
		t.Errorf("compared %d rates, the article has 34", count)
	}
}

// readArticle returns the models in order and their cells. A line that begins with a
// price continues the cell before it.
func readArticle(t *testing.T) (names []string, article map[string]cells) {
	t.Helper()
	data, err := os.ReadFile("testdata/article-it.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(data), "\n$", " $")), "\n")
	if want := "Modello | Input | Output | Prompt caching (Scrittura) | Prompt caching (Lettura) |"; lines[0] != want {
		t.Fatalf("header %q, want %q", lines[0], want)
	}
	article = map[string]cells{}
	for _, line := range lines[1:] {
		fields := strings.Split(strings.TrimSuffix(line, "|"), "|")
		name := strings.TrimSpace(fields[0])
		names = append(names, name)
		article[name] = cells{}
		for i, cell := range fields[1:] {
			if strings.TrimSpace(cell) != "" {
				article[name][articleClasses[i]] = readCell(t, articleClasses[i], cell)
			}
		}
	}
	return names, article
}

var articlePrice = regexp.MustCompile(`^\$([0-9]+)(?:,([0-9]+))? / MTok(?: \((?:Prompt )?([≤>]) ?200K token\))?`)

func readCell(t *testing.T, class Class, cell string) []Rate {
	t.Helper()
	var rates []Rate
	for rest := strings.TrimSpace(cell); rest != ""; {
		match := articlePrice.FindStringSubmatch(rest)
		if match == nil {
			t.Fatalf("cannot read %q", rest)
		}
		perMTok, err := money.ParseDecimal(strings.TrimSuffix(match[1]+"."+match[2], "."))
		if err != nil {
			t.Fatal(err)
		}
		tier := map[string]Tier{"": TierAny, "≤": TierUpTo200K, ">": TierOver200K}[match[3]]
		rates = append(rates, Rate{class, tier, perMTok})
		rest = strings.TrimSpace(rest[len(match[0]):])
	}
	return rates
}

// TestTableEqualsSeed holds the table against the article's prices as data: the same
// rows in the same order, but for the one-hour cache writes.
func TestTableEqualsSeed(t *testing.T) {
	file, err := os.Open("testdata/seed-rates.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type cell struct {
		Model string
		Rate  Rate
	}
	var want, got []cell
	for _, record := range records[1:] {
		perMTok, err := money.ParseDecimal(record[3])
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, cell{record[0], Rate{Class(record[1]), Tier(record[2]), perMTok}})
	}
	for _, m := range defaultTable(t).Models(now) {
		for _, rate := range m.Rates {
			if rate.Class != CacheWrite1h {
				got = append(got, cell{m.Name, rate})
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-seed +ours):\n%s", diff)
	}
}

// TestOneHourWritesAreTwiceInput, per tier, and absent without the other cache rates.
func TestOneHourWritesAreTwiceInput(t *testing.T) {
	for _, m := range defaultTable(t).Models(now) {
		var want []Rate
		for _, rate := range m.For(Input) {
			if len(m.For(CacheWrite)) > 0 {
				want = append(want, Rate{CacheWrite1h, rate.Tier, rate.PerMTok.Times(2)})
			}
		}
		if diff := cmp.Diff(want, m.For(CacheWrite1h)); diff != "" {
			t.Errorf("%s (-twice input +ours):\n%s", m.Name, diff)
		}
	}
}

func TestModelIDs(t *testing.T) {
	want := map[string]string{
		"claude-haiku-4-5-20251001": "Haiku 4.5", "claude-haiku-4-5": "Haiku 4.5",
		"claude-sonnet-4-5-20250929": "Sonnet 4.5", "claude-sonnet-4-5": "Sonnet 4.5",
		"claude-opus-4-1-20250805": "Opus 4.1", "claude-opus-4-1": "Opus 4.1",
		"claude-sonnet-4-20250514": "Sonnet 4", "claude-sonnet-4-0": "Sonnet 4", "claude-sonnet-4": "Sonnet 4",
		"claude-opus-4-20250514": "Opus 4", "claude-opus-4-0": "Opus 4", "claude-opus-4": "Opus 4",
		"claude-3-7-sonnet-20250219": "Sonnet 3.7", "claude-3-7-sonnet-latest": "Sonnet 3.7",
		"claude-3-opus-20240229": "Opus 3", "claude-3-opus-latest": "Opus 3",
	}
	table := defaultTable(t)
	got := map[string]string{}
	for _, m := range table.Models(now) {
		for _, id := range m.IDs {
			got[id] = m.Name
			price, err := table.Price(id, Usage{Input: 1}, now)
			if err != nil || price.Model != m.Name {
				t.Errorf("%s is priced as %q, %v", id, price.Model, err)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
