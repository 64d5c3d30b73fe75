package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/keepwell/keepwell/internal/fault"
)

// Setting reads what is kept under a name into the value that into points to, and tells whether there was
// anything.
func (s *Store) Setting(ctx context.Context, name string, into any) (found bool, err error) {
	err = s.look(ctx, "reading a setting", func(q session) (err error) {
		found, err = readSetting(ctx, q, name, into)
		return err
	})
	return found, err
}

// SettingPut keeps a value, as JSON, under a name.
func (s *Store) SettingPut(ctx context.Context, name string, value any) error {
	return s.change(ctx, "keeping a setting", func(q session) error { return putSetting(ctx, q, name, value) })
}

// SettingDelete forgets what is kept under a name, if anything.
func (s *Store) SettingDelete(ctx context.Context, name string) error {
	return s.change(ctx, "forgetting a setting", func(q session) error {
		_, err := q.exec(ctx, "setting_delete", name)
		return err
	})
}

// SettingChange reads what is kept under a name (the zero T when nothing is), lets change alter it, and
// keeps the result, with nobody in between. change may run more than once, each time on what is there
// then; its error leaves everything as it was.
func SettingChange[T any](ctx context.Context, s *Store, name string, change func(*T) error) error {
	return s.change(ctx, "changing a setting", func(q session) error {
		var value T
		if _, err := readSetting(ctx, q, name, &value); err != nil {
			return err
		}
		if err := change(&value); err != nil {
			return err
		}
		return putSetting(ctx, q, name, value)
	})
}

func readSetting(ctx context.Context, q session, name string, into any) (bool, error) {
	var text string
	switch err := q.row(ctx, "setting_get", name).Scan(&text); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return false, fault.Wrap(fault.Internal, err, "the setting %s is kept in another shape than expected", name)
	}
	return true, nil
}

func putSetting(ctx context.Context, q session, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the setting %s can't be written as JSON", name)
	}
	_, err = q.exec(ctx, "setting_put", name, string(text))
	return err
}
