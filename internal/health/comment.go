package health

import "time"

// Comment is something that a person of an account wrote. Comments are read when a case is shown and never kept with it, so that
// what is forgotten or corrected is gone from cases too; who wrote is left out.
type Comment struct {
	Source string    `json:"source" enum:"answer,review,ticket"`
	At     time.Time `json:"at"`
	Mood   int       `json:"mood" doc:"By the score that came with it, 1: well, -1: unwell; 0 where there was none, or neither"`
	Text   string    `json:"text"`
}

// CommentDays is how far back comments are looked for: as far as answers count.
const CommentDays = 90

// CommentsEach is how many of one source are told of an account, the latest first.
const CommentsEach = 2
