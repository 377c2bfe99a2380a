//go:build race

package payload

// raceEnabled tells that everything is slow, so that only samples are tested.
const raceEnabled = true
