package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// mergeBeside is how many facts have to wait for a merge to go on beside the loading: a smaller one is over at once.
var mergeBeside = 20_000

// merging is a merge beside the loading: on a connection and in a transaction of its own. It reads facts up to upTo and
// writes the rollups only, which loading leaves alone unless facts move to another account.
type merging struct {
	conn       *sql.Conn
	mark, upTo int64
	facts      int // of the rollups, between the two
	stop       context.CancelFunc
	done       chan struct{} // closed when conn works no more
	over       bool          // broken off and rolled back; under the lake's mu
}

// Pending is how many facts wait to be merged into the rollups.
func (l *Lake) Pending() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pending
}

// Merge brings the rollups up to the last fact that is loaded when it is called; others may be loaded meanwhile. Reading is
// right without it, only slower the more facts wait. A second call waits for the first.
func (l *Lake) Merge(ctx context.Context) error {
	l.merges.Lock()
	defer l.merges.Unlock()
	working, stop := context.WithCancel(ctx)
	defer stop()
	m, err := l.beginMerging(ctx, stop)
	if err != nil {
		return err
	}
	if m != nil {
		if merged, err := l.endMerging(ctx, m, l.mergeOn(working, m)); merged || err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	if err != nil || l.pending == 0 {
		return err
	}
	if err := l.write(ctx, w, func() error { return l.mergeAll(ctx, w) }); err != nil {
		return err
	}
	return l.analyze(ctx, w)
}

// beginMerging arranges a merge beside the loading. There is none when little waits, or when the engine writes on one
// connection only.
func (l *Lake) beginMerging(ctx context.Context, stop context.CancelFunc) (*merging, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.writable(ctx); err != nil || l.pending < mergeBeside {
		return nil, err
	}
	conn, err := l.engine.Beside(ctx)
	if conn == nil || err != nil {
		return nil, err
	}
	l.merging = &merging{conn: conn, mark: l.mark, upTo: l.nextSeq - 1, facts: l.pending, stop: stop, done: make(chan struct{})}
	return l.merging, nil
}

// mergeOn does the work of a merge beside the loading, all but the commit.
func (l *Lake) mergeOn(ctx context.Context, m *merging) error {
	defer close(m.done)
	if err := l.begin(ctx, m.conn); err != nil {
		return err
	}
	return l.merge(ctx, m.conn, m.mark, m.upTo)
}

// endMerging commits a merge beside the loading once nobody is inside a transaction, who would go on with the rollups from
// before. It is neither merged nor an error when it was broken off.
func (l *Lake) endMerging(ctx context.Context, m *merging, err error) (merged bool, _ error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer m.conn.Close()
	if m.over {
		return false, nil
	}
	l.merging = nil
	if err == nil {
		_, err = m.conn.ExecContext(context.WithoutCancel(ctx), "commit")
	}
	if err != nil {
		rollBack(ctx, m.conn)
		l.stale = true // the mark too: the commit may have got through
		return false, l.engine.Fault(err)
	}
	l.mark, l.pending = m.upTo, l.pending-m.facts
	return true, nil
}

// breakOff ends the merge beside the loading, if there is one, before the rollups are written by somebody else; it will
// begin anew. Callers hold mu.
func (l *Lake) breakOff(ctx context.Context) {
	m := l.merging
	if m == nil {
		return
	}
	m.stop()
	<-m.done
	rollBack(ctx, m.conn)
	m.over, l.merging = true, nil
}

// mergeAll merges whatever waits, in the transaction of w.
func (l *Lake) mergeAll(ctx context.Context, w *sql.Conn) error {
	if err := l.merge(ctx, w, l.mark, l.nextSeq-1); err != nil {
		return err
	}
	l.mark, l.pending = l.nextSeq-1, 0
	return nil
}

// merge brings the rollups from one mark to another.
func (l *Lake) merge(ctx context.Context, w *sql.Conn, mark, upTo int64) error {
	for i := range rollups {
		r := &rollups[i]
		if err := r.add(ctx, w, r.over(fmt.Sprintf("seq > %d and seq <= %d", mark, upTo)), mark, upTo); err != nil {
			return err
		}
	}
	return l.saveMeta(ctx, w, map[string]string{"mark": strconv.FormatInt(upTo, 10)})
}

// add merges rows into the rollup: those of the facts beyond a mark up to another, or with both marks one what facts that
// moved make of theirs.
func (r *rollup) add(ctx context.Context, w *sql.Conn, rows string, mark, upTo int64) error {
	merge := strings.NewReplacer("{mark}", strconv.FormatInt(mark, 10), "{upto}", strconv.FormatInt(upTo, 10)).Replace(r.merge)
	statements := append([]string{"drop table if exists tmp_tail", "create temp table tmp_tail as " + rows}, split(merge)...)
	if err := exec(ctx, w, append(statements, "drop table tmp_tail")...); err != nil {
		return fmt.Errorf("merging into %s: %w", r.name, err)
	}
	return nil
}

// analyze keeps the engine's statistics near what is there: after a first load, and whenever a fifth has come to it.
func (l *Lake) analyze(ctx context.Context, w *sql.Conn) error {
	const few = 50_000
	if grown := l.nextSeq - l.analyzed; grown < few || grown < l.analyzed/5 {
		return nil
	}
	names := rollupTables()
	for _, t := range tables() {
		names = append(names, t.name)
	}
	if err := l.engine.Analyze(ctx, w, names); err != nil {
		return l.engine.Fault(err)
	}
	l.analyzed = l.nextSeq
	return nil
}
