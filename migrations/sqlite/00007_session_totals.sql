-- +goose Up
-- The text of this file is the same in both dialects.

-- What a session's requests came to, kept in their transaction: a page of sessions costs the same however much was used in them.
ALTER TABLE usage_windows ADD COLUMN requests BIGINT NOT NULL DEFAULT 0 CHECK (requests >= 0);
ALTER TABLE usage_windows ADD COLUMN extra_nanos BIGINT NOT NULL DEFAULT 0 CHECK (extra_nanos >= 0);
ALTER TABLE usage_windows ADD COLUMN absorbed_nanos BIGINT NOT NULL DEFAULT 0 CHECK (absorbed_nanos >= 0);
UPDATE usage_windows SET
    requests = (SELECT COUNT(*) FROM usages u WHERE u.account_id = usage_windows.account_id AND u.window_starts_at = usage_windows.starts_at),
    extra_nanos = (SELECT CAST(COALESCE(SUM(u.extra_nanos), 0) AS BIGINT) FROM usages u
        WHERE u.account_id = usage_windows.account_id AND u.window_starts_at = usage_windows.starts_at),
    absorbed_nanos = (SELECT CAST(COALESCE(SUM(u.absorbed_nanos), 0) AS BIGINT) FROM usages u
        WHERE u.account_id = usage_windows.account_id AND u.window_starts_at = usage_windows.starts_at);
