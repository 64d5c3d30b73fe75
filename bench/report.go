package main

import "fmt"

// report prints figures as they are measured. missed is set by ratios only.
type report struct{ missed bool }

func (r *report) title(format string, args ...any) {
	fmt.Printf("\n"+format+"\n", args...)
}

func (r *report) note(format string, args ...any) {
	fmt.Printf("  %s\n", fmt.Sprintf(format, args...))
}

func (r *report) figure(what string, value float64, unit, goal string) {
	fmt.Printf("  %-58s %12s %-9s %s\n", what, number(value), unit, goal)
}

// atLeast and atMost print a figure beside a goal for two quiet cores.
func (r *report) atLeast(what string, value, goal float64, unit string) {
	r.figure(what, value, unit, verdict(value >= goal)+" (goal: at least "+number(goal)+")")
}

func (r *report) atMost(what string, value, goal float64, unit string) {
	r.figure(what, value, unit, verdict(value <= goal)+" (goal: at most "+number(goal)+")")
}

// ratio prints a figure beside the ceiling of the same run. Missing it fails the run.
func (r *report) ratio(what string, value, goal float64) {
	if value < goal {
		r.missed = true
	}
	r.figure(what, value, "×", verdict(value >= goal)+" (goal: at least "+number(goal)+")")
}

func verdict(ok bool) string {
	if ok {
		return "ok"
	}
	return "MISSED"
}

// number is short and has a thin separator of thousands.
func number(x float64) string {
	if x < 100 {
		return fmt.Sprintf("%.2f", x)
	}
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
