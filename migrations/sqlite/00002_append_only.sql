-- +goose Up
-- Append-only means a trigger says so.
-- +goose StatementBegin
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER usages_no_update BEFORE UPDATE ON usages
BEGIN
    SELECT RAISE(ABORT, 'usages is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER usages_no_delete BEFORE DELETE ON usages
BEGIN
    SELECT RAISE(ABORT, 'usages is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents
BEGIN
    SELECT RAISE(ABORT, 'consents is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents
BEGIN
    SELECT RAISE(ABORT, 'consents is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER setting_changes_no_update BEFORE UPDATE ON setting_changes
BEGIN
    SELECT RAISE(ABORT, 'setting_changes is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER setting_changes_no_delete BEFORE DELETE ON setting_changes
BEGIN
    SELECT RAISE(ABORT, 'setting_changes is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER session_choices_no_update BEFORE UPDATE ON session_choices
BEGIN
    SELECT RAISE(ABORT, 'session_choices is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER session_choices_no_delete BEFORE DELETE ON session_choices
BEGIN
    SELECT RAISE(ABORT, 'session_choices is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER staff_views_no_update BEFORE UPDATE ON staff_views
BEGIN
    SELECT RAISE(ABORT, 'staff_views is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER staff_views_no_delete BEFORE DELETE ON staff_views
BEGIN
    SELECT RAISE(ABORT, 'staff_views is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER entries_no_update;
DROP TRIGGER entries_no_delete;
DROP TRIGGER usages_no_update;
DROP TRIGGER usages_no_delete;
DROP TRIGGER consents_no_update;
DROP TRIGGER consents_no_delete;
DROP TRIGGER setting_changes_no_update;
DROP TRIGGER setting_changes_no_delete;
DROP TRIGGER session_choices_no_update;
DROP TRIGGER session_choices_no_delete;
DROP TRIGGER staff_views_no_update;
DROP TRIGGER staff_views_no_delete;
