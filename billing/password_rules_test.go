package billing

import (
	"strings"
	"testing"
)

func TestCheckPassword(t *testing.T) {
	const email = "giulia.bianchi@example.org"
	for code, passwords := range map[string][]string{
		"": {
			"a walk in the rain", "correct horse 9 battery", "Tr0ub4dor&3x", "xk7#Qm2v", "gatto-verde-lampada", "日本語の合言葉です", "        z y x w      ",
			"dragonfly lantern", "monkeywrench-sonata", "password manager of mine", "loveletters in sand", "83kd92ma", "giulia.bianchi likes tea",
			strings.Repeat("ab7!", 256),
		},
		"password_short":  {"", "a", "xk7#Qm2", "日本語の合言葉"},
		"password_long":   {strings.Repeat("ab7!", 256) + "x"},
		"password_common": commonOnes,
	} {
		for _, p := range passwords {
			got := ""
			if f := AsFault(checkPassword("password", p, email)); f != nil {
				got = f.Code
			}
			if got != code {
				t.Errorf("%.40q: %q, want %q", p, got, code)
			}
		}
	}
}

// commonOnes are what lists of leaked passwords begin with, as far as they are long enough, and what their owners did to
// them, in two languages.
var commonOnes = strings.Fields(`
	password password1 Password123 PASSWORD! p@ssw0rd P@$$w0rd1 passw0rd2026 12345678 123456789 1234567890 87654321 11111111 00000000
	123123123 12341234 147258369 qwertyui qwertyuiop qwerty123 qwerty12345 Qwerty123! 1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 zxcvbnm123
	asdfghjkl asdf1234 abcd1234 abcdefgh abc12345 a1b2c3d4 aaaaaaaa abababab 12121212 iloveyou iloveyou1 sunshine princess football
	baseball superman batman123 trustno1! letmein1 welcome1 Welcome2026! monkey123 dragon12 master123 michael1 jennifer charlie1
	starwars whatever computer internet samsung1 liverpool juventus juventus1 forzainter forzaroma1 francesco alessandro giuseppe
	ciaociao amoremio tiamo123 buongiorno benvenuto1 vaffanculo principessa administrator changeme letmeinnow secret123 qazwsxedc
	qweasdzxc 19851224 marco1985 Andrea1990! giulia.bianchi giuliagiulia.bianchi1 extrausage claude123 11223344 love1234
	mustang1 shadow99 lkjhgfdsa poiuytrewq 0987654321 passpass qwerqwer test1234 testtest admin1234 root1234
	`)

func TestIsWalk(t *testing.T) {
	for p, want := range map[string]bool{
		"qwertyuiop": true, "asdfzxcv": true, "1qaz2wsx": true, "qweasdzxc": true, "abc123xyz": true, "fedcba987": true, "qwerty12345": true,
		"xk7#qm2v": false, "walkrain": false, "qwertax": false, "": true,
	} {
		if got := isWalk(p); got != want {
			t.Errorf("%q: %v, want %v", p, got, want)
		}
	}
}

func TestCommonWordsAreLowerCaseAndMany(t *testing.T) {
	if n := len(commonWords()); n < 1000 {
		t.Errorf("%d words", n)
	}
	for w := range commonWords() {
		if w != strings.ToLower(w) {
			t.Errorf("%q is never found", w)
		}
	}
}

func FuzzCheckPassword(f *testing.F) {
	for _, p := range []string{"", "password", "\xff\xfe", "日本語", "$$$$$$$$", "!!!!!!!!1"} {
		f.Add(p, "ada@example.org")
	}
	f.Fuzz(func(t *testing.T, p, email string) {
		err := checkPassword("password", p, email) // must not panic, nor say that a long one is fine
		if err == nil && len(p) > MaxPasswordBytes {
			t.Errorf("%d bytes pass", len(p))
		}
	})
}
