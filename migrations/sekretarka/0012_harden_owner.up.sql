-- Mends the owner's way around: who works as the owner of the tables is bound by the policies too. Moving rows in bulk is for
-- a role that has BYPASSRLS.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- The helpers run as the owner, and would ask the policies that ask them: what they read stays readable, and only that.
CREATE POLICY owner_look_up ON users FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON organizations FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON staff FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON accounts FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON sessions FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON verification_tokens FOR SELECT TO CURRENT_USER USING (true);

-- What the functions of sign-in write as the owner.
CREATE POLICY owner_sign_up ON users FOR INSERT TO CURRENT_USER WITH CHECK (role = 'user');
CREATE POLICY owner_add ON verification_tokens FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY owner_take ON verification_tokens FOR DELETE TO CURRENT_USER USING (true);

ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_agents FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE appointments FORCE ROW LEVEL SECURITY;
ALTER TABLE services FORCE ROW LEVEL SECURITY;
ALTER TABLE staff FORCE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
ALTER TABLE analytics_events FORCE ROW LEVEL SECURITY;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_metrics FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE verification_tokens FORCE ROW LEVEL SECURITY;

RESET ROLE;
