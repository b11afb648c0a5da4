-- A schema without a single foreign key, whose policies take the tenant out of a request's claims.
CREATE SCHEMA app;
CREATE TABLE app.tenants (id uuid PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE app.people (
    id uuid PRIMARY KEY, tenant_id uuid NOT NULL, email text NOT NULL, password_digest text, last_seen timestamptz, is_blocked boolean);
CREATE TABLE app.mails (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, person_id uuid NOT NULL, subject text, api_key text);
CREATE TABLE app.events (
    id bigint PRIMARY KEY, tenant_id uuid, person_id uuid, event_type text, occurred_at timestamptz, old_value text, new_value text);
CREATE FUNCTION app.claims() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (current_setting('request.jwt.claims', true)::jsonb ->> 'tenant_id')::uuid $$;
ALTER TABLE app.mails ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.mails USING (tenant_id = app.tenant() AND person_id = (app.claims() ->> 'sub')::uuid);
CREATE POLICY shared ON app.mails FOR SELECT USING (tenant_id = current_setting('app.shared_tenant', true)::uuid);
GRANT USAGE ON SCHEMA app TO hastecrm_app, purview_admin;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO hastecrm_app, purview_admin;
