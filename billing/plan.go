package billing

import "extrausage/money"

// Plan is a subscription as documents name it.
type Plan struct {
	Name  string       `json:"name"`
	Price money.Amount `json:"price"` // a month, billed elsewhere
}

// PlanNamed is the plan with this id; the zero Plan for "" and for one that is no longer sold.
func PlanNamed(id string) Plan {
	if id == planMax20x {
		return Plan{Name: "Max 20x", Price: 200 * money.Dollar}
	}
	return Plan{}
}
