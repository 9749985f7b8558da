package money

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/bojanz/currency"
	"golang.org/x/text/unicode/norm"
)

// MaxInput is the largest amount [ParseInput] reads. Several of them still add
// up without overflow; the bounds that mean something are the caller's.
const MaxInput = 1_000_000_000 * Dollar

// maxInputBytes bounds the work for one form field; a full-width digit has three bytes.
const maxInputBytes = 100

// ParseInput reads an amount of dollars as people type it, in English and Italian
// forms alike: a comma or a dot before the decimals, groups of three digits parted
// by comma, dot, apostrophe or blank, with "$" or "USD" before or after. The
// grammar is the table "Amount grammar" of the trust notes, C2.
//
// The result is whole cents from 0 to [MaxInput]; zero and the bounds of a limit
// or a purchase are the caller's to judge. Every error is an [*InputError].
func ParseInput(s string) (Amount, error) {
	text, ok := normalise(s)
	if !ok {
		return 0, &InputError{Kind: Syntax}
	}
	if unsigned, signed := cutSign(text); signed {
		return 0, &InputError{Kind: signedKind(unsigned)}
	}
	amount, refusal := parseUnsigned(text)
	if refusal != nil {
		return 0, refusal
	}
	return amount, nil
}

// normalise maps full-width digits and signs and every kind of blank to ASCII
// (NFKC), and trims. Not ok: too long, or a number that is more than a digit, since
// NFKC reads "5²" as 52.
func normalise(s string) (text string, ok bool) {
	if len(s) > maxInputBytes {
		return "", false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.No, r) }) {
		return "", false
	}
	text = strings.ReplaceAll(norm.NFKC.String(s), "’", "'")
	return strings.TrimSpace(text), true
}

// cutSign removes a minus or an accountant's parentheses that stand before the digits.
func cutSign(text string) (unsigned string, signed bool) {
	sign := strings.IndexAny(text, "-−(")
	if sign < 0 || strings.ContainsAny(text[:sign], "0123456789") {
		return text, false
	}
	return strings.NewReplacer("-", "", "−", "", "(", "", ")", "").Replace(text), true
}

// signedKind says why an amount with a sign is refused: for the sign only where
// the rest is an amount at all.
func signedKind(unsigned string) InputErrorKind {
	_, refusal := parseUnsigned(unsigned)
	switch {
	case refusal == nil:
		return Negative
	case refusal.Kind == Empty:
		return Syntax
	case refusal.Kind == Syntax || refusal.Kind == OtherCurrency:
		return refusal.Kind
	default:
		return Negative
	}
}

// dollarAmount is an amount with its marks: before it, the number, behind it.
var dollarAmount = regexp.MustCompile(`^(?i:(US ?\$|USD ?\$?|\$)? *([0-9.,' ]*[0-9.,'])? *(USD|\$)?)$`)

func parseUnsigned(text string) (Amount, *InputError) {
	if namesOtherCurrency(text) {
		return 0, &InputError{Kind: OtherCurrency}
	}
	parts := dollarAmount.FindStringSubmatch(text)
	if parts == nil {
		return 0, &InputError{Kind: Syntax}
	}
	before, number, behind := parts[1], parts[2], parts[3]
	if before != "" && behind != "" && !(before == "$" && behind != "$") { // "$50 USD" is the one pair in use
		return 0, &InputError{Kind: Syntax}
	}
	if number == "" {
		return 0, &InputError{Kind: Empty}
	}
	return parseNumber(number)
}

var wordOrDollar = regexp.MustCompile(`([A-Za-z]+) ?(\$?)`)

// namesOtherCurrency reports a currency sign other than "$", a dollar of another
// country ("CA$"), an ISO code other than USD, or the word euro.
func namesOtherCurrency(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return r != '$' && unicode.Is(unicode.Sc, r) }) {
		return true
	}
	for _, match := range wordOrDollar.FindAllStringSubmatch(text, -1) {
		word := strings.ToUpper(match[1])
		switch {
		case word == "USD" || word == "US":
		case match[2] != "" || word == "EURO" || word == "EUROS" || currency.IsValid(word):
			return true
		}
	}
	return false
}

// parseNumber reads digits and separators.
func parseNumber(number string) (Amount, *InputError) {
	whole, fraction, hasFraction := cutDecimals(number)
	digits, ok := ungrouped(whole)
	if !ok || hasFraction && !isDigits(fraction) {
		return 0, &InputError{Kind: Syntax}
	}
	if len(fraction) == 3 && len(whole) <= 3 {
		return 0, ambiguous(digits, fraction)
	}
	if len(fraction) > 2 {
		return 0, &InputError{Kind: TooPrecise}
	}
	cents, err := strconv.ParseInt(digits+(fraction + "00")[:2], 10, 64)
	if err != nil || cents > MaxInput.InCents() {
		return 0, &InputError{Kind: TooLarge}
	}
	return Cents(cents), nil
}

// cutDecimals parts a number at its last comma or dot, unless that one occurs
// twice: then it parts groups.
func cutDecimals(number string) (whole, fraction string, found bool) {
	i := strings.LastIndexAny(number, ".,")
	if i < 0 || strings.Count(number, number[i:i+1]) > 1 {
		return number, "", false
	}
	return number[:i], number[i+1:], true
}

// ungrouped returns the digits of a whole number that is written plainly, or in
// groups of three with one kind of separator and no leading zero.
func ungrouped(whole string) (digits string, ok bool) {
	i := strings.IndexAny(whole, ".,' ")
	if i < 0 {
		return whole, isDigits(whole)
	}
	groups := strings.Split(whole, whole[i:i+1])
	for _, group := range groups[1:] {
		if len(group) != 3 || !isDigits(group) {
			return "", false
		}
	}
	if first := groups[0]; len(first) > 3 || !isDigits(first) || first[0] == '0' {
		return "", false
	}
	return strings.Join(groups, ""), true
}

// isDigits reports one or more ASCII digits and nothing else.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
