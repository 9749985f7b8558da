package money

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// readable are the amounts of the grammar's table, and their near relatives.
var readable = []struct {
	typed string
	want  Amount
}{
	// 50 · 50,5 · 50.50 · 50,50
	{"50", Dollars(50)}, {"50,5", Cents(5050)}, {"50.5", Cents(5050)}, {"50.50", Cents(5050)}, {"50,50", Cents(5050)},
	{"0,01", Cent}, {"0.99", Cents(99)}, {"050", Dollars(50)}, {"5", Dollars(5)}, {"10000", Dollars(10_000)}, {" 50 ", Dollars(50)}, {"\t50\r\n", Dollars(50)},

	// dollars by name
	{"$ 50", Dollars(50)}, {"$50", Dollars(50)}, {"50$", Dollars(50)}, {"50 $", Dollars(50)}, {"USD 50", Dollars(50)}, {"50 usd", Dollars(50)},
	{"50USD", Dollars(50)}, {"US$50", Dollars(50)}, {"US $ 50", Dollars(50)}, {"usd $50", Dollars(50)}, {"$50 USD", Dollars(50)},
	{"$1,234.50", Cents(123450)}, {"$1.234,50", Cents(123450)}, {"＄50", Dollars(50)},

	// two separators: the last is the decimal one
	{"1.234,56", Cents(123456)}, {"1,234.56", Cents(123456)}, {"1.234,5", Cents(123450)}, {"12.345,00", Dollars(12_345)},
	{"1,234,567.89", Cents(123456789)}, {"1.234.567,89", Cents(123456789)},

	// blanks and apostrophes part groups
	{"1 234,56", Cents(123456)}, {"1 234.56", Cents(123456)}, {"1'234.56", Cents(123456)}, {"1’234.56", Cents(123456)},
	{"1\u00a0234,56", Cents(123456)}, {"1\u202f234,56", Cents(123456)}, {"1\u2009234,56", Cents(123456)}, {"1 234", Dollars(1234)},
	{"1'234", Dollars(1234)}, {"1 234 567", Dollars(1_234_567)}, {"$\u00a050", Dollars(50)},

	// the same separator twice: grouping
	{"1.234.567", Dollars(1_234_567)}, {"1,234,567", Dollars(1_234_567)}, {"12.345.678", Dollars(12_345_678)},

	// full width
	{"１２", Dollars(12)}, {"１，５", Cents(150)}, {"１２．５０", Cents(1250)}, {"１\u3000２３４", Dollars(1234)},

	// bounds are the caller's
	{"0", 0}, {"0,00", 0}, {"000", 0}, {"1000000", Dollars(1_000_000)}, {"1000000000", MaxInput}, {"1.000.000.000,00", MaxInput},
	{strings.Repeat("0", 90) + "7", Dollars(7)},
}

// refused are the inputs of the grammar's table that are no amount.
var refused = map[InputErrorKind][]string{
	Empty: {"", " ", "\u00a0", "\t\n", "$", "USD", " $ ", "US$", "$ USD"},
	Ambiguous: {
		"1.234", "1,234", "12,345", "12.345", "123,456", "$1,234", "1.000 USD", "0.500", "0,005", "１．２３４", "1,234 $",
	},
	OtherCurrency: {
		"€50", "50 €", "EUR 50", "50 eur", "50EUR", "£5", "¥500", "￥500", "50 CHF", "gbp50", "CA$50", "A$ 50", "R$5", "MX$ 1,234",
		"50 euro", "€", "€ 1.234", "50¢", "₿1", "50 € $", "-€5", "EUR 1.234",
	},
	Negative: {"-5", "−5", "(5)", "-$5", "$-5", "$ -5", "($5)", "$(5)", "- 5", "－5", "-0", "-1.234", "-1,5", "-5,123456", "-99999999999", "USD -5"},
	Syntax: {
		"1e3", "1E3", "NaN", "Inf", "+5", "--", "-", "()", "abc", "5-", "5-10", "1+1", "0x10", "50%", "five", "1/2",
		".5", ",5", "5.", "5,", ".", ",", "..", "5..5", "5.,5", "1.2.3", "1.23.456", "1,23,456.78", "12.34,56", "1234.567,89", "1.234,567.89",
		"1.234'567", "1,234 567", "1 234.567,89", "1  234", "1 2", "1 23", "12 3456", "'123", "123'", "1''234", "0.123.456", "012.345,67", "1\t234",
		"$$5", "$5$", "USD 5 USD", "5 USD $", "5 $ USD", "USD$5$", "5 5 USD x",
		"٣", "१२", "߅", "5٣", "۵", "𐒠", "5\u200b", "\u200e5", "5\u0301", "\ufeff5", "5\x00", "\xff", "5\xff", "５\ufffd",
		"5²", "²", "①", "⒈", "½", "1½", "⑽", "Ⅴ", "₅",
		strings.Repeat("1", 101), strings.Repeat(" ", 101), strings.Repeat("９", 34),
	},
	TooPrecise: {"1.2345", "0,0001", "1,234.567", "1.234,567", "50.0000", "1234.567", "1234,567", "0.123456789", "1 234,567"},
	TooLarge: {
		"1000000000,01", "1000000001", "9.999.999.999", "9223372036854775807", "9223372036854775808", "92233720368547758.08",
		strings.Repeat("9", 100), "1 000 000 000 000",
	},
}

func TestParseInputReads(t *testing.T) {
	for _, c := range readable {
		if got, err := ParseInput(c.typed); err != nil || got != c.want {
			t.Errorf("ParseInput(%q) = %d, %v, want %d", c.typed, got, err, c.want)
		}
	}
}

func TestParseInputRefuses(t *testing.T) {
	for kind, inputs := range refused {
		for _, typed := range inputs {
			got, err := ParseInput(typed)
			var refusal *InputError
			if !errors.As(err, &refusal) {
				t.Errorf("ParseInput(%q) = %d, %v, want %s", typed, got, err, kind)
				continue
			}
			if refusal.Kind != kind || got != 0 {
				t.Errorf("ParseInput(%q) = %d, %s, want %s", typed, got, refusal.Kind, kind)
			}
			if (refusal.Suggestions != nil) != (kind == Ambiguous) {
				t.Errorf("ParseInput(%q) suggests %q", typed, refusal.Suggestions)
			}
		}
	}
}

func TestSuggestions(t *testing.T) {
	cases := []struct {
		typed  string
		table  []string
		en, it []string
	}{
		{"1.234", []string{"1234", "1,23"}, []string{"1234", "1.23"}, []string{"1234", "1,23"}},
		{"1,234", []string{"1234", "1,23"}, []string{"1234", "1.23"}, []string{"1234", "1,23"}},
		{"12,345", []string{"12345", "12,34"}, []string{"12345", "12.34"}, []string{"12345", "12,34"}},
		{"$ 123.999", []string{"123999", "123,99"}, []string{"123999", "123.99"}, []string{"123999", "123,99"}},
		{"0.500", []string{"500", "0,50"}, []string{"500", "0.50"}, []string{"500", "0,50"}},
		{"0.000", []string{"0", "0,00"}, []string{"0", "0.00"}, []string{"0", "0,00"}},
	}
	for _, c := range cases {
		_, err := ParseInput(c.typed)
		var refusal *InputError
		if !errors.As(err, &refusal) {
			t.Errorf("ParseInput(%q): %v", c.typed, err)
			continue
		}
		for _, pair := range []struct{ want, got []string }{
			{c.table, refusal.Suggestions}, {c.en, refusal.SuggestionsIn("en")}, {c.it, refusal.SuggestionsIn("it")},
		} {
			if diff := cmp.Diff(pair.want, pair.got); diff != "" {
				t.Errorf("ParseInput(%q) suggestions: %s", c.typed, diff)
			}
		}
	}
}

func TestInputErrorText(t *testing.T) {
	_, err := ParseInput("1.234")
	if want := "money: amount refused: ambiguous: enter 1234 or 1,23"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	_, err = ParseInput("x")
	if want := "money: amount refused: syntax"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

// TestFormatParseInputRoundTrip: what the pages show may be typed back, in either language.
func TestFormatParseInputRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.Int64Range(0, MaxInput.InCents())).Draw(t, "cents")
		want := Cents(cents)
		for _, text := range []string{want.Format("en"), want.Format("it"), strings.ReplaceAll(want.Format("it"), ".", "\u202f")} {
			if got, err := ParseInput(text); err != nil || got != want {
				t.Fatalf("%d → %q → %d, %v", want, text, got, err)
			}
		}
	})
}

// TestParseInputWithNoise builds inputs from the characters the grammar knows.
func TestParseInputWithNoise(t *testing.T) {
	alphabet := []rune("0123456789012345678.,' -($)USDe€１\u00a0’")
	rapid.Check(t, func(t *rapid.T) {
		checkInput(t, rapid.StringOfN(rapid.SampledFrom(alphabet), 0, 14, -1).Draw(t, "typed"))
	})
}

func FuzzParseInput(f *testing.F) {
	for _, c := range readable {
		f.Add(c.typed)
	}
	for _, inputs := range refused {
		for _, typed := range inputs {
			f.Add(typed)
		}
	}
	f.Fuzz(func(t *testing.T, s string) { checkInput(t, s) })
}

// checkInput holds for every string: it is refused with a kind, or it is an amount
// that has exactly the digits that were typed, and reads back.
func checkInput(t interface {
	Helper()
	Fatalf(string, ...any)
}, s string,
) {
	t.Helper()
	a, err := ParseInput(s)
	if err != nil {
		var refusal *InputError
		if !errors.As(err, &refusal) || a != 0 || len(refused[refusal.Kind]) == 0 {
			t.Fatalf("ParseInput(%q) = %d, %v", s, a, err)
		}
		for _, suggestion := range refusal.Suggestions {
			if _, err := ParseInput(suggestion); err != nil {
				t.Fatalf("ParseInput(%q) suggests %q: %v", s, suggestion, err)
			}
		}
		return
	}
	if a < 0 || a > MaxInput || !a.IsWholeCents() || len(s) > maxInputBytes {
		t.Fatalf("ParseInput(%q) = %d", s, a)
	}
	if !hasDigitsOf(s, a) {
		t.Fatalf("ParseInput(%q) = %s, not the digits typed", s, a.Decimal())
	}
	for _, lang := range []string{"en", "it"} {
		if back, err := ParseInput(a.Format(lang)); err != nil || back != a {
			t.Fatalf("%q → %d → %q → %d, %v", s, a, a.Format(lang), back, err)
		}
	}
}

// hasDigitsOf reports whether a is the number that s's digits make, with none, one
// or two of them after the decimal separator, and s's marks are only ASCII ones.
func hasDigitsOf(s string, a Amount) bool {
	var digits strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune("$.,'’ \t\r\n\v\f\u0085usdUSD\u2028\u2029", r):
			return false
		}
	}
	typed := strings.TrimLeft(digits.String(), "0")
	for _, unit := range []Amount{Dollar, 10 * Cent, Cent} {
		count := strconv.FormatInt(int64(a/unit), 10)
		if a%unit == 0 && (count == typed || a == 0 && typed == "") {
			return true
		}
	}
	return false
}
