package health

import (
	"context"
	"math"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Voice is one of those that say how an account is.
type Voice string

// The voices.
const (
	ScoreVoice  Voice = "score"  // its health
	MoneyVoice  Voice = "money"  // what it pays
	PeopleVoice Voice = "people" // what its people answer
	CSMVoice    Voice = "csm"    // what the team judges
)

// Voices are all of them.
var Voices = []Voice{ScoreVoice, MoneyVoice, PeopleVoice, CSMVoice}

// Saying is what a voice says of an account, with its evidence. Mood is 1 for well, -1 for unwell, 0 for neither, which is
// also what contradicts itself.
type Saying struct {
	Voice    Voice    `json:"voice" enum:"score,money,people,csm"`
	Mood     int      `json:"mood" doc:"1: well, -1: unwell"`
	Evidence []Ground `json:"evidence" nullable:"false"`
}

// Ground is one thing that a voice says. Text is what a person wrote or chose, By who.
type Ground struct {
	Kind  string  `json:"kind" enum:"score,by_hand,lost,mrr_down,mrr_up,overdue,renewed,not_renewed,nps,csat,judged"`
	Value float64 `json:"value"`
	Mood  int     `json:"mood"`
	Text  string  `json:"text,omitempty"`
	By    string  `json:"by,omitempty"`
	// Words is the evidence in the asker's language; it is not kept.
	Words string `json:"words,omitempty"`
}

// What is looked at beside scores and judgements. Windows are long enough for a quarter's business and short enough that
// what an answer said still holds.
var (
	valueChange = metric.Reading{Metric: "mrr", Window: "90 days", Change: true}
	overdueOf   = metric.Reading{Vital: "days_overdue"}
	renewalOf   = metric.Reading{Metric: "renewal_rate", Window: "90 days"}
	npsOf       = metric.Reading{Answer: "nps", Window: "90 days"}
	csatOf      = metric.Reading{Answer: "csat", Window: "90 days"}
)

// From when on what is read says something.
const (
	notableChange = 10.0 // percent of recurring value
	notableDays   = 30.0 // overdue
	happyNPS      = 90.0 // 9 of 10, on 0 to 100
	unhappyNPS    = 60.0
	happyCSAT     = 75.0
	unhappyCSAT   = 40.0
)

// Sayings are what the voices say of every account at the instant of a table: of each that says anything. told is what was
// told last of an account's aspect, whose band counts. Of a table as known then they say what they said then.
func (s *Service) Sayings(ctx context.Context, t *Table, told func(id, aspect string) (Told, bool)) (map[string][]Saying, error) {
	readings := []metric.Reading{valueChange, overdueOf, renewalOf, npsOf, csatOf}
	read, err := s.Reader.Read(ctx, metric.ReadingAsk{At: t.At, Known: t.read.Known, Along: t.read.Along, Readings: readings})
	if err != nil {
		return nil, err
	}
	column := map[string]*metric.Column{}
	for i, r := range readings {
		column[readingKey(r)] = &read.Columns[i]
	}
	all := map[string][]Saying{}
	judged := t.judgedMoods()
	for at, id := range read.IDs {
		row, ok := t.rows[id]
		if !ok {
			continue
		}
		var sayings []Saying
		add := func(v Voice, evidence []Ground) {
			if len(evidence) > 0 {
				sayings = append(sayings, Saying{Voice: v, Mood: mood(evidence), Evidence: evidence})
			}
		}
		value := func(r metric.Reading) float64 { return column[readingKey(r)].Value[at] }
		add(ScoreVoice, t.scoreEvidence(row, told))
		add(MoneyVoice, moneyEvidence(value(valueChange), column[readingKey(valueChange)].Before[at], value(overdueOf), value(renewalOf)))
		add(PeopleVoice, answerEvidence(value(npsOf), value(csatOf)))
		add(CSMVoice, t.csmEvidence(row, judged[id]))
		if len(sayings) > 1 {
			all[id] = sayings
		}
	}
	return all, nil
}

// mood is what evidence comes to: what contradicts itself is neither.
func mood(all []Ground) int {
	sum := map[int]bool{}
	for _, e := range all {
		sum[e.Mood] = true
	}
	switch {
	case sum[1] && !sum[-1]:
		return 1
	case sum[-1] && !sum[1]:
		return -1
	}
	return 0
}

func bandMood(b Band) int {
	switch b {
	case Good:
		return 1
	case Unhealthy:
		return -1
	}
	return 0
}

// scoreEvidence is the account's health without what somebody set by hand, which is the team's word.
func (t *Table) scoreEvidence(row int, told func(id, aspect string) (Told, bool)) []Ground {
	w := t.Whole(row)
	if !w.Known || w.ByHand {
		return nil
	}
	band := t.Levels(row).Of(w.Value)
	if last, ok := told(t.IDs[row], Global); ok && last.Band != "" {
		band = last.Band
	}
	return []Ground{{Kind: "score", Value: tenth(w.Value), Mood: bandMood(band), Text: string(band)}}
}

// moneyEvidence looks at a recurring value beside that of a quarter ago, days overdue and the share of contracts renewed.
func moneyEvidence(now, before, overdue, renewed float64) (all []Ground) {
	switch by := change(now, before); {
	case before > 0 && now == 0:
		all = append(all, Ground{Kind: "lost", Mood: -1})
	case by <= -notableChange:
		all = append(all, Ground{Kind: "mrr_down", Value: math.Round(-by), Mood: -1})
	case by >= notableChange:
		all = append(all, Ground{Kind: "mrr_up", Value: math.Round(by), Mood: 1})
	}
	if overdue >= notableDays {
		all = append(all, Ground{Kind: "overdue", Value: math.Round(overdue), Mood: -1})
	}
	switch {
	case math.IsNaN(renewed):
	case renewed >= 100:
		all = append(all, Ground{Kind: "renewed", Mood: 1})
	case renewed == 0:
		all = append(all, Ground{Kind: "not_renewed", Mood: -1})
	}
	return all
}

// answerEvidence looks at the last answers, 0 to 100 with 100 the best.
func answerEvidence(nps, csat float64) (all []Ground) {
	say := func(kind string, x, unhappy, happy float64) {
		switch {
		case x <= unhappy:
			all = append(all, Ground{Kind: kind, Value: tenth(x), Mood: -1})
		case x >= happy:
			all = append(all, Ground{Kind: kind, Value: tenth(x), Mood: 1})
		}
	}
	say("nps", nps, unhappyNPS, happyNPS)
	say("csat", csat, unhappyCSAT, happyCSAT)
	return all
}

// judgedMoods are what judgements that hold come to, by account, in the order of the scorecards.
func (t *Table) judgedMoods() map[string][]Ground {
	all := map[string][]Ground{}
	for _, card := range t.Deck {
		card.Each(func(_ *ScoreGroup, m *Measure) {
			if !m.Judged {
				return
			}
			for row, id := range t.IDs {
				j := t.held[judged{id, card.ID, m.ID}]
				if j == nil {
					continue
				}
				value := math.NaN()
				if j.Value != nil {
					value = *j.Value
				}
				scale, untold := t.scale(m, row)
				score, ok := scale.score(value, j.Choice)
				if !ok || untold != nil {
					continue
				}
				all[id] = append(all[id], Ground{Kind: "judged", Value: tenth(score), Mood: bandMood(card.bands().Of(score)), Text: j.Reason, By: j.By})
			}
		})
	}
	return all
}

func (t *Table) csmEvidence(row int, judged []Ground) []Ground {
	if x := t.value(byHand, row); !math.IsNaN(x) {
		judged = append([]Ground{{Kind: "by_hand", Value: x, Mood: bandMood(UsualBands.Of(x))}}, judged...)
	}
	return judged
}

// Say writes evidence in words.
func (e *Ground) Say(lang i18n.Lang) string {
	number := i18n.Number(lang, e.Value, 0)
	switch e.Kind {
	case "score":
		return i18n.T(lang, "health.evidence.score", "n", number, "band", i18n.T(lang, "health.band."+e.Text))
	case "judged":
		return i18n.T(lang, "health.evidence.judged", "by", e.By, "reason", e.Text)
	case "mrr_down", "mrr_up":
		return i18n.T(lang, "health.evidence."+e.Kind, "share", i18n.Percent(lang, e.Value/100, 0))
	case "nps":
		return i18n.T(lang, "health.evidence.nps", "n", i18n.Number(lang, e.Value/10, 0))
	case "overdue":
		return i18n.T(lang, "health.evidence.overdue", "n", int64(e.Value))
	}
	return i18n.T(lang, "health.evidence."+e.Kind, "n", number)
}

// sides are who finds an account well, and who unwell.
func sides(all []Saying) (well, unwell []Voice) {
	for _, s := range all {
		switch s.Mood {
		case 1:
			well = append(well, s.Voice)
		case -1:
			unwell = append(unwell, s.Voice)
		}
	}
	return well, unwell
}

// Disagree says whether some voice finds an account well and another finds it unwell.
func Disagree(all []Saying) bool {
	well, unwell := sides(all)
	return len(well) > 0 && len(unwell) > 0
}
