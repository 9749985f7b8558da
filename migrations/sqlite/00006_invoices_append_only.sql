-- +goose Up
-- An invoice never changes.
-- +goose StatementBegin
CREATE TRIGGER invoices_no_update BEFORE UPDATE ON invoices
BEGIN
    SELECT RAISE(ABORT, 'invoices is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoices_no_delete BEFORE DELETE ON invoices
BEGIN
    SELECT RAISE(ABORT, 'invoices is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER invoices_no_update;
DROP TRIGGER invoices_no_delete;
