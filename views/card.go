package views

import (
	"fmt"
	"strings"
)

// Card is a payment card as the payment provider tells it: never more than this.
type Card struct {
	// Brand as the provider names it: "visa".
	Brand string
	// Last4 are the last four digits.
	Last4 string
	// ExpMonth and ExpYear are the last month it is good for.
	ExpMonth, ExpYear int
	// ExpiresSoon says that it ends within the next weeks, Expired that it has ended.
	ExpiresSoon, Expired bool
}

// brandNames are the brands whose name is more than a capital letter.
var brandNames = map[string]string{
	"amex":             "American Express",
	"american_express": "American Express",
	"diners":           "Diners Club",
	"jcb":              "JCB",
	"unionpay":         "UnionPay",
}

// BrandName is the brand as people write it.
func (c Card) BrandName() string {
	if name := brandNames[strings.ToLower(c.Brand)]; name != "" {
		return name
	}
	if c.Brand == "" {
		return "Card"
	}
	return strings.ToUpper(c.Brand[:1]) + c.Brand[1:]
}

// Short is the card in a few letters: "Visa •• 4242".
func (c Card) Short() string { return c.BrandName() + " •• " + c.Last4 }

// Expiry is the last month it is good for, as cards have it printed: "04/2028".
func (c Card) Expiry() string { return fmt.Sprintf("%02d/%d", c.ExpMonth, c.ExpYear) }
