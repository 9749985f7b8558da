package money

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimal(t *testing.T) {
	cases := map[Amount]string{
		0:                    "0",
		1:                    "0.000000001",
		10_500_000:           "0.0105",
		Dollars(5):           "5",
		Dollars(1000):        "1000",
		Cents(-125):          "-1.25",
		-1:                   "-0.000000001",
		Dollars(10) + Cent:   "10.01",
		highest:              "9223372036.854775807",
		lowest:               "-9223372036.854775808",
		Dollars(20).Times(5): "100",
	}
	for amount, want := range cases {
		if got := amount.Decimal(); got != want {
			t.Errorf("Decimal(%d) = %q, want %q", amount, got, want)
		}
		if got, err := ParseDecimal(want); err != nil || got != amount {
			t.Errorf("ParseDecimal(%q) = %d, %v, want %d", want, got, err, amount)
		}
	}
}

func TestParseDecimalTakesTrailingZeros(t *testing.T) {
	for _, s := range []string{"22.50", "22.500000000"} {
		if got, err := ParseDecimal(s); err != nil || got != Cents(2250) {
			t.Errorf("ParseDecimal(%q) = %d, %v", s, got, err)
		}
	}
}

func TestParseDecimalRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "-", ".", "5.", ".5", "-.5", "+5", "--5", "- 5", " 5", "5 ", "5\n", "\t5", "05", "00", "-05", "-0", "-0.00",
		"1,5", "1,000", "1_000", "1e3", "1E3", "5e-1", "0x10", "NaN", "Inf", "-Infinity", "$5", "5 USD", "1.2.3", "1.5-",
		"0.1234567891", "0.0000000000", // ten decimals, even zeros
		"9223372036.854775808", "-9223372036.854775809", "9999999999", "10000000000", strings.Repeat("9", 5000),
		"１２", "٣", "१", "1\u00a0", "\xff", "1\x00",
	} {
		got, err := ParseDecimal(s)
		var refused *DecimalError
		if !errors.As(err, &refused) || got != 0 {
			t.Errorf("ParseDecimal(%.30q) = %d, %v, want a *DecimalError", s, got, err)
			continue
		}
		if refused.Text != s || len(err.Error()) > 300 {
			t.Errorf("ParseDecimal(%.30q): error does not hold the text, or is endless: %.400s", s, err)
		}
	}
}

func TestDecimalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(anyInt64().Draw(t, "nanos"))
		s := a.Decimal()
		if back, err := ParseDecimal(s); err != nil || back != a {
			t.Fatalf("%d → %q → %d, %v", a, s, back, err)
		}
		if exact, ok := new(big.Rat).SetString(s); !ok || exact.Cmp(big.NewRat(int64(a), int64(Dollar))) != 0 {
			t.Fatalf("%d is written %q", a, s)
		}
		if strings.Contains(s, ".") && strings.HasSuffix(s, "0") || len(s) > 21 {
			t.Fatalf("%q is not the shortest form", s)
		}
	})
}

func TestJSON(t *testing.T) {
	type body struct {
		Cost  Amount            `json:"cost"`
		Limit *Amount           `json:"limit"`
		By    map[Amount]string `json:"by,omitempty"`
	}
	limit := Dollars(50)
	encoded, err := json.Marshal(body{Cost: 10_500_000, Limit: &limit, By: map[Amount]string{Cent: "a"}})
	if want := `{"cost":"0.0105","limit":"50","by":{"0.01":"a"}}`; err != nil || string(encoded) != want {
		t.Fatalf("got %s, %v, want %s", encoded, err, want)
	}
	var decoded body
	if err := json.Unmarshal(encoded, &decoded); err != nil || decoded.Cost != 10_500_000 || *decoded.Limit != limit {
		t.Fatalf("got %+v, %v", decoded, err)
	}
	for _, refused := range []string{`{"cost":0.0105}`, `{"cost":5}`, `{"cost":"5,00"}`, `{"cost":""}`, `{"cost":true}`} {
		kept := body{Cost: Dollar}
		if err := json.Unmarshal([]byte(refused), &kept); err == nil || kept.Cost != Dollar {
			t.Errorf("%s: got %d, %v, want an error and no change", refused, kept.Cost, err)
		}
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{
		"0", "5", "-1.25", "0.0105", "9223372036.854775807", "-9223372036.854775808", "9223372036.854775808",
		"0.0000000001", "1e9", "+1", " 1", "-0", "1,5", "１", "", "00", "1.", strings.Repeat("1", 100),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseDecimal(s)
		if err != nil {
			var refused *DecimalError
			if !errors.As(err, &refused) || a != 0 {
				t.Fatalf("%q: %d, %T", s, a, err)
			}
			return
		}
		if strings.Trim(s, "0123456789.-") != "" || len(s) > 21 {
			t.Fatalf("accepted %q", s)
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok || exact.Cmp(big.NewRat(int64(a), int64(Dollar))) != 0 {
			t.Fatalf("%q read as %d nanos", s, a)
		}
		if back, err := ParseDecimal(a.Decimal()); err != nil || back != a {
			t.Fatalf("%q → %d → %q → %d, %v", s, a, a.Decimal(), back, err)
		}
	})
}
