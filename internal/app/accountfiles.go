package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// AccountFiles are the files kept with an account.
func (c customers) AccountFiles(ctx context.Context, id string) ([]account.File, error) {
	if err := c.within(ctx, id); err != nil {
		return nil, err
	}
	return c.Files(ctx, id)
}

// AccountNotes are the notes about an account.
func (c customers) AccountNotes(ctx context.Context, id string) ([]account.Note, error) {
	if err := c.within(ctx, id); err != nil {
		return nil, err
	}
	return c.Notes(ctx, id)
}

// KeepFile keeps a file with an account that is known.
func (c customers) KeepFile(ctx context.Context, id, name string, content []byte, who string) (f account.File, undo string, err error) {
	book, err := c.Book(ctx)
	if err != nil {
		return f, "", err
	}
	if book.Get(id) == nil {
		return f, "", fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
	}
	if f, err = account.NewFile(id, name, int64(len(content)), author(ctx, who), c.now()); err != nil {
		return f, "", err
	}
	if f, err = c.FileAdd(ctx, f, content); err != nil {
		return f, "", err
	}
	undo, err = c.UndoAdd(ctx, who, account.Done{File: &f}, c.now())
	return f, undo, err
}

// OpenFile is a file of an account with its content.
func (c customers) OpenFile(ctx context.Context, id, file string) (account.File, []byte, error) {
	f, err := c.fileOf(ctx, id, file)
	if err != nil {
		return f, nil, err
	}
	content, err := c.FileContent(ctx, file)
	return f, content, err
}

// RemoveFile removes a file of an account; for a day it can be undone, then it is deleted.
func (c customers) RemoveFile(ctx context.Context, id, file, who string) (undo string, err error) {
	f, err := c.fileOf(ctx, id, file)
	if err != nil {
		return "", err
	}
	if _, err := c.FileRemove(ctx, file, c.now()); err != nil {
		return "", err
	}
	return c.UndoAdd(ctx, who, account.Done{File: &f, Off: true}, c.now())
}

// fileOf is a file, if it is of that account and the account is one that who asks may see.
func (c customers) fileOf(ctx context.Context, id, file string) (account.File, error) {
	if err := c.within(ctx, id); err != nil {
		return account.File{}, err
	}
	f, err := c.FileGet(ctx, file)
	if err == nil && f.Account != id {
		err = fault.New(fault.NotFound, "there is no such file")
	}
	return f, err
}
