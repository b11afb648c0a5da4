-- Takes back companies, tags and contacts.

DROP TABLE company_contacts;
DROP TABLE companies;
DROP TABLE contact_tags;
DROP TABLE tags;
DROP TABLE contacts;
