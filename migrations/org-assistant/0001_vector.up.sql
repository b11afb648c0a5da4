-- Brings the type "vector": pgvector where the server offers it, a text-backed stand-in where not.
-- the document names the step "Enable pgvector extension" but gives no statement: one is written here because embeddings cannot be made without the type.
DO $body$
BEGIN
  IF to_regtype('vector') IS NOT NULL THEN
    RAISE NOTICE 'type vector is already here and stays as it is';
    RETURN;
  END IF;

  -- The comments put on what is made here are how the down migration knows its own work.
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
    CREATE EXTENSION vector;
    COMMENT ON EXTENSION vector IS 'pgvector, brought by org-assistant 0001';
    RETURN;
  END IF;

  RAISE NOTICE 'pgvector is not available: vector becomes a type that keeps its text, without operators and without an ivfflat index';
  PERFORM set_config('client_min_messages', 'warning', true); -- each function below would say that the type is only a shell
  CREATE TYPE vector;
  CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
  CREATE FUNCTION vector_out(vector) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
  CREATE FUNCTION vector_recv(internal, oid, integer) RETURNS vector
    LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textrecv';
  CREATE FUNCTION vector_send(vector) RETURNS bytea
    LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textsend';
  CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
  CREATE FUNCTION vector_typmod_out(integer) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
  CREATE TYPE vector (
    INPUT = vector_in, OUTPUT = vector_out, RECEIVE = vector_recv, SEND = vector_send,
    TYPMOD_IN = vector_typmod_in, TYPMOD_OUT = vector_typmod_out,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
  );
  COMMENT ON TYPE vector IS 'stand-in for pgvector, brought by org-assistant 0001';
END
$body$;
