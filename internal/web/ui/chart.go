package ui

import (
	"fmt"
	"math"
	"strings"
)

// Sample is one point to draw; nil where there is no value, or no interval.
type Sample struct {
	Label            string // under the axis
	Title            string // shown on the point
	Href             string // where the point leads; empty: nowhere
	Value, Low, High *float64
	// Before is the value of the earlier period, Target what is to be reached.
	Before, Target *float64
	Partial        bool
}

// Mark is a value worth a line of its own, such as where a band begins.
type Mark struct {
	At    float64
	Label string
}

// Chart is a line with its interval band, laid out twice: for wide pages and for a phone, where the text would shrink.
type Chart struct{ Broad, Narrow Plot }

// Plot is the geometry of one chart.
type Plot struct {
	Class, Title             string
	Width, Height            int
	Left, Right, Base        float64
	X, Y                     []Tick
	Lines, Bands             []string
	Earlier, Goal            []string // lines of the earlier period and of the target
	GoalLabel                *Tick
	Marks                    []Tick
	Dots                     []Dot
	low, high, step, roomTop float64
}

// Tick is a mark on an axis.
type Tick struct {
	At            float64
	Label, Anchor string
}

// Dot is a point of the line.
type Dot struct {
	X, Y    float64
	Title   string
	Href    string
	Partial bool
}

// NewChart lays out samples. write writes a value for the axis, with the number of decimals that its steps need. goal
// names the target, if there is one. Marks that lie outside of what is drawn are left out. It is nil when there is
// nothing to draw.
func NewChart(title string, samples []Sample, write func(v float64, decimals int) string, goal string, marks ...Mark) *Chart {
	low, high := bounds(samples)
	if low > high {
		return nil
	}
	c := &Chart{
		Broad:  plot("broad", title, 760, 260, samples, low, high, write),
		Narrow: plot("narrow", title, 340, 220, samples, low, high, write),
	}
	c.Broad.beside(samples, goal, marks)
	c.Narrow.beside(samples, goal, marks)
	return c
}

// NewMini lays out samples in a small field without axes, for comparing several by eye: all with the same limits. It is
// nil when there is nothing to draw.
func NewMini(title string, samples []Sample, low, high float64) *Plot {
	if own, top := bounds(samples); own > top {
		return nil
	}
	if high-low < 1e-9 {
		high = low + 1
	}
	p := &Plot{Class: "mini", Title: title, Width: 220, Height: 64, Left: 0, Right: 220, Base: 60, roomTop: 4, low: low, high: high}
	p.draw(samples)
	return p
}

// NewSmall lays out samples in a field with axes that is small on every screen, for several beside each other with the same
// limits. Only points with a title are dots. It is nil when there is nothing to draw.
func NewSmall(title string, samples []Sample, low, high float64, write func(v float64, decimals int) string) *Plot {
	if own, top := bounds(samples); own > top {
		return nil
	}
	p := plot("small", title, 320, 170, samples, low, high, write)
	p.beside(samples, "", nil)
	var told []Dot
	for _, d := range p.Dots {
		if d.Title != "" {
			told = append(told, d)
		}
	}
	p.Dots = told
	return &p
}

// Limits are the lowest and the highest of what is drawn, for several fields that share a scale; low is above high when
// nothing is.
func Limits(all ...[]Sample) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, samples := range all {
		l, h := bounds(samples)
		low, high = min(low, l), max(high, h)
	}
	return low, high
}

// beside draws what the line is compared with.
func (p *Plot) beside(samples []Sample, goal string, marks []Mark) {
	p.Earlier = p.trace(samples, func(s Sample) *float64 { return s.Before })
	p.Goal = p.trace(samples, func(s Sample) *float64 { return s.Target })
	if last := len(samples) - 1; len(p.Goal) == 0 && last >= 0 && samples[last].Target != nil { // it has only begun
		x, y := p.x(last, len(samples)), p.y(*samples[last].Target)
		p.Goal = []string{"M" + at(max(p.Left, x-40), y) + "L" + at(p.Right, y)}
	}
	for i := len(samples) - 1; i >= 0; i-- {
		if s := samples[i]; s.Target != nil && len(p.Goal) > 0 {
			y := round(p.y(*s.Target)) - 5
			if y < p.roomTop {
				y += 18
			}
			p.GoalLabel = &Tick{At: y, Label: goal, Anchor: "end"}
			break
		}
	}
	for _, m := range marks {
		if m.At > p.low && m.At < p.high {
			p.Marks = append(p.Marks, Tick{At: round(p.y(m.At)), Label: m.Label})
		}
	}
}

// trace is a line through the values that are there; a gap stays a gap.
func (p *Plot) trace(samples []Sample, of func(Sample) *float64) (lines []string) {
	var line []string
	end := func() {
		if len(line) > 1 {
			lines = append(lines, "M"+strings.Join(line, "L"))
		}
		line = nil
	}
	for i, s := range samples {
		v := of(s)
		if v == nil {
			end()
			continue
		}
		line = append(line, at(p.x(i, len(samples)), p.y(*v)))
	}
	end()
	return lines
}

func bounds(samples []Sample) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range samples {
		for _, v := range []*float64{s.Value, s.Low, s.High} {
			if v != nil && s.Value != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	if low > high {
		return low, high
	}
	for _, s := range samples {
		for _, v := range []*float64{s.Before, s.Target} {
			if v != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	// Zero belongs to the axis, unless the values lie so far away that their changes would not be seen.
	switch {
	case low > 0 && low < 0.6*high:
		low = 0
	case high < 0 && high > 0.6*low:
		high = 0
	}
	return low, high
}

func plot(class, title string, width, height int, samples []Sample, low, high float64, write func(float64, int) string) Plot {
	p := Plot{Class: class, Title: title, Width: width, Height: height, Base: float64(height) - 30, roomTop: 12}
	p.low, p.high, p.step = nice(low, high, 4)
	decimals := max(0, -int(math.Floor(math.Log10(p.step)+1e-9)))
	longest := 0
	for i := 0; ; i++ {
		v := p.low + float64(i)*p.step
		if v > p.high+p.step/2 {
			break
		}
		label := write(v, decimals)
		longest = max(longest, len([]rune(label)))
		p.Y = append(p.Y, Tick{At: round(p.y(v)), Label: label})
	}
	p.Left, p.Right = round(14+7*float64(longest)), float64(width)-12
	p.ticks(samples)
	p.draw(samples)
	return p
}

func (p *Plot) x(i, n int) float64 {
	if n == 1 {
		return (p.Left + p.Right) / 2
	}
	return p.Left + 8 + (p.Right-p.Left-16)*float64(i)/float64(n-1)
}

func (p *Plot) y(v float64) float64 {
	return p.Base - (p.Base-p.roomTop)*(v-p.low)/(p.high-p.low)
}

// ticks labels as many points as have room for it, the last one always.
func (p *Plot) ticks(samples []Sample) {
	longest := 1
	for _, s := range samples {
		longest = max(longest, len([]rune(s.Label)))
	}
	room := max(1, int((p.Right-p.Left)/(6.4*float64(longest)+10)))
	every := (len(samples) + room - 1) / room
	for i, s := range samples {
		if (len(samples)-1-i)%every == 0 {
			p.X = append(p.X, Tick{At: round(p.x(i, len(samples))), Label: s.Label, Anchor: "middle"})
		}
	}
	if len(p.X) > 1 {
		p.X[len(p.X)-1].Anchor = "end"
		p.X[len(p.X)-1].At = p.Right
	}
}

// draw makes a line of each run of points that follow one another; a gap stays a gap.
func (p *Plot) draw(samples []Sample) {
	var line, upper, lower []string
	end := func() {
		if len(line) > 1 {
			p.Lines = append(p.Lines, "M"+strings.Join(line, "L"))
		}
		line = nil
	}
	endBand := func() {
		if len(upper) > 1 {
			for i := len(lower) - 1; i >= 0; i-- {
				upper = append(upper, lower[i])
			}
			p.Bands = append(p.Bands, "M"+strings.Join(upper, "L")+"Z")
		}
		upper, lower = nil, nil
	}
	for i, s := range samples {
		x := p.x(i, len(samples))
		if s.Value == nil {
			end()
			endBand()
			continue
		}
		line = append(line, at(x, p.y(*s.Value)))
		p.Dots = append(p.Dots, Dot{X: round(x), Y: round(p.y(*s.Value)), Title: s.Title, Href: s.Href, Partial: s.Partial})
		if s.Low == nil || s.High == nil {
			endBand()
			continue
		}
		upper, lower = append(upper, at(x, p.y(*s.High))), append(lower, at(x, p.y(*s.Low)))
	}
	end()
	endBand()
}

// nice widens a range to round steps: 1, 2 or 5 times a power of ten.
func nice(low, high float64, steps int) (from, to, step float64) {
	if high-low < 1e-9*max(1, math.Abs(high)) {
		pad := max(math.Abs(high)*0.1, 1)
		if high >= 0 && low-pad < 0 && low >= 0 {
			low = 0
		} else {
			low -= pad
		}
		high += pad
	}
	rough := (high - low) / float64(steps)
	step = math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if step >= rough {
			break
		}
		step *= m
	}
	return step * math.Floor(low/step+1e-9), step * math.Ceil(high/step-1e-9), step
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

func at(x, y float64) string { return fmt.Sprintf("%.1f %.1f", x, y) }
