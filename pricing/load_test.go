package pricing

import (
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

const header = "model,api_ids,token_class,prompt_tier,usd_per_mtok,effective_from,effective_to"

// rates makes a file of rows; the first is line 2.
func rates(rows ...string) string { return header + "\n" + strings.Join(rows, "\n") + "\n" }

func load(t testing.TB, file string) *Table {
	t.Helper()
	table, err := Load(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestVersion(t *testing.T) {
	table := defaultTable(t)
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(table.Version()) {
		t.Errorf("version %q", table.Version())
	}
	file, err := os.Open("rates.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	same, err := Load(file)
	if err != nil || same.Version() != table.Version() {
		t.Errorf("rates.csv is %s, %v, the embedded table %s", same.Version(), err, table.Version())
	}
	// printf … | sha256sum
	if got, want := load(t, rates("M,m,input,any,1,,")).Version(), "4daf6dfc1719"; got != want {
		t.Errorf("version %q, want %q", got, want)
	}
	if load(t, rates("M,m,input,any,1,,")).Version() == load(t, rates("M,m,input,any,2,,")).Version() {
		t.Error("another price has the same version")
	}
}

// TestLoadRefuses: each file has one fault, and the error names its line, shows it, and
// says what is wrong.
func TestLoadRefuses(t *testing.T) {
	const good = "M,m m-1,input,any,3,,"
	cases := []struct {
		name    string
		rows    []string
		line    int
		problem string // contained
	}{
		{"duplicate", []string{good, good}, 3, "duplicate of line 2"},
		{"duplicate with another rate", []string{good, "M,m m-1,input,any,4,,"}, 3, "duplicate of line 2"},
		{"duplicate with dates", []string{"M,m,input,any,3,2026-01-01,", "M,m,input,any,3,2026-01-01T00:00:00Z,"}, 3, "duplicate of line 2"},
		{"overlap: always and from", []string{good, "M,m m-1,input,any,4,2026-01-01,"}, 3, "overlap those of line 2"},
		{"overlap: from and always", []string{"M,m,input,any,4,2026-01-01,", "M,m,input,any,3,,"}, 3, "overlap those of line 2"},
		{"overlap: a second", []string{"M,m,input,any,3,,2026-01-01T00:00:01Z", "M,m,input,any,4,2026-01-01,"}, 3, "overlap those of line 2"},
		{"overlap: inside", []string{"M,m,input,any,3,,", "M,m,output,any,3,,", "M,m,input,any,4,2026-01-01,2026-02-01"}, 4, "overlap those of line 2"},
		{"overlap: around", []string{"M,m,input,any,3,2026-01-01,2026-02-01", "M,m,input,any,4,2025-01-01,2027-01-01"}, 3, "overlap those of line 2"},
		{"overlap in one tier", []string{
			"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,2026-01-01", "M,m,input,>200K,7,2025-12-31,",
		}, 4, "overlap those of line 3"},

		{"only the lower tier", []string{"M,m,input,<=200K,3,,"}, 2, "the other prompt tier has no rate"},
		{"only the higher tier", []string{"M,m,input,>200K,3,,"}, 2, "the other prompt tier has no rate"},
		{"tiers in different classes", []string{"M,m,input,<=200K,3,,", "M,m,output,>200K,3,,"}, 2, "the other prompt tier has no rate"},
		{"tiers of different models", []string{"M,m,input,<=200K,3,,", "N,n,input,>200K,3,,"}, 2, "the other prompt tier has no rate"},
		{"higher tier ends", []string{"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,2026-01-01"}, 2, "no rate (from: 2026-01-01T00:00:00Z)"},
		{"higher tier begins", []string{"M,m,input,<=200K,3,,", "M,m,input,>200K,6,2026-01-01,"}, 2, "no rate (from: always)"},
		{"lower tier pauses", []string{
			"M,m,input,>200K,6,,", "M,m,input,<=200K,3,,2026-01-01", "M,m,input,<=200K,4,2026-01-02,",
		}, 2, "no rate (from: 2026-01-01T00:00:00Z)"},
		{"any beside tiers", []string{"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,", "M,m,input,any,3,,"}, 2, "line 4 has a rate for any prompt"},
		{"any beside one tier", []string{"M,m,input,any,3,,", "M,m,input,>200K,6,,"}, 3, "line 2 has a rate for any prompt"},
		{"any beside later tiers", []string{
			"M,m,input,any,3,,2026-01-02", "M,m,input,<=200K,3,2026-01-01,", "M,m,input,>200K,6,2026-01-01,",
		}, 3, "line 2 has a rate for any prompt (from: 2026-01-01T00:00:00Z)"},

		{"any during tiers", []string{
			"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,", "M,m,input,any,3,2026-01-01,2026-02-01",
		}, 2, "line 4 has a rate for any prompt (from: 2026-01-01T00:00:00Z)"},

		{"negative", []string{"M,m,input,any,-3,,"}, 2, "above zero"},
		{"zero", []string{"M,m,output,any,0,,"}, 2, "above zero"},
		{"no rate", []string{"M,m,input,any,,,"}, 2, "want a plain decimal"},
		{"comma", []string{`M,m,input,any,"1,25",,`}, 2, "want a plain decimal"},
		{"dollar sign", []string{"M,m,input,any,$3,,"}, 2, "want a plain decimal"},
		{"exponent", []string{"M,m,input,any,3e0,,"}, 2, "want a plain decimal"},
		{"per token", []string{"M,m,input,any,0.000003,,"}, 2, "is the unit right?"},
		{"per thousand", []string{"M,m,input,any,0.003,,"}, 2, "cost $0.01 to $1000"},
		{"just below", []string{"M,m,input,any,0.009,,"}, 2, "is the unit right?"},
		{"just above", []string{"M,m,input,any,1000.001,,"}, 2, "is the unit right?"},
		{"output per token", []string{"M,m,output,any,0.000015,,"}, 2, "cost $0.001 to $10000"},
		{"output in nanos", []string{"M,m,output,any,15000,,"}, 2, "is the unit right?"},
		{"fraction of a nano", []string{"M,m,input,any,0.0105,,"}, 2, "fraction of a nano-dollar"},

		{"class", []string{"M,m,thinking,any,3,,"}, 2, `unknown token class "thinking"`},
		{"class in capitals", []string{"M,m,Input,any,3,,"}, 2, `unknown token class "Input"`},
		{"no class", []string{"M,m,,any,3,,"}, 2, "unknown token class"},
		{"tier", []string{"M,m,input,≤200K,3,,"}, 2, `unknown prompt tier "≤200K"`},
		{"no tier", []string{"M,m,input,,3,,"}, 2, "unknown prompt tier"},

		{"id of two models", []string{good, "N,n m-1,input,any,3,,"}, 3, `API id "m-1" stands for M already (line 2)`},
		{"other ids", []string{good, "M,m,output,any,3,,"}, 3, "API ids differ from those of line 2"},
		{"ids in another order", []string{good, "M,m-1 m,output,any,3,,"}, 3, "API ids differ from those of line 2"},
		{"id twice", []string{"M,m m,input,any,3,,"}, 2, `API id "m" stands there twice`},
		{"no ids", []string{"M, ,input,any,3,,"}, 2, "API ids are missing"},
		{"no name", []string{" ,m,input,any,3,,"}, 2, "name is missing"},
		{"line break in a name", []string{"\"M\nN\",m,input,any,3,,"}, 2, "line break"},

		{"not a date", []string{"M,m,input,any,3,soon,"}, 2, `effective_from: "soon" is not a date`},
		{"no such day", []string{"M,m,input,any,3,,2026-02-30"}, 2, "effective_to:"},
		{"day first", []string{"M,m,input,any,3,01/02/2026,"}, 2, "effective_from:"},
		{"time without zone", []string{"M,m,input,any,3,2026-01-01T00:00:00,"}, 2, "effective_from:"},
		{"year zero", []string{"M,m,input,any,3,,0001-01-01"}, 2, "effective_to:"},
		{"ends before it begins", []string{"M,m,input,any,3,2026-02-01,2026-01-01"}, 2, "effective_to must be after"},
		{"ends as it begins", []string{"M,m,input,any,3,2026-02-01,2026-02-01T00:00:00Z"}, 2, "effective_to must be after"},

		{"too few fields", []string{good, "M,m,input,any,3"}, 3, "wrong number of fields"},
		{"too many fields", []string{good, "M,m m-1,output,any,3,,,"}, 3, "wrong number of fields"},
		{"quote", []string{good, `M,m"m,input,any,3,,`}, 3, `bare "`},
		{"open quote", []string{good, `"M,m,input,any,3,,`}, 3, `extraneous or missing "`},
		{"after an empty line", []string{good, "", "M,m m-1,output,any,-1,,"}, 4, "above zero"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			table, err := Load(strings.NewReader(rates(c.rows...)))
			var refused *RowError
			if !errors.As(err, &refused) || table != nil {
				t.Fatalf("got %v, %v, want a *RowError", table, err)
			}
			if refused.Line != c.line || !strings.Contains(refused.Problem, c.problem) {
				t.Errorf("got %q, want line %d and %q", err, c.line, c.problem)
			}
			shown, _, _ := strings.Cut(strings.Join(c.rows, "\n")+"\n", "\n")
			if all := strings.Split(strings.Join(c.rows, "\n"), "\n"); c.line-2 < len(all) {
				shown = strings.TrimSpace(all[c.line-2])
			}
			if refused.Row != shown || !strings.Contains(err.Error(), shown) {
				t.Errorf("shows %q, want %q", refused.Row, shown)
			}
		})
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	cases := map[string]struct {
		file io.Reader
		want string
	}{
		"empty":             {strings.NewReader(""), "has no rates"},
		"only a header":     {strings.NewReader(header + "\n"), "has no rates"},
		"no header":         {strings.NewReader("M,m,input,any,3,,\n"), "line 1 (M,m,input,any,3,,): want the header"},
		"seed's header":     {strings.NewReader("model,token_class,prompt_tier,usd_per_mtok\n"), "want the header"},
		"blank, then a row": {strings.NewReader("\nM,m,input,any,3,,\n"), "line 2 (M,m,input,any,3,,): want the header"},
		"byte mark":         {strings.NewReader("\ufeff" + rates("M,m,input,any,3,,")), "want the header"},
		"too large":         {strings.NewReader(rates(strings.Repeat("\n", maxFileBytes))), "larger than 1048576 bytes"},
		"unreadable":        {iotest.ErrReader(errors.New("disk on fire")), "disk on fire"},
	}
	for name, c := range cases {
		if table, err := Load(c.file); err == nil || table != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, want %q", name, table, err, c.want)
		}
	}
}

// TestLoadAccepts what looks like a fault and is none.
func TestLoadAccepts(t *testing.T) {
	cases := map[string][]string{
		"one after the other":            {"M,m,input,any,3,,2026-01-01", "M,m,input,any,4,2026-01-01,"},
		"out of order":                   {"M,m,input,any,4,2026-01-01,", "M,m,input,any,3,,2026-01-01"},
		"a pause":                        {"M,m,input,any,3,,2026-01-01", "M,m,input,any,4,2027-01-01,"},
		"any, then tiers":                {"M,m,input,any,3,,2026-01-01", "M,m,input,<=200K,3,2026-01-01,", "M,m,input,>200K,6,2026-01-01,"},
		"one tier changes":               {"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,2026-01-01", "M,m,input,>200K,7,2026-01-01,"},
		"tiers for input only":           {"M,m,input,<=200K,3,,", "M,m,input,>200K,6,,", "M,m,output,any,3,,"},
		"bounds of input":                {"M,m,input,any,0.01,,", "N,n,input,any,1000,,"},
		"blanks around fields, CR":       {" M , m ,input , any, 3 , ,\r", "M,m,output,any,15,,\r"},
		"a thousandth of a dollar":       {"M,m,input,any,0.125,,", "M,m,cache_read,any,0.001,,"},
		"a year of minutes, half a zone": {"M,m,input,any,3,2026-01-01T00:00:00+05:30,2026-01-01T00:01:00+05:30"},
	}
	for name, rows := range cases {
		if _, err := Load(strings.NewReader(rates(rows...))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTiersForInputOnly: a class with one rate has it in either tier of the request.
func TestTiersForInputOnly(t *testing.T) {
	table := load(t, rates("M,m,input,<=200K,3,,", "M,m,input,>200K,6,,", "M,m,output,any,15,,"))
	for input, tier := range map[int64]Tier{200_000: TierUpTo200K, 200_001: TierOver200K} {
		price, err := table.Price("m", Usage{Input: input, Output: 1}, now)
		if err != nil || price.Tier != tier || price.Lines[1].Rate != 15_000 {
			t.Errorf("%d: %+v, %v", input, price, err)
		}
	}
}
