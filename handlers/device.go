package handlers

import (
	"strings"

	"extrausage/views"
)

// named is what a part of a User-Agent stands for.
type named struct{ part, name string }

// browsers and systems are looked for in this order: most browsers name others that they are like.
var (
	browsers = []named{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = []named{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	}
)

// longestDevice bounds the name of a browser that is not among the known ones, in characters.
const longestDevice = 40

// deviceName is a browser as people know it: "Firefox, Linux". An unknown one goes by how it calls itself.
func deviceName(lang views.Lang, userAgent string) string {
	browser, system := nameIn(browsers, userAgent), nameIn(systems, userAgent)
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	case strings.TrimSpace(userAgent) == "":
		return lang.T("profile.sessions_unknown")
	}
	first := []rune(strings.Fields(userAgent)[0])
	return string(first[:min(len(first), longestDevice)])
}

func nameIn(names []named, userAgent string) string {
	for _, n := range names {
		if strings.Contains(userAgent, n.part) {
			return n.name
		}
	}
	return ""
}
