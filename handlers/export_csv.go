package handlers

import (
	"encoding/csv"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"extrausage/money"
)

// writeCSV writes rows, which are structs, as a table: columns are their fields under their JSON names.
func writeCSV[R any](w io.Writer, rows []R) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true
	if err := table.Write(columns(reflect.TypeFor[R]())); err != nil {
		return err
	}
	for _, r := range rows {
		if err := table.Write(cells(reflect.ValueOf(r))); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// columnOf is the name that a field has in JSON; "" for one that stays out.
func columnOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

func columns(row reflect.Type) (names []string) {
	for i := range row.NumField() {
		f := row.Field(i)
		if f.Anonymous {
			names = append(names, columns(f.Type)...)
		} else if name := columnOf(f); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func cells(row reflect.Value) (out []string) {
	for i := range row.NumField() {
		f := row.Type().Field(i)
		if f.Anonymous {
			out = append(out, cells(row.Field(i))...)
		} else if columnOf(f) != "" {
			out = append(out, plain(row.Field(i)))
		}
	}
	return out
}

// plain is a value for programs: instants in UTC, amounts as plain decimals.
func plain(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Time:
		if value.IsZero() {
			return ""
		}
		return value.UTC().Format(time.RFC3339Nano)
	case money.Amount:
		return value.Decimal()
	}
	if v.CanInt() {
		return strconv.FormatInt(v.Int(), 10)
	}
	return cell(v.String())
}
