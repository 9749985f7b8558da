package handlers_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"extrausage/handlers"
	"extrausage/views"
)

// written is a piece of text on a page of a PDF, with its place in points from the lower left.
type written struct {
	x, y float64
	text string
}

var (
	pdfStream = regexp.MustCompile(`(?s)/Filter /FlateDecode /Length \d+>>\nstream\n(.*?)\nendstream`)
	pdfText   = regexp.MustCompile(`(?s)BT ([\d.]+) ([\d.-]+) Td \(((?:[^\\)]|\\.)*)\) ?Tj ET`)
	pdfEscape = regexp.MustCompile(`(?s)\\(.)`)
)

// pagesOf are the texts of a PDF of ours, by page: what a reader that knows nothing of us would find in it.
func pagesOf(t testing.TB, file []byte) (pages [][]written) {
	t.Helper()
	for _, m := range pdfStream.FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		var page []written
		for _, op := range pdfText.FindAllSubmatch(content, -1) {
			x, _ := strconv.ParseFloat(string(op[1]), 64)
			y, _ := strconv.ParseFloat(string(op[2]), 64)
			page = append(page, written{x, y, utf16Text(unescaped(op[3]))})
		}
		if page != nil {
			pages = append(pages, page)
		}
	}
	if n := bytes.Count(file, []byte("/Type /Page\n")); n != len(pages) || n == 0 {
		t.Fatalf("%d pages, %d with text", n, len(pages))
	}
	return pages
}

func unescaped(raw []byte) []byte {
	return pdfEscape.ReplaceAllFunc(raw, func(m []byte) []byte {
		if m[1] == 'r' {
			return []byte{'\r'}
		}
		return m[1:]
	})
}

func utf16Text(raw []byte) string {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

func wordsOf(pages ...[]written) string {
	var words []string
	for _, page := range pages {
		for _, w := range page {
			words = append(words, w.text)
		}
	}
	return strings.Join(words, " ")
}

// longDocument has so many models that it fills pages, and words that are hard on a page.
func longDocument(rows int) views.Document {
	d := views.Document{
		Lang: "it", Title: "Fattura INV-000001", Lead: "novembre 2026", Foot: "Non vengono calcolate imposte.",
		Pages: func(page, pages string) string { return "Pagina " + page + " di " + pages },
		Parties: []views.DocumentParty{
			{Heading: "Da", Names: []string{"Società Così & Più S.r.l."}, Lines: []string{"Via dell’Università 1", "00100 Roma"}},
			{Heading: "A", Names: []string{"Łukasz “Ünï” Ćwik — 東京 🚀"}, Lines: []string{strings.Repeat("parola ", 60)}},
		},
		Facts: []views.Fact{{Name: "Numero", Value: "INV-000001"}},
	}
	part := views.DocumentPart{
		Heading: "Addebiti aggiuntivi: utilizzo extra",
		Columns: []views.DocumentColumn{{Label: "Tipo di token", Share: 5}, {Label: "Token", Share: 3, Number: true}, {Label: "Tariffa", Share: 3, Number: true}, {Label: "Costo", Share: 3, Number: true}},
		Notes:   []string{"Non resta nulla da pagare."},
	}
	for i := range rows {
		part.Rows = append(part.Rows,
			views.DocumentRow{Weight: views.RowGroup, Cells: []string{fmt.Sprintf("Modello %d", i)}},
			views.DocumentRow{Cells: []string{strings.Repeat("Prompt caching (Scrittura) ", 1+i%4), "1.234.567", "$22,50 / MTok", "$9.876.543.210,123456789"}},
			views.DocumentRow{Weight: views.RowSubtotal, Cells: []string{fmt.Sprintf("Addebiti per %d", i), "$1,00"}})
	}
	part.Rows = append(part.Rows, views.DocumentRow{Weight: views.RowTotal, Cells: []string{"Totale utilizzo extra", "$77,00"}})
	d.Parts = []views.DocumentPart{part}
	return d
}

// A long document fills pages: heads come again on each, sums stay with what they sum, nothing leaves the paper, and the same
// document is the same bytes.
func TestPDFOfManyPages(t *testing.T) {
	made := time.Date(2026, time.December, 1, 0, 0, 1, 0, time.FixedZone("CET", 3600))
	d := longDocument(70)
	file, err := handlers.WritePDF(d, made)
	if err != nil {
		t.Fatal(err)
	}
	again, err := handlers.WritePDF(longDocument(70), made.UTC())
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same document is other bytes: %v", err)
	}
	pages := pagesOf(t, file)
	if len(pages) < 5 || len(pages) > 9 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		words := wordsOf(page)
		for _, want := range []string{"Tipo di token", "Tariffa", "Costo", "Fattura INV-000001 · Non vengono calcolate imposte.", fmt.Sprintf("Pagina %d di %d", i+1, len(pages))} {
			if !strings.Contains(words, want) {
				t.Errorf("page %d does not say %q", i+1, want)
			}
		}
		if first := page[4].text; i > 0 && !strings.HasPrefix(first, "Modello") {
			t.Errorf("page %d begins with %q under the heads", i+1, first)
		}
		for _, w := range page {
			if w.x < 51 || w.x > 545 || w.y < 20 || w.y > 792 {
				t.Errorf("page %d: %q is at %.0f, %.0f", i+1, w.text, w.x, w.y)
			}
		}
	}
	last := wordsOf(pages[len(pages)-1])
	for _, want := range []string{"Addebiti per 69", "Totale utilizzo extra $77,00 Non resta nulla da pagare."} {
		if !strings.Contains(last, want) {
			t.Errorf("the last page does not say %q: %s", want, last)
		}
	}
	all := wordsOf(pages...)
	for i := range 70 {
		if n := strings.Count(all, fmt.Sprintf("Modello %d ", i)); n != 1 {
			t.Errorf("model %d is there %d times", i, n)
		}
	}
	for _, want := range []string{"Società Così & Più S.r.l.", "Via dell’Università 1", "$9.876.543.210,123456789", "?? ?"} {
		if !strings.Contains(all, want) {
			t.Errorf("does not say %q", want)
		}
	}
}

// However many rows there are, a sum never stands alone at the top of a page, and a page is never empty.
func TestPDFKeepsSumsTogether(t *testing.T) {
	for rows := 1; rows <= 24; rows++ {
		file, err := handlers.WritePDF(longDocument(rows), time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		pages := pagesOf(t, file)
		last := pages[len(pages)-1]
		if words := wordsOf(last); !strings.Contains(words, "Totale utilizzo extra") && !strings.HasPrefix(words, "Non resta") || !strings.Contains(wordsOf(pages...), fmt.Sprintf("Addebiti per %d", rows-1)) {
			t.Errorf("%d rows: %s", rows, words)
		}
		if strings.Contains(wordsOf(last), "Totale") && !strings.Contains(wordsOf(last), fmt.Sprintf("Modello %d", rows-1)) {
			t.Errorf("%d rows: the total is parted from the last model: %s", rows, wordsOf(last))
		}
	}
}
