package store

import "context"

// Forget takes out what the team keeps about accounts that are no more, and what was noted of the source that named them:
// its journeys too, but for those that somebody has changed since.
// What could be undone may name them, so nothing can be any more. The audit trail stays as it is.
func (s *Store) Forget(ctx context.Context, source string, accounts []string) error {
	return s.change(ctx, "forgetting accounts", func(q session) error {
		for _, block := range []string{"sighting_forget", "verdict_forget", "journey_forget", "journey_version_forget"} {
			if _, err := q.exec(ctx, block, source); err != nil {
				return err
			}
		}
		for _, id := range accounts {
			for _, block := range []string{"note_forget", "tag_forget", "file_forget", "judgement_forget", "case_forget"} {
				if _, err := q.exec(ctx, block, id); err != nil {
					return err
				}
			}
		}
		if len(accounts) == 0 {
			return nil
		}
		_, err := q.exec(ctx, "undo_forget")
		return err
	})
}
