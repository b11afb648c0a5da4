-- Drops what the up migration made, and nothing that was there before it: the comments tell the two apart.

DO $$
DECLARE
    ours text;
BEGIN
    IF obj_description(to_regprocedure('uuid_generate_v4()'), 'pg_proc')
       = 'stand-in for uuid-ossp, created by hastecrm migration 1' THEN
        DROP FUNCTION uuid_generate_v4();
    END IF;
    IF obj_description(to_regtype('vector'), 'pg_type')
       = 'stand-in for pgvector, created by hastecrm migration 1' THEN
        -- A type and its input and output functions need each other: only CASCADE takes both.
        DROP TYPE vector CASCADE;
    END IF;
    FOR ours IN
        SELECT extname FROM pg_extension
        WHERE obj_description(oid, 'pg_extension') = 'created by hastecrm migration 1'
    LOOP
        EXECUTE format('DROP EXTENSION %I', ours);
    END LOOP;
END
$$;
