-- +goose Up
-- An invoice never changes. Row triggers do not see TRUNCATE: it has its own.
CREATE TRIGGER invoices_no_change BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoices_no_truncate BEFORE TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER invoices_no_truncate ON invoices;
DROP TRIGGER invoices_no_change ON invoices;
