package money

import "strings"

// separators are what a language puts between groups of three digits and before
// the decimals.
type separators struct{ group, decimal string }

func separatorsOf(lang string) separators {
	if lang == "it" || strings.HasPrefix(lang, "it-") {
		return separators{group: ".", decimal: ","}
	}
	return separators{group: ",", decimal: "."}
}

// Format returns a for people, exact: "$1,234.50" in English, "$1.234,50" in
// Italian ("it"); any other language reads as English. At least two decimals are
// shown, and all further ones there are, up to nine. A minus stands before the "$".
func (a Amount) Format(lang string) string {
	return withSeparators(a.Decimal(), separatorsOf(lang))
}

// Round returns a for people, rounded half away from zero to whole cents, for
// summaries; what is charged is shown with [Amount.Format]. What is not zero is
// never shown as zero: less than half a cent is "<$0.01", and ">-$0.01" if negative.
func (a Amount) Round(lang string) string {
	rounded := a.decimal().Round(2)
	if a != 0 && rounded.IsZero() {
		if a < 0 {
			return ">" + Cent.Neg().Format(lang)
		}
		return "<" + Cent.Format(lang)
	}
	return withSeparators(rounded.String(), separatorsOf(lang))
}

// withSeparators turns a plain decimal into a price.
func withSeparators(plain string, sep separators) string {
	minus := ""
	if strings.HasPrefix(plain, "-") {
		minus, plain = "-", plain[1:]
	}
	whole, fraction, _ := strings.Cut(plain, ".")
	for len(fraction) < 2 {
		fraction += "0"
	}
	return minus + "$" + grouped(whole, sep.group) + sep.decimal + fraction
}

// grouped puts sep between each three digits, counted from the right.
func grouped(digits, sep string) string {
	head := len(digits) % 3
	groups := make([]string, 0, 4) // an amount has at most ten digits before its decimals
	if head > 0 {
		groups = append(groups, digits[:head])
	}
	for i := head; i < len(digits); i += 3 {
		groups = append(groups, digits[i:i+3])
	}
	return strings.Join(groups, sep)
}
