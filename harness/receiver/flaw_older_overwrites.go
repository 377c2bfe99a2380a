package receiver

// olderOverwritesFlaw takes what arrives last for the newest.
func olderOverwritesFlaw() Flaw {
	return Flaw{
		Name: "older-overwrites", Summary: "lets an older event overwrite a newer state",
		Themes: []string{"ordering"},
		Apply: func(s *Steps) {
			s.Apply = func(x *Exchange) *Answer {
				if x.Stored {
					x.Advance(func(Effect) bool { return true })
				}
				return nil
			}
		},
	}
}
