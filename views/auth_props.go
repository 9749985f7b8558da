package views

// SignInProps are the values of /sign-in. It posts email, password and next to /sign-in.
type SignInProps struct {
	Frame    Frame
	Email    Field
	Password Field
	// Next is where to go afterwards: a path of ours, already checked. Empty means the start page.
	Next string
	// Problem is a worded error of no field, such as that e-mail and password do not belong together. Which of them is
	// wrong is never told.
	Problem string
}

// SignInLinkProps are the values of /sign-in/link. It posts email to /sign-in/link.
type SignInLinkProps struct {
	Frame Frame
	Email Field
	// Sent shows the answer "check your mail", which is the same whether or not there is such an account.
	Sent bool
	// SentTo is the address as typed.
	SentTo string
	// Minutes is how long a link lasts.
	Minutes int
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	// Gone says that the link that led here was used already or is too old.
	Gone bool
}

// SetPasswordProps are the values of /sign-in/link/{token}. It posts password to the same address.
type SetPasswordProps struct {
	Frame Frame
	// Action is the address to post to: the page's own.
	Action string
	// Email names the account and helps password managers; it is not sent as a choice.
	Email    string
	Password Field
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	// MinLength is required, AdvisedLength advised.
	MinLength, AdvisedLength int
}

// ConfirmEmailProps are the values of the page behind the link of an e-mail change. Opening it changes nothing;
// its button posts to Action.
type ConfirmEmailProps struct {
	Frame    Frame
	Action   string
	OldEmail string
	NewEmail string
}

// StepUpProps are the values of the page that asks for the password again because a change concerns money. It
// posts the original form, unchanged, with current_password added.
type StepUpProps struct {
	Frame Frame
	// Action is the address the original form was posted to.
	Action string
	// Doing says what is being done, already worded: "Set your monthly limit to $80.00".
	Doing string
	// Hidden are the fields of the original form.
	Hidden []HiddenField
	// Email names the account for password managers.
	Email    string
	Password Field
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	// Cancel is where "Cancel" leads.
	Cancel string
}

// HiddenField is a field that a form carries along unseen.
type HiddenField struct {
	Name  string
	Value string
}

// The ids of messages that handlers word, for Field.Error and Flash.MessageID.
const (
	MsgPasswordMissing = "fault.password_missing"
	MsgSignedOut       = "auth.signed_out"
	MsgEmailChanged    = "profile.email_changed"
)
