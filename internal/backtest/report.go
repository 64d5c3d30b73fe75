package backtest

import (
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
)

// Report is how well a scorecard would have foretold who left. A look is one account at one instant. All intervals take the
// looks of an account together.
type Report struct {
	Scorecard string    `json:"scorecard"`
	Label     i18n.Text `json:"label"`
	Version   int64     `json:"version,omitempty"`
	Draft     bool      `json:"draft" doc:"It is not in force as it was tested"`
	Made      time.Time `json:"made"`
	From      time.Time `json:"from" doc:"The first instant that was looked at"`
	To        time.Time `json:"to" doc:"The last"`
	Months    int       `json:"months"`
	Days      int       `json:"days" doc:"The outcome: leaving within so many days of a look"`
	Everyone  bool      `json:"everyone" doc:"All paying accounts were looked at, not only those that get the scorecard"`
	Sample    int32     `json:"sample" doc:"One account in so many was looked at; 1 is all"`

	Accounts int          `json:"accounts"`
	Looks    int          `json:"looks"`
	Unscored int          `json:"unscored" doc:"Looks without a score; they are not judged"`
	Left     int          `json:"left" doc:"Accounts with a score that left within the days of a look"`
	Outcomes int          `json:"outcomes" doc:"Looks at accounts that left within the days"`
	Rate     float64      `json:"rate" doc:"Outcomes over looks with a score"`
	Interval *stat.Limits `json:"rate_interval"`
	Refused  *Refusal     `json:"refused,omitempty" doc:"Why nothing is judged"`
	Score    *Judged      `json:"score,omitempty"`
	Current  *Judged      `json:"current,omitempty" doc:"Of a draft: the scorecard in force with its id, by the same looks"`
	Duel     *stat.Duel   `json:"draft_against_current,omitempty" doc:"By AUC, over the looks with both scores"`
	Measures []Worth      `json:"measures" nullable:"false" doc:"Each measure by itself"`
	Weights  *Suggestion  `json:"suggestion,omitempty"`
	Why      *Refusal     `json:"no_suggestion,omitempty" doc:"Why no weights are suggested"`
}

// Refusal says why nothing is judged.
type Refusal struct {
	Code Code   `json:"code" enum:"no_history,nobody_pays,nobody_gets_it,no_scores,few_left,few_stayed,few_measures,wrong_way"`
	Have int    `json:"have"`
	Need int    `json:"need,omitempty"`
	Text string `json:"text" doc:"In words"`
}

// Code is a reason to refuse.
type Code string

// The reasons: there is no month whose outcome is known; nobody paid; nobody would have had the scorecard; no score was
// known; fewer than thirty accounts left, or stayed; fewer than two measures told anything; none told it in its direction.
const (
	NoHistory    Code = "no_history"
	NobodyPays   Code = "nobody_pays"
	NobodyGetsIt Code = "nobody_gets_it"
	NoScores     Code = "no_scores"
	FewLeft      Code = "few_left"
	FewStayed    Code = "few_stayed"
	FewMeasures  Code = "few_measures"
	WrongWay     Code = "wrong_way"
)

// Judged is how well scores foretold.
type Judged struct {
	// AUC is the probability that of two looks the one at the account that left had the lower score.
	AUC      float64      `json:"auc"`
	Interval *stat.Limits `json:"auc_interval"`
	P        *float64     `json:"p" doc:"Of an AUC as far from 0.5 by chance alone"`
	Tenths   []Tenth      `json:"tenths" doc:"The lowest scores first"`
	Bands    []Share      `json:"bands" doc:"The best first"`
	ROC      [][2]float64 `json:"roc" doc:"Share of the looks at accounts that stayed, and of those at accounts that left, below each score"`
	Means    []Meaning    `json:"meaning" doc:"What a score meant"`
	// Calibration is of risks that the scores of other accounts gave to each.
	Calibration *stat.Judgement `json:"calibration"`
	Lead        *Lead           `json:"lead"`
	Groups      []Group         `json:"groups" nullable:"false"`
}

// Tenth is a tenth of the looks by their score.
type Tenth struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Share
	Lift         float64      `json:"lift" doc:"Share over that of all"`
	LiftInterval *stat.Limits `json:"lift_interval"`
}

// Share is looks and how many of them were followed by leaving.
type Share struct {
	Band     health.Band  `json:"band,omitempty" enum:"good,average,poor"`
	Looks    int          `json:"looks"`
	Accounts int          `json:"accounts"`
	Left     int          `json:"left" doc:"Accounts"`
	Share    float64      `json:"share" doc:"Of the looks, those followed by leaving within the days"`
	Interval *stat.Limits `json:"interval"`
}

// Meaning is the risk that a score meant.
type Meaning struct {
	Score float64 `json:"score"`
	Risk  float64 `json:"risk"`
}

// Lead is how early accounts that left were in the poor band, as far as months can tell.
type Lead struct {
	*stat.Lead `doc:"In days"`
	Ahead      []Ahead `json:"ahead"`
}

// Ahead is how many of those that left were poor already so many days before.
type Ahead struct {
	Days     int          `json:"days"`
	N        int          `json:"n" doc:"Accounts that left and had a score then"`
	Poor     int          `json:"poor"`
	Share    float64      `json:"share"`
	Interval *stat.Limits `json:"interval"`
}

// Group is a part of the looks by something that was known of the accounts then.
type Group struct {
	By    string `json:"by" enum:"plan,size,touch_model,industry,country"`
	Value string `json:"value"`
	Share
	AUC         *float64     `json:"auc" doc:"Null where fewer than thirty left or stayed"`
	AUCInterval *stat.Limits `json:"auc_interval"`
}

// Worth is how well one measure foretold by itself.
type Worth struct {
	Measure  string       `json:"measure"`
	Label    i18n.Text    `json:"label"`
	Group    string       `json:"group"`
	Weight   float64      `json:"weight" doc:"Its part of the score, 0 to 1"`
	Known    float64      `json:"known" doc:"Share of the looks in which it counted"`
	AUC      *float64     `json:"auc" doc:"Null where too little is known of it"`
	Interval *stat.Limits `json:"auc_interval"`
}

// Suggestion is the weights that would have foretold best.
type Suggestion struct {
	Weights []Weight `json:"weights"`
	Penalty float64  `json:"penalty" doc:"How strongly weights were drawn towards each other"`
	Looks   int      `json:"looks" doc:"Learned from"`
	// AgainstEqual and AgainstCurrent are judged on accounts that the weights were not learned from.
	AgainstEqual   *stat.Duel       `json:"against_equal"`
	AgainstCurrent *stat.Duel       `json:"against_tested"`
	Draft          health.Scorecard `json:"draft" doc:"The scorecard with these weights"`
}

// Weight is what one measure would weigh.
type Weight struct {
	Measure   string       `json:"measure"`
	Label     i18n.Text    `json:"label"`
	Now       float64      `json:"now" doc:"Its part of the score, 0 to 1"`
	Suggested float64      `json:"suggested"`
	Interval  *stat.Limits `json:"interval"`
	Used      float64      `json:"used" doc:"Share of samples drawn anew in which it had any weight"`
	Kept      bool         `json:"kept,omitempty" doc:"Too little is known of it to say: it keeps its part"`
}
