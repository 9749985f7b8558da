package views

import "strconv"

// unfilled is a field without its value: a password is never sent back.
func unfilled(f Field) Field {
	f.Value = ""
	return f
}

// passwordInput is a field for a password the subscriber knows.
func passwordInput(f Field, label string) TextInput {
	return TextInput{Field: unfilled(f), Label: label, Type: "password", Autocomplete: "current-password", MaxLength: 1000}
}

// newPasswordInput is a field for a password to be chosen.
func newPasswordInput(l Lang, f Field, least, advised int) TextInput {
	in := passwordInput(f, l.T("auth.new_password"))
	in.Autocomplete = "new-password"
	in.Hint = l.T("auth.password_hint", "Min", strconv.Itoa(least), "Advised", strconv.Itoa(advised))
	return in
}

func emailInput(f Field, label string) TextInput {
	return TextInput{Field: f, Label: label, Type: "email", Autocomplete: "username", InputMode: "email", MaxLength: 254}
}

// errors are the summary of the sign-in form: its fields, and what concerns both of them.
func (p SignInProps) errors() []FormError {
	return problems(p.Problem, Errors(p.Email, p.Password)...)
}
