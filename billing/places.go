package billing

// Place is where a page of a list that has its newest rows first begins: at the newest row, or beside one that was seen.
// At most one of the two is set; each is the id of a row.
type Place struct {
	Before string // the page has what is older
	After  string // the page has what is newer
}

// maxPage bounds what one page of a list asks of the database.
const maxPage = 200

func pageSize(limit int) int { return max(1, min(limit, maxPage)) }

// page is a page of a list, and where its neighbours begin.
type page[R any] struct {
	rows  []R
	older string // id to go on before; "" on the last page
	newer string // id to go back after; "" on the first page
}

// readPage reads a page of at most limit rows. read gives rows beside a place, the newest first, those nearest to the place.
func readPage[R any](at Place, limit int, id func(R) string, read func(at Place, limit int) ([]R, error)) (p page[R], err error) {
	if at.After != "" {
		rows, err := read(at, limit+1)
		if err != nil {
			return p, err
		}
		if len(rows) > limit {
			rows = rows[1:]
			return page[R]{rows: rows, older: id(rows[limit-1]), newer: id(rows[0])}, nil
		}
		at = Place{} // the newest page reaches as far
	}
	rows, err := read(at, limit+1)
	if err != nil {
		return p, err
	}
	p.rows = rows[:min(limit, len(rows))]
	if len(rows) > limit {
		p.older = id(rows[limit-1])
	}
	if at.Before != "" && len(rows) > 0 {
		p.newer = id(rows[0])
	}
	return p, nil
}
