package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
)

// schema holds all tables of the store, beside the lake's in the same database.
const schema = "keepwell_state"

func connectPostgres(address string) (*Store, error) {
	s := &Store{engine: postgres, where: config.MaskURL(address), blocks: loadBlocks(postgres)}
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		// The parser's own text may quote the password.
		return nil, fault.New(fault.Invalid, "the address of the database can't be read").At("%s", s.where).
			Mend("write postgres://user:password@host:5432/name, special characters percent-encoded")
	}
	cfg.RuntimeParams["search_path"] = schema
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["application_name"] = "keepwell state"
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	s.write = stdlib.OpenDB(*cfg)
	s.write.SetMaxOpenConns(16)
	s.write.SetMaxIdleConns(8)
	s.read = s.write
	return s, nil
}

// lockMigrations lets one process at a time migrate; SQLite has one writer anyway.
func (s *Store) lockMigrations(ctx context.Context, q session) error {
	if s.engine != postgres {
		return nil
	}
	for _, statement := range []string{
		"select pg_advisory_xact_lock(hashtextextended('" + schema + "', 0))",
		"create schema if not exists " + schema,
	} {
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) tableExists(ctx context.Context, q session, name string) (bool, error) {
	text := "select count(*) from sqlite_schema where type = 'table' and name = ?1"
	if s.engine == postgres {
		text = "select count(*) from pg_catalog.pg_tables where schemaname = '" + schema + "' and tablename = $1"
	}
	var n int
	err := q.QueryRowContext(ctx, text, name).Scan(&n)
	return n > 0, err
}

// Integrity reads the whole database and lists what is wrong with it; none is good.
func (s *Store) Integrity(ctx context.Context) (problems []string, err error) {
	err = s.look(ctx, "checking the state database", func(q session) (err error) {
		problems, err = s.integrity(ctx, q)
		return err
	})
	return problems, err
}

func (s *Store) integrity(ctx context.Context, q session) ([]string, error) {
	if s.engine == sqlite {
		said, err := column(q.QueryContext(ctx, "pragma integrity_check"))
		if err != nil || len(said) == 1 && said[0] == "ok" {
			return nil, err
		}
		return said, nil
	}
	// PostgreSQL finds damage when it reads, so read every row of every table.
	tables, err := column(q.QueryContext(ctx, "select tablename from pg_catalog.pg_tables where schemaname = '"+schema+"' order by tablename"))
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, table := range tables {
		var n int64
		if err := q.QueryRowContext(ctx, "select count(cast(t.* as text)) from "+pgx.Identifier{schema, table}.Sanitize()+" t").Scan(&n); err != nil {
			if lost(err) || ctx.Err() != nil {
				return nil, err
			}
			problems = append(problems, table+": "+err.Error())
		}
	}
	return problems, nil
}

func column(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
