package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/log"
)

func TestACommandWaitsForWhoeverHasTheDataFolderAndDoesNotAnswerYet(t *testing.T) {
	data := t.TempDir()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"key", "create", "first", "--scope", "read", "--data", data}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("making the folder: %s", &errs)
	}
	held, err := log.Open(filepath.Join(data, "log"), log.Options{})
	if err != nil {
		t.Fatal(err)
	}
	release := time.AfterFunc(1500*time.Millisecond, func() { held.Close() })
	defer release.Stop()
	errs.Reset()
	if code := run(t.Context(), []string{"key", "create", "second", "--scope", "read", "--data", data}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("it did not wait: %s", &errs)
	}
	if !strings.Contains(errs.String(), "does not answer yet") {
		t.Errorf("it waits without a word: %q", &errs)
	}
}
