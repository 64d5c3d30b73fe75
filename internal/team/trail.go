package team

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// WriteTrail writes all lines of the audit trail that fit a filter as CSV, the newest first. page is asked for one page
// after the other. What a spreadsheet would take for a formula gets a ' in front.
func WriteTrail(ctx context.Context, w io.Writer, f ChangeFilter, page func(context.Context, ChangeFilter) ([]Change, string, error)) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"time", "who", "kind", "who_id", "address", "door", "action", "subject", "before", "after"}); err != nil {
		return err
	}
	f.Limit, f.Cursor = 500, ""
	for {
		found, next, err := page(ctx, f)
		if err != nil {
			return err
		}
		for _, c := range found {
			cells := []string{c.When.Format(time.RFC3339Nano), c.Who.Name, string(c.Who.Kind), c.Who.ID, c.From, c.Door, c.Action, c.Subject, raw(c.Before), raw(c.After)}
			for i := range cells {
				cells[i] = harmless(cells[i])
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		if f.Cursor = next; next == "" {
			out.Flush()
			return out.Error()
		}
	}
}

func raw(value any) string {
	text, _ := value.(json.RawMessage)
	return string(text)
}

func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\x00", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
