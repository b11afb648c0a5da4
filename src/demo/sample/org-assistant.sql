-- Sample data of the Org AI Assistant: the same rows every time, as many as the settings below ask for.
--
-- Nothing here reads the clock or a random source. Row n of a table has the id md5('<table>:' || n)::uuid, every choice is
-- arithmetic over n, and every time is reckoned from purview.anchor (only calendar events may lie after it).
-- Nothing relies on a trigger, and every reference points to a row that is there.
--
-- What a look around should find, by name (organization 1 is Meridian Freight, 2 Žižkov Analytics, 3 Okonkwo & Daughters):
--   users 1, 2, 3   the admins: alice.moreau@meridian-freight.example, bjorn.hakonsen@zizkov-analytics.example,
--                   chidinma.okonkwo@okonkwo-daughters.example
--   user 1          Alice Moreau reads mail of organization 2: one email_search and nine email_read of hers carry its id
--   user 2          Bjørn Håkonsen holds the admin role twice (the unique key lets it pass: no department is NULL)
--   user 4          Seán O'Brien, sean.obrien@meridian-freight.example: super_user of Sales, a user of nothing else
--   user 5          Dolores Fuertes …, the longest name, in three departments
--   user 6          Tomáš Dvořák, tomas.dvorak@meridian-freight.example: soft-deleted, still in Finance, still reading its mail
--   user 7          Ingrid Sørensen, ingrid.sorensen@zizkov-analytics.example: soft-deleted, still an admin
--   user 8          Noor de Vries, noor.devries@meridian-freight.example: in no department; the mail has none either
--   user 9          Marek Kowalczyk, marek.kowalczyk@meridian-freight.example: gone for a year, then six login_failed and account_locked
--                   (the schema has no column for a lock, so the events are all there is)
--   user 10, 11     ليلى الحداد of organization 2 and 山田 花子 of organization 3: names that are not Latin
--   user 12         Grace D'Angelo of organization 1 is in the Finance department of organization 2
--   user 14         Kwame Mensah, kwame.mensah@meridian-freight.example: invited, the invitation lapsed, never signed in
--   user 15         Viktor Lindqvist, viktor.lindqvist@okonkwo-daughters.example: a runaway job in the night before the anchor,
--                   which takes organization 3 far over its monthly_cost limit
--   department      "Innovation Lab" of organization 1 has nobody, and its shared mailbox goes on receiving
--   mailbox         finance@meridian-freight.example has not synced for nine days
--   setting         organization 1 has two alert_threshold rows that contradict each other (again NULLs in a unique key)

DO $body$
DECLARE
  setting record;
BEGIN
  FOR setting IN
    SELECT * FROM (VALUES
      ('anchor', '2025-06-30 12:00:00+00'),
      ('organizations', '3'), ('departments', '12'), ('users', '300'),
      ('mails', '20000'), ('usage', '60000'), ('audit', '50000')
    ) AS default_of(name, value)
  LOOP
    IF COALESCE(current_setting('purview.' || setting.name, true), '') = '' THEN
      PERFORM set_config('purview.' || setting.name, setting.value, false);
    END IF;
  END LOOP;
END
$body$;

-- The joins below hash a hundred thousand people and a million mails: in memory they keep their order, and compiling them costs more than it saves.
SET work_mem = '256MB';
SET jit = off;

CREATE FUNCTION pg_temp.size(what text) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT current_setting('purview.' || what)::int $$;

CREATE FUNCTION pg_temp.anchor() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT current_setting('purview.anchor')::timestamptz AT TIME ZONE 'UTC' $$;

CREATE FUNCTION pg_temp.today() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT date_trunc('day', current_setting('purview.anchor')::timestamptz AT TIME ZONE 'UTC') $$;

CREATE FUNCTION pg_temp.seconds(n bigint) RETURNS interval LANGUAGE sql IMMUTABLE AS
$$ SELECT n * interval '1 second' $$;

-- A number between 0 and 2^62 that says nothing about n; take remainders by different primes for different choices.
CREATE FUNCTION pg_temp.fold(y bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT y # (y >> 29) $$;
CREATE FUNCTION pg_temp.stir(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (x # (x >> 15)) * 2246822519 $$;
CREATE FUNCTION pg_temp.mix(n bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT pg_temp.fold(pg_temp.stir((n * 2654435761 + salt * 668265263) & 2147483647)) $$;

-- How letters look in a mail address.
CREATE FUNCTION pg_temp.plain(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lower(translate(name,
    'ÁÅÇÉÍÖØßáãäåæçèéêëíîñóöøúüýąČčěğıŁłńňōřśŞşŠšůźŻžạảầễ'' -',
    'AACEIOOsaaaaaceeeeiinooouuyaCcegiLlnnorsSsSsuzZzaaae'))
$$;

-- Organizations. The first three have 60, 30 and 10 parts of the people, all others a long tail.

CREATE TEMP TABLE orgs AS
WITH named AS (
  SELECT n,
    CASE n WHEN 1 THEN 'Meridian Freight' WHEN 2 THEN 'Žižkov Analytics' WHEN 3 THEN 'Okonkwo & Daughters'
      ELSE (ARRAY['Baltic','Cobalt','Harbour','Juniper','Lantern','Maple','Northgate','Orchard','Pelican','Quarry','Riverside','Saffron'])[n * 5 % 12 + 1]
        || ' ' || (ARRAY['Logistics','Insurance','Energy','Foods','Consulting','Textiles','Media','Health','Robotics','Travel'])[n * 7 % 10 + 1]
        || CASE WHEN n > 60 THEN ' ' || n ELSE '' END
    END AS name,
    CASE n WHEN 1 THEN 600000 WHEN 2 THEN 300000 WHEN 3 THEN 100000 ELSE 600000 / (n * n) END AS parts
  FROM generate_series(1, pg_temp.size('organizations')) AS n
), summed AS (
  SELECT *, sum(parts) OVER (ORDER BY n) AS upto, sum(parts) OVER () AS whole,
    least(2, pg_temp.size('departments') / pg_temp.size('organizations')) AS least_departments
  FROM named
), shared AS (
  SELECT *,
    ((upto - parts) * 10007 / whole)::int AS share_from, (upto * 10007 / whole)::int AS share_to,
    ((n - 1) * least_departments + floor((upto - parts) * (pg_temp.size('departments') - least_departments * pg_temp.size('organizations')) / whole))::int AS departments_before,
    (n * least_departments + floor(upto * (pg_temp.size('departments') - least_departments * pg_temp.size('organizations')) / whole))::int AS departments_upto
  FROM summed
)
SELECT n, name, share_from, share_to, departments_before, departments_upto - departments_before AS departments,
  CASE n WHEN 1 THEN 'meridian-freight' WHEN 2 THEN 'zizkov-analytics' WHEN 3 THEN 'okonkwo-daughters' ELSE lower(replace(name, ' ', '-')) END || '.example' AS domain,
  md5('organizations:' || n)::uuid AS uid,
  pg_temp.today() - (1180 - n % 20) * interval '1 day' + interval '9 hours' AS created_at
FROM shared;

INSERT INTO organizations (id, name, settings, created_at, updated_at)
SELECT uid, name,
  jsonb_build_object(
    'domain', domain,
    'plan', (ARRAY['enterprise','business','team'])[least(n, 3)],
    'region', (ARRAY['eu-central','eu-west','us-east','ap-south'])[n % 4 + 1],
    'dataRetentionDays', (ARRAY[365, 730, 180])[n % 3 + 1],
    'assistant', jsonb_build_object('model', 'gpt-5.1-mini', 'toolsEnabled', true)),
  created_at, created_at + (n % 7) * interval '31 days'
FROM orgs;

-- Departments: the same names in every organization, then the same with a town.

CREATE TEMP TABLE depts AS
SELECT o.departments_before + k AS n, o.n AS o, k, o.uid AS oid, o.domain, o.created_at,
  md5('departments:' || (o.departments_before + k))::uuid AS uid,
  base.name AS base,
  base.name || CASE WHEN (k - 1) / 24 = 0 THEN ''
    WHEN (k - 1) / 24 <= 24 THEN ' ' || (ARRAY['Gdańsk','Rotterdam','Bristol','Lyon','Porto','Malmö','Aarhus','Turku','Tartu','Brno','Graz','Bilbao','Genova','Cork','Thessaloniki',
      'Izmir','Haifa','Lagos','Nairobi','Pune','Osaka','Busan','Curitiba','Halifax'])[(k - 1) / 24]
    ELSE ' ' || (k - 1) / 24 END AS name,
  base.purpose
FROM orgs AS o
CROSS JOIN LATERAL generate_series(1, o.departments) AS k
JOIN (VALUES
  (0, 'Sales', 'Quotes, orders and the people who place them'),
  (1, 'Finance', 'Invoices, payments, budgets and the year end'),
  (2, 'Operations', 'What leaves, what arrives and when'),
  (3, 'Customer Support', 'Answers within one working day'),
  (4, 'Innovation Lab', 'Trials that may come to something'),
  (5, 'Human Resources', 'Hiring, contracts, leave'),
  (6, 'Legal', 'Contracts, claims, data protection'),
  (7, 'Marketing', 'Campaigns, fairs and the web site'),
  (8, 'Engineering', 'Builds and keeps the software'),
  (9, 'IT Services', 'Machines, accounts and networks'),
  (10, 'Procurement', 'Suppliers and what they charge'),
  (11, 'Quality', 'Audits, complaints, certificates'),
  (12, 'Facilities', 'Buildings, keys, visitors'),
  (13, 'Security', 'Incidents and how to avoid them'),
  (14, 'Data Platform', 'Reports and where the figures come from'),
  (15, 'Product', 'What is built next'),
  (16, 'Partnerships', 'Resellers and carriers'),
  (17, 'Training', 'Courses for staff and customers'),
  (18, 'Customs', 'Declarations and duties'),
  (19, 'Fleet', 'Vehicles, drivers, fuel'),
  (20, 'Warehouse', 'Storage and stocktaking'),
  (21, 'Treasury', 'Cash, currency and credit'),
  (22, 'Communications', 'Press and internal news'),
  (23, 'Board Office', 'Minutes and decisions')
) AS base(i, name, purpose) ON base.i = (k - 1) % 24;

INSERT INTO departments (id, organization_id, name, description, settings, created_at, updated_at)
SELECT uid, oid, name, purpose,
  jsonb_build_object('sharedMailbox', true, 'retentionMonths', (ARRAY[12, 24, 36])[n % 3 + 1]),
  created_at + (k % 40) * interval '17 hours', created_at + (k % 40) * interval '17 hours' + (n % 11) * interval '23 days'
FROM depts;

-- People. Users 1 to 15 are written out; everybody else is drawn from a dozen cultures.

CREATE TEMP TABLE cultures (c int, firsts text[], lasts text[]);
INSERT INTO cultures VALUES
  (0, ARRAY['Oliver','Amelia','Jack','Isla','Harry','Freya','George','Poppy','Thomas','Grace','Edward','Harriet','Callum','Eilidh','Rhys','Carys','Declan','Aoife'],
      ARRAY['Smith','Jones','Taylor','Brown','Wilson','Evans','Walker','Wright','Thompson','Clarke','Hughes','Turner','MacLeod','O''Connor','Doyle','Ashworth','Pemberton','Llewellyn']),
  (1, ARRAY['Jakub','Zofia','Piotr','Agnieszka','Michał','Katarzyna','Paweł','Małgorzata','Łukasz','Ewa','Grzegorz','Joanna','Wojciech','Beata','Krzysztof','Zuzanna','Rafał','Halina'],
      ARRAY['Nowak','Kowalski','Wiśniewski','Wójcik','Kamiński','Lewandowski','Zieliński','Szymański','Woźniak','Dąbrowski','Kozłowski','Mazur','Krawczyk','Grabowski','Pawłowski','Sikora','Baran','Żak']),
  (2, ARRAY['Jan','Jana','Petr','Eva','Jiří','Hana','Martin','Lenka','Lukáš','Kateřina','Ondřej','Veronika','Vojtěch','Zdeňka','Radek','Šárka','Miloš','Alžběta'],
      ARRAY['Novák','Svoboda','Novotný','Dvořák','Černý','Procházka','Kučera','Veselý','Horák','Němec','Pokorný','Marek','Pospíšil','Hájek','Jelínek','Růžička','Beneš','Šimek']),
  (3, ARRAY['Lukas','Anna','Felix','Lena','Maximilian','Sophie','Jonas','Marie','Jürgen','Käthe','Bernd','Heike','Torsten','Silke','Rüdiger','Gudrun','Wolfgang','Annette'],
      ARRAY['Müller','Schmidt','Schneider','Fischer','Weber','Meyer','Wagner','Becker','Schulz','Hoffmann','Schäfer','Koch','Bauer','Richter','Klein','Vogel','Großmann','Krüger']),
  (4, ARRAY['Louis','Chloé','Hugo','Camille','Théo','Manon','Étienne','Élodie','François','Margaux','Benoît','Hélène','Aurélien','Solène','Mathieu','Inès','Gaël','Noémie'],
      ARRAY['Martin','Bernard','Dubois','Thomas','Robert','Petit','Durand','Leroy','Moreau','Lefèvre','Garnier','Faure','Rousseau','Mercier','Blanchard','Guérin','Chevalier','Lemaître']),
  (5, ARRAY['Alejandro','Lucía','Javier','Carmen','Diego','Sofía','Martín','Elena','Íñigo','Marta','Andrés','Pilar','Raúl','Inmaculada','Jesús','Begoña','Tomás','Rocío'],
      ARRAY['García','Fernández','González','Rodríguez','López','Martínez','Sánchez','Pérez','Gómez','Díaz','Muñoz','Ruiz','Álvarez','Núñez','Ortega','Ibáñez','Castaño','Peña']),
  (6, ARRAY['Lars','Astrid','Erik','Maja','Nils','Ebba','Anders','Linnéa','Søren','Mette','Jens','Kirsten','Håkon','Sigrid','Olav','Åse','Jørgen','Tove'],
      ARRAY['Andersson','Johansson','Karlsson','Nilsson','Larsen','Hansen','Pedersen','Nielsen','Olsen','Berg','Lindström','Sandberg','Nygård','Solberg','Bakke','Møller','Kjær','Østergaard']),
  (7, ARRAY['Arjun','Priya','Rahul','Ananya','Vikram','Meera','Aditya','Kavya','Sanjay','Lakshmi','Karthik','Divya','Rohan','Shreya','Nikhil','Pooja','Suresh','Deepa'],
      ARRAY['Sharma','Patel','Iyer','Reddy','Nair','Mehta','Chatterjee','Gupta','Desai','Banerjee','Joshi','Rao','Menon','Kulkarni','Pillai','Bhattacharya','Agarwal','Subramaniam']),
  (8, ARRAY['Emeka','Ngozi','Tunde','Adaeze','Ifeanyi','Folake','Kwabena','Akosua','Oluwaseun','Yetunde','Kofi','Abena','Chukwuma','Amina','Babajide','Zainab','Obinna','Efua'],
      ARRAY['Okafor','Adeyemi','Eze','Balogun','Mensah','Owusu','Nwosu','Okoro','Adebayo','Boateng','Ibrahim','Bello','Asante','Obi','Afolabi','Osei','Danjuma','Amoah']),
  (9, ARRAY['Haruto','Yui','Sōta','Aoi','Kenji','Sakura','Daiki','Hina','Takumi','Misaki','Ryō','Naoko','Kaito','Emi','Shinji','Yōko','Makoto','Rin'],
      ARRAY['Satō','Suzuki','Takahashi','Tanaka','Watanabe','Itō','Nakamura','Kobayashi','Katō','Yoshida','Yamamoto','Sasaki','Matsumoto','Inoue','Kimura','Hayashi','Shimizu','Mori']),
  (10, ARRAY['Yusuf','Elif','Mehmet','Zeynep','Emre','Ayşe','Burak','Defne','Çağrı','Gülşen','Omar','Leila','Karim','Nour','Hassan','Yasmin','Tariq','Salma'],
      ARRAY['Yılmaz','Kaya','Demir','Şahin','Çelik','Yıldız','Öztürk','Aydın','Arslan','Doğan','Haddad','Mansour','Khalil','Nasser','Saleh','Farouk','Aziz','Rahman']),
  (11, ARRAY['João','Beatriz','Tiago','Mariana','Miguel','Inês','Gonçalo','Leonor','Rafael','Larissa','Otávio','Letícia','Anh','Linh','Minh','Thảo','Wei','Mei'],
      ARRAY['Silva','Santos','Ferreira','Pereira','Oliveira','Costa','Rodrigues','Almeida','Conceição','Araújo','Gonçalves','Magalhães','Nguyễn','Trần','Phạm','Chen','Wang','Zhang']);

CREATE TEMP TABLE cast_of_note (n int, o int, k int, name text, mailbox text);
INSERT INTO cast_of_note VALUES
  (1, 1, 3, 'Alice Moreau', 'alice.moreau'),
  (2, 2, 2, 'Bjørn Håkonsen', 'bjorn.hakonsen'),
  (3, 3, 1, 'Chidinma Okonkwo', 'chidinma.okonkwo'),
  (4, 1, 1, 'Seán O''Brien', 'sean.obrien'),
  (5, 1, 2, 'Dolores Fuertes de la Barrera-Villanueva y Montejo Quintanilla del Campo', 'dolores.fuertes'),
  (6, 1, 2, 'Tomáš Dvořák', 'tomas.dvorak'),
  (7, 2, 1, 'Ingrid Sørensen', 'ingrid.sorensen'),
  (8, 1, NULL, 'Noor de Vries', 'noor.devries'),
  (9, 1, 4, 'Marek Kowalczyk', 'marek.kowalczyk'),
  (10, 2, 3, 'ليلى الحداد', 'layla.haddad'),
  (11, 3, 2, '山田 花子', 'hanako.yamada'),
  (12, 1, 1, 'Grace D''Angelo', 'grace.dangelo'),
  (13, 2, 1, 'Priya Raghunathan', 'priya.raghunathan'),
  (14, 1, 4, 'Kwame Mensah', 'kwame.mensah'),
  (15, 3, 1, 'Viktor Lindqvist', 'viktor.lindqvist');

-- Three quarters of the people came more than 400 days ago, the others one by one since; n is the order in which they came.
CREATE TEMP TABLE people AS
WITH drawn AS (
  SELECT g.n, pg_temp.mix(g.n, 1) AS h, COALESCE(s.o, o.n) AS o, s.k, s.name, s.mailbox,
    pg_temp.today() + interval '8 hours' + pg_temp.seconds(pg_temp.mix(g.n, 2) % 32400)
      - interval '1 day' * CASE
        WHEN g.n = 14 THEN 45
        WHEN g.n <= pg_temp.size('users') * 3 / 4 THEN 1150 - 750 * g.n::bigint * 4 / (pg_temp.size('users')::bigint * 3)
        ELSE 400 - 397 * (g.n - pg_temp.size('users')::bigint * 3 / 4) / (pg_temp.size('users')::bigint - pg_temp.size('users')::bigint * 3 / 4)
      END AS created_at
  FROM generate_series(1, pg_temp.size('users')) AS g(n)
  JOIN orgs AS o ON g.n * 7919::bigint % 10007 >= o.share_from AND g.n * 7919::bigint % 10007 < o.share_to
  LEFT JOIN cast_of_note AS s ON s.n = g.n
), placed AS (
  SELECT d.*, o.uid AS oid, o.domain, o.departments, o.departments_before,
    row_number() OVER (PARTITION BY d.o ORDER BY d.n)::int AS place,
    CASE WHEN d.n = 6 THEN pg_temp.today() - interval '40 days' + interval '15 hours'
      WHEN d.n = 7 THEN pg_temp.today() - interval '62 days' + interval '10 hours'
      WHEN d.n <= 15 THEN NULL
      WHEN d.h % 29 = 0 OR d.n % 2000 = 1999 THEN d.created_at + (pg_temp.today()::date - d.created_at::date) * (1 + d.h % 17) / 18 * interval '1 day'
    END AS deleted_at,
    d.n = 9 OR d.n > 15 AND d.h % 41 = 1 AND d.created_at < pg_temp.today() - interval '500 days' AS dormant
  FROM drawn AS d JOIN orgs AS o ON o.n = d.o
), named AS (
  SELECT p.n, p.h, p.o, p.oid, p.domain, p.departments, p.departments_before, p.place, p.created_at, p.deleted_at, p.dormant,
    -- The first people of an organization fill its departments one by one. Nobody is put into the Innovation Lab of organization 1.
    CASE WHEN p.n <= 15 THEN p.k
      WHEN p.n % 1500 = 1234 THEN NULL
      ELSE 1 + CASE WHEN p.place <= 3 * p.departments THEN p.place ELSE p.h / 7 END % p.departments
    END AS k,
    COALESCE(p.name, c.firsts[p.h / 11 % 18 + 1] || ' ' || c.lasts[p.h / 211 % 18 + 1]) AS name,
    COALESCE(p.mailbox, pg_temp.plain(c.firsts[p.h / 11 % 18 + 1]) || '.' || pg_temp.plain(c.lasts[p.h / 211 % 18 + 1])) AS mailbox
  FROM placed AS p JOIN cultures AS c ON c.c = p.h / 3 % 12
), numbered AS (
  SELECT n.*, CASE WHEN n.o = 1 AND n.k = 5 THEN 1 + n.h / 19 % 4 ELSE n.k END::int AS department,
    row_number() OVER (PARTITION BY n.o, n.mailbox ORDER BY n.n) AS namesake,
    CASE WHEN n.deleted_at IS NULL AND NOT n.dormant AND n.n <> 14 THEN 1 ELSE 0 END AS present
  FROM named AS n
)
SELECT n, h, o, oid, domain, departments, departments_before, place, created_at, deleted_at, dormant, name, department AS k,
  departments_before + department AS d,
  md5('users:' || n)::uuid AS uid,
  md5('departments:' || (departments_before + department))::uuid AS did,
  md5('email_accounts:' || n)::uuid AS account,
  md5('email_accounts:' || (pg_temp.size('users') + departments_before + department))::uuid AS shared,
  mailbox || CASE WHEN namesake > 1 THEN namesake::text ELSE '' END AS mailbox,
  mailbox || CASE WHEN namesake > 1 THEN namesake::text ELSE '' END || '@' || domain AS email,
  -- Their place among those who use the system today; the deleted and the dormant have none and do nothing below.
  CASE WHEN present = 1 THEN sum(present) OVER (ORDER BY n) END::int AS rank,
  inet '10.20.0.0' + (n * 37::bigint % 65000) AS address,
  (ARRAY['OrgAssistant/4.2 (Windows)','OrgAssistant/4.2 (macOS)','Mozilla/5.0 (X11; Linux x86_64) Firefox/139.0','OrgAssistant/4.1 (iOS 18)','OrgAssistant/4.2 (Android 15)'])[h % 5 + 1] AS agent
FROM numbered;

-- Somebody of the same department to write to.
CREATE TEMP TABLE mates AS
SELECT n, COALESCE(lag(email) OVER w, lead(email) OVER w, 'office@' || domain) AS email, COALESCE(lag(name) OVER w, lead(name) OVER w, 'Front office') AS name
FROM people WINDOW w AS (PARTITION BY o, k ORDER BY n);

ANALYZE orgs; ANALYZE depts; ANALYZE people; ANALYZE mates;

INSERT INTO users (id, organization_id, email, username, password_hash, name, avatar_url, preferences, last_login_at, created_at, updated_at, deleted_at)
SELECT uid, oid, email, mailbox,
  CASE WHEN h % 4 > 0 OR n <= 15 THEN '$2b$12$' || left(translate(encode(decode(md5('salt:' || n) || md5('hash:' || n) || md5('more:' || n), 'hex'), 'base64'), '+=' || chr(10), '..'), 53) END,
  name,
  CASE WHEN h % 3 = 0 THEN 'https://avatars.' || domain || '/' || mailbox || '.png' END,
  jsonb_build_object('proactiveReminders', h % 5 > 0, 'emailNotifications', h % 7 > 0, 'calendarAutoCreate', h % 4 = 0,
    'dataRetentionDays', CASE WHEN h % 13 = 0 THEN 90 + h % 5 * 90 END),
  CASE
    WHEN n = 14 THEN NULL
    WHEN n = 9 THEN pg_temp.today() - interval '381 days' + interval '16 hours'
    WHEN n = 6 THEN pg_temp.today() - interval '11 days' + interval '21 hours'
    WHEN n = 7 THEN pg_temp.today() - interval '9 days' + interval '22 hours'
    WHEN deleted_at IS NOT NULL THEN greatest(created_at, deleted_at - (1 + h % 12) * interval '1 day' + pg_temp.seconds(h % 9000))
    WHEN dormant THEN created_at + h % 90 * interval '1 day' + pg_temp.seconds(h % 9000)
    ELSE greatest(created_at, least(pg_temp.anchor(), pg_temp.today() - h % 5 * (h / 5 % 4) * interval '1 day' + interval '6 hours' + pg_temp.seconds(h / 20 % 21600)))
  END,
  created_at, greatest(created_at, COALESCE(deleted_at, pg_temp.today() - (h % 300) * interval '1 day')), deleted_at
FROM people;

-- Departments of users: rows 1 to U the first department, then a second for every seventh, then what is written out.
-- Who leaves loses them, except users 6 and 7 and, where there are that many, every two thousandth.
CREATE TEMP TABLE seats AS
SELECT n AS row, n, uid, d, did, created_at
FROM people
WHERE d IS NOT NULL AND (deleted_at IS NULL OR n IN (6, 7) OR n % 2000 = 1999)
UNION ALL
SELECT pg_temp.size('users') + p.n, p.n, p.uid, e.n, e.uid, p.created_at + interval '64 days'
FROM people AS p
JOIN depts AS e ON e.o = p.o AND e.k = 1 + (p.k + p.h / 17 % (p.departments - 1)) % p.departments AND NOT (e.o = 1 AND e.k = 5)
WHERE p.n > 15 AND p.h % 7 = 3 AND p.departments > 1 AND p.deleted_at IS NULL AND p.created_at < pg_temp.today() - interval '90 days'
UNION ALL
SELECT 2 * pg_temp.size('users') + x.row, p.n, p.uid, e.n, e.uid, pg_temp.today() - (400 - 90 * x.row) * interval '1 day' + interval '10 hours'
FROM (VALUES (1, 5, 1, 1), (2, 5, 1, 3), (3, 12, 2, 2)) AS x(row, n, o, k)
JOIN people AS p ON p.n = x.n
JOIN depts AS e ON e.o = x.o AND e.k = x.k;

INSERT INTO user_departments (id, user_id, department_id, created_at)
SELECT md5('user_departments:' || row)::uuid, uid, did, created_at FROM seats;

-- The roles come with the schema under ids of its own; here they get known ones, and permissions (which nothing enforces).
DELETE FROM roles WHERE name IN ('admin', 'super_user', 'user');
INSERT INTO roles (id, name, description, permissions, created_at)
SELECT md5('roles:' || n)::uuid, name, description, permissions::jsonb, pg_temp.today() - interval '1200 days' + interval '8 hours'
FROM (VALUES
  (1, 'admin', 'System administrator', '["users.manage","departments.manage","roles.grant","limits.manage","audit.read","emails.read.all","files.read.all"]'),
  (2, 'super_user', 'Department administrator', '["department.members","department.limits","department.audit","emails.read","emails.send","files.read","files.upload","assistant.use"]'),
  (3, 'user', 'Regular user', '["emails.read","emails.send","files.read","files.upload","calendar.read","calendar.write","assistant.use"]')
) AS r(n, name, description, permissions);

-- Grants: "user" with every seat, "super_user" for the first of each department, "admin" without a department.
INSERT INTO user_roles (id, user_id, role_id, department_id, created_at)
SELECT md5('user_roles:' || row)::uuid, uid, md5('roles:3')::uuid, did, created_at FROM seats WHERE n <> 4
UNION ALL
SELECT md5('user_roles:' || 3 * pg_temp.size('users') + d)::uuid, uid, md5('roles:2')::uuid, did, least(created_at + interval '7 days', pg_temp.anchor())
FROM (
  SELECT p.n, p.d, p.uid, p.did, p.created_at, row_number() OVER (PARTITION BY p.d ORDER BY p.n) AS place
  FROM people AS p WHERE p.rank IS NOT NULL AND p.d IS NOT NULL AND p.n > 3
) AS heads WHERE place = 1
UNION ALL
SELECT md5('user_roles:' || 4 * pg_temp.size('users') + pg_temp.size('departments') + n)::uuid, uid, md5('roles:1')::uuid, NULL, created_at + interval '2 hours'
FROM (SELECT *, row_number() OVER (PARTITION BY o, rank IS NULL ORDER BY n) AS turn FROM people) AS queue
WHERE n IN (1, 2, 3, 7)
  OR o > 3 AND turn = 1 AND rank IS NOT NULL
  OR rank IS NOT NULL AND n > 15 AND (place = 100 OR place % 2500 = 0)
UNION ALL
SELECT md5('user_roles:' || 5 * pg_temp.size('users') + pg_temp.size('departments') + 2)::uuid, uid, md5('roles:1')::uuid, NULL, pg_temp.today() - interval '200 days' + interval '11 hours'
FROM people WHERE n = 2;

-- When things happen: one row per hour of the last year with the weight of that hour (an office's day, a dip at noon, quiet nights
-- and week-ends, and slow growth), and how many people there were by then.

CREATE TEMP TABLE hours AS
SELECT at,
  ((ARRAY[2,1,1,1,2,4,12,40,78,95,100,92,58,70,96,98,90,66,34,18,12,9,6,3])[extract(hour FROM at)::int + 1]
    * CASE WHEN extract(isodow FROM at) > 5 THEN 1 ELSE 9 END
    * (20000 + i))::bigint AS weight,
  max(newest) OVER (ORDER BY at) AS pool
FROM (
  SELECT i, pg_temp.anchor() - (8760 - i) * interval '1 hour' AS at FROM generate_series(0, 8759) AS i
) AS h
LEFT JOIN (
  SELECT greatest(created_at::date + 1, (pg_temp.anchor() - interval '365 days')::date) AS from_day, max(rank) AS newest FROM people GROUP BY 1
) AS p ON p.from_day = h.at::date;

-- Rows "first" to "last" of a table happen in the hour from "at" on. The first rows of each table are kept free for what is written out.
CREATE TEMP TABLE rhythm AS
SELECT topic, at, pool, free + 1 + ((upto - weight) * (wanted - free) / whole)::bigint AS first, free + (upto * (wanted - free) / whole)::bigint AS last
FROM (
  SELECT t.topic, t.wanted, t.free, h.at, h.pool, h.weight::numeric,
    sum(h.weight) OVER (PARTITION BY t.topic ORDER BY h.at) AS upto, sum(h.weight) OVER (PARTITION BY t.topic) AS whole
  FROM hours AS h
  JOIN (VALUES
    ('mail', 365, pg_temp.size('mails'), 0),
    ('usage', 90, pg_temp.size('usage'), pg_temp.size('usage') / 200),
    ('audit', 350, pg_temp.size('audit'), 40)
  ) AS t(topic, days, wanted, free) ON h.at >= pg_temp.anchor() - t.days * interval '1 day'
) AS weighed;

-- Who writes to whom about what.

CREATE TEMP TABLE folk AS
SELECT p.rank AS who, p.n, p.o, p.d, p.uid, p.oid, p.did, p.account, p.shared, p.domain, p.email, p.name, split_part(p.name, ' ', 1) AS given,
  p.address, p.agent, p.created_at,
  jsonb_build_array(jsonb_build_object('email', p.email, 'name', p.name)) AS party,
  m.email AS mate_email, m.name AS mate_name,
  jsonb_build_array(jsonb_build_object('email', m.email, 'name', m.name)) AS mate,
  -- The mailbox of Finance in organization 1 stopped syncing nine days ago.
  CASE WHEN p.o = 1 AND p.k = 2 THEN pg_temp.today() - interval '9 days' + interval '4 hours' ELSE 'infinity' END AS shared_until
FROM people AS p JOIN mates AS m ON m.n = p.n
WHERE p.rank IS NOT NULL;

CREATE TEMP TABLE contacts AS
SELECT k, name, email, jsonb_build_array(jsonb_build_object('email', email, 'name', name)) AS party
FROM (VALUES
  (0, 'Helena Lindqvist', 'helena@nordkaj.example'), (1, 'Accounts, Vermeer Papier', 'accounts@vermeer-papier.example'), (2, 'Dr. Paulo Teixeira', 'p.teixeira@portolab.example'),
  (3, 'Hanne Fjeld', 'hanne.fjeld@fjeldkraft.example'), (4, 'Support, Tallow Cloud', 'support@tallowcloud.example'), (5, 'Giulia Ferrante', 'g.ferrante@ferrante-stampi.example'),
  (6, 'Rashid Al-Amin', 'rashid@gulfline.example'), (7, 'Bookings, Hotel Sternwarte', 'bookings@hotel-sternwarte.example'), (8, 'Marguerite Aubert', 'm.aubert@aubert-conseil.example'),
  (9, 'Customs desk, Portgate', 'desk@portgate.example'), (10, 'Stefan Ilić', 'stefan.ilic@ilic-transport.example'), (11, 'Newsletter, Trade Weekly', 'news@tradeweekly.example'),
  (12, 'Yuki Arai', 'arai@kitahama-works.example'), (13, 'Claims, Albion Mutual', 'claims@albion-mutual.example'), (14, 'Ana Lucía Barrios', 'abarrios@rioclaro.example'),
  (15, 'Peter van Houten', 'peter@vanhouten-advocaten.example'), (16, 'No reply, Parcelwing', 'no-reply@parcelwing.example'), (17, 'Sunniva Dahl', 'sunniva@dahl-rekruttering.example'),
  (18, 'Invoices, Brightmop', 'invoices@brightmop.example'), (19, 'Oksana Hrytsenko', 'oksana@dniprosoft.example'), (20, 'Mohan Venkataraman', 'mohan.v@chennai-castings.example'),
  (21, 'Tax office, unit 4', 'unit4@tax-office.example'), (22, 'Chiara Bonetti', 'c.bonetti@bonetti-eventi.example'), (23, 'Fleet, Karlsen Bil', 'fleet@karlsen-bil.example'),
  (24, 'Nnamdi Achebe', 'nnamdi@lagoslink.example'), (25, 'Training, Skillhouse', 'courses@skillhouse.example'), (26, 'Jørn Aagaard', 'jorn@aagaard-maskiner.example'),
  (27, 'Alarm, Watchpost', 'alarm@watchpost.example'), (28, 'Élise Fontaine', 'elise@fontaine-avocats.example'), (29, 'Thomas Oberhuber', 't.oberhuber@oberhuber-bau.example'),
  (30, 'Payroll, Ledgerly', 'payroll@ledgerly.example'), (31, 'Min-jun Seo', 'mj.seo@hanbit-display.example'), (32, 'Office, Grün & Söhne', 'office@gruen-soehne.example'),
  (33, 'Katja Virtanen', 'katja.virtanen@suomenpaja.example'), (34, 'Registry, District Court', 'registry@district-court.example'), (35, 'Leo Castellanos', 'leo@castellanos-cafe.example'),
  (36, 'Energy desk, Voltavia', 'desk@voltavia.example'), (37, 'Anneke Bosch', 'anneke@boschvertalingen.example'), (38, 'Returns, Feltwork', 'returns@feltwork.example'),
  (39, 'Ibrahim Diallo', 'ibrahim@sahelgrain.example'), (40, 'Prof. Ruth Kessler', 'kessler@uni-waldau.example')
) AS c(k, name, email);

CREATE TEMP TABLE topics (k int, subject text, opening text, rest text, paper text, kind text, outsiders int[]);
INSERT INTO topics VALUES
  (0, 'Invoice INV-', 'please find attached invoice INV-', ', due in thirty days. The purchase order number is on the second page; let us know if the amounts do not match your records.', 'invoice', 'pdf', '{1,18,5}'),
  (1, 'Payment reminder INV-', 'our books still show invoice INV-', ' as open. If the transfer is already under way, please disregard this message; otherwise we should be glad of a date.', 'reminder', 'pdf', '{1,30,18}'),
  (2, 'Quote Q-', 'as agreed on the telephone, here is quote Q-', ' for the second half of the year. Prices hold for three weeks, delivery is included.', 'quote', 'pdf', '{26,12,10}'),
  (3, 'Order confirmation PO-', 'we confirm your order PO-', '. The first pallets leave on Thursday, the remainder a week later; the carrier will announce the arrival.', 'order', 'pdf', '{20,32,5}'),
  (4, 'Delivery delayed, consignment C', 'consignment C', ' is held up at the terminal because of the weather. We expect it two days late and will not charge storage.', 'waybill', 'pdf', '{10,6,16}'),
  (5, 'Draft contract v', 'I have put my comments into draft v', ' of the contract. The liability clause and the term of notice still need your decision before we can sign.', 'contract', 'docx', '{15,28,8}'),
  (6, 'Minutes of the weekly meeting ', 'the minutes of meeting ', ' are in the shared folder. Three actions are yours, the first of them by Friday; correct me where I misheard.', 'minutes', 'docx', '{33,8,0}'),
  (7, 'Candidate for vacancy V', 'we should like to introduce a candidate for vacancy V', ' with eight years in logistics and fluent French. When could you spare an hour for a first conversation?', 'curriculum-vitae', 'pdf', '{17,17,24}'),
  (8, 'Leave request ', 'my leave request ', ' covers two weeks in August. The handover note is ready and the on-call rota has been swapped.', 'leave', 'pdf', '{25,3,0}'),
  (9, 'Budget forecast, version ', 'version ', ' of the forecast takes in the new exchange rates. Travel is over plan, licences are under; overall we are one per cent short.', 'forecast', 'xlsx', '{30,8,36}'),
  (10, 'Ticket #', 'ticket #', ' has been answered: the login loop came from an expired certificate, which has been replaced. Please try again and tell us if it persists.', 'log', 'txt', '{4,4,19}'),
  (11, 'Security notice SN-', 'notice SN-', ' concerns the mail gateway. Update before the end of the week; a restart of about ten minutes is needed and may be done at night.', 'notice', 'pdf', '{4,27,19}'),
  (12, 'Customs declaration MRN ', 'declaration ', ' was accepted without inspection. Duty and import tax will be debited from the deferment account on the fifteenth.', 'declaration', 'pdf', '{9,9,21}'),
  (13, 'Complaint about batch B', 'two customers report scratches on parts of batch B', '. I attach their photographs and suggest that we sort the remaining stock before anything else leaves.', 'photographs', 'png', '{31,20,38}'),
  (14, 'Your booking ', 'thank you for booking ', '. Breakfast is included and the room can be cancelled free of charge until the evening before.', 'booking', 'pdf', '{7,22,35}'),
  (15, 'Agenda for the steering group ', 'the agenda of session ', ' follows. Item four is new; whoever wants slides shown should send them by noon on Wednesday.', 'agenda', 'docx', '{0,3,29}'),
  (16, 'Question about your report R', 'in report R', ' the figures for May differ from what we have in the ledger. Could you check which of the two regions was counted twice?', 'report', 'xlsx', '{8,21,40}'),
  (17, 'Offer for energy supply, reference ', 'under reference ', ' we offer a fixed price for twenty-four months. Half of it comes from wind; the remainder is bought at the day price.', 'offer', 'pdf', '{36,3,36}'),
  (18, 'Training dates, course ', 'course ', ' has three places left in the autumn. Participants need a laptop and half a day of preparation, for which we send the material.', 'programme', 'pdf', '{25,40,25}'),
  (19, 'Audit finding F-', 'finding F-', ' is still open: the access list of the warehouse was last reviewed in spring. An answer is expected within the month.', 'finding', 'docx', '{8,13,40}'),
  (20, 'Stocktaking sheet ', 'sheet ', ' shows eleven pieces less than the system. Most of it is in aisle seven, so I would begin the recount there.', 'stock', 'csv', '{9,38,26}'),
  (21, 'Renewal of licence L-', 'licence L-', ' ends in sixty days. Forty of the seats were not used last quarter, and we could renew for fewer of them.', 'licence', 'pdf', '{4,19,31}'),
  (22, 'Insurance claim ', 'claim ', ' has been registered. We still need the police report and the estimate of the garage before it can be settled.', 'claim', 'pdf', '{13,23,13}'),
  (23, 'Press enquiry ', 'a journalist asks, under our number ', ', how many people we employ in the region and whether the new site is certain. What may we say?', 'statement', 'docx', '{11,11,22}'),
  (24, 'Visitor on Tuesday, badge ', 'badge ', ' has been prepared for the visitor on Tuesday. Parking is behind the building and the canteen has been told.', 'badge', 'pdf', '{27,29,33}'),
  (25, 'Translation job T', 'the translation T', ' is done, except for two terms which the glossary does not have. I have marked them and ask for your preference.', 'translation', 'docx', '{37,37,2}'),
  (26, 'Maintenance window MW-', 'in window MW-', ' the storage is moved to the new rack. Read access stays, writing is off between two and four in the morning.', 'runbook', 'docx', '{4,19,27}'),
  (27, 'Sample order S', 'sample S', ' left our works today. Please tell us within ten days whether surface and colour are as you wished.', 'datasheet', 'pdf', '{5,12,20}'),
  (28, 'Court date in matter ', 'in matter ', ' the hearing has been moved to the third of next month. Witnesses will be informed by the registry.', 'summons', 'pdf', '{34,15,28}'),
  (29, 'Payslips, run ', 'run ', ' has been closed and the payslips are ready for download. Corrections can be entered until the twentieth.', 'payslips', 'pdf', '{30,30,21}'),
  (30, 'Vehicle due for service, ', 'vehicle ', ' is due for its yearly inspection. A replacement car can be had for the day if you tell us by Monday.', 'inspection', 'pdf', '{23,23,10}'),
  (31, 'Return RMA-', 'we have received return RMA-', ' and will replace both units. The credit note follows once the serial numbers have been checked.', 'credit-note', 'pdf', '{38,31,16}'),
  (32, 'Data request D', 'request D', ' asks for everything we hold about a former customer. The period for an answer is one month, of which nine days have passed.', 'request', 'pdf', '{15,28,34}'),
  (33, 'Trade fair stand ', 'stand ', ' has been confirmed, beside the entrance. Power and one screen are included; furniture has to be ordered by the end of June.', 'floor-plan', 'png', '{22,11,22}'),
  (34, 'Lunch on Thursday? ', 'shall we try the new place by the river on Thursday? I have a table for six, number ', ', and they take vegetarians seriously.', 'menu', 'pdf', '{35,35,14}'),
  (35, 'Password for archive A', 'the archive A', ' is in the folder; its password comes separately. Please delete the file when you have taken what you need.', 'archive', 'zip', '{2,24,39}');

ANALYZE rhythm; ANALYZE folk; ANALYZE topics; ANALYZE contacts;

-- One deed per mail: who, when, and the thread it belongs to (two in five groups of three mails are a question, its answer and a last word).
-- Everything else that people do hangs on these: conversation c on deed 10c, file f on deed 20f, calendar event c on deed 10c - 5.
CREATE TEMP TABLE deeds AS
SELECT n, key, h, at, 1 + pool * ((3 * r + 7 * r * r / 1000003) / 10) / 1000003 AS who
FROM (
  SELECT n, key, h, at, h / 64 % 1000003 AS r, CASE n - key WHEN 0 THEN pool WHEN 1 THEN lag(pool, 1) OVER w ELSE lag(pool, 2) OVER w END AS pool
  FROM (
    SELECT n, key, at, pool, pg_temp.mix(key, 11) AS h
    FROM (
      SELECT s.n, CASE WHEN (s.n - 1) / 3 % 5 < 2 THEN (s.n - 1) / 3 * 3 + 1 ELSE s.n END AS key, r.pool::bigint AS pool,
        r.at + interval '1 microsecond' * (((s.n - r.first) * 3600000000 + s.n * 382258049 % 3599999983) / (r.last - r.first + 1)) AS at
      FROM rhythm AS r CROSS JOIN LATERAL generate_series(r.first, r.last) AS s(n)
      WHERE r.topic = 'mail'
      OFFSET 0
    ) AS spread
    OFFSET 0
  ) AS mixed
  WINDOW w AS (ORDER BY n)
) AS threaded;

ANALYZE deeds;

-- Mailboxes: 1 to U are the people's own, U + d is the shared one of department d.
INSERT INTO email_accounts (id, user_id, department_id, organization_id, provider, email, account_type, auth_data, settings, last_sync_at,
  indexing_status, indexing_progress, error_message, created_at, updated_at, deleted_at)
SELECT account, uid, did, oid, (ARRAY['microsoft','google','imap'])[o % 3 + 1], email, 'personal',
  jsonb_build_object('scheme', 'aes-256-gcm', 'sealed', md5('token:' || n) || md5('seal:' || n)),
  jsonb_build_object('indexHistory', true, 'indexHistoryMonths', CASE WHEN h % 3 = 0 THEN 12 END, 'autoIndexAttachments', true, 'syncEnabled', deleted_at IS NULL),
  CASE WHEN rank IS NULL THEN COALESCE(deleted_at, created_at + interval '30 days') ELSE pg_temp.anchor() - pg_temp.seconds(h % 1700) END,
  CASE WHEN n > 15 AND h % 31 = 0 THEN 'in_progress' ELSE 'complete' END, CASE WHEN n > 15 AND h % 31 = 0 THEN h / 31 % 100 ELSE 100 END, NULL,
  created_at + interval '3 hours', greatest(created_at + interval '3 hours', COALESCE(deleted_at, pg_temp.today() - h % 30 * interval '1 day')), deleted_at
FROM people WHERE n <> 14
UNION ALL
SELECT account, uid, did, oid, 'google', email, 'personal', '{}', jsonb_build_object('indexHistory', true, 'syncEnabled', false), NULL,
  'pending', 0, NULL, created_at, created_at, NULL
FROM people WHERE n = 14
UNION ALL
SELECT md5('email_accounts:' || pg_temp.size('users') + n)::uuid, NULL, uid, oid, (ARRAY['microsoft','google','imap'])[o % 3 + 1],
  pg_temp.plain(replace(name, ' ', '.')) || '@' || domain, 'shared',
  jsonb_build_object('scheme', 'aes-256-gcm', 'sealed', md5('shared:' || n) || md5('seal:' || n)),
  jsonb_build_object('indexHistory', true, 'indexHistoryMonths', NULL, 'autoIndexAttachments', true, 'syncEnabled', true),
  CASE WHEN o = 1 AND k = 2 THEN pg_temp.today() - interval '9 days' + interval '4 hours' ELSE pg_temp.anchor() - pg_temp.seconds(n * 131 % 900) END,
  CASE WHEN o = 1 AND k = 2 THEN 'error' WHEN n % 97 = 40 THEN 'error' ELSE 'complete' END,
  CASE WHEN o = 1 AND k = 2 THEN 64 WHEN n % 97 = 40 THEN 12 ELSE 100 END,
  CASE WHEN o = 1 AND k = 2 THEN 'invalid_grant: the refresh token has expired, sign in again' WHEN n % 97 = 40 THEN 'IMAP: AUTHENTICATE failed' END,
  created_at + interval '40 days', pg_temp.today() - interval '9 days' + interval '4 hours', NULL
FROM depts;

-- Every so often one for organization 1 goes to the mailbox of its empty department.
INSERT INTO emails (id, email_account_id, department_id, message_id, thread_id, folder, subject, from_email, from_name, to_emails, cc_emails, bcc_emails,
  body_html, body_text, preview, unread, important, received_at, sent_at, indexed_at, created_at, updated_at, deleted_at)
SELECT id::uuid, account, did, '<' || left(id, 18) || '@' || CASE WHEN outgoing THEN domain ELSE split_part(correspondent, '@', 2) END || '>', 'thread-' || to_hex(h),
  CASE WHEN NOT outgoing THEN CASE WHEN h % 41 = 7 THEN 'trash' WHEN h % 19 < 2 THEN 'archive' ELSE 'inbox' END WHEN draft THEN 'drafts' ELSE 'sent' END,
  subject,
  CASE WHEN outgoing THEN email ELSE correspondent END,
  CASE WHEN outgoing THEN name ELSE correspondent_name END,
  CASE WHEN outgoing THEN correspondents ELSE party END,
  CASE WHEN h % 6 = 5 THEN copied ELSE '[]' END,
  '[]',
  CASE WHEN h % 3 = 0 THEN '<p>' || replace(body, E'\n\n', '</p><p>') || '</p>' END,
  body,
  replace(left(body, 64), E'\n', ' '),
  NOT outgoing AND h / 3 % 100 < CASE WHEN at > pg_temp.anchor() - interval '6 days' THEN 45 ELSE 3 END,
  h / 5 % 100 < 6,
  CASE WHEN NOT draft THEN at END,
  CASE WHEN NOT draft THEN at - (h % 9 + 1) * interval '1 second' END,
  CASE WHEN h / 7 % 50 > 0 THEN least(at + (h % 900) * interval '1 second', pg_temp.anchor()) END,
  at, at,
  CASE WHEN h / 11 % 67 = 0 THEN least(at + (h % 40) * interval '7 hours', pg_temp.anchor()) END
FROM (
  SELECT md5('emails:' || d.n) AS id, d.h, d.at, d.outgoing, d.outgoing AND d.part = 0 AND d.h / 500 % 17 = 0 AS draft,
    CASE WHEN idle.uid IS NOT NULL THEN idle.account WHEN d.h % 8 = 0 AND d.at < f.shared_until AND f.did IS NOT NULL THEN f.shared ELSE f.account END AS account,
    COALESCE(idle.uid, f.did) AS did,
    f.domain, f.email, f.name, f.party, f.mate AS copied,
    CASE WHEN d.internal THEN f.mate_email ELSE c.email END AS correspondent,
    CASE WHEN d.internal THEN f.mate_name ELSE c.name END AS correspondent_name,
    CASE WHEN d.internal THEN f.mate ELSE c.party END AS correspondents,
    CASE WHEN d.part > 0 THEN 'Re: ' ELSE '' END || t.subject || d.ref AS subject,
    CASE d.part
      WHEN 0 THEN 'Hello' || CASE WHEN d.outgoing THEN '' ELSE ' ' || f.given END || E',\n\n' || t.opening || d.ref || t.rest || E'\n\nKind regards\n'
      WHEN 1 THEN E'Thank you for writing.\n\nI have looked into ' || d.ref || (ARRAY[' and it is as you say; I will see to it this week.', ' and need one more day, because a colleague has the file.',
        '. It looks right to me, please go ahead.', '. Could we speak about it tomorrow before ten?'])[d.h / 29 % 4 + 1] || E'\n\nBest wishes\n'
      ELSE E'That settles it, thank you.\n\nI close ' || d.ref || E' on our side.\n\nRegards\n'
    END || CASE WHEN d.outgoing THEN f.name WHEN d.internal THEN f.mate_name ELSE c.name END AS body
  FROM (
    SELECT n, h, at, who, n - key AS part, (10000 + h / 23 % 90000)::text AS ref, h / 97 % 5 < 2 AS internal,
      n - key = 1 OR n = key AND (n - 1) / 3 % 5 > 1 AND h % 97 > 70 AS outgoing
    FROM deeds
    OFFSET 0
  ) AS d
  JOIN folk AS f ON f.who = d.who
  JOIN topics AS t ON t.k = d.h / 13 % 36
  JOIN contacts AS c ON c.k = t.outsiders[d.h / 17 % 3 + 1]
  LEFT JOIN (SELECT uid, md5('email_accounts:' || pg_temp.size('users') + n)::uuid AS account FROM depts WHERE o = 1 AND k = 5) AS idle ON f.o = 1 AND d.n % 997 = 5
  OFFSET 0
) AS letter;

-- Talking to the assistant: two, four or six messages each, half a minute apart.
CREATE TEMP TABLE talks AS
SELECT c, d.h, d.at - interval '7 minutes' AS at, f.uid, f.did, f.o, f.given, 2 * (1 + d.h / 31 % 3)::int AS messages, (d.h / 37 % 12)::int AS k, d.h / 41 % 5 < 2 AS tooled,
  md5('conversations:' || c)::uuid AS id
FROM generate_series(1, pg_temp.size('mails') / 10) AS c
JOIN deeds AS d ON d.n = c * 10
JOIN folk AS f ON f.who = d.who;

CREATE TEMP TABLE talking (k int, title text, ask text, answer text, follow_up text, more text, tool text, arguments jsonb, result jsonb);
INSERT INTO talking VALUES
  (0, 'Unanswered customer mails', 'Which customer mails of this week have I not answered?', 'There are four. The oldest is from Tuesday and concerns a delayed consignment.', 'Draft a reply to the oldest.', 'Done: the draft is in your drafts folder.', 'search_emails', '{"folder":"inbox","unread":true,"since":"7d"}', '{"found":4}'),
  (1, 'Summary of the contract', 'Summarise the contract in the last attachment.', 'It runs for two years, renews itself by one, and limits liability to the yearly fee.', 'What about the term of notice?', 'Three months to the end of a calendar year.', 'read_file', '{"pages":"1-14"}', '{"characters":28114}'),
  (2, 'Meeting with the carrier', 'Find an hour with the carrier next week.', 'Wednesday at ten and Thursday at two are free for everybody.', 'Take Wednesday.', 'The invitation has been sent.', 'create_calendar_event', '{"duration_minutes":60,"within":"next week"}', '{"created":true}'),
  (3, 'Open invoices', 'What do we owe and until when?', 'Seven invoices are open; two of them fall due before Friday.', 'List those two.', 'Brightmop on Wednesday, Voltavia on Thursday.', 'search_emails', '{"query":"invoice","since":"60d"}', '{"found":7}'),
  (4, 'Translate an answer', 'Put my answer to the registry into French.', 'Here it is; two legal terms are kept in the original.', 'Make it more formal.', 'Changed: address, closing, and one verb.', 'draft_email', '{"language":"fr"}', '{"drafted":true}'),
  (5, 'Stock differences', 'Compare the stocktaking sheet with the system.', 'Eleven pieces are missing, nine of them in aisle seven.', 'Who counted aisle seven?', 'The sheet names the early shift of the twelfth.', 'read_file', '{"sheet":1}', '{"rows":412}'),
  (6, 'Reminder for the audit', 'Remind me of the open audit finding.', 'Finding noted: I will remind you on Monday at nine.', 'Earlier, please.', 'Moved to this Friday.', 'create_reminder', '{"at":"Mon 09:00"}', '{"created":true}'),
  (7, 'Travel expenses', 'How do I claim for the train to Lyon?', 'Use form T2, with the ticket and the seat reservation.', 'Where is form T2?', 'In the shared folder of Finance, under Forms.', 'search_files', '{"query":"form T2"}', '{"found":1}'),
  (8, 'Minutes in short', 'Give me the last minutes in five lines.', 'Prices rise in autumn; two posts are approved; the move is put off; the fair is booked; next meeting on the ninth.', 'Who has the actions?', 'Two are yours, one is with Procurement.', 'search_emails', '{"query":"minutes","limit":1}', '{"found":1}'),
  (9, 'Vacancy answers', 'How many applied for the open vacancy?', 'Twenty-three, of whom nine speak French.', 'Sort them by experience.', 'Sorted; the first three have more than eight years.', 'search_files', '{"query":"curriculum vitae"}', '{"found":23}'),
  (10, 'Cost of the assistant', 'What did we spend on you this month?', 'About two thirds of the limit, mostly for long summaries.', 'Can it be less?', 'Shorter context for summaries would save a quarter.', 'usage_report', '{"period":"month"}', '{"share":0.66}'),
  (11, 'Out of office', 'Write an out of office note for August.', 'Written, with a colleague named for urgent matters.', 'Leave the colleague out.', 'Removed.', 'draft_email', '{"template":"absence"}', '{"drafted":true}');

INSERT INTO conversations (id, user_id, department_id, title, summary, message_count, last_message_at, created_at, updated_at, deleted_at)
SELECT t.id, t.uid, t.did, w.title, CASE WHEN t.messages > 4 THEN 'The user asked: ' || w.ask || ' ' || w.answer END, t.messages,
  t.at + t.messages * interval '30 seconds', t.at, t.at + t.messages * interval '30 seconds',
  CASE WHEN t.h / 43 % 50 = 0 THEN least(t.at + interval '9 days', pg_temp.anchor()) END
FROM talks AS t JOIN talking AS w ON w.k = t.k;

-- Message j of conversation c is row 10c + j; even ones are the assistant's, and the second may have used a tool.
INSERT INTO messages (id, conversation_id, role, content, tool_calls, tool_results, metadata, created_at, updated_at)
SELECT md5('messages:' || t.c * 10 + j)::uuid, t.id, CASE j % 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
  CASE j WHEN 1 THEN w.ask WHEN 2 THEN w.answer WHEN 3 THEN w.follow_up WHEN 4 THEN w.more WHEN 5 THEN 'Thank you, that is all.' ELSE 'You are welcome, ' || t.given || '.' END,
  CASE WHEN j = 2 AND t.tooled THEN jsonb_build_array(jsonb_build_object('id', 'call_' || to_hex(t.h), 'name', w.tool, 'arguments', w.arguments)) ELSE '[]' END,
  CASE WHEN j = 2 AND t.tooled THEN jsonb_build_array(jsonb_build_object('id', 'call_' || to_hex(t.h), 'result', w.result)) ELSE '[]' END,
  CASE j % 2 WHEN 1 THEN '{}' ELSE '{"model": "gpt-5.1-mini"}' END::jsonb,
  t.at + j * interval '30 seconds', t.at + j * interval '30 seconds'
FROM talks AS t
JOIN talking AS w ON w.k = t.k
CROSS JOIN LATERAL generate_series(1, t.messages) AS j;

-- The three newest calls are still under way; one in eighteen of the others failed.
INSERT INTO ai_tool_calls (id, message_id, tool_call_id, tool_name, arguments, result, status, error_message, execution_time_ms, created_at, completed_at)
SELECT md5('ai_tool_calls:' || c)::uuid, md5('messages:' || c * 10 + 2)::uuid, 'call_' || to_hex(h), tool, arguments,
  CASE state WHEN 'complete' THEN result END, state,
  CASE state WHEN 'error' THEN (ARRAY['timed out after 30 s', 'mail server answered 503', 'no permission for this calendar', 'file is encrypted'])[h / 53 % 4 + 1] END,
  CASE WHEN state IN ('complete', 'error') THEN 120 + h / 59 % 4000 END,
  at + interval '55 seconds',
  CASE WHEN state IN ('complete', 'error') THEN at + interval '55 seconds' + (120 + h / 59 % 4000) * interval '1 millisecond' END
FROM (
  SELECT t.c, t.h, t.at, w.tool, w.arguments, w.result,
    CASE WHEN row_number() OVER (ORDER BY t.c DESC) = 1 THEN 'executing' WHEN row_number() OVER (ORDER BY t.c DESC) < 4 THEN 'pending' WHEN t.h / 47 % 18 = 0 THEN 'error' ELSE 'complete' END AS state
  FROM talks AS t JOIN talking AS w ON w.k = t.k
  WHERE t.tooled
) AS calls;

-- Files; every second one was saved from attachment 2f, which came with mail 20f.
CREATE TEMP TABLE papers AS
SELECT f, d.h, d.at, p.uid, p.did, p.oid, p.n, t.k, t.subject, t.opening, t.rest, t.kind, (10000 + d.h / 23 % 90000)::text AS ref,
  t.paper || '-' || 10000 + d.h / 23 % 90000 || '.' || t.kind AS filename,
  CASE t.kind WHEN 'pdf' THEN 'application/pdf' WHEN 'docx' THEN 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
    WHEN 'xlsx' THEN 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' WHEN 'png' THEN 'image/png' WHEN 'zip' THEN 'application/zip' ELSE 'text/plain' END AS content_type,
  20000 + d.h / 61 % 4000000 AS size,
  md5('files:' || f)::uuid AS id,
  t.kind NOT IN ('png', 'zip') AND d.h / 67 % 25 > 0 AS indexed
FROM generate_series(1, pg_temp.size('mails') / 20) AS f
JOIN deeds AS d ON d.n = f * 20
JOIN folk AS p ON p.who = d.who
JOIN topics AS t ON t.k = d.h / 13 % 36;

INSERT INTO files (id, user_id, department_id, organization_id, conversation_id, filename, original_filename, content_type, size, file_path,
  auto_saved, indexed, indexed_at, extracted_content, metadata, created_at, updated_at, deleted_at)
SELECT id, uid, did, oid, CASE WHEN f % 3 = 0 THEN md5('conversations:' || f * 2)::uuid END, left(id::text, 8) || '-' || filename, filename, content_type, size,
  '/srv/files/' || oid || '/' || id || '.' || kind,
  f % 2 = 0, indexed, CASE WHEN indexed THEN least(at + interval '4 minutes', pg_temp.anchor()) END,
  CASE WHEN indexed THEN upper(left(subject, 1)) || substr(subject, 2) || ref || E'\n\n' || opening || ref || rest || E'\n\nPage 1 of ' || 1 + h % 9 END,
  jsonb_build_object('pages', 1 + h % 9, 'sha256', md5('sum:' || f) || md5('check:' || f)),
  at, at, CASE WHEN h / 71 % 60 = 0 THEN least(at + interval '20 days', pg_temp.anchor()) END
FROM papers;

INSERT INTO file_content_chunks (id, file_id, chunk_index, content, metadata, created_at)
SELECT md5('file_content_chunks:' || f * 10 + i)::uuid, id, i, CASE i WHEN 0 THEN subject || ref WHEN 1 THEN opening || ref || rest ELSE 'Terms and conditions apply as agreed; see the last page.' END,
  jsonb_build_object('page', i + 1), at + interval '5 minutes'
FROM papers CROSS JOIN LATERAL generate_series(0, (h % 3)::int) AS i
WHERE indexed AND at + interval '5 minutes' <= pg_temp.anchor();

INSERT INTO email_attachments (id, email_id, filename, content_type, size, file_id, created_at)
SELECT md5('email_attachments:' || f * 2)::uuid, md5('emails:' || f * 20)::uuid, filename, content_type, size, CASE WHEN f % 2 = 0 THEN id END, at
FROM papers
UNION ALL
SELECT md5('email_attachments:' || a)::uuid, md5('emails:' || a * 10)::uuid, t.paper || '-' || 10000 + d.h / 23 % 90000 || '.' || t.kind, 'application/octet-stream', 9000 + d.h / 61 % 900000, NULL, d.at
FROM generate_series(1, pg_temp.size('mails') / 10, 2) AS a
JOIN deeds AS d ON d.n = a * 10
JOIN topics AS t ON t.k = d.h / 13 % 36;

-- Half of the embeddings are of mails, the others of files and conversations. A vector repeats a dozen numbers, which is enough for a sample.
INSERT INTO embeddings (id, department_id, source_type, source_id, chunk_index, content, embedding, metadata, created_at)
SELECT md5('embeddings:' || i)::uuid, f.did,
  CASE i % 4 WHEN 2 THEN 'file' WHEN 3 THEN 'conversation' ELSE 'email' END,
  CASE i % 4 WHEN 2 THEN md5('files:' || i * 2) WHEN 3 THEN md5('conversations:' || i * 4) ELSE md5('emails:' || i * 40) END::uuid, 0,
  t.opening || 10000 + d.h / 23 % 90000 || t.rest,
  ('[' || repeat(dozen, 127) || left(dozen, -1) || ']')::vector,
  jsonb_build_object('model', 'text-embedding-3-small'), least(d.at + interval '6 minutes', pg_temp.anchor())
FROM generate_series(1, pg_temp.size('mails') / 40) AS i
JOIN deeds AS d ON d.n = i * 40
JOIN folk AS f ON f.who = d.who
JOIN topics AS t ON t.k = d.h / 13 % 36
CROSS JOIN LATERAL (
  SELECT '0.0' || 100 + d.h % 467 || ',-0.0' || 100 + d.h / 3 % 389 || ',0.0' || 100 + d.h / 5 % 401 || ',0.00' || 100 + d.h / 7 % 887 || ',-0.0' || 100 + d.h / 11 % 409 || ',0.0' || 100 + d.h / 13 % 353
    || ',-0.00' || 100 + d.h / 17 % 877 || ',0.0' || 100 + d.h / 19 % 431 || ',0.0' || 100 + d.h / 23 % 379 || ',-0.0' || 100 + d.h / 29 % 397 || ',0.00' || 100 + d.h / 31 % 863 || ',-0.0' || 100 + d.h / 37 % 433 || ',' AS dozen
  OFFSET 0
) AS v;

-- Calendars. Events are put in one to twenty days ahead, so the newest are still to come.
INSERT INTO calendar_accounts (id, user_id, department_id, provider, email, auth_data, last_sync_at, created_at, updated_at, deleted_at)
SELECT md5('calendar_accounts:' || n)::uuid, uid, did, CASE o % 3 WHEN 1 THEN 'google' ELSE 'microsoft' END, email,
  jsonb_build_object('scheme', 'aes-256-gcm', 'sealed', md5('calendar:' || n)),
  CASE WHEN rank IS NULL THEN COALESCE(deleted_at, created_at + interval '30 days') ELSE pg_temp.anchor() - pg_temp.seconds(h % 3100) END,
  created_at + interval '4 hours', greatest(created_at + interval '4 hours', COALESCE(deleted_at, pg_temp.today() - h % 40 * interval '1 day')), deleted_at
FROM people WHERE n <> 14;

INSERT INTO calendar_events (id, calendar_account_id, department_id, event_id, title, description, location, start_time, end_time, all_day,
  organizer_email, organizer_name, attendees, recurrence, created_by_user_id, created_at, updated_at, deleted_at)
SELECT md5('calendar_events:' || c)::uuid, md5('calendar_accounts:' || f.n)::uuid, f.did, 'evt-' || to_hex(d.h),
  (ARRAY['Weekly meeting','Quote review','Call with the carrier','Month end','Interview','Customer visit','Stocktaking','One to one','Training','Budget round','Lunch','Safety walk'])[d.h % 12 + 1],
  CASE WHEN d.h % 3 = 0 THEN 'See the minutes of last time.' END,
  (ARRAY['Room Ada','Room Turing','Canteen','Online','Reception','Gate 3'])[d.h / 12 % 6 + 1],
  starts, CASE WHEN d.h % 25 = 0 THEN starts + interval '1 day' ELSE starts + (1 + d.h / 79 % 3) * interval '30 minutes' END, d.h % 25 = 0,
  f.email, f.name,
  jsonb_build_array(jsonb_build_object('email', f.mate_email, 'name', f.mate_name, 'status', (ARRAY['accepted','accepted','tentative','declined'])[d.h / 83 % 4 + 1])),
  CASE WHEN d.h % 12 = 0 THEN '{"freq": "weekly", "interval": 1}'::jsonb END,
  CASE WHEN d.h / 89 % 4 = 0 THEN f.uid END,
  d.at, d.at, CASE WHEN d.h / 97 % 40 = 0 THEN least(d.at + interval '1 day', pg_temp.anchor()) END
FROM generate_series(1, pg_temp.size('mails') / 10) AS c
JOIN deeds AS d ON d.n = c * 10 - 5
JOIN folk AS f ON f.who = d.who
CROSS JOIN LATERAL (
  SELECT date_trunc('day', d.at) + (1 + d.h % 20) * interval '1 day' + CASE WHEN d.h % 25 = 0 THEN interval '0' ELSE (14 + d.h / 73 % 20) * interval '30 minutes' END AS starts
  OFFSET 0
) AS s;

-- What the models cost. Prices are dollars per million tokens, times a hundred; weights add up to a hundred.
CREATE TEMP TABLE work AS
SELECT (row_number() OVER (ORDER BY i, j) - 1)::int AS k, model, operation, least_in, span_in, least_out, span_out, price_in, price_out, metadata::jsonb
FROM (VALUES
  (1, 30, 'gpt-5.1-mini', 'chat', 900, 17000, 80, 1400, 25, 200, '{"tool_calls": 0}'),
  (2, 9, 'gpt-5.1-mini', 'chat', 2400, 26000, 120, 1900, 25, 200, '{"tool_calls": 2}'),
  (3, 9, 'gpt-5.1', 'chat', 1200, 21000, 150, 2600, 125, 1000, '{"tool_calls": 1}'),
  (4, 10, 'gpt-4o-mini', 'chat', 600, 9000, 60, 900, 15, 60, '{"tool_calls": 0}'),
  (5, 4, 'gpt-4o', 'chat', 800, 12000, 90, 1200, 250, 1000, '{"tool_calls": 1}'),
  (6, 6, 'gpt-5.1-mini', 'summarization', 4000, 38000, 200, 700, 25, 200, '{"source": "conversation"}'),
  (7, 22, 'text-embedding-3-small', 'embedding', 120, 7800, 0, 1, 2, 0, '{"source": "email"}'),
  (8, 10, 'omni-moderation-latest', 'moderation', 40, 1900, 0, 1, 0, 0, '{}')
) AS w(i, weight, model, operation, least_in, span_in, least_out, span_out, price_in, price_out, metadata)
CROSS JOIN LATERAL generate_series(1, weight) AS j;
ANALYZE work;

INSERT INTO api_usage (id, user_id, department_id, organization_id, model, operation_type, input_tokens, output_tokens, total_tokens, cost_usd, metadata, created_at)
SELECT md5('api_usage:' || n)::uuid, uid, did, oid, model, operation, tokens_in, tokens_out, tokens_in + tokens_out,
  ((tokens_in * price_in + tokens_out * price_out + 50) / 100) * 0.000001, metadata, at
FROM (
  SELECT u.n, u.at, f.uid, f.did, f.oid, w.model, w.operation, w.price_in, w.price_out, w.metadata,
    w.least_in + u.h / 101 % w.span_in * (u.h / 103 % 997) / 997 AS tokens_in, w.least_out + u.h / 107 % w.span_out * (u.h / 109 % 991) / 991 AS tokens_out
  FROM (
    SELECT n, at, h, 1 + pool * ((3 * r + 7 * r * r / 1000003) / 10) / 1000003 AS who
    FROM (
      SELECT n, at, pool, h, h / 64 % 1000003 AS r
      FROM (
        SELECT s.n, pg_temp.mix(s.n, 21) AS h, r.pool::bigint AS pool,
          r.at + interval '1 microsecond' * (((s.n - r.first) * 3600000000 + s.n * 382258049 % 3599999983) / (r.last - r.first + 1)) AS at
        FROM rhythm AS r CROSS JOIN LATERAL generate_series(r.first, r.last) AS s(n)
        WHERE r.topic = 'usage'
        OFFSET 0
      ) AS mixed
      OFFSET 0
    ) AS ranked
  ) AS u
  JOIN work AS w ON w.k = u.h % 100
  JOIN folk AS f ON f.who = u.who
  OFFSET 0
) AS priced;

-- The runaway job of user 15: half a per cent of the calls, far more of the money, all in one night.
INSERT INTO api_usage (id, user_id, department_id, organization_id, model, operation_type, input_tokens, output_tokens, total_tokens, cost_usd, metadata, created_at)
SELECT md5('api_usage:' || c)::uuid, p.uid, p.did, p.oid, 'gpt-5.1', 'summarization', 90000 + c * 131 % 30000, 3900 + c * 17 % 400, 93900 + c * 131 % 30000 + c * 17 % 400,
  (((90000 + c * 131 % 30000) * 125 + (3900 + c * 17 % 400) * 1000 + 50) / 100) * 0.000001, '{"job": "resummarise-archive", "attempt": 7}',
  pg_temp.anchor() - interval '11 hours' + c * interval '4 hours' / (pg_temp.size('usage') / 200)
FROM generate_series(1::bigint, pg_temp.size('usage') / 200) AS c JOIN people AS p ON p.n = 15;

-- Limits follow from what is used: organizations and departments by month, people by day. Nothing keeps current_usage up to date:
-- the application writes it when a month is closed, so this month's stands at nothing.
CREATE TEMP TABLE spent AS
SELECT organization_id, department_id, date_trunc('month', created_at) AS month, sum(cost_usd) AS cost, sum(total_tokens) AS tokens,
  sum(cost_usd) FILTER (WHERE metadata ->> 'job' IS NULL) AS usual
FROM api_usage GROUP BY 1, 2, 3;

CREATE TEMP TABLE months AS
SELECT date_trunc('month', pg_temp.anchor()) - i * interval '1 month' AS start, i FROM generate_series(0, 2) AS i;

INSERT INTO usage_limits (id, scope_type, scope_id, limit_type, limit_value, period_start, current_usage, created_at, updated_at)
WITH of_month AS (
  SELECT o.n, o.uid, m.start, m.i, COALESCE(sum(s.cost) FILTER (WHERE s.month = m.start), 0) AS cost, COALESCE(sum(s.tokens) FILTER (WHERE s.month = m.start), 0) AS tokens,
    COALESCE(sum(s.usual), 0) / 3 AS usual, COALESCE(sum(s.tokens), 0) / 3 AS usual_tokens
  FROM orgs AS o CROSS JOIN months AS m LEFT JOIN spent AS s ON s.organization_id = o.uid
  GROUP BY 1, 2, 3, 4
), of_organization AS (
  SELECT *,
    -- Organization 3 was granted less than it uses, organization 2 comes close.
    ceil(usual * (CASE n WHEN 1 THEN 1.5 WHEN 2 THEN 1.12 WHEN 3 THEN 0.7 ELSE 1.2 + n % 5 * 0.25 END)) AS cost_limit,
    ceil(usual_tokens * 1.6 / 1000000) * 1000000 AS token_limit
  FROM of_month
)
SELECT md5('usage_limits:' || n * 10 + i)::uuid, 'organization', uid, 'monthly_cost', cost_limit, start, CASE i WHEN 0 THEN 0 ELSE round(cost, 2) END, start, CASE i WHEN 0 THEN start ELSE start + interval '1 month' END
FROM of_organization
UNION ALL
SELECT md5('usage_limits:' || n * 10 + 3 + i)::uuid, 'organization', uid, 'monthly_tokens', token_limit, start, CASE i WHEN 0 THEN 0 ELSE tokens END, start, CASE i WHEN 0 THEN start ELSE start + interval '1 month' END
FROM of_organization
UNION ALL
SELECT md5('usage_limits:' || 100000 + d.n)::uuid, 'department', d.uid, 'monthly_cost',
  ceil(COALESCE(sum(s.usual), 0) / 3 * CASE WHEN d.n % 17 = 9 THEN 0.6 ELSE 1.3 + d.n % 7 * 0.2 END) + 2, m.start, 0, m.start, m.start
FROM depts AS d JOIN months AS m ON m.i = 0 LEFT JOIN spent AS s ON s.department_id = d.uid
GROUP BY d.n, d.uid, m.start
UNION ALL
SELECT md5('usage_limits:' || 1000000 + n)::uuid, 'user', uid, 'daily_tokens', (ARRAY[200000, 500000, 1000000])[h % 3 + 1], pg_temp.today(), 0, pg_temp.today(), pg_temp.today()
FROM people WHERE rank IS NOT NULL AND (n <= 15 OR n % 10 = 1);

INSERT INTO cost_settings (id, organization_id, department_id, user_id, setting_type, setting_value, created_at, updated_at)
SELECT md5('cost_settings:' || n * 3)::uuid, uid, NULL::uuid, NULL::uuid, 'daily_limit',
  jsonb_build_object('tokens', (ARRAY[40000000, 20000000, 8000000])[least(n, 3)], 'cost_usd', (ARRAY[60.00, 30.00, 10.00])[least(n, 3)] * greatest(1, pg_temp.size('users') / 300)), created_at, created_at + interval '70 days'
FROM orgs
UNION ALL
SELECT md5('cost_settings:' || n * 3 + 1)::uuid, uid, NULL, NULL, 'alert_threshold', jsonb_build_object('percent', 70 + n % 3 * 10), created_at, created_at FROM orgs
UNION ALL
SELECT md5('cost_settings:' || n * 3 + 2)::uuid, uid, NULL, NULL, 'alert_threshold', '{"percent": 95}', pg_temp.today() - interval '33 days' + interval '10 hours', pg_temp.today() - interval '33 days' + interval '10 hours'
FROM orgs WHERE n = 1
UNION ALL
SELECT md5('cost_settings:' || 100000 + n)::uuid, oid, uid, NULL, 'daily_limit', jsonb_build_object('tokens', 4000000 + n % 4 * 1000000, 'cost_usd', 8 + n % 4 * 2), created_at, created_at + interval '90 days'
FROM depts WHERE k <= 3
UNION ALL
SELECT md5('cost_settings:' || 1000000 + n)::uuid, oid, did, uid, 'daily_limit', jsonb_build_object('tokens', 300000 + n % 5 * 100000, 'cost_usd', 1 + n % 5 * 0.5), created_at, created_at
FROM people WHERE rank IS NOT NULL AND did IS NOT NULL AND n % 50 IN (3, 15);

-- The trail. Rows 1 to 40 are the incidents.
INSERT INTO audit_logs (id, user_id, organization_id, department_id, action_type, resource_type, resource_id, tool_name, details, ip_address, user_agent, created_at)
WITH alien AS ( -- the newest nine mails of organization 2 that are three days old
  SELECT d.n, f.did, f.oid, row_number() OVER (ORDER BY d.n DESC) AS i
  FROM deeds AS d JOIN folk AS f ON f.who = d.who
  WHERE f.o = 2 AND f.did IS NOT NULL AND d.at < pg_temp.today() - interval '3 days'
  ORDER BY d.n DESC LIMIT 9
), finance AS ( -- the newest five of Tomáš's old department
  SELECT d.n, row_number() OVER (ORDER BY d.n DESC) AS i
  FROM deeds AS d JOIN folk AS f ON f.who = d.who
  WHERE f.o = 1 AND f.d = (SELECT n FROM depts WHERE o = 1 AND k = 2) AND d.n % 997 <> 5 AND d.at < pg_temp.today() - interval '12 days'
  ORDER BY d.n DESC LIMIT 5
), said (row, n, o, did, action, resource, resource_id, tool, details, address, at) AS (
  SELECT 1, 1, 2, NULL::uuid, 'email_search', 'email', NULL::uuid, NULL, '{"query": "redundancy plan", "scope": "all organizations"}', inet '198.51.100.77', pg_temp.today() - interval '2 days' + interval '22:38'
  UNION ALL SELECT 1 + i, 1, 2, did, 'email_read', 'email', md5('emails:' || n)::uuid, NULL, '{"folder": "inbox"}', inet '198.51.100.77', pg_temp.today() - interval '2 days' + interval '22:40' + i * interval '97 seconds' FROM alien
  UNION ALL SELECT 10 + i, 6, 1, (SELECT uid FROM depts WHERE o = 1 AND k = 2), 'email_read', 'email', md5('emails:' || n)::uuid, NULL, '{"folder": "inbox"}', inet '203.0.113.19', pg_temp.today() - interval '11 days' + interval '21:04' + i * interval '140 seconds' FROM finance
  UNION ALL SELECT 15 + i, 9, 1, NULL, 'login_failed', 'user', md5('users:9')::uuid, NULL, '{"reason": "wrong password", "attempt": ' || i || '}', inet '192.0.2.44', pg_temp.today() - interval '5 days' + interval '03:12' + i * interval '11 seconds' FROM generate_series(1, 6) AS i
  UNION ALL SELECT 22, 9, 1, NULL, 'account_locked', 'user', md5('users:9')::uuid, NULL, '{"after_attempts": 6}', inet '192.0.2.44', pg_temp.today() - interval '5 days' + interval '03:13:08'
  UNION ALL SELECT 23, 1, 1, NULL, 'user_deleted', 'user', md5('users:6')::uuid, NULL, '{"soft": true, "departments_removed": false}', inet '10.20.0.37', pg_temp.today() - interval '40 days' + interval '15:00'
  UNION ALL SELECT 24, 2, 2, NULL, 'user_deleted', 'user', md5('users:7')::uuid, NULL, '{"soft": true, "roles_removed": false}', inet '10.20.0.74', pg_temp.today() - interval '62 days' + interval '10:00'
  UNION ALL SELECT 24 + i, 7, 2, NULL, (ARRAY['login', 'settings_changed', 'report_exported'])[i], (ARRAY['user', 'organization', 'organization'])[i], CASE i WHEN 1 THEN md5('users:7') ELSE md5('organizations:2') END::uuid, NULL,
    (ARRAY['{"method": "password"}', '{"setting": "dataRetentionDays", "before": 180, "after": 180}', '{"report": "people", "rows": 91}'])[i], inet '203.0.113.140', pg_temp.today() - interval '9 days' + interval '22:00' + (i - 1) * interval '6 minutes' FROM generate_series(1, 3) AS i
  UNION ALL SELECT 28, 1, 1, NULL, 'user_invited', 'user', md5('users:14')::uuid, NULL, jsonb_build_object('email', 'kwame.mensah@meridian-freight.example', 'expires_at', to_char(pg_temp.today() - interval '38 days', 'YYYY-MM-DD'))::text, inet '10.20.0.37', pg_temp.today() - interval '45 days' + interval '17:10'
  UNION ALL SELECT 29, 2, 2, NULL, 'role_granted', 'user', md5('users:2')::uuid, NULL, '{"role": "admin", "department": null}', inet '10.20.0.74', pg_temp.today() - interval '200 days' + interval '11:00'
  UNION ALL SELECT 30, 2, 2, (SELECT uid FROM depts WHERE o = 2 AND k = 2), 'department_member_added', 'user', md5('users:12')::uuid, NULL, '{"department": "Finance"}', inet '10.20.0.74', pg_temp.today() - interval '130 days' + interval '10:00'
  UNION ALL SELECT 30 + i, NULL, 1, (SELECT uid FROM depts WHERE o = 1 AND k = 2), 'email_sync_failed', 'email_account', md5('email_accounts:' || (SELECT pg_temp.size('users') + n FROM depts WHERE o = 1 AND k = 2))::uuid, NULL, '{"error": "invalid_grant"}', NULL, pg_temp.today() - (10 - i) * interval '1 day' + interval '04:15' FROM generate_series(1, 9) AS i
  UNION ALL SELECT 40, 15, 3, NULL, 'limit_exceeded', 'organization', md5('organizations:3')::uuid, 'summarize_thread', '{"limit_type": "monthly_cost", "job": "resummarise-archive"}', inet '10.20.2.43', pg_temp.anchor() - interval '10 hours 40 minutes'
)
SELECT md5('audit_logs:' || s.row)::uuid, p.uid, md5('organizations:' || s.o)::uuid, s.did, s.action, s.resource, s.resource_id, s.tool, s.details::jsonb, s.address, p.agent, s.at
FROM said AS s LEFT JOIN people AS p ON p.n = s.n;

-- The rest is people going about their work: each row points to a mail, conversation, file or event of its own actor that was there by then.
CREATE TEMP TABLE acts AS
SELECT (row_number() OVER (ORDER BY i, j) - 1)::int AS k, action, resource, prefix, unit, shift, tool, details::jsonb
FROM (VALUES
  (1, 26, 'email_read', 'email', 'emails:', 1, 0, NULL, '{"folder": "inbox"}'),
  (2, 6, 'email_sent', 'email', 'emails:', 1, 0, NULL, '{"recipients": 1}'),
  (3, 2, 'email_sent', 'email', 'emails:', 1, 0, 'send_email', '{"recipients": 1, "confirmed": true}'),
  (4, 3, 'email_archived', 'email', 'emails:', 1, 0, NULL, '{"from": "inbox", "to": "archive"}'),
  (5, 2, 'email_deleted', 'email', 'emails:', 1, 0, NULL, '{"from": "inbox", "to": "trash"}'),
  (6, 3, 'email_search', 'email', NULL, 1, 0, NULL, '{"query": "invoice"}'),
  (7, 2, 'email_search', 'email', NULL, 1, 0, 'search_emails', '{"query": "contract", "found": 3}'),
  (8, 5, 'login', 'user', NULL, 1, 0, NULL, '{"method": "password"}'),
  (9, 4, 'login', 'user', NULL, 1, 0, NULL, '{"method": "sso"}'),
  (10, 3, 'logout', 'user', NULL, 1, 0, NULL, '{}'),
  (11, 1, 'login_failed', 'user', NULL, 1, 0, NULL, '{"reason": "wrong password"}'),
  (12, 12, 'ai_query', 'conversation', 'conversations:', 10, 0, NULL, '{"model": "gpt-5.1-mini"}'),
  (13, 3, 'ai_query', 'conversation', 'conversations:', 10, 0, NULL, '{"model": "gpt-5.1"}'),
  (14, 2, 'ai_tool_used', 'conversation', 'conversations:', 10, 0, 'search_emails', '{"ok": true}'),
  (15, 2, 'ai_tool_used', 'conversation', 'conversations:', 10, 0, 'summarize_thread', '{"ok": true}'),
  (16, 1, 'ai_tool_used', 'conversation', 'conversations:', 10, 0, 'read_file', '{"ok": true}'),
  (17, 1, 'ai_tool_used', 'conversation', 'conversations:', 10, 0, 'read_file', '{"ok": false, "error": "file is encrypted"}'),
  (18, 4, 'conversation_created', 'conversation', 'conversations:', 10, 0, NULL, '{}'),
  (19, 3, 'file_uploaded', 'file', 'files:', 20, 0, NULL, '{"source": "browser"}'),
  (20, 7, 'file_downloaded', 'file', 'files:', 20, 0, NULL, '{}'),
  (21, 1, 'file_shared', 'file', 'files:', 20, 0, NULL, '{"with": "department"}'),
  (22, 2, 'calendar_event_created', 'calendar_event', 'calendar_events:', 10, -5, NULL, '{}'),
  (23, 1, 'calendar_event_created', 'calendar_event', 'calendar_events:', 10, -5, 'create_calendar_event', '{"confirmed": true}'),
  (24, 2, 'calendar_event_updated', 'calendar_event', 'calendar_events:', 10, -5, NULL, '{"before": {"room": "Canteen"}, "after": {"room": "Room Ada"}}'),
  (25, 1, 'settings_changed', 'user', NULL, 1, 0, NULL, '{"setting": "emailNotifications", "before": true, "after": false}'),
  (26, 1, 'report_exported', 'department', NULL, 1, 0, NULL, '{"report": "usage", "format": "csv"}')
) AS a(i, weight, action, resource, prefix, unit, shift, tool, details)
CROSS JOIN LATERAL generate_series(1, weight) AS j;
ANALYZE acts;

INSERT INTO audit_logs (id, user_id, organization_id, department_id, action_type, resource_type, resource_id, tool_name, details, ip_address, user_agent, created_at)
SELECT md5('audit_logs:' || e.n)::uuid, f.uid, f.oid, f.did, e.action, e.resource, md5(e.prefix || e.r)::uuid, e.tool, e.details, f.address, f.agent, e.at
FROM (
  SELECT t.n, t.at, a.action, a.resource, a.prefix, a.tool, a.details, a.unit, a.shift, greatest(t.mail / a.unit, 4) AS r
  FROM (
    -- One of the mails so far, the newer the likelier, and none that went to the empty department.
    SELECT n, at, h, (CASE WHEN mail % 997 = 5 THEN mail - 1 ELSE mail END)::int AS mail
    FROM (
      SELECT n, at, h, so_far - (h / 128 % 1009) * (h / 128 % 1009) / 1009 * so_far / 12108 AS mail
      FROM (
        SELECT s.n, pg_temp.mix(s.n, 31) AS h, m.first - 1 AS so_far,
          r.at + interval '1 microsecond' * (((s.n - r.first) * 3600000000 + s.n * 382258049 % 3599999983) / (r.last - r.first + 1)) AS at
        FROM rhythm AS r
        JOIN rhythm AS m ON m.topic = 'mail' AND m.at = r.at
        CROSS JOIN LATERAL generate_series(r.first, r.last) AS s(n)
        WHERE r.topic = 'audit'
        OFFSET 0
      ) AS mixed
      OFFSET 0
    ) AS pointed
    OFFSET 0
  ) AS t
  JOIN acts AS a ON a.k = t.h % 100
  OFFSET 0
) AS e
JOIN deeds AS d ON d.n = e.r * e.unit + e.shift
JOIN folk AS f ON f.who = d.who;

-- Four notifications for everybody who was there, over six weeks.
INSERT INTO notifications (id, user_id, type, title, message, read, action_url, metadata, created_at, read_at)
SELECT md5('notifications:' || row)::uuid, uid, type, title, message, seen, url, jsonb_build_object('channel', CASE WHEN h % 3 = 0 THEN 'push' ELSE 'web' END), at,
  CASE WHEN seen THEN least(at + (h % 5000) * interval '1 second', pg_temp.anchor()) END
FROM (
  SELECT p.n * 4 + i AS row, p.uid, k.*, pg_temp.mix(p.n * 4 + i, 41) AS h, pg_temp.mix(p.n * 4 + i, 41) / 7 % 100 < 72 AS seen,
    pg_temp.today() - (1 + pg_temp.mix(p.n * 4 + i, 42) % 42) * interval '1 day' + interval '7 hours' + pg_temp.seconds(pg_temp.mix(p.n * 4 + i, 43) % 39600) AS at, p.created_at
  FROM people AS p
  CROSS JOIN generate_series(0, 3) AS i
  JOIN (VALUES
    (0, 'email_received', 'New mail from a customer', 'It looks urgent: the word "today" occurs twice.', '/mail/inbox'),
    (1, 'proactive_reminder', 'An answer is due', 'You promised a reply by noon.', '/assistant'),
    (2, 'calendar_reminder', 'Meeting in a quarter of an hour', NULL, '/calendar'),
    (3, 'limit_warning', 'Your department has used most of its monthly limit', 'Long summaries cost the most.', '/usage'),
    (4, 'file_indexed', 'Your file can be searched now', NULL, '/files'),
    (5, 'mention', 'A colleague mentioned you', 'In the notes of the weekly meeting.', '/assistant')
  ) AS k(k, type, title, message, url) ON k.k = pg_temp.mix(p.n * 4 + i, 44) % 6
  WHERE p.rank IS NOT NULL
) AS told
WHERE at > created_at;

INSERT INTO notifications (id, user_id, type, title, message, read, action_url, metadata, created_at, read_at)
SELECT md5('notifications:' || row)::uuid, md5('users:1')::uuid, 'sync_failed', 'The mailbox of Finance no longer syncs', 'Sign in again to renew the access.', false, '/settings/mailboxes', '{"channel": "web"}',
  pg_temp.today() - (10 - row) * interval '1 day' + interval '04:16', NULL
FROM generate_series(1, 3) AS row;

DROP TABLE orgs, depts, cultures, cast_of_note, people, mates, seats, hours, rhythm, folk, contacts, topics, deeds, talks, talking, papers, work, spent, months, acts;
RESET work_mem;
RESET jit;
