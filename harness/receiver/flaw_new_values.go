package receiver

// crashesOnRule answers 500 where the reference receiver refuses, when a violation is of one kind.
func crashesOnRule(picks func(rule string) bool) func(*Steps) {
	return crashesIf(func(x *Exchange) bool {
		for _, v := range x.desk.contract.CheckPayload(x.Event, x.Request.Header, x.Body) {
			if picks(v.Rule) {
				return true
			}
		}
		return false
	})
}

// crashesOnNewEnumFlaw has a switch without a default.
func crashesOnNewEnumFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-new-enum-value", Summary: "answers 500 to a value that an enum does not have yet",
		Themes: []string{"tolerance"},
		Apply:  crashesOnRule(func(rule string) bool { return rule == "enum" }),
	}
}
