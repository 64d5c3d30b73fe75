package journey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
)

// Spot is a place in a journey: a stage, a step of it, or a touchpoint of that. What is not meant is -1.
type Spot struct{ Stage, Step, Touchpoint int }

// ReadSpot reads "2", "2.0" or "2.0.1"; anything else is no spot: all of it is -1.
func ReadSpot(text string) Spot {
	spot := Spot{-1, -1, -1}
	into := []*int{&spot.Stage, &spot.Step, &spot.Touchpoint}
	for i, part := range strings.Split(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || i >= len(into) {
			return Spot{-1, -1, -1}
		}
		*into[i] = n
	}
	return spot
}

// String is what ReadSpot reads.
func (s Spot) String() string {
	var parts []string
	for _, n := range []int{s.Stage, s.Step, s.Touchpoint} {
		if n < 0 {
			break
		}
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ".")
}

var errGone = fault.New(fault.NotFound, "there is no such place on the journey")

// Find gives the stage, step and touchpoint at a spot, nil beyond what it names. What is not there is a fault.NotFound.
func (j *Journey) Find(spot Spot) (stage *Stage, step *Step, touchpoint *Touchpoint, err error) {
	if spot.Stage < 0 || spot.Stage >= len(j.Stages) {
		return nil, nil, nil, errGone
	}
	if stage = &j.Stages[spot.Stage]; spot.Step < 0 {
		return stage, nil, nil, nil
	}
	if spot.Step >= len(stage.Steps) {
		return nil, nil, nil, errGone
	}
	if step = &stage.Steps[spot.Step]; spot.Touchpoint < 0 {
		return stage, step, nil, nil
	}
	if spot.Touchpoint >= len(step.Touchpoints) {
		return nil, nil, nil, errGone
	}
	return stage, step, &step.Touchpoints[spot.Touchpoint], nil
}

// Move takes what is at a spot one place forward (by 1) or back (by -1) among its like, and gives its new spot. At the end
// of its step or stage a touchpoint or step goes over to the next one.
func (j *Journey) Move(spot Spot, by int) (Spot, error) {
	stage, step, touchpoint, err := j.Find(spot)
	if err != nil {
		return spot, err
	}
	switch {
	case touchpoint != nil:
		if to := spot.Touchpoint + by; to >= 0 && to < len(step.Touchpoints) {
			swap(step.Touchpoints, spot.Touchpoint, to)
			spot.Touchpoint = to
			return spot, nil
		}
		if _, next, _, err := j.Find(Spot{spot.Stage, max(0, spot.Step+by), -1}); err == nil && next != step {
			moved := *touchpoint
			step.Touchpoints = slices.Delete(step.Touchpoints, spot.Touchpoint, spot.Touchpoint+1)
			at := 0
			if by < 0 {
				at = len(next.Touchpoints)
			}
			next.Touchpoints = slices.Insert(next.Touchpoints, at, moved)
			return Spot{spot.Stage, spot.Step + by, at}, nil
		}
	case step != nil:
		if to := spot.Step + by; to >= 0 && to < len(stage.Steps) {
			swap(stage.Steps, spot.Step, to)
			spot.Step = to
			return spot, nil
		}
		if next, _, _, err := j.Find(Spot{max(0, spot.Stage+by), -1, -1}); err == nil && next != stage {
			moved := *step
			stage.Steps = slices.Delete(stage.Steps, spot.Step, spot.Step+1)
			at := 0
			if by < 0 {
				at = len(next.Steps)
			}
			next.Steps = slices.Insert(next.Steps, at, moved)
			return Spot{spot.Stage + by, at, -1}, nil
		}
	default:
		if to := spot.Stage + by; to >= 0 && to < len(j.Stages) {
			swap(j.Stages, spot.Stage, to)
			spot.Stage = to
		}
	}
	return spot, nil
}

func swap[T any](all []T, a, b int) { all[a], all[b] = all[b], all[a] }

// Remove takes away what is at a spot.
func (j *Journey) Remove(spot Spot) error {
	stage, step, touchpoint, err := j.Find(spot)
	switch {
	case err != nil:
		return err
	case touchpoint != nil:
		step.Touchpoints = slices.Delete(step.Touchpoints, spot.Touchpoint, spot.Touchpoint+1)
	case step != nil:
		stage.Steps = slices.Delete(stage.Steps, spot.Step, spot.Step+1)
	default:
		j.Stages = slices.Delete(j.Stages, spot.Stage, spot.Stage+1)
	}
	return nil
}

// RemoveTeam takes a team away, also from the touchpoints it stands at.
func (j *Journey) RemoveTeam(key string) {
	j.Teams = slices.DeleteFunc(j.Teams, func(t Team) bool { return t.Key == key })
	for _, s := range j.Stages {
		for _, step := range s.Steps {
			for i := range step.Touchpoints {
				t := &step.Touchpoints[i]
				t.Teams = slices.DeleteFunc(t.Teams, func(k string) bool { return k == key })
			}
		}
	}
}
