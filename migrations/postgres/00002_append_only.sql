-- +goose Up
-- Append-only means a trigger says so. Row triggers do not see TRUNCATE: it has its own.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER usages_no_change BEFORE UPDATE OR DELETE ON usages FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER usages_no_truncate BEFORE TRUNCATE ON usages FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consents_no_change BEFORE UPDATE OR DELETE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consents_no_truncate BEFORE TRUNCATE ON consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER setting_changes_no_change BEFORE UPDATE OR DELETE ON setting_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER setting_changes_no_truncate BEFORE TRUNCATE ON setting_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER session_choices_no_change BEFORE UPDATE OR DELETE ON session_choices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER session_choices_no_truncate BEFORE TRUNCATE ON session_choices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_views_no_change BEFORE UPDATE OR DELETE ON staff_views FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_views_no_truncate BEFORE TRUNCATE ON staff_views FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER entries_no_truncate ON entries;
DROP TRIGGER entries_no_change ON entries;
DROP TRIGGER usages_no_truncate ON usages;
DROP TRIGGER usages_no_change ON usages;
DROP TRIGGER consents_no_truncate ON consents;
DROP TRIGGER consents_no_change ON consents;
DROP TRIGGER setting_changes_no_truncate ON setting_changes;
DROP TRIGGER setting_changes_no_change ON setting_changes;
DROP TRIGGER session_choices_no_truncate ON session_choices;
DROP TRIGGER session_choices_no_change ON session_choices;
DROP TRIGGER staff_views_no_truncate ON staff_views;
DROP TRIGGER staff_views_no_change ON staff_views;
DROP FUNCTION refuse_change();
