package billing

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Bounds of a password. Any characters may be in it.
const (
	MinPasswordLength     = 8  // characters
	AdvisedPasswordLength = 15 // characters
	MaxPasswordBytes      = 1024
)

//go:embed common_words.txt
var commonWordsFile string

// commonWords are what the passwords that are tried first are made of.
var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for l := range strings.Lines(commonWordsFile) {
		if !strings.HasPrefix(l, "#") {
			for _, w := range strings.Fields(l) {
				words[w] = true
			}
		}
	}
	return words
})

// keyRows are neighbours on a keyboard, or in a row that everybody knows.
var keyRows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
	"!@#$%^&*()", `!"£$%&/()=`, "!qaz@wsx#edc$rfv", "147258369", "159753", "a1b2c3d4e5f6g7h8", "123321", "1123581321",
}

// checkPassword refuses a password that is too short, too long, or among the first that anybody would try.
func checkPassword(field, password, email string) error {
	switch {
	case len(password) > MaxPasswordBytes:
		f := invalid(field, "password_long")
		f.Args = map[string]any{"max": MaxPasswordBytes}
		return f
	case utf8.RuneCountInString(password) < MinPasswordLength:
		f := invalid(field, "password_short")
		f.Args = map[string]any{"min": MinPasswordLength}
		return f
	case isCommon(password, email):
		return invalid(field, "password_common")
	}
	return nil
}

// isCommon tells whether a password is one of those tried first: a common word dressed up with digits and signs, a walk over
// the keyboard, one thing repeated, a short number, or the owner's own e-mail. Rules reach further than a list of the top
// thousands: nearly all of those are such a word or walk.
func isCommon(password, email string) bool {
	p := strings.ToLower(password)
	return fewCharacters(p) || onlyDigits(p) && len(p) < 12 || ownName(p, email) ||
		isWord(p) || isWalk(p)
}

// fewCharacters tells whether a password is made of three characters or fewer.
func fewCharacters(p string) bool {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	return len(seen) <= 3
}

func onlyDigits(p string) bool { return strings.Trim(p, "0123456789") == "" }

// ownName tells whether little is left of a password without its owner's e-mail.
func ownName(p, email string) bool {
	local, domain, _ := strings.Cut(email, "@")
	host, _, _ := strings.Cut(domain, ".")
	rest := p
	for _, name := range []string{email, local, host} {
		if len(name) >= 3 {
			rest = strings.ReplaceAll(rest, name, "")
		}
	}
	return rest != p && utf8.RuneCountInString(rest) < MinPasswordLength
}

// maxDress is how many digits and signs around a word still leave it one that is tried: a date has eight.
const maxDress = 8

// isWord tells whether p is a common word, as it is or written in digits and signs that look like letters, with a few more
// around it.
func isWord(p string) bool {
	for _, plain := range []string{p, unleet(p)} {
		core := strings.TrimFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) })
		if commonWords()[core] && len(plain)-len(core) <= maxDress {
			return true
		}
	}
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("0134578@$!", r) })
	trimmed := unleet(strings.TrimRight(core, "0123456789!"))
	return commonWords()[trimmed] && len(p)-len(trimmed) <= maxDress
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i")

func unleet(p string) string { return leet.Replace(p) }

// isWalk tells whether p can be cut into walks along keyRows, forth or back, of three keys and more each, a common word or
// one character repeated passing for a walk.
func isWalk(p string) bool {
	reach := make([]bool, len(p)+1) // reach[i]: p[:i] can be cut so
	reach[0] = true
	for end := 3; end <= len(p); end++ {
		for start := 0; start <= end-3 && !reach[end]; start++ {
			reach[end] = reach[start] && isStep(p[start:end])
		}
	}
	return len(p) <= 40 && reach[len(p)]
}

func isStep(piece string) bool {
	if commonWords()[piece] || strings.Trim(piece, piece[:1]) == "" {
		return true
	}
	for _, row := range keyRows {
		if strings.Contains(row, piece) || strings.Contains(row, backwards(piece)) {
			return true
		}
	}
	return false
}

func backwards(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
