package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// AppendEntry writes the next line of the account's ledger and moves the balance with it. Seq, BalanceAfter and the hashes of
// e are filled in here; nothing else writes the balance.
func (m *MeterState) AppendEntry(e *Entry) {
	e.AccountID = m.AccountID()
	e.At = m.Now
	e.Seq = m.Meter.EntrySeq + 1
	e.BalanceAfter = m.Meter.Balance.Add(e.Amount)
	e.PrevHash = m.Meter.EntryHash
	e.Hash = e.ComputeHash()
	m.Meter.EntrySeq, m.Meter.EntryHash, m.Meter.Balance = e.Seq, e.Hash, e.BalanceAfter
	m.newEntries = append(m.newEntries, e)
}

// ComputeHash is the SHA-256 over the previous line's hash and everything this line says. Texts are quoted, so
// that no two different lines read the same.
func (e *Entry) ComputeHash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%q|%d|%d|%d|%q|%q|%d|%d|%q|%q|%d|%q", e.PrevHash, e.AccountID, e.Seq, e.At,
		e.MonthStartsAt, e.Kind, e.Contra, int64(e.Amount), int64(e.BalanceAfter), e.UsageID, e.PurchaseID, e.CorrectsSeq, e.Note))
	return hex.EncodeToString(sum[:])
}
