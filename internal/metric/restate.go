package metric

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Restating asks which numbers changed since an instant because facts arrived late.
type Restating struct {
	Ask
	// Since is the instant at which the numbers were looked at: RFC 3339 or a date.
	Since string
	// Family is where Restatements begins, "" at the first one; Page is how long it looks at families before it leaves
	// the rest to another question, 0 without end.
	Family string
	Page   time.Duration
}

// RestatementPage are the metrics of some families that changed; Next is the family to go on with, "" after the last one.
type RestatementPage struct {
	Restatements []*Restatement `json:"restatements"`
	Next         string         `json:"next,omitempty"`
}

// Restatement is a metric's series as it was known at an instant and as it is known now, where the two differ.
type Restatement struct {
	Metric   string          `json:"metric"`
	Label    string          `json:"label"`
	Variant  string          `json:"variant"`
	Unit     Unit            `json:"unit"`
	Currency string          `json:"currency,omitempty"`
	Since    time.Time       `json:"since"`
	Points   []RestatedPoint `json:"points"`
	// Late are the facts that arrived after Since about the time before it, by kind, the newest arrivals first.
	Late []LateFacts `json:"late"`
}

// RestatedPoint is a piece of the series whose value is not what it was.
type RestatedPoint struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Was    *Figure   `json:"was"`
	Is     *Figure   `json:"is"`
	Change *Figure   `json:"change"`
}

// LateFacts are facts of a kind that arrived late.
type LateFacts struct {
	Kind  string      `json:"kind"`
	N     int64       `json:"n"`
	Facts []FactShown `json:"facts"`
}

// lateShown is how many late facts of a kind are listed.
const lateShown = 50

// Restate compares a series, by months of the last year unless asked otherwise, as it was known at an instant with what
// it is now. Pieces that had not ended then are left out: they were not complete.
func (s *Service) Restate(ctx context.Context, q Restating) (*Restatement, error) {
	since, err := s.since(q.Since)
	if err != nil {
		return nil, err
	}
	s.usual(&q, since)
	then := q.Ask
	then.AsOf = since.Format(time.RFC3339Nano)
	was, err := s.Answer(ctx, then)
	if err != nil {
		return nil, err
	}
	is, err := s.Answer(ctx, q.Ask)
	if err != nil {
		return nil, err
	}
	r := restated(was, is, since)
	if len(r.Points) == 0 {
		return r, nil
	}
	d, _ := s.Catalog.Get(q.Metric)
	return r, s.late(ctx, d, r, map[string]LateFacts{})
}

// usual fills in what is asked about unless said otherwise: the months of the year before an instant.
func (s *Service) usual(q *Restating, since time.Time) {
	if q.Grain == "" {
		q.Grain = string(Month)
	}
	if q.From == "" && q.To == "" {
		start := Month.start(since.In(s.Zone))
		q.From, q.To = start.AddDate(-1, 0, 0).Format(time.RFC3339), start.Format(time.RFC3339)
	}
}

// restated are the points that had ended by an instant and differ.
func restated(was, is *Answer, since time.Time) *Restatement {
	r := &Restatement{Metric: is.Metric, Label: is.Label, Variant: is.Variant, Unit: is.Unit, Currency: is.Currency, Since: since.UTC(), Points: []RestatedPoint{}, Late: []LateFacts{}}
	for i, p := range is.Points {
		if p.To.After(since) || same(was.Points[i].Value, p.Value) {
			continue
		}
		r.Points = append(r.Points, RestatedPoint{From: p.From, To: p.To, Was: was.Points[i].Value, Is: p.Value, Change: difference(p.Value, was.Points[i].Value)})
	}
	return r
}

// Restatements are the metrics of the catalogue whose months of the last year are not what they were known to be at an
// instant, family by family, each family in two statements or so. Only those that rest on a kind of which facts arrived
// late are looked at.
func (s *Service) Restatements(ctx context.Context, q Restating) (*RestatementPage, error) {
	since, err := s.since(q.Since)
	if err != nil {
		return nil, err
	}
	first := max(0, slices.Index(Families, q.Family))
	if q.Family != "" && Families[first] != q.Family {
		return nil, fault.New(fault.Invalid, "it must be known where to go on").Field("family", "%q is none of %s", clip(q.Family), strings.Join(Families, ", "))
	}
	s.usual(&q, since)
	kinds, err := s.lateKinds(ctx, since)
	if err != nil {
		return nil, err
	}
	page, began, known := &RestatementPage{Restatements: []*Restatement{}}, s.Now(), map[string]LateFacts{}
	for n, family := range Families[first:] {
		if n > 0 && q.Page > 0 && s.Now().Sub(began) >= q.Page {
			page.Next = family
			break
		}
		if err := s.restateFamily(ctx, q, since, family, kinds, known, page); err != nil {
			return nil, err
		}
	}
	return page, nil
}

func (s *Service) restateFamily(ctx context.Context, q Restating, since time.Time, family string, kinds map[string]bool, known map[string]LateFacts, page *RestatementPage) error {
	var ids []string
	for _, d := range s.Catalog.All() {
		if d.Family == family && slices.ContainsFunc(d.Facts, func(kind string) bool { return kinds[kind] }) {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	then := q.Ask
	then.AsOf = since.Format(time.RFC3339Nano)
	was, err := s.Overview(ctx, then, ids)
	if err != nil {
		return err
	}
	is, err := s.Overview(ctx, q.Ask, ids)
	if err != nil {
		return err
	}
	for n, id := range ids {
		if was[n].Answer == nil || is[n].Answer == nil {
			continue // needs a parameter, a coarser grain or a rate: it has no number to restate
		}
		r := restated(was[n].Answer, is[n].Answer, since)
		if len(r.Points) == 0 {
			continue
		}
		d, _ := s.Catalog.Get(id)
		if err := s.late(ctx, d, r, known); err != nil {
			return err
		}
		page.Restatements = append(page.Restatements, r)
	}
	return nil
}

func (s *Service) since(text string) (time.Time, error) {
	bad := fault.New(fault.Invalid, "it must be known since when")
	t, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, s.Zone)
	switch {
	case text == "":
		return t, bad.Field("since", "is missing: when were the numbers looked at?")
	case err != nil:
		return t, bad.Field("since", "%s", noInstant(text))
	case t.After(s.Now()):
		return t, bad.Field("since", "%s lies in the future", t.Format(time.RFC3339))
	}
	return t, nil
}

// lateKinds are the kinds of which facts about the time before an instant arrived after it. Who is who changes every
// number that rests on what people do.
func (s *Service) lateKinds(ctx context.Context, since time.Time) (map[string]bool, error) {
	view, err := s.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	var parts []string
	for _, kind := range fact.Kinds() {
		parts = append(parts, fmt.Sprintf("select '%s' where exists (select 1 from fact_%s where received_at > %s and ts < %s)", kind.Name, kind.Name, sqlTime(since), sqlTime(since)))
	}
	rows, err := view.Query(ctx, strings.Join(parts, " union all "))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	late := map[string]bool{}
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return nil, err
		}
		late[kind] = true
	}
	if late["links"] || late["memberships"] {
		for _, kind := range fact.Kinds() {
			late[kind.Name] = true
		}
	}
	return late, rows.Err()
}

// late adds the facts that changed the numbers; known are those of kinds that were looked up before.
func (s *Service) late(ctx context.Context, d *Definition, r *Restatement, known map[string]LateFacts) error {
	view, err := s.Open(ctx, nil)
	if err != nil {
		return err
	}
	defer view.Close()
	w := &witness{evaluation: &evaluation{query: &query{def: d}, view: view, zone: s.Zone}}
	to := r.Points[len(r.Points)-1].To
	for _, name := range slices.Concat(d.Facts, []string{"links", "memberships"}) {
		key := name + " until " + sqlTime(to)
		late, looked := known[key]
		if !looked {
			late = LateFacts{Kind: name, Facts: []FactShown{}}
			where := " where f.received_at > " + sqlTime(r.Since) + " and f.ts < " + sqlTime(to)
			if err := scanOne(ctx, view, "select count(*) from fact_"+name+" f"+where, nil, &late.N); err != nil {
				return err
			}
			if kind, _ := fact.KindNamed(name); late.N > 0 {
				if late.Facts, err = w.newest(ctx, kind, where); err != nil {
					return err
				}
			}
			known[key] = late
		}
		if late.N > 0 {
			r.Late = append(r.Late, late)
		}
	}
	return nil
}

func same(a, b *Figure) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
}

func difference(a, b *Figure) *Figure {
	if a == nil || b == nil {
		return nil
	}
	x, y := ratText(a.String()), ratText(b.String())
	d := new(big.Rat).Sub(x, y)
	f, _ := d.Float64()
	text := strings.TrimRight(strings.TrimRight(d.FloatString(12), "0"), ".")
	return &Figure{Float: f, exact: text}
}
