package models

import (
	"database/sql"
)

// HotTable shows tests how the hot path sees a table: Row is a new row, Fields point into it in the order of Columns.
type HotTable struct {
	Name    string
	Keys    int
	Columns []string
	Row     any
	Fields  []any
}

func hotTable[T any](t table[T]) HotTable {
	row := new(T)
	return HotTable{t.name, t.keys, t.columns, row, t.fields(row)}
}

// HotTables are all tables of the hot path.
func HotTables() []HotTable {
	return []HotTable{
		hotTable(meterTable), hotTable(billingMonthTable), hotTable(usageWindowTable), hotTable(poolTable), hotTable(holdTable),
		hotTable(sessionChoiceTable), hotTable(settingChangeTable), hotTable(usageTable), hotTable(usageDayTable),
		hotTable(entryTable), hotTable(refusalTable), hotTable(rejectedUsageTable),
	}
}

// Write is the pool that transactions run on.
func (s *Store) Write() *sql.DB { return s.write }

// Read is the pool that views run on.
func (s *Store) Read() *sql.DB { return s.read }

// Lanes is how many commits may run at once.
func (s *Store) Lanes() int { return len(s.lanes) }

// SameLane tells whether the cases of two accounts are committed one after the other.
func (s *Store) SameLane(a, b string) bool {
	return s.laneOf(&Case{Needs: Needs{AccountID: a}}) == s.laneOf(&Case{Needs: Needs{AccountID: b}})
}

// Queued is how many groups wait for the next commit of an account's lane.
func (s *Store) Queued(account string) int {
	return len(s.laneOf(&Case{Needs: Needs{AccountID: account}}).queue)
}
