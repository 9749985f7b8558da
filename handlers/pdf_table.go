package handlers

import "extrausage/views"

// table sets rows, with the column heads again on each page. Rows that belong together stay together.
func (p *paper) table(part views.DocumentPart) {
	if len(part.Rows) == 0 {
		return
	}
	head := func() { p.head(part) }
	head()
	for _, block := range blocks(part.Rows) {
		p.room(p.blockHeight(part, block), head)
		for _, row := range block {
			p.row(part, row)
		}
	}
}

// blocks are rows that a page may not part: what heads rows stays with the next one, a sum with the one before.
func blocks(rows []views.DocumentRow) [][]views.DocumentRow {
	var out [][]views.DocumentRow
	for i, row := range rows {
		sum := row.Weight == views.RowSubtotal || row.Weight == views.RowTotal
		if i > 0 && (sum || rows[i-1].Weight == views.RowGroup) {
			out[len(out)-1] = append(out[len(out)-1], row)
			continue
		}
		out = append(out, []views.DocumentRow{row})
	}
	return out
}

func (p *paper) blockHeight(part views.DocumentPart, block []views.DocumentRow) (height float64) {
	for _, row := range block {
		height += p.rowHeight(part, row)
	}
	return height
}

// labelled says that a table has heads over its columns.
func labelled(part views.DocumentPart) bool {
	return len(part.Columns) > 0 && part.Columns[0].Label != ""
}

func (p *paper) headHeight(part views.DocumentPart) float64 {
	if !labelled(part) {
		return 0
	}
	return lineHeight + 2*rowPadding
}

func (p *paper) head(part views.DocumentPart) {
	if !labelled(part) {
		return
	}
	p.font("", small)
	y, x := p.GetY()+rowPadding, float64(paperMargin)
	for _, c := range part.Columns {
		width := p.columnWidth(part, c)
		p.SetXY(x, y)
		p.CellFormat(width, lineHeight, printable(c.Label), "", 0, align(c), false, 0, "")
		x += width
	}
	p.SetXY(paperMargin, y+lineHeight+rowPadding)
	p.rule(.3)
}

func align(c views.DocumentColumn) string {
	if c.Number {
		return "R"
	}
	return "L"
}

func (p *paper) columnWidth(part views.DocumentPart, columns ...views.DocumentColumn) float64 {
	all, these := 0, 0
	for _, c := range part.Columns {
		all += c.Share
	}
	for _, c := range columns {
		these += c.Share
	}
	return p.width * float64(these) / float64(all)
}

// cellGap is kept free at the right of words, so that they do not touch the next column.
const cellGap = 3

// place is a cell with the columns it spans.
type place struct {
	text   string
	x      float64
	width  float64
	number bool
}

// places are the cells of a row: the first spans what the others leave.
func (p *paper) places(part views.DocumentPart, row views.DocumentRow) []place {
	span := len(part.Columns) - len(row.Cells) + 1
	out := make([]place, 0, len(row.Cells))
	x := float64(paperMargin)
	for i, text := range row.Cells {
		from, to := 0, span
		if i > 0 {
			from, to = span+i-1, span+i
		}
		width := p.columnWidth(part, part.Columns[from:to]...)
		out = append(out, place{text: printable(text), x: x, width: width, number: part.Columns[to-1].Number && i > 0})
		x += width
	}
	return out
}

func (p *paper) rowLetters(row views.DocumentRow) float64 {
	style, size := "", float64(normal)
	switch row.Weight {
	case views.RowGroup, views.RowSubtotal:
		style = "B"
	case views.RowTotal:
		style, size = "B", normal+1
	case views.RowPlain:
	}
	p.font(style, size)
	return size
}

func (p *paper) rowHeight(part views.DocumentPart, row views.DocumentRow) float64 {
	p.rowLetters(row)
	lines := 1
	for _, c := range p.places(part, row) {
		if !c.number {
			lines = max(lines, len(p.SplitText(c.text, c.width-cellGap)))
		}
	}
	height := float64(lines)*lineHeight + 2*rowPadding
	if row.Weight == views.RowGroup {
		height += 2
	}
	return height
}

func (p *paper) row(part views.DocumentPart, row views.DocumentRow) {
	height := p.rowHeight(part, row)
	top := p.GetY()
	bottom := top + height
	if row.Weight == views.RowGroup {
		top += 2
	}
	for _, c := range p.places(part, row) {
		size := p.rowLetters(row)
		p.SetXY(c.x, top+rowPadding)
		if c.number {
			for p.GetStringWidth(c.text) > c.width-1 && size > 5 {
				size -= .5
				p.SetFontSize(size)
			}
			p.CellFormat(c.width, lineHeight, c.text, "", 0, "R", false, 0, "")
			continue
		}
		p.MultiCell(c.width-cellGap, lineHeight, c.text, "", "L", false)
	}
	p.SetXY(paperMargin, bottom)
	thick := .1
	if row.Weight == views.RowTotal {
		thick = .3
	}
	p.rule(thick)
}
