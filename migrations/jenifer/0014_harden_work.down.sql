-- Brings back the policies on meetings, tasks and approvals as the document has them, and none on the five other tables.
DROP POLICY "Users can remove org concierge services" ON concierge_services;
DROP POLICY "Users can update org concierge services" ON concierge_services;
DROP POLICY "Users can add org concierge services" ON concierge_services;
DROP POLICY "Users can view org concierge services" ON concierge_services;
DROP POLICY "Users can remove org contacts" ON contacts;
DROP POLICY "Users can update org contacts" ON contacts;
DROP POLICY "Users can add org contacts" ON contacts;
DROP POLICY "Users can view org contacts" ON contacts;
DROP POLICY "Users can remove org key dates" ON key_dates;
DROP POLICY "Users can update org key dates" ON key_dates;
DROP POLICY "Users can add org key dates" ON key_dates;
DROP POLICY "Users can view org key dates" ON key_dates;
DROP POLICY "Users can remove own delegations" ON delegations;
DROP POLICY "Users can update own delegations" ON delegations;
DROP POLICY "Users can add org delegations" ON delegations;
DROP POLICY "Users can view org delegations" ON delegations;
DROP POLICY "Users can remove org approvals" ON approvals;
DROP POLICY "Users can update org approvals" ON approvals;
DROP POLICY "Users can add org approvals" ON approvals;
DROP POLICY "Users can remove org tasks" ON tasks;
DROP POLICY "Users can update org tasks" ON tasks;
DROP POLICY "Users can add org tasks" ON tasks;
DROP POLICY "Users can remove org meetings" ON meetings;
DROP POLICY "Users can update org meetings" ON meetings;
DROP POLICY "Users can add org meetings" ON meetings;

ALTER POLICY "Users can view org meetings" ON meetings
  USING (org_id = auth.user_org_id());
ALTER POLICY "Users can view org tasks" ON tasks
  USING (org_id = auth.user_org_id());
ALTER POLICY "Users can view org approvals" ON approvals
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org meetings"
  ON meetings FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org tasks"
  ON tasks FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org approvals"
  ON approvals FOR ALL
  USING (org_id = auth.user_org_id());
