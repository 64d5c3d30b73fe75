package metric

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// View is one consistent reading of the facts, live or as of a past instant. The lake gives it.
type View interface {
	Query(ctx context.Context, sql string, args ...any) (*sql.Rows, error)
	// AsOf is the past instant it shows; nil when it is live.
	AsOf() *time.Time
	// Received is the condition that a fact of a kind was known at the past instant, on columns that begin with column; empty
	// when it is live.
	Received(kind, column string) string
	// Mark is the number of the last event that the rollups hold.
	Mark() int64
	Waiting() int64
	// Rollup is a relation with the rows of a rollup and of what waits to be merged into it; a key may be in both.
	Rollup(name string) string
	// Persons and Spans name the tables that say who is who in this view.
	Persons() string
	Spans() string
	Close() error
}

// Service answers questions about metrics.
type Service struct {
	Catalog *Catalog
	Open    func(ctx context.Context, asOf *time.Time) (View, error)
	// OpenKnown is as Open as of an instant, but for history that was brought along, which is taken by its own dates.
	OpenKnown func(ctx context.Context, at time.Time) (View, error)
	Zone      *time.Location
	// Currency is the workspace's reporting currency; empty until it is chosen.
	Currency string
	// Conventions are the workspace's policies; nil when all are as they come.
	Conventions func(ctx context.Context) (Conventions, error)
	// Saved are the segments that others may name; nil: there are none.
	Saved func(ctx context.Context) ([]account.SavedSegment, error)
	Now   func() time.Time
}

// Answer answers one question.
func (s *Service) Answer(ctx context.Context, a Ask) (*Answer, error) {
	q, err := s.understand(ctx, a)
	if err != nil {
		return nil, err
	}
	pieces, err := q.grain.cut(q.period, q.now)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the series is too long").Field("grain", "%s", err)
	}
	points := append([]point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, pieces...)
	view, err := s.Open(ctx, q.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	e := &evaluation{query: q, view: view, points: points, zone: s.Zone, horizon: Day.next(q.now), lean: a.OnlyFigures}
	e.sumUp()
	if err := e.run(ctx, s.Currency); err != nil {
		return nil, err
	}
	if base, ok := s.Catalog.Get(a.Metric); ok {
		if err := e.countBeside(ctx, base, s.Currency); err != nil {
			return nil, err
		}
	}
	return e.answer(), nil
}

// Describe are the definitions as an edge lists them, in one language.
func (s *Service) Describe(lang i18n.Lang) []Described {
	var all []Described
	for _, d := range s.Catalog.All() {
		all = append(all, d.describe(lang))
	}
	return all
}

// Described is one definition in one language.
type Described struct {
	ID         string   `json:"id"`
	Family     string   `json:"family"`
	Label      string   `json:"label"`
	Text       string   `json:"text"`
	Formula    string   `json:"formula"`
	Unit       Unit     `json:"unit"`
	Better     string   `json:"better"`
	Type       Type     `json:"type"`
	Facts      []string `json:"facts"`
	Dimensions []string `json:"dimensions"`
	Variants   []string `json:"variants"`
	Bands      []Band   `json:"bands"`
	// Policies are the ids of what it rests on that a workspace, or a question, may choose.
	Policies []string `json:"policies"`
	// VariantLabels are the names of Variants, Parts what answers carry under detail, in its order: for pages.
	VariantLabels []string `json:"-"`
	Parts         []Part   `json:"-"`
	// Tables are the lists beside the value, those of variants too: for pages.
	Tables []Table `json:"-"`
	// Words are those of the estimators, variants' too: for pages.
	Words []Word `json:"-"`
}

func (d *Definition) describe(lang i18n.Lang) Described {
	var labels []string
	for _, v := range d.Variants {
		labels = append(labels, i18n.Text(v.Label).In(lang))
	}
	tables, words := slices.Clone(d.Tables), slices.Clone(d.Words)
	for _, v := range d.Variants {
		tables, words = append(tables, v.Tables...), append(words, v.Words...)
	}
	return Described{VariantLabels: labels, Parts: d.Detail, Tables: tables, Words: words, ID: d.ID, Family: d.Family, Label: i18n.Text(d.Label).In(lang), Text: i18n.Text(d.About).In(lang), Formula: i18n.Text(d.Formula).In(lang), Unit: d.Unit, Better: d.Better,
		Type: d.Type, Facts: d.Facts, Dimensions: d.AllDimensions(), Variants: d.VariantIDs(), Bands: d.Bands, Policies: d.PolicyIDs()}
}
