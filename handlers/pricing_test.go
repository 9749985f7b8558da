package handlers_test

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
	"extrausage/pricing"
)

// articleRows is the price table of the Italian article: a line of cells for each model, the wording of a tier always the same.
func articleRows(t *testing.T) [][]string {
	t.Helper()
	raw, err := os.ReadFile("../pricing/testdata/article-it.txt")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(raw)), " ")
	text = strings.NewReplacer("(≤200K token)", "(Prompt ≤ 200K token)", "(>200K token)", "(Prompt > 200K token)").Replace(text)
	text = strings.TrimPrefix(text, "Modello | Input | Output | Prompt caching (Scrittura) | Prompt caching (Lettura) | ")
	starts := regexp.MustCompile(`(Haiku|Sonnet|Opus) [0-9.]+ \|`).FindAllStringIndex(text, -1)
	var rows [][]string
	for i, s := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		var row []string
		for cell := range strings.SplitSeq(strings.Trim(text[s[0]:end], " |"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		for len(row) < 5 {
			row = append(row, "")
		}
		rows = append(rows, row)
	}
	return rows
}

// The article, the page in Italian and the engine say the same, cell by cell.
func TestPricingPageEqualsTheArticleAndTheEngine(t *testing.T) {
	s := newSite(t, onSQLite(t))
	page := s.browser().with("Accept-Language", "it-IT,it;q=0.9").get("/pricing").want(http.StatusOK)
	want := articleRows(t)
	if len(want) != 7 {
		t.Fatalf("%d models in the article", len(want))
	}
	var got [][]string
	for _, tr := range page.all("#rates tbody tr") {
		var row []string
		for n := range tr.ChildNodes() {
			if n.Type == html.ElementNode && (n.Data == "th" || n.Data == "td") {
				cell := textOf(n)
				if !strings.Contains(cell, "$") && len(row) > 0 {
					cell = "" // a dash, and a word for those who listen
				}
				row = append(row, cell)
			}
		}
		got = append(got, row)
	}
	if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("page\n%q\narticle\n%q", got, want)
	}
	rates, err := pricing.Default()
	s.must(err)
	for _, row := range want {
		agrees(t, rates, row)
	}
}

var articlePrice = regexp.MustCompile(`\$([0-9]+(?:,[0-9]+)?) / MTok(?: \(Prompt (≤|>) 200K token\))?`)

// agrees prices a million tokens of each class, by requests on either side of 200K, and holds the sum against the article.
func agrees(t *testing.T, rates *pricing.Table, row []string) {
	t.Helper()
	var id string
	for _, m := range rates.Models(startOfTests) {
		if m.Name == row[0] {
			id = m.IDs[0]
		}
	}
	for i, class := range []pricing.Class{pricing.Input, pricing.Output, pricing.CacheWrite, pricing.CacheRead} {
		for _, p := range articlePrice.FindAllStringSubmatch(row[i+1], -1) {
			want, err := money.ParseInput(p[1])
			if err != nil {
				t.Fatal(err)
			}
			for _, prompt := range promptsOf(p[2]) {
				if got := millionTokens(t, rates, id, class, prompt); got != want {
					t.Errorf("%s, %s, prompt of %d: a million tokens cost %s, in the article %s", row[0], class, prompt, got.Decimal(), want.Decimal())
				}
			}
		}
	}
}

// promptsOf are prompt lengths that a tier of the article is for.
func promptsOf(tier string) []int64 {
	switch tier {
	case "≤":
		return []int64{200_000}
	case ">":
		return []int64{250_000}
	}
	return []int64{200_000, 250_000}
}

// millionTokens is what a million tokens of a class cost when they come in requests with a prompt of this length.
func millionTokens(t *testing.T, rates *pricing.Table, id string, class pricing.Class, prompt int64) money.Amount {
	t.Helper()
	u := pricing.Usage{Input: prompt}
	switch class {
	case pricing.Output:
		u.Output = prompt
	case pricing.CacheWrite:
		u = pricing.Usage{CacheWrite: prompt}
	case pricing.CacheRead:
		u = pricing.Usage{CacheRead: prompt}
	}
	p, err := rates.Price(id, u, startOfTests)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.Lines {
		if l.Class == class {
			return l.Cost.Times(1_000_000 / prompt)
		}
	}
	t.Fatalf("%s: no line of %s", id, class)
	return 0
}

func TestCalculator(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.browser()
	b.get("/pricing?model=Sonnet+4.5&input=200413&output=1000").want(http.StatusOK).says("$1.224978")
	b.get("/pricing?model=Sonnet+4.5&input=200000&output=1000").want(http.StatusOK).says("$0.615")
	b.get("/pricing?model=Opus+3&input=1&cache_read=5").says("refused")
	if bad := b.get("/pricing?model=Sonnet+4.5&input=-3"); bad.value("input") != "-3" {
		t.Error("the form did not come back as typed")
	}
}
