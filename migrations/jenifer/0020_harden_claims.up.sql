-- Mends claims that name nobody: a token whose user is no UUID, or that is no JSON object at all, made every query fail (22P02)
-- where it is nobody's. Whatever could be read is read as before; what begins like an object and is none is still refused.
SELECT set_config('role', pg_get_userbyid(proowner)::text, false) FROM pg_proc WHERE oid = 'auth.uid()'::regprocedure;

CREATE OR REPLACE FUNCTION auth.uid() RETURNS UUID
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN sub ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN sub::uuid END
  FROM (
    SELECT coalesce(
      nullif(current_setting('request.jwt.claim.sub', true), ''),
      CASE WHEN claims ~ '^\s*\{.*\}\s*$' THEN claims::jsonb ->> 'sub' END
    ) AS sub
    FROM (SELECT current_setting('request.jwt.claims', true) AS claims) said
  ) named
$$;

RESET ROLE;
