package views

import (
	"strings"
	"unicode/utf8"
)

// settingsItem is an entry of the settings navigation.
type settingsItem struct{ href, label, icon string }

var settingsItems = []settingsItem{
	{"/settings/usage", "base.nav_usage", "gauge"},
	{"/settings/usage/activity", "base.nav_activity", "list"},
	{"/settings/billing", "base.nav_billing", "card"},
	{"/settings/notices", "base.nav_notices", "bell"},
	{"/settings/profile", "base.nav_profile", "person"},
}

// currentSetting is the entry a path belongs to: the longest that the path is at or under.
func currentSetting(path string) string {
	best := ""
	for _, item := range settingsItems {
		if under(path, item.href) && len(item.href) > len(best) {
			best = item.href
		}
	}
	return best
}

// subscriber tells whether who is signed in has settings of their own: staff have none.
func (f Frame) subscriber() bool { return f.User != nil && !f.User.Staff }

func inSettings(path string) bool { return under(path, "/settings") }

func under(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// languageName is what a language calls itself.
func languageName(tag string) string {
	return map[string]string{"en": "English", "it": "Italiano"}[tag]
}

// initial is the letter that stands for a person.
func initial(u User) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(or(u.Name, u.Email)))
	if r == utf8.RuneError {
		return "?"
	}
	return strings.ToUpper(string(r))
}
