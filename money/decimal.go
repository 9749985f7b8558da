package money

import (
	"fmt"
	"regexp"

	"github.com/shopspring/decimal"
)

// nanoDigits is the number of decimals of an [Amount] in dollars.
const nanoDigits = 9

// plainDecimal is the machine form, bounded in length by its own repetitions.
var plainDecimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,9})?$`)

// DecimalError says why a text is not the machine form of an amount.
type DecimalError struct {
	Text    string // as given, of any length
	Problem string
}

func (e *DecimalError) Error() string {
	return fmt.Sprintf("money: %.40q: %s", e.Text, e.Problem)
}

// Decimal returns a in dollars as the shortest exact plain decimal: "0.0105",
// "5", "-1.25". It is the form of every amount in JSON and CSV.
func (a Amount) Decimal() string { return a.decimal().String() }

func (a Amount) decimal() decimal.Decimal { return decimal.New(int64(a), -nanoDigits) }

// ParseDecimal reads dollars in machine form: an optional minus, digits without
// leading zeros, at most nine decimals. Whatever else a decimal might be written
// with (plus, exponent, blanks, grouping, other digits), a minus before zero, and
// what does not fit an [Amount] is a [*DecimalError].
func ParseDecimal(s string) (Amount, error) {
	if !plainDecimal.MatchString(s) {
		return 0, &DecimalError{s, "want a plain decimal such as 12.5, with at most 9 decimals"}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return 0, &DecimalError{s, err.Error()}
	}
	nanos := d.Shift(nanoDigits).BigInt()
	if !nanos.IsInt64() {
		return 0, &DecimalError{s, "beyond 9.2 billion dollars"}
	}
	if nanos.Sign() == 0 && s[0] == '-' {
		return 0, &DecimalError{s, "zero has no sign"}
	}
	return Amount(nanos.Int64()), nil
}

// MarshalText writes the machine form, so that an amount is a string in JSON:
// a JSON number would pass through somebody's float.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.Decimal()), nil }

// UnmarshalText reads the machine form. Errors: [*DecimalError]; then a is unchanged.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ParseDecimal(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
