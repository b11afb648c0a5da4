-- Mends references into another tenant. A deal of one workspace could be about a contact of another, a mail belong to an account of another.
-- The tenant is part of the reference now. What crosses already is left as it is (NOT VALID) until somebody looks at it; what
-- is deleted together is looked at once all of it is (DEFERRED).
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What such a reference needs on the other side.
ALTER TABLE companies ADD CONSTRAINT companies_workspace_id_id_key UNIQUE (workspace_id, id);
ALTER TABLE contacts ADD CONSTRAINT contacts_workspace_id_id_key UNIQUE (workspace_id, id);
ALTER TABLE deals ADD CONSTRAINT deals_workspace_id_id_key UNIQUE (workspace_id, id);
ALTER TABLE email_accounts ADD CONSTRAINT email_accounts_workspace_id_id_key UNIQUE (workspace_id, id);
ALTER TABLE pipelines ADD CONSTRAINT pipelines_workspace_id_id_key UNIQUE (workspace_id, id);
ALTER TABLE tasks ADD CONSTRAINT tasks_workspace_id_id_key UNIQUE (workspace_id, id);

ALTER TABLE companies ADD CONSTRAINT companies_parent_company_same_workspace
  FOREIGN KEY (workspace_id, parent_company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE deals ADD CONSTRAINT deals_company_same_workspace
  FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE deals ADD CONSTRAINT deals_contact_same_workspace
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE deals ADD CONSTRAINT deals_pipeline_same_workspace
  FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE notes ADD CONSTRAINT notes_company_same_workspace
  FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE notes ADD CONSTRAINT notes_contact_same_workspace
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE notes ADD CONSTRAINT notes_deal_same_workspace
  FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE emails ADD CONSTRAINT emails_contact_same_workspace
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE emails ADD CONSTRAINT emails_deal_same_workspace
  FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE emails ADD CONSTRAINT emails_email_account_same_workspace
  FOREIGN KEY (workspace_id, email_account_id) REFERENCES email_accounts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- A partitioned table takes no reference that is not checked at once before version 18.
ALTER TABLE activities ADD CONSTRAINT activities_company_same_workspace
  FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE activities ADD CONSTRAINT activities_contact_same_workspace
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE activities ADD CONSTRAINT activities_deal_same_workspace
  FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE tasks ADD CONSTRAINT tasks_company_same_workspace
  FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_contact_same_workspace
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_deal_same_workspace
  FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_recurrence_parent_same_workspace
  FOREIGN KEY (workspace_id, recurrence_parent_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- A link carries no workspace: both of its ends are looked at.
CREATE POLICY contact_tag_one_workspace ON contact_tags AS RESTRICTIVE
    FOR ALL
    WITH CHECK (EXISTS (
        SELECT FROM contacts c JOIN tags t ON t.workspace_id = c.workspace_id
        WHERE c.id = contact_tags.contact_id AND t.id = contact_tags.tag_id
    ));
CREATE POLICY company_contact_one_workspace ON company_contacts AS RESTRICTIVE
    FOR ALL
    WITH CHECK (EXISTS (
        SELECT FROM contacts c JOIN companies m ON m.workspace_id = c.workspace_id
        WHERE c.id = company_contacts.contact_id AND m.id = company_contacts.company_id
    ));

RESET ROLE;
