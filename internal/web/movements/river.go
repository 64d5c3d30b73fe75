package movements

import (
	"fmt"
	"math"

	"github.com/keepwell/keepwell/internal/health"
)

// river is the picture of movements: bands then on the left, now on the right, each as high as it has accounts, and a
// stream for each movement.
type river struct {
	Class         string // for a broad box or a narrow one
	Width, Height float64
	Banks         []bank
	Streams       []stream
}

type bank struct {
	Band                health.Band
	X, Y, Height, TextX float64
	Anchor, Label       string
	N                   int
}

type stream struct {
	Path, Mood, Title, Href string
}

const (
	bankWidth  = 14.0
	bankGap    = 14.0
	bankMargin = 110.0 // room for the name of a band and a number
	bankLeast  = 3.0
)

// newRivers lays movements out twice, as charts are; none when nobody has a score.
func newRivers(lines []moveLine, name func(health.Band) string) (both []*river) {
	for _, v := range []*river{{Class: "broad", Width: 760, Height: 300}, {Class: "narrow", Width: 340, Height: 280}} {
		if !v.flow(lines, name) {
			return nil
		}
		both = append(both, v)
	}
	return both
}

func (v *river) flow(lines []moveLine, name func(health.Band) string) bool {
	bands := health.Moved
	left, right := make([]int, len(bands)), make([]int, len(bands))
	total := 0
	for _, l := range lines {
		left[rankOf(l.From)] += l.Count
		right[rankOf(l.To)] += l.Count
		total += l.Count
	}
	if total == 0 {
		return false
	}
	unit := (v.Height - bankGap*float64(len(bands)-1) - 2*bankLeast*float64(len(bands))) / float64(total)
	height := func(n int) float64 {
		if n == 0 {
			return 0
		}
		return math.Max(bankLeast, unit*float64(n))
	}
	from, to := make([]float64, len(bands)), make([]float64, len(bands)) // where the next stream of a bank begins
	place := func(counts []int, x, textX float64, anchor string, at []float64) {
		y := 2.0
		for i, n := range counts {
			if at[i] = y; n == 0 {
				continue
			}
			v.Banks = append(v.Banks, bank{bands[i], x, round(y), round(height(n)), textX, anchor, name(bands[i]), n})
			y += height(n) + bankGap
		}
	}
	place(left, bankMargin, bankMargin-8, "end", from)
	place(right, v.Width-bankMargin-bankWidth, v.Width-bankMargin+8, "start", to)
	x0, x1 := bankMargin+bankWidth, v.Width-bankMargin-bankWidth
	for _, l := range lines {
		a, b := rankOf(l.From), rankOf(l.To)
		h0, h1 := height(left[a])*float64(l.Count)/float64(left[a]), height(right[b])*float64(l.Count)/float64(right[b])
		y0, y1 := from[a], to[b]
		from[a], to[b] = y0+h0, y1+h1
		mid := (x0 + x1) / 2
		v.Streams = append(v.Streams, stream{Mood: l.Mood, Href: l.Href, Title: fmt.Sprintf("%s → %s: %d", name(l.From), name(l.To), l.Count),
			Path: fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ", x0, y0, mid, y0, mid, y1, x1, y1, x1, y1+math.Max(h1, 1), mid, y1+math.Max(h1, 1), mid, y0+math.Max(h0, 1), x0, y0+math.Max(h0, 1))})
	}
	return true
}

func round(x float64) float64 { return math.Round(10*x) / 10 }
