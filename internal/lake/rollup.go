package lake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
)

//go:embed rollup/*.sql
var rollupFiles embed.FS

// rollup is one file of rollup/: named blocks of SQL.
type rollup struct {
	name string
	// create and index make the table.
	create, index string
	// columns are those of tail, which computes the rollup from {events}; read brings {rows} of rollup and tail together
	// to one row a key. A rollup may give parts instead of tail: rows in which a key may come again, for read. chain, where a
	// rollup has it, computes from {rows} what each row knows of the one before, in the columns chained.
	columns, tail, read, chained, chain string
	// late, where a rollup has it, picks the rows of the table that the facts of a tail can change.
	late string
	// sums, where a rollup has it, is a second table that it keeps (create makes it), and the query over the first that
	// it always equals. Where that reads facts too, they are those up to {upto}, of the rows {visits} of the rollup, and those that the
	// condition {strays} picks and no row stands for; met then is which rows s the rows {tail} change,
	// and less the columns of the sums, with those that are added up below zero.
	sums, summed, met, less string
	// merge adds tmp_tail to the table; {read} in it is what read makes of tmp_rows, {mark} and {upto} are the marks before and after.
	// {sums before} and {sums after} are the sums over tmp_visits at these.
	merge string
	// When facts moved to other accounts (tmp_moved), clear takes out what they touch, and merging moved puts it right:
	// by itself the rollup of the facts that the condition touched picks. A rollup without accounts has none of these.
	clear, moved, touched string
}

var rollups = readRollups()

func readRollups() []rollup {
	files, err := rollupFiles.ReadDir("rollup")
	if err != nil {
		panic(err)
	}
	var all []rollup
	for _, f := range files {
		text, err := rollupFiles.ReadFile("rollup/" + f.Name())
		if err != nil {
			panic(err)
		}
		r := rollup{name: strings.TrimSuffix(f.Name(), ".sql")}
		parts := ""
		blocks := map[string]*string{"create": &r.create, "index": &r.index, "columns": &r.columns, "late": &r.late, "tail": &r.tail, "parts": &parts, "read": &r.read, "chained": &r.chained, "chain": &r.chain,
			"sums": &r.summed, "met": &r.met, "less": &r.less, "merge": &r.merge, "clear": &r.clear, "moved": &r.moved, "touched": &r.touched}
		for _, part := range strings.Split(string(text), "-- block ")[1:] {
			name, body, _ := strings.Cut(part, "\n")
			if sums, ok := strings.CutPrefix(name, "sums "); ok {
				r.sums, name = sums, "sums"
			}
			place, ok := blocks[name]
			if !ok {
				panic("lake: " + f.Name() + " has a block called " + name)
			}
			*place = strings.TrimSpace(body)
		}
		if parts != "" {
			r.tail = r.reading("(" + parts + ")")
		}
		if r.touched != "" {
			r.moved = r.over("seq <= {mark} and " + r.touched)
		}
		r.merge = strings.NewReplacer("{read}", r.reading("tmp_rows"), "{met}", strings.ReplaceAll(r.met, "{tail}", "tmp_tail"),
			"{less}", r.less, "{sums before}", r.sumsOver("tmp_visits", "{mark}", "false"), "{sums after}", r.sumsOver("tmp_visits", "{upto}", "seq > {mark} and seq <= {upto}")).Replace(r.merge)
		all = append(all, r)
	}
	return all
}

// split takes a block apart into statements.
func split(block string) []string {
	return slices.DeleteFunc(strings.Split(block, ";\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// over is the rollup computed from the facts that a condition picks.
func (r *rollup) over(condition string) string { return where(r.tail, condition) }

// where puts the facts that a condition picks in the place of their kinds.
func where(sql, condition string) string {
	for _, k := range rolledUp {
		sql = strings.ReplaceAll(sql, "{"+k.Name+"}", "(select * from "+tableOf(k)+" where "+condition+")")
	}
	return sql
}

// rolledUp are the kinds of fact that rollups are computed from.
var rolledUp = []*fact.Kind{fact.Events, fact.Pages}

// of says whether the rollup is computed from facts of a kind.
func (r *rollup) of(k *fact.Kind) bool { return strings.Contains(r.tail, "{"+k.Name+"}") }

// upTo is a relation with the rollup's table and the tail beyond the mark; a key may be in both, unless the rollup tells
// which rows are late.
func (r *rollup) upTo(mark int64) string {
	if r.late != "" {
		tail := fmt.Sprint("seq > ", mark)
		late := where(r.late, tail)
		touched := fmt.Sprintf("(select %s from %s where %s union all select %s from (%s) tail)", r.columns, r.name, late, r.columns, r.over(tail))
		return fmt.Sprintf("(select %s from %s where not (%s) union all select %s from (%s) late)", r.columns, r.name, late, r.columns, r.reading(touched))
	}
	return fmt.Sprintf("(select %s from %s union all select %s from (%s) tail)", r.columns, r.name, r.columns, r.over(fmt.Sprint("seq > ", mark)))
}

// sumsOver are the sums over some of the rows.
func (r *rollup) sumsOver(visits, upTo, strays string) string {
	return strings.NewReplacer("{visits}", visits, "{upto}", upTo, "{strays}", strays).Replace(r.summed)
}

// sumsUpTo is a relation with the sums and what the tail beyond the mark adds to them and takes away; a key may be in it
// more than once.
func (r *rollup) sumsUpTo(mark int64) string {
	rows := func(name string) string { return "select " + r.columns + " from " + name }
	return "(with tail as materialized (" + r.over(fmt.Sprint("seq > ", mark)) + "),\n" +
		"met as materialized (" + rows(r.name+" s") + " where " + strings.ReplaceAll(r.met, "{tail}", "tail") + "),\n" +
		"made as materialized (" + r.reading("("+rows("met")+" union all "+rows("tail")+")") + ")\n" +
		"select * from " + r.sums + "\n" +
		"union all select " + r.less + " from (" + r.sumsOver("met", fmt.Sprint(mark), "false") + ") was\n" +
		"union all select * from (" + r.sumsOver("made", fmt.Sprint(int64(math.MaxInt64)), fmt.Sprint("seq > ", mark)) + ") is_now)"
}

// reading brings rows of the rollup, in which a key may be twice, to one row a key.
func (r *rollup) reading(rows string) string { return strings.ReplaceAll(r.read, "{rows}", rows) }

// moveRollups makes the rollups follow the facts of a kind in tmp_moved.
func (l *Lake) moveRollups(ctx context.Context, w *sql.Conn, k *fact.Kind) error {
	for i := range rollups {
		r := &rollups[i]
		if !r.of(k) || r.moved == "" {
			continue
		}
		if err := exec(ctx, w, split(r.clear)...); err != nil {
			return fmt.Errorf("moving rows of %s: %w", r.name, err)
		}
		if err := r.add(ctx, w, strings.ReplaceAll(r.moved, "{mark}", fmt.Sprint(l.mark)), l.mark, l.mark); err != nil {
			return err
		}
	}
	return nil
}

// refill computes the rollups from all facts.
func (l *Lake) refill(ctx context.Context, w *sql.Conn) error {
	for _, name := range rollupTables() {
		if err := exec(ctx, w, "delete from "+name); err != nil {
			return err
		}
	}
	l.mark = 0
	return l.mergeAll(ctx, w)
}

// Rollups are the names of the rollups; all are computed from facts of the kinds events and pages.
func Rollups() []string {
	var names []string
	for i := range rollups {
		names = append(names, rollups[i].name)
	}
	return names
}

// rollupTables are all tables that rollups keep.
func rollupTables() []string {
	names := Rollups()
	for i := range rollups {
		if rollups[i].sums != "" {
			names = append(names, rollups[i].sums)
		}
	}
	return names
}

// rollupsVersion names what the rollups hold; another one means that they have to be made anew from the facts.
var rollupsVersion = func() string {
	h := sha256.New()
	for _, r := range rollups {
		h.Write([]byte(r.create + "\x00" + r.tail + "\x00" + r.chain + "\x00" + r.summed + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}()

// rollupsChanged drops rollups that an earlier version of the program defined otherwise, and notes that they are to be
// filled; so an upgrade that is interrupted is taken up again.
func (l *Lake) rollupsChanged(ctx context.Context, w *sql.Conn, version int) ([]string, error) {
	if version < 0 {
		return nil, nil
	}
	meta, err := readMeta(ctx, w)
	if err != nil || meta["rollups"] == rollupsVersion {
		return nil, err
	}
	var drop []string
	for _, name := range rollupTables() {
		drop = append(drop, "drop table if exists "+name)
	}
	return append(drop, "delete from lake_meta where key = 'rollups'", "insert into lake_meta (key, value) values ('rollups', '')"), nil
}

// settleRollups fills rollups that were made anew.
func (l *Lake) settleRollups(ctx context.Context, w *sql.Conn) error {
	meta, err := readMeta(ctx, w)
	if err != nil || meta["rollups"] == rollupsVersion {
		return err
	}
	l.log.Info("rollups are computed anew: this version keeps others", "facts", l.nextSeq-1)
	return l.write(ctx, w, func() error {
		if err := l.refill(ctx, w); err != nil {
			return err
		}
		return l.saveMeta(ctx, w, map[string]string{"rollups": rollupsVersion})
	})
}
