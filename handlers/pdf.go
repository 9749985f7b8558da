package handlers

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/labstack/echo/v4"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"extrausage/views"
)

// Lengths on paper, in millimetres, and sizes of letters, in points.
const (
	paperWidth  = 210
	paperHeight = 297
	paperMargin = 18
	footHeight  = 14
	lineHeight  = 4.6
	rowPadding  = 1.1
	normal      = 9
	small       = 8
)

// sendPDF answers a document as a file. made is the time that it carries: the same document is the same bytes.
func sendPDF(c echo.Context, name string, doc views.Document, made time.Time) error {
	file, err := writePDF(doc, made)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, "application/pdf", file)
}

// writePDF sets a document twice: only the first time tells how many pages it has.
func writePDF(doc views.Document, made time.Time) ([]byte, error) {
	first := newPaper(doc, made, "")
	first.set()
	second := newPaper(doc, made, strconv.Itoa(first.PageNo()))
	second.set()
	var b bytes.Buffer
	err := second.Output(&b)
	return b.Bytes(), err
}

// paper is a document being set on pages.
type paper struct {
	*fpdf.Fpdf
	doc   views.Document
	width float64 // between the margins
}

func newPaper(doc views.Document, made time.Time, pages string) *paper {
	p := &paper{Fpdf: fpdf.New("P", "mm", "A4", ""), doc: doc, width: paperWidth - 2*paperMargin}
	p.SetCatalogSort(true)
	p.SetCreationDate(made.UTC())
	p.SetModificationDate(made.UTC())
	p.SetProducer("Extra Usage", true)
	p.SetTitle(doc.Title, true)
	p.SetLang(doc.Lang)
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.SetMargins(paperMargin, paperMargin, paperMargin)
	p.SetAutoPageBreak(false, 0)
	p.SetCellMargin(0)
	p.SetFooterFunc(func() {
		p.SetY(paperHeight - footHeight)
		p.rule(.1)
		p.SetY(paperHeight - footHeight + 2)
		p.font("", small)
		foot := doc.Pages(strconv.Itoa(p.PageNo()), pages)
		p.CellFormat(p.width-40, lineHeight, printable(doc.Title+" · "+doc.Foot), "", 0, "L", false, 0, "")
		p.CellFormat(40, lineHeight, printable(foot), "", 0, "R", false, 0, "")
	})
	return p
}

// set sets the whole document.
func (p *paper) set() {
	p.AddPage()
	p.font("B", 17)
	p.text(p.width, 8, p.doc.Title)
	if p.doc.Lead != "" {
		p.font("", 11)
		p.text(p.width, 6, p.doc.Lead)
	}
	p.parties()
	p.facts()
	for _, part := range p.doc.Parts {
		p.part(part)
	}
}

func (p *paper) font(style string, size float64) { p.SetFont("go", style, size) }

// text sets wrapped lines from the left margin on.
func (p *paper) text(width, height float64, text string) {
	p.MultiCell(width, height, printable(text), "", "L", false)
}

// parties are set side by side, each as long as it is.
func (p *paper) parties() {
	const gap = 8
	top, low := p.GetY()+6, p.GetY()
	width := (p.width - gap) / 2
	for i, party := range p.doc.Parties {
		x := paperMargin + float64(i)*(width+gap)
		p.SetXY(x, top)
		p.font("", small)
		p.MultiCell(width, lineHeight, printable(strings.ToUpper(party.Heading)), "", "L", false)
		for _, block := range []struct {
			style string
			lines []string
		}{{"B", party.Names}, {"", party.Lines}} {
			p.font(block.style, normal)
			for _, line := range block.lines {
				p.SetX(x)
				p.MultiCell(width, lineHeight, printable(line), "", "L", false)
			}
		}
		low = max(low, p.GetY())
	}
	p.SetY(low + 6)
}

func (p *paper) facts() {
	if len(p.doc.Facts) == 0 {
		return
	}
	part := views.DocumentPart{Columns: []views.DocumentColumn{{Share: 1}, {Share: 2, Number: true}}}
	for _, f := range p.doc.Facts {
		part.Rows = append(part.Rows, views.DocumentRow{Cells: []string{f.Name, f.Value}})
	}
	p.rule(.3)
	p.table(part)
}

// part sets a section: its heading stays with what follows it.
func (p *paper) part(part views.DocumentPart) {
	need := 12.0 + float64(len(part.Texts))*lineHeight
	if len(part.Rows) > 0 {
		need += p.headHeight(part) + p.blockHeight(part, blocks(part.Rows)[0])
	}
	p.SetY(p.GetY() + 5)
	p.room(need, nil)
	if part.Heading != "" {
		p.font("B", 11)
		p.text(p.width, 6, part.Heading)
		p.SetY(p.GetY() + 1)
	}
	p.sentences(part.Texts)
	p.table(part)
	p.SetY(p.GetY() + 1)
	p.sentences(part.Notes)
}

func (p *paper) sentences(texts []string) {
	p.font("", normal)
	for _, text := range texts {
		p.room(lineHeight*float64(len(p.SplitText(printable(text), p.width))), nil)
		p.text(p.width, lineHeight, text)
	}
}

// room begins a new page unless there is so much height left on this one.
func (p *paper) room(height float64, again func()) {
	if p.GetY()+height <= paperHeight-footHeight-4 {
		return
	}
	p.AddPage()
	if again != nil {
		again()
	}
}

// rule draws a line across, the finer the lighter.
func (p *paper) rule(thick float64) {
	grey := 40
	if thick < .2 {
		grey = 190
	}
	p.SetDrawColor(grey, grey, grey)
	p.SetLineWidth(thick)
	p.Line(paperMargin, p.GetY(), paperWidth-paperMargin, p.GetY())
}

// face is the font, to ask what it has.
var face = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
})

// printable is a text without what the font cannot show; the page in the browser shows all of it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if glyph, err := face().GlyphIndex(nil, r); r > 0xffff || err != nil || glyph == 0 {
			return '?'
		}
		return r
	}, text)
}
