package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
)

// How many facts get their day anew in one transaction.
const zoneStep = 1_000_000

// settleZone computes days and rollups anew when the workspace's zone is not the one the lake was written in.
func (l *Lake) settleZone(ctx context.Context, w *sql.Conn) error {
	meta, err := readMeta(ctx, w)
	if err != nil || meta["zone"] == l.zone.String() {
		return err
	}
	l.log.Info("days are computed anew: the time zone changed", "from", meta["zone"], "to", l.zone.String(), "facts", l.nextSeq-1)
	// Until it is done the lake says that it has no zone, so that an interrupted change is begun again.
	if err := l.write(ctx, w, func() error { return l.saveMeta(ctx, w, map[string]string{"zone": ""}) }); err != nil {
		return err
	}
	for _, k := range fact.Kinds() {
		if err := l.dayAnew(ctx, w, k); err != nil {
			return err
		}
	}
	return l.write(ctx, w, func() error {
		if err := l.refill(ctx, w); err != nil {
			return err
		}
		return l.saveMeta(ctx, w, map[string]string{"zone": l.zone.String()})
	})
}

func (l *Lake) dayAnew(ctx context.Context, w *sql.Conn, k *fact.Kind) error {
	day, err := l.dayOf(ctx, w, k)
	if err != nil || day == "" {
		return err
	}
	for seq := int64(0); seq < l.nextSeq; seq += zoneStep {
		err := l.write(ctx, w, func() error {
			return exec(ctx, w, fmt.Sprintf("update %s set day = %s where seq >= %d and seq < %d and day <> %s",
				tableOf(k), day, seq, seq+zoneStep, day))
		})
		if err != nil {
			return err
		}
		l.log.Info("days are computed anew", "kind", k.Name, "done", min(seq+zoneStep, l.nextSeq-1), "of", l.nextSeq-1)
	}
	return nil
}

// dayOf is an expression for the day of ts in the zone, for the facts there are of a kind; "" when there are none. It
// spells the zone's offsets out, so that days never depend on which release of the zones' rules a database has.
func (l *Lake) dayOf(ctx context.Context, conn *sql.Conn, k *fact.Kind) (string, error) {
	var first, last sql.NullTime
	if err := conn.QueryRowContext(ctx, "select min(ts), max(ts) from "+tableOf(k)).Scan(&first, &last); err != nil || !first.Valid {
		return "", err
	}
	var b strings.Builder
	b.WriteString("cast(ts + case")
	at := first.Time.In(l.zone)
	for {
		_, offset := at.Zone()
		_, till := at.ZoneBounds()
		if till.IsZero() || till.After(last.Time) {
			fmt.Fprintf(&b, " when true then interval '%d seconds' end as date)", offset)
			return b.String(), nil
		}
		fmt.Fprintf(&b, " when ts < timestamp '%s' then interval '%d seconds'", sqlTime(till), offset)
		at = till.In(l.zone)
	}
}
