package fault

import (
	"errors"
	"fmt"
)

// Text is a message whose parts are kept apart, so that an edge can say it in another language. It is an error, for
// reasons that end up in a Field.
type Text struct {
	format string
	args   []any
}

// Said is a message by a format and what it is filled with.
func Said(format string, args ...any) Text { return Text{format, args} }

// Words is a message without parts.
func Words(text string) Text { return Text{format: text} }

func (t Text) Error() string { return t.in(func(format string) string { return format }) }

// Unwrap is the error among the parts, if there is one.
func (t Text) Unwrap() error {
	for _, arg := range t.args {
		if err, ok := arg.(error); ok {
			return err
		}
	}
	return nil
}

// in says it by the formats that words gives for the English ones; what is said within it too.
func (t Text) in(words func(format string) string) string {
	if len(t.args) == 0 {
		return words(t.format)
	}
	args := make([]any, len(t.args))
	for i, arg := range t.args {
		if args[i] = arg; isText(arg) {
			args[i] = textOf(arg.(error)).in(words)
		}
	}
	return fmt.Sprintf(words(t.format), args...)
}

// isText says that a part is a message, or an error that says nothing but one.
func isText(part any) bool {
	err, ok := part.(error)
	return ok && textOf(err).format != "" && textOf(err).Error() == err.Error()
}

func textOf(err error) (t Text) {
	errors.As(err, &t)
	return t
}

// In is err with what is shown of it in another language: words gives the format for an English one, or the same where there is
// none. Everything else about it stays.
func In(err error, words func(format string) string) error {
	var e *Error
	if !errors.As(err, &e) {
		if isText(err) {
			return errors.New(textOf(err).in(words))
		}
		return err
	}
	said := *e
	say := func(into *string, t Text) {
		if t.format != "" && t.Error() == *into { // not changed since by hand
			*into = t.in(words)
		}
	}
	say(&said.What, e.what)
	say(&said.Fix, e.fix)
	said.Fields = append([]Field{}, e.Fields...)
	for i := range said.Fields {
		if i < len(e.reasons) {
			say(&said.Fields[i].Reason, e.reasons[i])
		}
	}
	return &said
}
