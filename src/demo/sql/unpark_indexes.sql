-- Makes the indexes again that `park_indexes.sql` dropped.
-- PostgreSQL 13 to 18. Needs the tables' owner.
DO $$
DECLARE
    parked record;
BEGIN
    FOR parked IN SELECT * FROM purview_parked LOOP
        EXECUTE parked.definition;
        IF parked.comment IS NOT NULL THEN
            EXECUTE format('COMMENT ON INDEX %s IS %L', parked.index_name, parked.comment);
        END IF;
    END LOOP;
END
$$
