package pricing

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for rates.csv
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed rates.csv
var defaultRates []byte

// maxFileBytes bounds a rate table; the embedded one has three thousand.
const maxFileBytes = 1 << 20

var columns = []string{"model", "api_ids", "token_class", "prompt_tier", "usd_per_mtok", "effective_from", "effective_to"}

// RowError says which row of a rate table cannot be used, and why.
type RowError struct {
	Line    int    // from 1, the header
	Row     string // the line as it stands in the file
	Problem string
}

func (e *RowError) Error() string {
	return fmt.Sprintf("pricing: rate table, line %d (%.300s): %s", e.Line, e.Row, e.Problem)
}

// Default returns the embedded table: the article's prices.
func Default() (*Table, error) { return Load(bytes.NewReader(defaultRates)) }

// Load reads a table in the form of rates.csv, and refuses all of it if one row
// could misprice. Errors: [*RowError] for the first such row; others where the file
// cannot be read, has no rates or is larger than a megabyte.
func Load(r io.Reader) (*Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("pricing: read rate table: %w", err)
	}
	if len(data) > maxFileBytes {
		return nil, fmt.Errorf("pricing: rate table is larger than %d bytes", maxFileBytes)
	}
	rows, err := readRows(data)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(data)
	t := &Table{version: hex.EncodeToString(digest[:])[:12], byID: map[string]*model{}}
	for _, r := range rows {
		if err := t.add(r); err != nil {
			return nil, err
		}
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// readRows reads the header and every row below it, each valid in itself.
func readRows(data []byte) ([]row, error) {
	lines := strings.Split(string(data), "\n")
	reader := csv.NewReader(bytes.NewReader(data)) // every row as long as the first, the header
	var rows []row
	for first := true; ; first = false {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntaxError(err, lines)
		}
		if first && slices.Equal(fields, columns) {
			continue
		}
		line, _ := reader.FieldPos(0)
		text := strings.TrimSpace(lines[line-1])
		if first {
			return nil, &RowError{line, text, "want the header " + strings.Join(columns, ",")}
		}
		r, problem := parseRow(fields)
		if problem != "" {
			return nil, &RowError{line, text, problem}
		}
		r.line, r.text = line, text
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, errors.New("pricing: rate table has no rates")
	}
	return rows, nil
}

// syntaxError turns the CSV reader's error into one that shows the row.
func syntaxError(err error, lines []string) error {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) && syntax.StartLine >= 1 && syntax.StartLine <= len(lines) {
		return &RowError{syntax.StartLine, strings.TrimSpace(lines[syntax.StartLine-1]), syntax.Err.Error()}
	}
	return fmt.Errorf("pricing: read rate table: %w", err)
}

// add puts a row under its model, which its first row creates.
func (t *Table) add(r row) error {
	for _, m := range t.models {
		if m.name == r.model {
			if !slices.Equal(m.ids, r.ids) {
				return r.error("API ids differ from those of line %d for the same model", m.rows[0].line)
			}
			m.rows = append(m.rows, r)
			return nil
		}
	}
	m := &model{name: r.model, ids: r.ids, rows: []row{r}}
	for _, id := range r.ids {
		if other, taken := t.byID[id]; taken {
			return r.error("API id %q stands for %s already (line %d)", id, other.name, other.rows[0].line)
		}
		t.byID[id] = m
	}
	t.models = append(t.models, m)
	return nil
}

// error makes a [*RowError] of this row.
func (r row) error(format string, args ...any) error {
	return &RowError{r.line, r.text, fmt.Sprintf(format, args...)}
}
