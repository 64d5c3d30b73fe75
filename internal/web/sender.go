package web

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/web/settings"
)

// senders names where facts come from: an API key has the name that it was given. The names are asked for in every row of a
// list and seldom change, so they are read at most every ten seconds.
type senders struct {
	keys   settings.Store
	now    func() time.Time
	report func(error)

	mu    sync.Mutex
	named map[string]string // by id of the key
	read  time.Time
}

func (s *senders) name(source string) string {
	id, key := strings.CutPrefix(source, "key:")
	if !key {
		return source
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); s.named == nil || now.Sub(s.read) > 10*time.Second {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		all, err := s.keys.Keys(ctx)
		if err != nil {
			s.report(err) // the id is shown instead
		}
		s.named, s.read = map[string]string{}, now
		for _, k := range all {
			s.named[k.ID] = k.Name
		}
	}
	if name := s.named[id]; name != "" {
		return name
	}
	return source
}
