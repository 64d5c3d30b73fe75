package metric

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Grammar reads SQL without running it: the tree of its statements as JSON, as DuckDB's json_serialize_sql gives it.
type Grammar func(ctx context.Context, sql string) ([]byte, error)

// CheckOwn says what a definition from outside may not do. Its SQL is parsed and must be one select over the relations
// that placeholders name, with functions and types that read nothing else: no tables, no files, no settings. The error
// names file and line.
func CheckOwn(ctx context.Context, parse Grammar, d *Definition) error {
	if d.Fast != "" || d.Groups != "" || d.Running != "" || d.Summed != nil {
		return fault.Said("%s: short cuts (-- fast, -- groups, -- running, -- summed) are for metrics that come with Keepwell", d.File)
	}
	bodies := map[string]string{"": d.Body}
	maps.Copy(bodies, d.bodies)
	for _, variant := range sortedKeys(bodies) {
		if err := checkText(ctx, parse, bodies[variant], 0); err != nil {
			return fault.Said("%s: line %d: %s", d.File, d.lines[variant]+lineOf(err), err)
		}
	}
	for _, variant := range d.VariantIDs() {
		w, v, _ := d.With(variant)
		fields := []struct{ name, sql string }{{"numerator", w.Numerator}, {"denominator", w.Denominator}, {"n", w.N}, {"sample", w.Sample}, {"sample_of", w.SampleOf}, {"where", v.Where}}
		for _, part := range w.Detail {
			fields = append(fields, struct{ name, sql string }{"detail " + part.Name, part.SQL})
		}
		for _, f := range fields {
			if f.sql == "" {
				continue
			}
			if err := checkText(ctx, parse, "select ("+f.sql+") from {rows}", 1); err != nil {
				return fault.Said("%s: %s of %s: %s", d.File, f.name, variant, err)
			}
		}
		for _, table := range w.Tables {
			if err := checkText(ctx, parse, strings.ReplaceAll(table.SQL, "{group}", ""), 0); err != nil {
				return fault.Said("%s: table %s: %s", d.File, table.Name, err)
			}
		}
	}
	return nil
}

// refusal is what is wrong with a text of SQL, and in which of its lines, counted from 0.
type refusal struct {
	line int
	what fault.Text
}

func (r *refusal) Error() string { return r.what.Error() }
func (r *refusal) Unwrap() error { return r.what }

func lineOf(err error) int {
	if r, ok := err.(*refusal); ok {
		return r.line
	}
	return 0
}

// Signs that two databases may read differently, so that what was checked is what runs.
var unread = []string{"--", "/*", "\\", "$", ";"}

// checkText checks one select. Where columns is 1, it must be a select of one expression: an aggregate of the header.
func checkText(ctx context.Context, parse Grammar, text string, columns int) error {
	for i, line := range strings.Split(text, "\n") {
		for _, sign := range unread {
			if strings.Contains(line, sign) {
				return &refusal{i, fault.Said("%q may not stand in a metric's SQL", sign)}
			}
		}
	}
	names := map[string]bool{}
	sql, err := dry(text, names)
	if err != nil {
		return err
	}
	raw, err := parse(ctx, sql)
	if err != nil {
		return err
	}
	var tree struct {
		Error    bool   `json:"error"`
		Message  string `json:"error_message"`
		Position string `json:"position"`
		Of       []struct {
			Node map[string]any `json:"node"`
		} `json:"statements"`
	}
	if err := json.Unmarshal(raw, &tree); err != nil {
		return fault.Said("the SQL can't be read: %s", err)
	}
	if tree.Error {
		at := 0
		fmt.Sscan(tree.Position, &at)
		return &refusal{lineAt(sql, at), fault.Said("the SQL can't be read: %s", tree.Message)}
	}
	if len(tree.Of) != 1 {
		return &refusal{0, fault.Said("there are %d statements; a metric's SQL is one select", len(tree.Of))}
	}
	if list, _ := tree.Of[0].Node["select_list"].([]any); columns > 0 && len(list) != columns {
		return &refusal{0, fault.Words("it must be one expression")}
	}
	w := &walker{sql: sql, names: names}
	w.ctes(tree.Of[0].Node)
	w.walk(tree.Of[0].Node)
	if w.wrong != nil {
		return w.wrong
	}
	return nil
}

func lineAt(sql string, at int) int { return strings.Count(sql[:min(max(at, 0), len(sql))], "\n") }

// dry writes a text as it would run, with a name for every relation, and collects the names. Lines stay as they are.
func dry(text string, names map[string]bool) (string, error) {
	var wrong error
	sql := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		parts := placeholder.FindStringSubmatch(match)
		name, of, argument := parts[1], parts[2], parts[3]
		relation := ""
		switch p := policies[of]; {
		case name == "rows":
			relation = "r_rows"
		case (name == "policy" || name == "list") && p == nil:
			wrong = &refusal{lineAt(text, strings.Index(text, match)), fault.Said("%s: there is no such policy; known are %s", match, strings.Join(policyIDs, ", "))}
		case name == "policy" && argument != "":
			return "(" + argument + " in ('x'))"
		case name == "policy" && p.Kind == IntegerPolicy:
			return "1"
		case name == "policy":
			return "'x'"
		case name == "list":
			relation = "r_list_" + of
		case name == "lo" || name == "hi" || name == "now":
			return "timestamp '2026-01-01 00:00:00'"
		case name == "lo_day" || name == "hi_day" || name == "now_day":
			return "date '2026-01-01'"
		case name == "trait" || name == "own":
			relation = "r_" + name + "_" + of
		case known(name):
			relation = "r_" + name
		default:
			wrong = &refusal{lineAt(text, strings.Index(text, match)), fault.Said("%s is neither a kind of fact nor a relation", match)}
		}
		names[relation] = true
		return relation
	})
	return sql, wrong
}

// known says that {name} stands for a relation that a definition from outside may use.
func known(name string) bool {
	if slices.Contains([]string{"points", "point_days", "point_weeks", "days", "during", "months", "funnel_reach", "rates", "fx_spans", "open_hours"}, name) {
		return true
	}
	kind, isSpans := strings.CutSuffix(name, "_spans")
	if k, ok := fact.KindNamed(kind); ok && (!isSpans || k.Mode == fact.Snapshot) {
		return true
	}
	_, ok := relationText(name)
	return ok
}

// walker looks at every node of a statement.
type walker struct {
	sql   string
	names map[string]bool
	wrong *refusal
}

// ctes collects the names that the statement itself gives to selects.
func (w *walker) ctes(v any) {
	switch v := v.(type) {
	case map[string]any:
		if m, ok := v["cte_map"].(map[string]any); ok {
			list, _ := m["map"].([]any)
			for _, one := range list {
				pair, _ := one.(map[string]any)
				name, _ := pair["key"].(string)
				w.names[strings.ToLower(name)] = true
			}
		}
		for _, one := range v {
			w.ctes(one)
		}
	case []any:
		for _, one := range v {
			w.ctes(one)
		}
	}
}

func (w *walker) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			w.walk(one)
		}
	case map[string]any:
		w.look(v)
		for _, name := range sortedKeys(v) {
			w.walk(v[name])
		}
	}
}

func (w *walker) refuse(node map[string]any, what string, args ...any) {
	if w.wrong == nil {
		at, _ := node["query_location"].(float64)
		if at >= float64(len(w.sql)) { // not known
			at = 0
		}
		w.wrong = &refusal{lineAt(w.sql, int(at)), fault.Said(what, args...)}
	}
}

func (w *walker) look(node map[string]any) {
	text := func(name string) string { s, _ := node[name].(string); return s }
	if function, ok := node["function_name"].(string); ok && function != "" {
		if schema := text("schema"); !slices.Contains([]string{"", "main", "pg_catalog"}, schema) || text("catalog") != "" || !functions[strings.ToLower(function)] {
			w.refuse(node, "the function %s may not be used in a metric", clip(function))
		}
	}
	switch text("type") {
	case "BASE_TABLE":
		if text("schema_name") != "" || text("catalog_name") != "" || !w.names[strings.ToLower(text("table_name"))] {
			w.refuse(node, "the table %q can't be read: a metric reads facts and relations, like {events}", clip(text("table_name")))
		}
	case "TABLE_FUNCTION":
		f, _ := node["function"].(map[string]any)
		if name, _ := f["function_name"].(string); name != "generate_series" && name != "unnest" {
			w.refuse(node, "the function %s may not be read from in a metric", clip(name))
		}
	case "SHOW_REF", "PIVOT", "COLUMN_DATA", "DELIM_GET", "BOUND_TABLE_REF", "POSITIONAL_REFERENCE", "PARAMETER", "VALUE_PARAMETER", "LAMBDA":
		w.refuse(node, "%s may not be used in a metric", strings.ToLower(text("type")))
	}
	if cast, ok := node["cast_type"].(map[string]any); ok && !plainType(cast) {
		raw, _ := json.Marshal(cast)
		w.refuse(node, "a cast to this type may not be used in a metric: %s", clip(string(raw)))
	}
}

// plainType says that a type is one of those that both databases have.
func plainType(t map[string]any) bool {
	id, _ := t["id"].(string)
	if types[strings.ToLower(id)] {
		return true
	}
	info, _ := t["type_info"].(map[string]any)
	name := ""
	var find func(v any)
	find = func(v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for _, key := range []string{"type_name", "name"} {
			if s, ok := m[key].(string); ok && name == "" {
				name = s
			}
		}
		for _, key := range sortedKeys(m) {
			find(m[key])
		}
	}
	find(info)
	return id == "UNBOUND" && types[strings.ToLower(name)]
}

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// types are those that a cast may name: those of both databases that hold values and nothing else.
var types = setOf("varchar text bigint integer int int4 int8 smallint double float8 float real decimal numeric boolean bool date timestamp time interval json uuid")

// functions are those that compute from their arguments alone, in both databases. A function is not here until somebody
// has looked at it.
var functions = setOf(`
+ - * / % << & || = <> < > <= >= ~~ !~~ ~~* !~~* -> ->> and or not
count count_star sum avg min max stddev stddev_samp stddev_pop var_samp var_pop variance corr covar_pop covar_samp regr_slope regr_intercept
percentile_cont percentile_disc quantile_cont quantile_disc mode bool_and bool_or bit_or array_agg list string_agg
row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
abs ceil ceiling floor round trunc sign sqrt power pow exp ln log log10 mod greatest least coalesce nullif
lower upper length char_length substring substr left right trim ltrim rtrim replace split_part position strpos concat concat_ws starts_with like_escape
date_trunc date_part extract make_date
array_extract list_extract array_slice string_to_array unnest generate_series case in exists`)

// TryOwn runs a definition over the last days, in every variant and by every dimension, so that what is wrong with its
// columns or types is known before anybody asks. The error is a fault that names the file.
func (s *Service) TryOwn(ctx context.Context, d *Definition) error {
	trial := *s
	trial.Catalog = &Catalog{byID: map[string]*Definition{d.ID: d}, ids: []string{d.ID}}
	for _, variant := range d.VariantIDs() {
		for _, by := range append([]string{"", "account_id"}, d.Dimensions...) {
			_, err := trial.Answer(ctx, Ask{Metric: d.ID, Variant: variant, By: by, Grain: string(Week)})
			switch {
			case err == nil || ctx.Err() != nil:
			case fault.KindOf(err) == fault.Invalid: // a currency, or a parameter: the definition is not to blame
			default:
				return fault.Wrap(fault.Invalid, err, "%s can't be computed", d.File).Field("definition", "%s", firstLine(err))
			}
			if ctx.Err() != nil {
				return fault.Wrap(fault.Invalid, ctx.Err(), "%s takes too long over a month of facts", d.File)
			}
		}
	}
	return nil
}

func firstLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return clip(text)
}
