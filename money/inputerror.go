package money

import "strings"

// InputErrorKind says what is wrong with an amount that a person typed. The
// sentence that tells them belongs to the form it stands in.
type InputErrorKind string

// Every kind of [InputError].
const (
	Empty         InputErrorKind = "empty"          // nothing but blanks and dollar marks
	Ambiguous     InputErrorKind = "ambiguous"      // "1.234": a thousand or one?
	OtherCurrency InputErrorKind = "other_currency" // amounts are in US dollars
	Negative      InputErrorKind = "negative"
	Syntax        InputErrorKind = "syntax"      // not an amount, or longer than any is
	TooPrecise    InputErrorKind = "too_precise" // parts of a cent
	TooLarge      InputErrorKind = "too_large"   // more than MaxInput
)

// InputError refuses an amount that a person typed. What was typed is not in it:
// the form still has it.
type InputError struct {
	Kind InputErrorKind
	// Suggestions are two ways to write what may have been meant, such as "1234"
	// and "1,23"; set for Ambiguous only.
	Suggestions []string
}

func (e *InputError) Error() string {
	text := "money: amount refused: " + string(e.Kind)
	if len(e.Suggestions) > 0 {
		text += ": enter " + strings.Join(e.Suggestions, " or ")
	}
	return text
}

// SuggestionsIn returns the suggestions with the decimal separator of a language:
// "1234" and "1.23" in English. [ParseInput] reads either.
func (e *InputError) SuggestionsIn(lang string) []string {
	decimal := separatorsOf(lang).decimal
	suggestions := make([]string, len(e.Suggestions))
	for i, suggestion := range e.Suggestions {
		suggestions[i] = strings.Replace(suggestion, ",", decimal, 1)
	}
	return suggestions
}

// ambiguous refuses a lone separator before exactly three digits. The second
// suggestion cuts and never rounds: it proposes no more than was typed.
func ambiguous(whole, fraction string) *InputError {
	thousands := strings.TrimLeft(whole+fraction, "0")
	if thousands == "" {
		thousands = "0"
	}
	return &InputError{Kind: Ambiguous, Suggestions: []string{thousands, whole + "," + fraction[:2]}}
}
