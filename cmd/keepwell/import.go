package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
)

type importFlags struct {
	dry     bool
	strict  bool
	mapping map[string]string
	format  string
	at      string
}

// importMemory is what DuckDB may use of its own accord while a file is read without a server: nobody asks anything
// meanwhile, and with more it is not faster.
const importMemory = 512 << 20

func (sh *shell) importing() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import KIND FILE|-",
		Short: "Take facts in from a CSV, NDJSON or Parquet file",
		Long: `Takes the rows of a file in as facts of a kind: events, accounts, subscriptions, …

Importing a file again adds nothing, so that is how an import that was interrupted is resumed. Rows that can't be used
are counted, and saved with line, field and reason in a CSV file beside the input; mend it there and import it. The exit
code is 0 also when rows were refused, for the rest is in; with --strict it is 1 then, after all usable rows were taken in.`,
		Example: "  keepwell import events events.csv\n  keepwell import accounts crm.csv --at 2026-01-01 --map Company=name --map \"Account ID\"=account_id\n  zcat e.ndjson.gz | keepwell import events - --format ndjson",
		Args:    exactly("kind", "file"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			format, err := formatOf(args[1], f.format)
			if err != nil {
				return err
			}
			return sh.importFile(ctx, args[0], args[1], format, f)
		}),
	}
	c.Flags().BoolVar(&f.dry, "dry-run", false, "only check the rows")
	c.Flags().BoolVar(&f.strict, "strict", false, "exit with 1 when a row was refused")
	c.Flags().StringToStringVar(&f.mapping, "map", nil, "column=field: which field a column of the file is; may be repeated")
	c.Flags().StringVar(&f.at, "at", "", "when rows happened that have no ts, as a list of accounts has none: a date or RFC 3339")
	c.Flags().StringVar(&f.format, "format", "", "csv, ndjson or parquet; by the file's name when left out")
	return c
}

func formatOf(file, format string) (string, error) {
	if format != "" {
		return format, oneOf("format", format, "csv", "ndjson", "parquet")
	}
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv", ".tsv", ".txt":
		return "csv", nil
	case ".ndjson", ".jsonl":
		return "ndjson", nil
	case ".parquet":
		return "parquet", nil
	}
	return "", &misused{fmt.Errorf("the name of %q does not say what is in it; give --format csv, ndjson or parquet", file)}
}

func (sh *shell) importFile(ctx context.Context, kind, file, format string, f importFlags) (err error) {
	rows, counter, total, end, err := sh.open(ctx, file, format)
	if err != nil {
		return err
	}
	defer end()
	if !sh.settings.Chosen("memory-limit") {
		sh.settings.MemoryLimit = min(sh.settings.MemoryLimit, importMemory)
	}
	at, err := sh.reach(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = at.leave(err) }()
	var sink ingest.Sink = &ingest.ServerSink{URL: at.url, Key: at.key, Client: at.client, DryRun: f.dry, At: f.at}
	if at.app != nil {
		sink = &ingest.LocalSink{Facts: at.app.Facts(), DryRun: f.dry, At: f.at}
	}
	refusedPath := ""
	progress := sh.progress("Importing "+kind, total)
	done, err := ingest.Import(ctx, kind, rows, counter, sink, ingest.ImportOptions{
		Map:      f.mapping,
		Progress: func(p ingest.Progress) { progress.at(p.Bytes, humanize.Comma(int64(p.Rows))+" rows") },
		Refused: func() (io.WriteCloser, error) {
			out, err := besides(file, kind)
			if err == nil {
				refusedPath = out.Name()
			}
			return out, err
		},
	})
	progress.end()
	if done.Refused > 0 {
		fmt.Fprintf(sh.err, "%s refused and saved in %s, with the reasons\n", rowsWere(done.Refused), refusedPath)
	}
	if err != nil {
		if done.Rows > 0 {
			fmt.Fprintf(sh.err, "%s taken in before it broke off; run it again to go on, nothing will be doubled\n", rowsWere(done.Accepted+done.Duplicates))
		}
		return err
	}
	verb := "accepted"
	if f.dry {
		verb = "usable (nothing was taken in)"
	}
	fmt.Fprintf(sh.out, "%d rows: %d %s, %d duplicates, %d refused\n", done.Rows, done.Accepted, verb, done.Duplicates, done.Refused)
	if f.strict && done.Refused > 0 {
		return fault.New(fault.Invalid, "%s refused", rowsWere(done.Refused)).At("%s", file).Mend("mend them in %s and import that file", refusedPath)
	}
	return nil
}

func rowsWere(n int) string {
	if n == 1 {
		return "1 row was"
	}
	return humanize.Comma(int64(n)) + " rows were"
}

// open opens a file of rows; total is its size, -1 when it is not known. end lets it go.
func (sh *shell) open(ctx context.Context, file, format string) (rows ingest.RowReader, counter *ingest.Counter, total int64, end func(), err error) {
	if format == "parquet" {
		if file == "-" {
			return nil, nil, 0, nil, &misused{errors.New("a Parquet file is read from its end, so it can't come from standard input; save it first")}
		}
		return openParquet(ctx, file)
	}
	from, total := sh.in, int64(-1)
	end = func() {}
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, nil, 0, nil, unreadableFile(file, err)
		}
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			total = info.Size()
		}
		from, end = f, func() { f.Close() }
	}
	counter = &ingest.Counter{From: from}
	if rows, err = ingest.OpenRows(format, counter); err != nil {
		end()
	}
	return rows, counter, total, end, err
}

func unreadableFile(file string, err error) error {
	return fault.Wrap(fault.Invalid, err, "the file can't be read").At("%s", file).Mend("check its name and that you may read it")
}

// besides makes the file for refused rows beside the input, without overwriting one that is there.
func besides(file, kind string) (*os.File, error) {
	base := strings.TrimSuffix(file, filepath.Ext(file))
	if file == "-" {
		base = kind
	}
	for i := 1; ; i++ {
		path := base + ".refused.csv"
		if i > 1 {
			path = fmt.Sprintf("%s.refused-%d.csv", base, i)
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, os.ErrExist) {
			return f, err
		}
	}
}
