package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/app"
	"github.com/keepwell/keepwell/internal/fault"
)

func (sh *shell) backup() *cobra.Command {
	return &cobra.Command{
		Use:     "backup FILE",
		Short:   "Copy everything into one file, while the server runs",
		Long:    "Writes lake, state and the part of the log that the lake may lack (of the data folder or of PostgreSQL) into one tar file, compressed when its name ends in .zst, and reads it again to compare the checksums.",
		Example: "  keepwell backup keepwell-2026-03-01.tar.zst",
		Args:    exactly("file"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			path := args[0]
			if _, err := os.Lstat(path); err == nil {
				return fault.New(fault.Conflict, "there is a file already").At("%s", path).Mend("name a new file, or remove that one")
			}
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			body, err := at.ask(ctx, http.MethodPost, "/api/v1/admin/backup", nil, nil)
			if err != nil {
				return err
			}
			defer body.Close()
			unfinished := path + ".unfinished"
			if err := sh.save(body, unfinished, strings.HasSuffix(path, ".zst")); err != nil {
				return errors.Join(fault.Wrap(fault.Unavailable, err, "the backup broke off").At("%s", path).
					Mend("check the space on the disk and the server's log, and make it again"), os.Remove(unfinished))
			}
			m, err := verify(ctx, unfinished)
			if err != nil {
				return errors.Join(err, os.Remove(unfinished))
			}
			if err := os.Rename(unfinished, path); err != nil {
				return err
			}
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%s holds everything up to %s (%d files, %s)\n", path, m.Created.Format(time.RFC3339), len(m.Files), humanize.IBytes(uint64(info.Size())))
			return nil
		}),
	}
}

func (sh *shell) save(from io.Reader, path string, compress bool) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
	var to io.WriteCloser = f
	if compress {
		if to, err = zstd.NewWriter(f); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, to.Close()) }()
	}
	progress := sh.progress("Backing up", -1)
	defer progress.end()
	buf := make([]byte, 1<<20)
	for total := int64(0); ; {
		n, err := from.Read(buf)
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return err
			}
			total += int64(n)
			progress.at(total, humanize.IBytes(uint64(total)))
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func verify(ctx context.Context, path string) (*app.Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return app.Verify(ctx, f)
}

func (sh *shell) restore() *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE",
		Short:   "Fill an empty data folder from a backup",
		Long:    "Reads a backup into a data folder that is empty or missing, and with --database into a PostgreSQL that holds nothing of Keepwell yet; wherever the backup was made. Nothing is put there before every checksum agrees.",
		Example: "  keepwell restore keepwell-2026-03-01.tar.zst --data ./restored",
		Args:    exactly("file"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if sh.settings.Server != "" {
				return &misused{errors.New("a backup is restored into a data folder, not into a running server; leave out --server")}
			}
			f, err := os.Open(args[0])
			if err != nil {
				return unreadableFile(args[0], err)
			}
			defer f.Close()
			m, err := app.Restore(ctx, sh.settings, f)
			if err != nil {
				return err
			}
			data, err := filepath.Abs(sh.settings.Data)
			if err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%s is as it was on %s; keepwell check proves it\n", data, m.Created.Format(time.RFC3339))
			return nil
		}),
	}
}
