package health

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// atOnce is how many instants are read at a time: the database plans a question on one processor, however many there are.
const atOnce = 2

// InTurn makes n things of which each takes a while, a few at once, and hands them on in their order, one at a time. The first
// error ends it; a panic is one. Nothing of it runs any more when it returns.
func InTurn[T any](ctx context.Context, n int, each func(ctx context.Context, i int) (T, error), use func(i int, made T) error) error {
	type result struct {
		made T
		err  error
	}
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	results := make([]chan result, n)
	start := func(i int) {
		results[i] = make(chan result, 1)
		running.Go(func() {
			var r result
			defer func() {
				if p := recover(); p != nil {
					r.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
				}
				results[i] <- r
			}()
			r.made, r.err = each(ctx, i)
		})
	}
	for i := range min(n, atOnce) {
		start(i)
	}
	for i := range n {
		r := <-results[i]
		if r.err != nil {
			return r.err
		}
		if err := use(i, r.made); err != nil {
			return err
		}
		if i+atOnce < n {
			start(i + atOnce)
		}
	}
	return nil
}
