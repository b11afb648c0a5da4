-- Extensions where the server offers them, and stand-ins for what the tables cannot do without.
-- the document: names pgvector, uuid-ossp and pg_trgm but creates none; created, because ids and embeddings need the first two.
-- the document: reads pg_stat_statements without creating it; created, because the slow-query listing has nothing to read otherwise.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['vector', 'uuid-ossp', 'pg_trgm', 'pg_stat_statements'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = wanted);
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted) THEN
            EXECUTE format('CREATE EXTENSION %I', wanted);
            -- The mark by which the down migration knows what it may drop.
            EXECUTE format('COMMENT ON EXTENSION %I IS %L', wanted, 'created by hastecrm migration 1');
        ELSE
            RAISE NOTICE 'extension % is not offered here', wanted;
        END IF;
    END LOOP;
END
$$;

-- Text under another name: accepts vector(1536) and prints it back, but has no operators and so no index.
DO $$
DECLARE
    told text := current_setting('client_min_messages');
BEGIN
    IF to_regtype('vector') IS NOT NULL THEN
        RETURN;
    END IF;
    RAISE NOTICE 'pgvector is not offered here: a text-backed type vector takes its place';
    -- That the type is still a shell while its functions are made is no news to anybody.
    PERFORM set_config('client_min_messages', 'warning', true);
    CREATE TYPE vector;
    CREATE FUNCTION vector_in(cstring) RETURNS vector
        LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
    CREATE FUNCTION vector_out(vector) RETURNS cstring
        LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
    CREATE FUNCTION vector_recv(internal) RETURNS vector
        LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textrecv';
    CREATE FUNCTION vector_send(vector) RETURNS bytea
        LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textsend';
    CREATE TYPE vector (
        INPUT = vector_in,
        OUTPUT = vector_out,
        RECEIVE = vector_recv,
        SEND = vector_send,
        TYPMOD_IN = varchartypmodin,
        TYPMOD_OUT = varchartypmodout,
        INTERNALLENGTH = VARIABLE,
        STORAGE = extended
    );
    COMMENT ON TYPE vector IS 'stand-in for pgvector, created by hastecrm migration 1';
    PERFORM set_config('client_min_messages', told, true);
END
$$;

DO $$
BEGIN
    IF to_regprocedure('uuid_generate_v4()') IS NOT NULL THEN
        RETURN;
    END IF;
    RAISE NOTICE 'uuid-ossp is not offered here: uuid_generate_v4() calls gen_random_uuid()';
    CREATE FUNCTION uuid_generate_v4() RETURNS uuid
        LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_catalog.gen_random_uuid()';
    COMMENT ON FUNCTION uuid_generate_v4() IS 'stand-in for uuid-ossp, created by hastecrm migration 1';
END
$$;
