package views

import "golang.org/x/text/language"

var matcher = language.NewMatcher([]language.Tag{language.English, language.Italian})

// MatchLanguage is the page language that fits an Accept-Language header best; English where none does.
func MatchLanguage(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return "en"
	}
	_, i, _ := matcher.Match(tags...)
	return Languages[i]
}
