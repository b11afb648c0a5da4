-- Mends references into another tenant. A mail account, a file, usage, a limit or an audit entry of one organization could name a user or a department of another.
-- The tenant is part of the reference now. What crosses already is left as it is (NOT VALID) until somebody looks at it; what
-- is deleted together is looked at once all of it is (DEFERRED).
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What such a reference needs on the other side.
ALTER TABLE departments ADD CONSTRAINT departments_organization_id_id_key UNIQUE (organization_id, id);
ALTER TABLE users ADD CONSTRAINT users_organization_id_id_key UNIQUE (organization_id, id);

ALTER TABLE email_accounts ADD CONSTRAINT email_accounts_department_same_organization
  FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE email_accounts ADD CONSTRAINT email_accounts_user_same_organization
  FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE files ADD CONSTRAINT files_department_same_organization
  FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE files ADD CONSTRAINT files_user_same_organization
  FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE api_usage ADD CONSTRAINT api_usage_department_same_organization
  FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE api_usage ADD CONSTRAINT api_usage_user_same_organization
  FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE cost_settings ADD CONSTRAINT cost_settings_department_same_organization
  FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE cost_settings ADD CONSTRAINT cost_settings_user_same_organization
  FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_department_same_organization
  FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_user_same_organization
  FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

RESET ROLE;
