package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// ReadingAsk asks for readings of all accounts at one instant. Nothing that happened at or after it is looked at; with
// Known also nothing that was received after it, and who is who as was known then.
type ReadingAsk struct {
	At    time.Time
	Known bool
	// Along takes history that a source brought along by its own dates, also with Known.
	Along    bool
	Readings []Reading
	// Segments are texts; who is in them is read too.
	Segments []string
	// Accounts narrows to some; nil: all that there was anything of before At.
	Accounts []account.Account
}

// Read is what was read, in columns: the nth value of each column is that of the nth account.
type Read struct {
	At time.Time
	// Known and Along are as it was asked.
	Known, Along bool

	Accounts []account.Account
	IDs      []string
	Columns  []Column // as Readings
	Members  [][]bool // as Segments
	// Unread says of each segment why it can't be told who is in it, such as a metric of it that was taken away; nil where it
	// can. Of one that can't nobody is a member.
	Unread   []error
	Currency string // of amounts
}

// Column is what one reading gave. NaN is not known. Where a reading compares with the window before, Before is what that
// had and Value that of the window itself. Texts is set for traits alone, Age for last known values: how many days old.
type Column struct {
	Value, Before []float64
	Texts         []string
	Age           []int
	// Problem says why nothing is known of anybody, as when amounts are in several currencies and none is chosen.
	Problem error
}

// stretch is the points that readings with the same window share: 0 is the window itself, 1 the one before it, and from 2
// on those a week, two weeks … earlier.
func (s *Service) stretch(r Reading, at time.Time) ([]point, error) {
	w, err := r.window()
	if err != nil {
		return nil, err
	}
	end := dayAfter(at)
	if r.Change {
		end = Day.start(at)
	}
	ending := func(i int, to time.Time) point { return point{i: i, Period: Period{From: back(to, w), To: to}} }
	points := []point{ending(0, end)}
	if r.Change {
		points = append(points, ending(1, back(end, w)))
	}
	for n := 1; 7*n <= r.Back; n++ {
		points = append(points, ending(1+n, midnight(end, -7*n)))
	}
	return points, nil
}

// asking is one question about readings on its way through the database.
type asking struct {
	*Service
	ReadingAsk
	view        View
	conventions Conventions
	rows        map[account.Account]int
	out         *Read
}

// Read reads accounts. It is one statement for all readings of a window, whatever they are of, so that they share
// relations. The error is a fault.Error.
func (s *Service) Read(ctx context.Context, a ReadingAsk) (*Read, error) {
	read, err := s.readWithout(ctx, a, nil, nil)
	if err == nil || ctx.Err() != nil || fault.KindOf(err) == fault.Unavailable {
		return read, err
	}
	readings, segments := s.failing(ctx, a)
	if len(readings)+len(segments) == 0 {
		return nil, err
	}
	if read, again := s.readWithout(ctx, a, readings, segments); again == nil {
		return read, nil
	}
	return nil, err // it was not for their sake
}

// readWithout reads all but some readings and segments, by their place, which say why they can't be read.
func (s *Service) readWithout(ctx context.Context, a ReadingAsk, readings, segments map[int]error) (*Read, error) {
	conventions, err := s.convention(ctx, "convention", Workspace)
	if err != nil {
		return nil, err
	}
	a.At = a.At.In(s.Zone)
	var asOf *time.Time
	if a.Known {
		asOf = &a.At
	}
	open := func() (View, error) { return s.Open(ctx, asOf) }
	if a.Known && a.Along {
		open = func() (View, error) { return s.OpenKnown(ctx, a.At) }
	}
	view, err := open()
	if err != nil {
		return nil, err
	}
	defer view.Close()
	q := &asking{Service: s, ReadingAsk: a, view: view, conventions: conventions, rows: map[account.Account]int{},
		out: &Read{At: a.At, Known: a.Known, Along: a.Along, Columns: make([]Column, len(a.Readings)), Members: make([][]bool, len(a.Segments)), Unread: make([]error, len(a.Segments))}}
	if err := q.accounts(ctx); err != nil {
		return nil, err
	}
	together := map[string][]int{}
	for n, r := range a.Readings {
		key := fmt.Sprint(r.ReadsText() || r.isInstant(), r.Window, r.Change, r.Back)
		if q.out.Columns[n] = q.column(r); readings[n] != nil {
			q.out.Columns[n].Problem = readings[n]
			continue
		}
		// What can't be read any more, such as a metric that was taken away, leaves the rest as it is.
		if s.CheckReading(r, func(_, reason string, args ...any) { q.out.Columns[n].Problem = fault.Said(reason, args...) }); q.out.Columns[n].Problem == nil {
			together[key] = append(together[key], n)
		}
	}
	for _, key := range sortedKeys(together) {
		if err := q.read(ctx, together[key]); err != nil {
			return nil, err
		}
	}
	var which []int
	for n := range a.Segments {
		q.out.Members[n] = make([]bool, len(q.rows))
		if q.out.Unread[n] = segments[n]; segments[n] == nil {
			which = append(which, n)
		}
	}
	return q.out, q.members(ctx, which)
}

func (q *asking) column(r Reading) Column {
	unknown := func() []float64 { return slices.Repeat([]float64{math.NaN()}, len(q.rows)) }
	c := Column{Value: unknown()}
	if r.Change {
		c.Before = unknown()
	}
	if r.ReadsText() {
		c.Texts = make([]string, len(q.rows))
	}
	if r.Back > 0 {
		c.Age = make([]int, len(q.rows))
	}
	return c
}

// compiler writes questions over these points that see nothing from At on.
func (q *asking) compiler(points []point) *compiler {
	c := newCompiler(q.view, points, dayAfter(q.At), q.Zone, q.conventions)
	q.sees(c)
	return c
}

// sees hides from a question what lies ahead of the instant, and accounts that are not asked for. Of the running day nothing
// is known that lies ahead of the clock, but for what senders date ahead.
func (q *asking) sees(c *compiler) {
	c.now, c.before, c.only = q.At, q.At, q.Accounts
	c.broken = !q.At.Equal(Day.start(q.At)) && q.Now().Sub(q.At) > runningFor
}

// runningFor is how long after its instant a reading of the present may be asked: scores that no fact touches are as old.
const runningFor = 15 * time.Minute

// accounts finds whom there was anything of before the instant.
func (q *asking) accounts(ctx context.Context) error {
	end := dayAfter(q.At)
	c := q.compiler([]point{{Period: Period{From: midnight(end, -1), To: end}}})
	sql := "select account, account_id from account_keys k where account <> 0" + c.among("account")
	if q.Accounts == nil {
		sc := newScoping(c, &filter{zone: q.Zone, today: end})
		sql = "select account, account_id from (" + sc.everybody() + ") k"
	}
	rows, err := q.view.Query(ctx, c.statement(sql+" order by account"), c.args...)
	if err != nil {
		return fmt.Errorf("the accounts to be read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var id string
		if err := rows.Scan(&number, &id); err != nil {
			return err
		}
		q.rows[account.Account(number)] = len(q.out.IDs)
		q.out.Accounts, q.out.IDs = append(q.out.Accounts, account.Account(number)), append(q.out.IDs, id)
	}
	return rows.Err()
}

// read asks for the readings of one window.
func (q *asking) read(ctx context.Context, which []int) error {
	points, err := q.stretch(q.Readings[which[0]], q.At)
	if err != nil {
		return err
	}
	c := q.compiler(points)
	if err := q.rates(ctx, c, which); err != nil {
		return err
	}
	for _, n := range which {
		if d, ok := q.Catalog.Get(q.Readings[n].Metric); ok {
			c.others = append(c.others, d.Others...)
		}
	}
	var parts []string
	for _, n := range which {
		if q.out.Columns[n].Problem != nil {
			continue
		}
		value, err := q.rowsOf(c, q.Readings[n])
		if err != nil {
			return fmt.Errorf("reading %s: %w", q.Readings[n].name(), err)
		}
		parts = append(parts, fmt.Sprintf("select %[1]d as m, i, account, value from (\n%[2]s\n) v%[1]d where account <> 0%[3]s", n, value, c.among("account")))
	}
	if len(parts) == 0 {
		return nil
	}
	c.share(parts)
	rows, err := q.view.Query(ctx, c.statement(strings.Join(parts, "\nunion all\n")), c.args...)
	if err != nil {
		return fmt.Errorf("reading accounts: %w", err)
	}
	defer rows.Close()
	return q.fill(rows)
}

// fill puts rows into columns. It scans into any, which copies least: a large workspace has millions of values.
func (q *asking) fill(rows *sql.Rows) error {
	var m, i, number, value any
	into := []any{&m, &i, &number, &value}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		place, known := q.rows[account.Account(whole(number))]
		if !known || value == nil {
			continue
		}
		n := int(whole(m))
		r, column := q.Readings[n], &q.out.Columns[n]
		x, text := number64(value, r, q.At)
		switch at := int(whole(i)); {
		case at == 0:
			column.Value[place] = x
			if column.Texts != nil {
				column.Texts[place] = text
			}
			if column.Age != nil {
				column.Age[place] = 0
			}
		case at == 1:
			column.Before[place] = x
		case math.IsNaN(column.Value[place]) || column.Age[place] > 7*(at-1):
			column.Value[place], column.Age[place] = x, 7*(at-1)
		}
	}
	return rows.Err()
}

func whole(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case int32:
		return int64(n)
	}
	return 0
}

// number64 is a value as a number, and as the text that it was. A value that is no finite number is not known.
func number64(v any, r Reading, at time.Time) (float64, string) {
	switch x := v.(type) {
	case float64:
		if math.IsInf(x, 0) {
			return math.NaN(), ""
		}
		return x, ""
	case string:
		if r.isInstant() {
			if t, err := time.Parse("2006-01-02 15:04:05.999999", x); err == nil {
				return at.Sub(t).Hours() / 24, ""
			}
		}
		if n, ok := finite(x); ok {
			return n, x
		}
		return math.NaN(), x
	}
	return math.NaN(), ""
}

// isInstant says that it is a trait that is an instant.
func (r Reading) isInstant() bool {
	t, err := traitNamed(r.Trait)
	return r.Trait != "" && err == nil && t.column != nil && t.column.Type == fact.Time
}

// name is what a reading is called in errors.
func (r Reading) name() string {
	for _, name := range []string{r.Metric, r.Event, r.Vital, r.Trait, r.Answer} {
		if name != "" {
			return strconv.Quote(clip(name))
		}
	}
	return "nothing"
}

// among narrows a column to the accounts that are asked for.
func (c *compiler) among(column string) string {
	if c.only == nil {
		return ""
	}
	if len(c.only) == 0 {
		return " and false"
	}
	numbers := make([]string, len(c.only))
	for i, n := range c.only {
		numbers[i] = strconv.Itoa(int(n))
	}
	return " and " + column + " in (" + strings.Join(numbers, ", ") + ")"
}

// Fails says that it could not read something that another reading of the same things could.
func (r *Read) Fails(other *Read) bool {
	for i := range r.Columns {
		if r.Columns[i].Problem != nil && other.Columns[i].Problem == nil {
			return true
		}
	}
	for i := range r.Unread {
		if r.Unread[i] != nil && other.Unread[i] == nil {
			return true
		}
	}
	return false
}

// Clone is a copy that may be changed.
func (r *Read) Clone() *Read {
	c := *r
	c.Accounts, c.IDs = slices.Clone(r.Accounts), slices.Clone(r.IDs)
	c.Columns, c.Members = slices.Clone(r.Columns), slices.Clone(r.Members)
	for i := range c.Columns {
		x := &c.Columns[i]
		x.Value, x.Before, x.Texts, x.Age = slices.Clone(x.Value), slices.Clone(x.Before), slices.Clone(x.Texts), slices.Clone(x.Age)
	}
	for i := range c.Members {
		c.Members[i] = slices.Clone(c.Members[i])
	}
	return &c
}

// Grow adds an account of which nothing is known and gives its place.
func (r *Read) Grow(number account.Account, id string) int {
	r.Accounts, r.IDs = append(r.Accounts, number), append(r.IDs, id)
	for i := range r.Columns {
		c := &r.Columns[i]
		c.Value = append(c.Value, math.NaN())
		if c.Before != nil {
			c.Before = append(c.Before, math.NaN())
		}
		if c.Texts != nil {
			c.Texts = append(c.Texts, "")
		}
		if c.Age != nil {
			c.Age = append(c.Age, 0)
		}
	}
	for i := range r.Members {
		r.Members[i] = append(r.Members[i], false)
	}
	return len(r.IDs) - 1
}

// Take puts what another reading of the same things has in its place from into the place at. What could not be read of all
// stays so.
func (r *Read) Take(at int, other *Read, from int) {
	for i := range r.Columns {
		to, c := &r.Columns[i], &other.Columns[i]
		to.Value[at] = c.Value[from]
		if to.Before != nil {
			to.Before[at] = c.Before[from]
		}
		if to.Texts != nil {
			to.Texts[at] = c.Texts[from]
		}
		if to.Age != nil {
			to.Age[at] = c.Age[from]
		}
	}
	for i := range r.Members {
		r.Members[i][at] = other.Members[i][from]
	}
}
