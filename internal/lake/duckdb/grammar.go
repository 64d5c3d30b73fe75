package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
)

// parser is a database in memory that holds nothing: it only reads the grammar of SQL.
var parser = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("duckdb", "") })

// Parse reads SQL without running it, and gives the tree of its statements as JSON (the form of json_serialize_sql). SQL
// that can't be read is no error: the tree says so.
func Parse(ctx context.Context, text string) ([]byte, error) {
	db, err := parser()
	if err != nil {
		return nil, fmt.Errorf("opening the parser: %w", err)
	}
	var tree any
	if err := db.QueryRowContext(ctx, "select json_serialize_sql($1::varchar)", text).Scan(&tree); err != nil {
		return nil, fmt.Errorf("parsing SQL: %w", err)
	}
	if text, ok := tree.(string); ok {
		return []byte(text), nil
	}
	return json.Marshal(tree)
}
