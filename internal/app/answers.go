package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// answers are those of the API, remembered for pages. They are everybody's who sees the same accounts: nobody may change one.
type answers struct {
	*api.API
	memory *memory.Memory
}

// Answer answers one question.
func (a answers) Answer(ctx context.Context, q metric.Ask) (*metric.Answer, error) {
	return memory.Remember(ctx, a.memory, seenBy(ctx, "answer", q), func(ctx context.Context) (*metric.Answer, error) { return a.API.Answer(ctx, q) })
}

// Overview answers a question about many metrics.
func (a answers) Overview(ctx context.Context, q metric.Ask, ids []string) ([]metric.Overviewed, error) {
	return memory.Remember(ctx, a.memory, seenBy(ctx, "overview", q, ids), func(ctx context.Context) ([]metric.Overviewed, error) { return a.API.Overview(ctx, q, ids) })
}

// Why splits a change.
func (a answers) Why(ctx context.Context, q metric.Comparison) (*metric.Movement, error) {
	return memory.Remember(ctx, a.memory, seenBy(ctx, "why", q), func(ctx context.Context) (*metric.Movement, error) { return a.API.Why(ctx, q) })
}

// Guide tells which metrics there are facts for.
func (a answers) Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error) {
	return memory.Remember(ctx, a.memory, seenBy(ctx, "guide", words, lang), func(ctx context.Context) ([]metric.Advice, error) { return a.API.Guide(ctx, words, lang) })
}

// seenBy is the key of what was asked by who sees some accounts.
func seenBy(ctx context.Context, parts ...any) string {
	return memory.Key(append(parts, team.PrincipalOf(ctx).Segment())...)
}
