package app

import (
	"fmt"
	"strconv"

	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/live"
)

// openNews is what open pages are told of: what their parts would answer otherwise by. Nothing in it names anybody.
func (a *App) openNews() *live.News {
	return live.NewNews(a.now(), map[string]func() string{
		"forecast": func() string { return a.desk.Made().String() },
		"numbers":  func() string { return a.memory.Mark() },
		"minute":   func() string { return strconv.FormatInt(a.now().Unix()/60, 36) },
		"facts":    func() string { return strconv.FormatUint(uint64(a.loader.Health().Loaded), 36) },
		"state":    func() string { return fmt.Sprint(a.loader.Health().Behind > feeds.Late, a.Trouble()) },
		"verdicts": func() string { return strconv.Itoa(a.feed.Noted()) },
		"health":   a.pulse.mark,
		"book":     a.books.mark,
		"sample":   func() string { return a.sample.Sample().Mark() },
		"runs":     func() string { return strconv.FormatInt(a.runs.Moved.Load(), 36) },
	})
}
