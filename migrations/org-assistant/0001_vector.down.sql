-- Takes away the extension or the stand-in type if 0001 brought it; one that was here before stays.
DO $body$
BEGIN
  IF EXISTS (
    SELECT FROM pg_extension
    WHERE extname = 'vector' AND obj_description(oid, 'pg_extension') = 'pgvector, brought by org-assistant 0001'
  ) THEN
    DROP EXTENSION vector;
  ELSIF obj_description(to_regtype('vector'), 'pg_type') = 'stand-in for pgvector, brought by org-assistant 0001' THEN
    -- The type and its input and output functions need each other: only CASCADE drops them, and by now no table uses the type.
    IF EXISTS (
      SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.atttypid = to_regtype('vector') AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f')
    ) THEN
      RAISE EXCEPTION 'a table still has a column of the stand-in type vector';
    END IF;
    PERFORM set_config('client_min_messages', 'warning', true); -- the four functions that go with it are not news
    DROP TYPE vector CASCADE;
    DROP FUNCTION vector_typmod_in(cstring[]);
    DROP FUNCTION vector_typmod_out(integer);
  END IF;
END
$body$;
