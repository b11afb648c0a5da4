-- Brings the ground that the rest stands on: the extensions where the server offers them, and as much of
-- Supabase's auth schema as the document takes for granted.

DO $$
DECLARE
  wanted text;
BEGIN
  -- the document: names uuid-ossp and pg_trgm in its order of migrations, creates only pgvector (as CREATE EXTENSION
  -- vector, further down); all three are here because a server without them must still get the schema.
  FOREACH wanted IN ARRAY ARRAY['uuid-ossp', 'vector', 'pg_trgm'] LOOP
    IF EXISTS (SELECT FROM pg_extension WHERE extname = wanted)
       OR (wanted = 'vector' AND to_regtype('public.vector') IS NOT NULL) THEN
      CONTINUE;
    END IF;
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted) THEN
      EXECUTE format('CREATE EXTENSION %I SCHEMA public', wanted);
      -- The comment lets the down migration tell what was made here from what was there before.
      EXECUTE format('COMMENT ON EXTENSION %I IS %L', wanted, 'created by jenifer 0001_extensions');
    ELSE
      RAISE NOTICE 'extension % is not available on this server', wanted;
    END IF;
  END LOOP;

  IF to_regtype('public.vector') IS NULL AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
    RAISE NOTICE 'type vector: a stand-in that keeps vectors as text, without operators';
    CREATE TYPE public.vector;
    CREATE FUNCTION public.vector_in(cstring) RETURNS public.vector
      LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
    CREATE FUNCTION public.vector_out(public.vector) RETURNS cstring
      LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
    CREATE FUNCTION public.vector_typmod_in(cstring[]) RETURNS integer
      LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
    CREATE FUNCTION public.vector_typmod_out(integer) RETURNS cstring
      LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
    CREATE TYPE public.vector (
      INPUT = public.vector_in,
      OUTPUT = public.vector_out,
      TYPMOD_IN = public.vector_typmod_in,
      TYPMOD_OUT = public.vector_typmod_out,
      LIKE = text
    );
    COMMENT ON TYPE public.vector IS 'stand-in for pgvector, created by jenifer 0001_extensions';
  END IF;

  IF NOT EXISTS (SELECT FROM pg_proc WHERE proname = 'uuid_generate_v4') THEN
    RAISE NOTICE 'uuid_generate_v4(): an alias of gen_random_uuid()';
    CREATE FUNCTION public.uuid_generate_v4() RETURNS uuid
      LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_catalog.gen_random_uuid()';
    COMMENT ON FUNCTION public.uuid_generate_v4() IS 'stand-in for uuid-ossp, created by jenifer 0001_extensions';
  END IF;
END;
$$;

-- the document: references auth.users(id) and calls auth.uid(), which Supabase brings; here they are made, because a
-- plain server has neither.
CREATE SCHEMA auth;

CREATE TABLE auth.users (
  id UUID PRIMARY KEY,
  aud VARCHAR(255),
  role VARCHAR(255),
  email VARCHAR(255),
  encrypted_password VARCHAR(255),
  email_confirmed_at TIMESTAMPTZ,
  invited_at TIMESTAMPTZ,
  last_sign_in_at TIMESTAMPTZ,
  raw_app_meta_data JSONB,
  raw_user_meta_data JSONB,
  phone TEXT UNIQUE,
  phone_confirmed_at TIMESTAMPTZ,
  banned_until TIMESTAMPTZ,
  is_sso_user BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ,
  updated_at TIMESTAMPTZ,
  deleted_at TIMESTAMPTZ
);

-- Single sign-on may know the same address twice, a password login may not.
CREATE UNIQUE INDEX users_email_partial_key ON auth.users(email) WHERE is_sso_user = FALSE;

-- The user whom the request's JWT names; NULL without one. Supabase reads the older one-claim setting first.
CREATE FUNCTION auth.uid() RETURNS UUID
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
