-- Runs one statement with the rights of the function's owner and returns its rows as arrays of text; lives only in its transaction.
-- PostgreSQL 13 to 18. Needs TEMP on the database, and the right to give the function to the role.
CREATE FUNCTION pg_temp.purview_as(statement text, binds text[]) RETURNS SETOF text[]
LANGUAGE plpgsql SECURITY DEFINER AS $wrapper$
DECLARE
    found record;
BEGIN
    FOR found IN EXECUTE statement USING binds LOOP
        RETURN NEXT ARRAY(SELECT e.value FROM pg_catalog.json_each_text(pg_catalog.row_to_json(found)) WITH ORDINALITY AS e(key, value, place) ORDER BY e.place);
    END LOOP;
END
$wrapper$
