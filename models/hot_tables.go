package models

var meterTable = table[Meter]{
	name: "meters", keys: 1,
	columns: []string{"account_id", "plan", "closed", "time_zone", "month_starts_at", "seen_at", "version", "extra_usage", "extra_usage_since_at", "always_continue", "always_continue_since_at", "reload_on", "reload_threshold_nanos", "reload_target_nanos", "reload_pause", "reload_declines", "reload_retry_at", "reload_wanted_at", "balance_nanos", "held_nanos", "entry_seq", "entry_hash", "refusal_reason", "refusal_needed_nanos", "refusal_window_starts_at", "refused_at", "reload_waits", "reload_purchase_id", "reload_confirmed_nanos", "alerts_due_at", "low_balance_nanos", "low_balance_armed"},
	fields: func(r *Meter) []any {
		return []any{
			&r.AccountID,
			&r.Plan,
			&r.Closed,
			&r.TimeZone,
			(*int64)(&r.MonthStartsAt),
			(*int64)(&r.SeenAt),
			&r.Version,
			&r.ExtraUsage,
			(*int64)(&r.ExtraUsageSinceAt),
			&r.AlwaysContinue,
			(*int64)(&r.AlwaysContinueSinceAt),
			&r.ReloadOn,
			(*int64)(&r.ReloadThreshold),
			(*int64)(&r.ReloadTarget),
			&r.ReloadPause,
			&r.ReloadDeclines,
			(*int64)(&r.ReloadRetryAt),
			(*int64)(&r.ReloadWantedAt),
			(*int64)(&r.Balance),
			(*int64)(&r.Held),
			&r.EntrySeq,
			&r.EntryHash,
			&r.RefusalReason,
			(*int64)(&r.RefusalNeeded),
			(*int64)(&r.RefusalWindowStartsAt),
			(*int64)(&r.RefusedAt),
			&r.ReloadWaits,
			&r.ReloadPurchaseID,
			(*int64)(&r.ReloadConfirmed),
			(*int64)(&r.AlertsDueAt),
			(*int64)(&r.LowBalance),
			&r.LowBalanceArmed,
		}
	},
}

var billingMonthTable = table[BillingMonth]{
	name: "billing_months", keys: 2,
	columns: []string{"account_id", "starts_at", "ends_at", "limit_kind", "limit_nanos", "spent_nanos", "held_nanos", "reloaded_nanos", "opening_balance_nanos", "alert_nanos", "limit_refused"},
	fields: func(r *BillingMonth) []any {
		return []any{
			&r.AccountID,
			(*int64)(&r.StartsAt),
			(*int64)(&r.EndsAt),
			&r.LimitKind,
			(*int64)(&r.Limit),
			(*int64)(&r.Spent),
			(*int64)(&r.Held),
			(*int64)(&r.Reloaded),
			(*int64)(&r.OpeningBalance),
			(*int64)(&r.Alert),
			&r.LimitRefused,
		}
	},
}

var usageWindowTable = table[UsageWindow]{
	name: "usage_windows", keys: 2,
	columns: []string{"account_id", "starts_at", "ends_at", "allowance_nanos", "used_nanos", "open_nanos", "choice", "alert_stage", "requests", "extra_nanos", "absorbed_nanos"},
	fields: func(r *UsageWindow) []any {
		return []any{
			&r.AccountID,
			(*int64)(&r.StartsAt),
			(*int64)(&r.EndsAt),
			(*int64)(&r.Allowance),
			(*int64)(&r.Used),
			(*int64)(&r.Open),
			&r.Choice,
			&r.AlertStage,
			&r.Requests,
			(*int64)(&r.Extra),
			(*int64)(&r.Absorbed),
		}
	},
}

var poolTable = table[Pool]{
	name: "pools", keys: 3,
	columns: []string{"account_id", "window_starts_at", "month_starts_at", "pool_nanos"},
	fields: func(r *Pool) []any {
		return []any{
			&r.AccountID,
			(*int64)(&r.WindowStartsAt),
			(*int64)(&r.MonthStartsAt),
			(*int64)(&r.Pool),
		}
	},
}

var sessionChoiceTable = table[SessionChoice]{
	name: "session_choices", keys: 3,
	columns: []string{"account_id", "window_starts_at", "at", "choice"},
	fields: func(r *SessionChoice) []any {
		return []any{
			&r.AccountID,
			(*int64)(&r.WindowStartsAt),
			(*int64)(&r.At),
			&r.Choice,
		}
	},
}

var holdTable = table[Hold]{
	name: "holds", keys: 2,
	columns: []string{"account_id", "id", "state", "model", "input_tokens", "cache_write_tokens", "cache_write_1h_tokens", "cache_read_tokens", "max_tokens", "worst_case_nanos", "covered_nanos", "plan_nanos", "permitted", "window_starts_at", "month_starts_at", "created_at", "expires_at", "ended_at", "caller", "idempotency_key", "fingerprint", "settle_fingerprint"},
	fields: func(r *Hold) []any {
		return []any{
			&r.AccountID,
			&r.ID,
			&r.State,
			&r.Model,
			&r.InputTokens,
			&r.CacheWriteTokens,
			&r.CacheWrite1hTokens,
			&r.CacheReadTokens,
			&r.MaxTokens,
			(*int64)(&r.WorstCase),
			(*int64)(&r.Covered),
			(*int64)(&r.Plan),
			&r.Permitted,
			(*int64)(&r.WindowStartsAt),
			(*int64)(&r.MonthStartsAt),
			(*int64)(&r.CreatedAt),
			(*int64)(&r.ExpiresAt),
			(*int64)(&r.EndedAt),
			&r.Caller,
			&r.IdempotencyKey,
			&r.Fingerprint,
			&r.SettleFingerprint,
		}
	},
}

var usageTable = table[Usage]{
	name: "usages", keys: 2,
	columns: []string{"account_id", "id", "hold_id", "source", "event_id", "message_id", "model_id", "model", "tier", "rates_version", "occurred_at", "arrived_at", "input_tokens", "output_tokens", "cache_write_tokens", "cache_write_1h_tokens", "cache_read_tokens", "input_rate_nanos", "output_rate_nanos", "cache_write_rate_nanos", "cache_write_1h_rate_nanos", "cache_read_rate_nanos", "cost_nanos", "plan_nanos", "extra_nanos", "absorbed_nanos", "absorbed_because", "permitted", "window_starts_at", "month_starts_at", "allowance_nanos", "used_before_nanos", "open_before_nanos", "pool_before_nanos", "balance_after_nanos", "spent_after_nanos"},
	fields: func(r *Usage) []any {
		return []any{
			&r.AccountID,
			&r.ID,
			&r.HoldID,
			&r.Source,
			&r.EventID,
			&r.MessageID,
			&r.ModelID,
			&r.Model,
			&r.Tier,
			&r.RatesVersion,
			(*int64)(&r.OccurredAt),
			(*int64)(&r.ArrivedAt),
			&r.InputTokens,
			&r.OutputTokens,
			&r.CacheWriteTokens,
			&r.CacheWrite1hTokens,
			&r.CacheReadTokens,
			(*int64)(&r.InputRate),
			(*int64)(&r.OutputRate),
			(*int64)(&r.CacheWriteRate),
			(*int64)(&r.CacheWrite1hRate),
			(*int64)(&r.CacheReadRate),
			(*int64)(&r.Cost),
			(*int64)(&r.Plan),
			(*int64)(&r.Extra),
			(*int64)(&r.Absorbed),
			&r.AbsorbedBecause,
			&r.Permitted,
			(*int64)(&r.WindowStartsAt),
			(*int64)(&r.MonthStartsAt),
			(*int64)(&r.Allowance),
			(*int64)(&r.UsedBefore),
			(*int64)(&r.OpenBefore),
			(*int64)(&r.PoolBefore),
			(*int64)(&r.BalanceAfter),
			(*int64)(&r.SpentAfter),
		}
	},
}

var usageDayTable = table[UsageDay]{
	name: "usage_days", keys: 4,
	columns: []string{"account_id", "month_starts_at", "day", "model", "requests", "input_tokens", "output_tokens", "cache_write_tokens", "cache_write_1h_tokens", "cache_read_tokens", "plan_nanos", "extra_nanos", "absorbed_nanos"},
	fields: func(r *UsageDay) []any {
		return []any{
			&r.AccountID,
			(*int64)(&r.MonthStartsAt),
			&r.Day,
			&r.Model,
			&r.Requests,
			&r.InputTokens,
			&r.OutputTokens,
			&r.CacheWriteTokens,
			&r.CacheWrite1hTokens,
			&r.CacheReadTokens,
			(*int64)(&r.Plan),
			(*int64)(&r.Extra),
			(*int64)(&r.Absorbed),
		}
	},
}

var rejectedUsageTable = table[RejectedUsage]{
	name: "rejected_usages", keys: 2,
	columns: []string{"account_id", "id", "source", "event_id", "message_id", "model_id", "reason", "detail", "payload", "occurred_at", "arrived_at"},
	fields: func(r *RejectedUsage) []any {
		return []any{
			&r.AccountID,
			&r.ID,
			&r.Source,
			&r.EventID,
			&r.MessageID,
			&r.ModelID,
			&r.Reason,
			&r.Detail,
			&r.Payload,
			(*int64)(&r.OccurredAt),
			(*int64)(&r.ArrivedAt),
		}
	},
}

var refusalTable = table[Refusal]{
	name: "refusals", keys: 2,
	columns: []string{"account_id", "id", "at", "reason", "model", "needed_nanos", "available_nanos", "fits_max_tokens"},
	fields: func(r *Refusal) []any {
		return []any{
			&r.AccountID,
			&r.ID,
			(*int64)(&r.At),
			&r.Reason,
			&r.Model,
			(*int64)(&r.Needed),
			(*int64)(&r.Available),
			&r.FitsMaxTokens,
		}
	},
}

var entryTable = table[Entry]{
	name: "entries", keys: 2,
	columns: []string{"account_id", "seq", "at", "month_starts_at", "kind", "contra", "amount_nanos", "balance_after_nanos", "usage_id", "purchase_id", "corrects_seq", "note", "prev_hash", "hash"},
	fields: func(r *Entry) []any {
		return []any{
			&r.AccountID,
			&r.Seq,
			(*int64)(&r.At),
			(*int64)(&r.MonthStartsAt),
			&r.Kind,
			&r.Contra,
			(*int64)(&r.Amount),
			(*int64)(&r.BalanceAfter),
			&r.UsageID,
			&r.PurchaseID,
			&r.CorrectsSeq,
			&r.Note,
			&r.PrevHash,
			&r.Hash,
		}
	},
}

var settingChangeTable = table[SettingChange]{
	name: "setting_changes", keys: 2,
	columns: []string{"account_id", "id", "at", "setting", "old_value", "new_value", "actor", "version", "undoes"},
	fields: func(r *SettingChange) []any {
		return []any{
			&r.AccountID,
			&r.ID,
			(*int64)(&r.At),
			&r.Setting,
			&r.OldValue,
			&r.NewValue,
			&r.Actor,
			&r.Version,
			&r.Undoes,
		}
	},
}
