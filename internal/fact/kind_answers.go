package fact

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Answers are answers to one question of a survey.
var Answers = register(Kind{
	Name: "answers", Tag: 8,
	Label: i18n.Text{EN: "Survey answers", ES: "Respuestas", RO: "Răspunsuri", RU: "Ответы"},
	Columns: []Column{
		{Name: "survey", Tag: 1},
		{Name: "question", Tag: 2},
		{Name: "kind", Tag: 3, Type: Choice, Choices: []string{"nps", "csat", "ces", "rating", "choice", "text"}, Required: true},
		{Name: "score", Tag: 4, Type: Number, Min: -1000, Max: 1000},
		{Name: "scale_min", Tag: 5, Type: Number, Min: -1000, Max: 1000},
		{Name: "scale_max", Tag: 6, Type: Number, Min: -1000, Max: 1000},
		{Name: "orientation", Tag: 7, Type: Choice, Choices: []string{"ease", "effort"}},
		{Name: "choice", Tag: 8},
		{Name: "text", Tag: 9, MaxBytes: 64 << 10, Personal: true},
		{Name: "locale", Tag: 10},
		{Name: "touchpoint", Tag: 11},
		{Name: "ticket_id", Tag: 12, Type: Key},
		{Name: "agent", Tag: 13},
		{Name: "invitation_id", Tag: 14, Type: Key},
		{Name: "invitation", Tag: 15, MaxBytes: 36}, // the invitation's id in the lake, as a UUID; filled here, and given by exports
	},
	Check: checkAnswer,
})

// Scales of the questions that have a usual one; a row may state its own.
var usualScale = map[string][2]float64{"nps": {0, 10}, "csat": {1, 5}, "ces": {1, 7}, "rating": {1, 5}}

// isUUID says that a text is an id as the lake has it.
func isUUID(text string) bool {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	return err == nil && len(raw) == 16 && len(text) == 36
}

// checkAnswer finds the invitation that is named, and fills the scale and the orientation of an effort question: agreement that it was easy, unless stated.
func checkAnswer(f *Fact, _ *time.Location) *Refusal {
	kind := f.Text("kind")
	if given := f.Text("invitation"); given != "" && !isUUID(given) {
		return refuse("invitation", "%q is no id of the lake; leave it out, it is found by invitation_id", given)
	} else if of := f.Text("invitation_id"); given == "" && of != "" { // senders' ids are not kept: only here is it known which fact it names
		id, exported := exportedID(of)
		if !exported {
			id = IDFor(Invitations, f.Source, of)
		}
		f.Set("invitation", TextValue(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])))
	}
	switch kind {
	case "choice":
		if f.Text("choice") == "" {
			return refuse("choice", "is missing: what was chosen?")
		}
		return nil
	case "text":
		if f.Text("text") == "" {
			return refuse("text", "is missing: what was said?")
		}
		return nil
	}
	score := f.Get("score")
	if score.State != Present {
		return refuse("score", "is missing: an answer of kind %s has a score", kind)
	}
	usual := usualScale[kind]
	for i, column := range []string{"scale_min", "scale_max"} {
		if f.Get(column).State != Present {
			f.Set(column, NumValue(usual[i]))
		}
	}
	low, high := f.Get("scale_min").Num, f.Get("scale_max").Num
	if kind == "nps" && (low != 0 || high != 10) {
		return refuse("scale_max", "the recommend question is asked on 0 to 10; send other scales as kind rating")
	}
	if low >= high {
		return refuse("scale_max", "%g is not above scale_min %g", high, low)
	}
	if score.Num < low || score.Num > high {
		return refuse("score", "%g lies outside the scale %g to %g", score.Num, low, high)
	}
	if kind == "nps" && score.Num != float64(int(score.Num)) {
		return refuse("score", "%g: the recommend question has whole scores", score.Num)
	}
	if kind == "ces" && f.Text("orientation") == "" {
		f.Set("orientation", TextValue("ease"))
	}
	return nil
}
