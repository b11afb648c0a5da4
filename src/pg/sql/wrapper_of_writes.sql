-- Runs one statement with the rights of the function's owner and returns how many rows it touched; lives only in its transaction.
-- PostgreSQL 13 to 18. Needs TEMP on the database, and the right to give the function to the role.
CREATE FUNCTION pg_temp.purview_do(statement text, binds text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER AS $wrapper$
DECLARE
    touched bigint;
BEGIN
    EXECUTE statement USING binds;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END
$wrapper$
