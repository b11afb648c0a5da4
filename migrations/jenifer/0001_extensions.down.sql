DROP FUNCTION auth.uid();
DROP TABLE auth.users;
DROP SCHEMA auth;

DO $$
DECLARE
  made name;
BEGIN
  IF obj_description(to_regprocedure('public.uuid_generate_v4()'), 'pg_proc')
    LIKE '%created by jenifer 0001_extensions'
  THEN
    DROP FUNCTION public.uuid_generate_v4();
  END IF;

  IF obj_description(to_regtype('public.vector'), 'pg_type')
    LIKE '%created by jenifer 0001_extensions'
  THEN
    -- A base type and its input function need each other, so only CASCADE drops them; a column must not go with them.
    IF EXISTS (
      SELECT FROM pg_attribute
      WHERE atttypid IN (to_regtype('public.vector'), to_regtype('public.vector[]')) AND NOT attisdropped
    ) THEN
      RAISE EXCEPTION 'type public.vector is still in use';
    END IF;
    DROP TYPE public.vector CASCADE;
    DROP FUNCTION public.vector_typmod_in(cstring[]);
    DROP FUNCTION public.vector_typmod_out(integer);
  END IF;

  FOR made IN
    SELECT extname FROM pg_extension
    WHERE extname IN ('uuid-ossp', 'vector', 'pg_trgm')
      AND obj_description(oid, 'pg_extension') = 'created by jenifer 0001_extensions'
  LOOP
    EXECUTE format('DROP EXTENSION %I', made);
  END LOOP;
END;
$$;
