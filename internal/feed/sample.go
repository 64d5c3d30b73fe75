package feed

import "fmt"

// Sample is how it stands with the made-up company, which is there to look at before facts of one's own arrive.
type Sample struct {
	State SampleState
	// Part is how much of it is in while it is Arriving, from 0 to 1.
	Part float64
}

// SampleState is one of those below.
type SampleState string

const (
	NoSample SampleState = ""         // nor is any on its way
	Arriving SampleState = "arriving" // it is being loaded
	Stuck    SampleState = "stuck"    // loading it broke off: it can be gone on with, or removed
	There    SampleState = "there"
	Leaving  SampleState = "leaving" // it is taken out when everything is opened anew, which is under way
)

// Percent is how much of it is in.
func (s Sample) Percent() int { return int(100 * s.Part) }

// Mark tells whether it stands as it did.
func (s Sample) Mark() string { return fmt.Sprint(s.State, s.Percent()) }
