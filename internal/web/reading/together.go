package reading

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Together does things side by side, at most so many at once, and waits for all of them. The error is the first in the
// order given; what panics is an error.
func Together(most int, things ...func() error) error {
	errs := make([]error, len(things))
	slots := make(chan struct{}, most)
	var all sync.WaitGroup
	for i, do := range things {
		slots <- struct{}{}
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
				}
				<-slots
			}()
			errs[i] = do()
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
