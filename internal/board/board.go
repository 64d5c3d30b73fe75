// Package board is what a team puts up to look at together, as pure rules: a question about a metric that can be asked
// again tomorrow, a dashboard of such questions, and the values a team wants its metrics to reach.
//
// Answering questions is left to metric, keeping all this to the store, drawing it to the pages.
package board

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// Limits of what a dashboard may hold.
const (
	maxName  = 120
	maxTiles = 60
	maxText  = 2000
)

// Tile is a metric on a dashboard, with the question that is asked about it.
type Tile struct {
	Metric   string   `json:"metric"`
	Question Question `json:"question"`
	// Title stands in for the metric's own name.
	Title string `json:"title,omitempty"`
	// Wide takes the whole width.
	Wide bool `json:"wide,omitempty"`
}

// Dashboard is tiles in an order, for everybody in the workspace.
type Dashboard struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Tiles []Tile `json:"tiles"`
	// Version grows with every change: who changes what somebody else has changed meanwhile is told so.
	Version int64 `json:"version"`
	// By is who made it.
	By      string    `json:"by"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
}

// Check says what of a dashboard can't be kept; metrics knows whether there is a metric.
func (d *Dashboard) Check(known func(metric string) bool) error {
	bad := fault.New(fault.Invalid, "the dashboard can't be kept as it is")
	d.Name = strings.TrimSpace(d.Name)
	switch {
	case d.Name == "":
		bad.Field("name", "is empty")
	case !plain(d.Name, maxName):
		bad.Field("name", "must be plain text of at most %d characters", maxName)
	}
	if len(d.Tiles) > maxTiles {
		bad.Field("tiles", "%d are more than %d", len(d.Tiles), maxTiles)
	}
	for i, t := range d.Tiles {
		if !known(t.Metric) {
			bad.Field(at("tiles", i, "metric"), "is unknown")
		}
		if !plain(t.Title, maxName) {
			bad.Field(at("tiles", i, "title"), "must be plain text of at most %d characters", maxName)
		}
		t.Question.check(func(field, reason string, args ...any) { bad.Field(at("tiles", i, "question."+field), reason, args...) })
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Move puts the tile at a place elsewhere; places outside do nothing.
func (d *Dashboard) Move(from, to int) {
	if from < 0 || from >= len(d.Tiles) || to < 0 || to >= len(d.Tiles) {
		return
	}
	tile := d.Tiles[from]
	rest := append(append([]Tile{}, d.Tiles[:from]...), d.Tiles[from+1:]...)
	d.Tiles = append(append(append([]Tile{}, rest[:to]...), tile), rest[to:]...)
}

// Remove takes a tile off; false when there is none at this place.
func (d *Dashboard) Remove(i int) bool {
	if i < 0 || i >= len(d.Tiles) {
		return false
	}
	d.Tiles = append(append([]Tile{}, d.Tiles[:i]...), d.Tiles[i+1:]...)
	return true
}

func plain(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most && strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}
