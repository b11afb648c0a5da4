-- Sample data for jenifer: the same rows every time, by arithmetic and md5 from row numbers, around one moment.
--
-- Settings (defaults below): purview.anchor, the moment after which nothing has happened yet, and the sizes
-- purview.organizations, .departments (executives here), .users, .mails (meetings, tasks and approvals together, as
-- 50, 35 and 15 %), .usage (AI messages, over 90 days) and .audit (audit log). Other tables follow from these.
-- Nothing relies on a trigger; those that would write rows or move times are off while the file runs.
--
-- What is wrong in it, for somebody to find (all in Halden & Marsh Advisory, @halden-marsh.example, unless said):
--   amelia.hartwell      the first admin; nothing wrong with her
--   tomasz.zielinski     admin who looked into Brightwater Capital's meetings at night: action view and export in
--                        audit_log, org_id Brightwater's, address 198.51.100.77
--   priya.raghunathan    ordinary user; her "Invoice review: Brightwater" was filed under Brightwater's org_id, so she
--                        cannot see it
--   jonas.becker         locked (inactive, and banned in auth.users) after failed logins, seen and exporting since
--   siobhan.obrien       looks after no executive
--   marek.dvorak         soft-deleted 20 days ago, still assigned to an executive, still changes tasks
--   grace.okafor         soft-deleted 35 days ago, still admin, still exports
--   henrik.lindqvist     role 'Admin', which no policy takes for admin
--   chiara.dangelo       calendar sync fails since 9 days: invalid_grant
--   noah.fitzgerald      signed up, never finished onboarding, never seen
--   late.joiner          invitation expired 30 days ago, still pending, as admin
--   Ingrid Solberg       executive whom nobody looks after
--   Bernard Achterberg   executive who has left, with meetings still to come
--   "Board dinner (moved from Brightwater)"   a meeting whose executive belongs to Brightwater
--   Áurea Eventos        organization on a trial that ended 11 days ago, still active: the nearest to being over a
--                        limit in a schema that has none (admin beatriz.salgado@aurea-eventos.example)
--   k 17, 34, …          at larger scales: organizations that were deleted and are still at work
--   ai_patterns          'preferred_meeting_day' twice for the whole organization: its UNIQUE does not hold for NULLs
-- For the screen: maria.fernandez (a very long name), wang.xiuying (CJK), leila.haddad (right to left).

SELECT
  set_config('purview.anchor', coalesce(nullif(current_setting('purview.anchor', true), ''), '2025-06-30 12:00:00+00'),
    false),
  set_config('purview.organizations', coalesce(nullif(current_setting('purview.organizations', true), ''), '3'), false),
  set_config('purview.departments', coalesce(nullif(current_setting('purview.departments', true), ''), '12'), false),
  set_config('purview.users', coalesce(nullif(current_setting('purview.users', true), ''), '300'), false),
  set_config('purview.mails', coalesce(nullif(current_setting('purview.mails', true), ''), '20000'), false),
  set_config('purview.usage', coalesce(nullif(current_setting('purview.usage', true), ''), '60000'), false),
  set_config('purview.audit', coalesce(nullif(current_setting('purview.audit', true), ''), '50000'), false);

-- Times inside JSON are written in the session's zone, which must not matter.
SET TIME ZONE 'UTC';
-- Compiling these wide expressions takes longer than running them.
SET jit = off;
-- Hash joins keep the order of the row numbers, which is that of time; merge joins would sort by something else.
SET enable_mergejoin = off;

ALTER TABLE auth.users DISABLE TRIGGER USER;
ALTER TABLE public.executive_profiles DISABLE TRIGGER USER;
ALTER TABLE public.meetings DISABLE TRIGGER USER;
ALTER TABLE public.tasks DISABLE TRIGGER USER;
ALTER TABLE public.approvals DISABLE TRIGGER USER;

------------------------------------------------------------------------------------------------------------ scaffolding

-- A number from 0 to m - 1 that looks random: squaring in a prime field keeps neighbours from looking alike.
CREATE FUNCTION pg_temp.r(n bigint, salt bigint, m bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT ((
    ((n * 1103515245 + salt * 736878713) % 2147483647) * ((n * 1103515245 + salt * 736878713) % 2147483647) + n
  ) % 2147483629 % m)::integer
$$;

-- A name as it stands in an address; spelt out because lower() depends on the locale.
CREATE FUNCTION pg_temp.plain(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT translate(name,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ ÁÅÉÍÓáãäåçèéëíîñòóôöøúüąęŁłńśź&''',
    'abcdefghijklmnopqrstuvwxyz.aaeioaaaaceeeiinooooouuaellnsz'
  )
$$;

-- The name prefix keeps these out of the way of the real tables: pg_temp comes first in every search path.
CREATE TEMP TABLE demo_size AS
SELECT
  anchor,
  date_trunc('day', anchor) AS today,
  current_setting('purview.organizations')::integer AS organizations,
  current_setting('purview.departments')::integer AS executives,
  current_setting('purview.users')::integer AS users,
  mails - mails * 35 / 100 - mails * 15 / 100 AS meetings,
  mails * 35 / 100 AS tasks,
  mails * 15 / 100 AS approvals,
  greatest(mails / 20, 20 * current_setting('purview.organizations')::integer) AS contacts,
  mails,
  messages,
  audit,
  -- A row changes so often at most, and so many of a thousand rows have their history in the audit log, which leaves
  -- about a fifth of it to log-ins and the like.
  greatest(1, audit * 9 / 10 / greatest(mails, 1)) AS changes,
  least(1000, audit * 400 / greatest(mails, 1)) AS kept
FROM (
  SELECT
    current_setting('purview.anchor')::timestamptz AS anchor,
    current_setting('purview.mails')::bigint AS mails,
    current_setting('purview.usage')::bigint AS messages,
    current_setting('purview.audit')::bigint AS audit
) AS given;

-- Row numbers. A table, unlike generate_series, tells the planner how many there are.
CREATE TEMP TABLE demo_n AS
SELECT n FROM generate_series(1, (SELECT greatest(messages / 4 + 1, mails, contacts) FROM demo_size)) AS n;

-- First names and surnames that go together.
CREATE TEMP TABLE demo_name AS
SELECT row_number() OVER () - 1 AS culture, string_to_array(first, ' ') AS first, string_to_array(last, ' ') AS last
FROM (VALUES
  ('Oliver Emily Thomas Charlotte George Harriet Edward Lucy Samuel Eleanor Daniel Alice Peter Hannah Simon Ruth',
   'Ashworth Bennett Clarke Davies Ellis Fletcher Goodwin Hughes Jennings Knight Lawson Marshall Norton Palmer Reid'
    ' Shaw Turner Walsh Whitaker Young'),
  ('Lukas Anna Felix Katharina Maximilian Lena Jürgen Sabine Matthias Johanna Björn Heike Stefan Käthe Tobias Uta',
   'Müller Schmidt Weber Fischer Wagner Schäfer Koch Bauer Richter Wolf Schröder Neumann Krüger Zimmermann Vogel'
    ' Lange Köhler Jäger Böhm Roth'),
  ('Camille Julien Élodie Antoine Chloé Mathieu Amélie Étienne Margaux François Inès Benoît Sylvie Rémi Zoé Gérard',
   'Martin Bernard Dubois Moreau Lefèvre Girard Rousseau Fournier Mercier Chevalier Gauthier Perrin Marchand'
    ' Lemaître Renard Delacroix Barbier Noël Picard Blanchard'),
  ('Lucía Javier Carmen Álvaro Elena Sergio Marta Íñigo Pilar Andrés Rocío Hugo Inmaculada Ramón Nuria Joaquín',
   'García Martínez López Sánchez Pérez Gómez Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Navarro Ibáñez'
    ' Vázquez Ortega Castaño Rubio'),
  ('Agnieszka Paweł Katarzyna Michał Małgorzata Łukasz Joanna Krzysztof Zofia Wojciech Ewa Grzegorz Hanna Stanisław'
    ' Beata Rafał',
   'Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zając Szymański Woźniak Dąbrowski Kozłowski Jankowski'
    ' Mazur Krawczyk Grabowski Pawłowski Michalski Król Wróbel Stępień'),
  ('Astrid Lars Freja Magnus Sigrid Anders Maja Søren Linnéa Mikkel Åsa Håkon Karin Jørgen Elin Gunnar',
   'Andersson Hansen Johansson Nielsen Karlsson Larsen Bergström Sørensen Lindgren Kristensen Åkesson Dahl Nyström'
    ' Holm Sjöberg Lund Ekström Haugen Söderlund Berg'),
  ('Giulia Marco Francesca Alessandro Elisa Lorenzo Martina Davide Niccolò Valentina Pietro Serena Matteo Ilaria'
    ' Luca Bianca',
   'Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini'
    ' Lombardi Moretti Barbieri Fontana Rinaldi'),
  ('Ananya Rohan Kavya Arjun Meera Vikram Shreya Aditya Divya Sanjay Pooja Rahul Lakshmi Nikhil Isha Karthik',
   'Sharma Iyer Patel Gupta Nair Reddy Mehta Kulkarni Banerjee Chatterjee Deshpande Joshi Kapoor Menon Pillai Rao'
    ' Saxena Srinivasan Varma Bose'),
  ('Adaeze Emeka Ngozi Tunde Folake Chidi Amara Kwame Zainab Obinna Yetunde Kofi Abena Ifeanyi Bisi Uche',
   'Adeyemi Okonkwo Eze Balogun Nwosu Mensah Afolabi Okoro Boateng Ibrahim Adebayo Owusu Chukwu Danjuma Asante Obi'
    ' Lawal Nwachukwu Osei Bello'),
  ('Beatriz João Larissa Thiago Mariana Gustavo Letícia Otávio Fernanda Caio Antônia Renato Luíza Vinícius Isadora'
    ' Túlio',
   'Silva Santos Oliveira Souza Pereira Lima Carvalho Almeida Ribeiro Araújo Fernandes Barbosa Rocha Gonçalves'
    ' Cardoso Magalhães Teixeira Correia Vasconcelos Paixão')
) AS given (first, last);

-- The companies that meetings, contacts and questions are about.
CREATE TEMP TABLE demo_company AS
SELECT row_number() OVER () - 1 AS i, name, pg_temp.plain(replace(name, ' ', '')) || '.example' AS domain
FROM (VALUES
  ('Northgate Insurance'), ('Calloway Steel'), ('Pemberton Rail'), ('Sólheimar Energy'), ('Ostrava Glass'),
  ('Delmar Foods'), ('Kestrel Aerospace'), ('Iberia Textil'), ('Lindqvist Timber'), ('Mombasa Freight'),
  ('Okada Robotics'), ('Pellegrini Marble'), ('Quillon Software'), ('Rasmussen Shipping'), ('Sunda Tea'),
  ('Tallinn Data'), ('Umbra Lighting'), ('Vargas Mining'), ('Whitby Breweries'), ('Zürichsee Bank')
) AS given (name);

-- Organizations, with the block of users, executives and contacts that each has: the first three 60, 30 and 10 %, more
-- of them a long tail.
CREATE TEMP TABLE demo_org AS
WITH org AS (
  SELECT k, CASE WHEN organizations <= 3 THEN (ARRAY[60, 30, 10])[k] * 10000 ELSE 1000000 / (k * (k + 1)) END AS weight
  FROM demo_size, generate_series(1, organizations) AS k
), share AS (
  SELECT k, sum(weight) OVER (ORDER BY k) AS upto, sum(weight) OVER () AS total FROM org
), least_of AS (
  SELECT
    least(5, users / organizations) AS users,
    greatest(1, least(2, executives / organizations)) AS executives,
    contacts / organizations / 3 AS contacts
  FROM demo_size
), upto AS (
  SELECT
    k,
    m.users * k + trunc((s.users - m.users * s.organizations) * upto / total)::integer AS users,
    m.executives * k + trunc(greatest(s.executives - m.executives * s.organizations, 0) * upto / total)::integer
      AS execs,
    (m.contacts * k + trunc((s.contacts - m.contacts * s.organizations) * upto / total))::integer AS contacts
  FROM share, demo_size AS s, least_of AS m
), block AS (
  SELECT
    k,
    lag(users, 1, 0) OVER (ORDER BY k) AS user_0, users - lag(users, 1, 0) OVER (ORDER BY k) AS users,
    lag(execs, 1, 0) OVER (ORDER BY k) AS exec_0, execs - lag(execs, 1, 0) OVER (ORDER BY k) AS execs,
    lag(contacts, 1, 0) OVER (ORDER BY k) AS contact_0, contacts - lag(contacts, 1, 0) OVER (ORDER BY k) AS contacts
  FROM upto
), named AS (
  SELECT
    b.*,
    CASE k
      WHEN 1 THEN 'Halden & Marsh Advisory'
      WHEN 2 THEN 'Brightwater Capital'
      WHEN 3 THEN 'Áurea Eventos'
      ELSE
        (ARRAY['Norrland', 'Cobalt', 'Juniper', 'Meridian', 'Fjord', 'Sable', 'Linden', 'Harbour', 'Zephyr', 'Alder',
          'Quarry', 'Saffron', 'Granite', 'Lumen', 'Orchard', 'Tamarind', 'Vesper'])[1 + k % 17]
        || ' ' ||
        (ARRAY['Partners', 'Holdings', 'Ventures', 'Logistics', 'Foundation', 'Studios', 'Legal', 'Biotech', 'Hotels',
          'Shipping', 'Media', 'Energy', 'Group'])[1 + k % 13]
    END AS name,
    CASE k WHEN 1 THEN 'halden-marsh' WHEN 2 THEN 'brightwater' WHEN 3 THEN 'aurea-eventos' END AS slug
  FROM block AS b
)
SELECT
  k, md5('organizations:' || k)::uuid AS id, name, user_0, users, exec_0, execs, contact_0, contacts,
  coalesce(slug, replace(pg_temp.plain(name), '.', '-') || CASE WHEN k > 221 THEN '-' || k ELSE '' END) AS slug,
  coalesce(slug, replace(pg_temp.plain(name), '.', '-') || CASE WHEN k > 221 THEN '-' || k ELSE '' END)
    || '.example' AS domain,
  (ARRAY['Europe/London', 'Europe/London', 'Europe/Lisbon', 'Europe/Berlin', 'Europe/Paris'])[1 + (k - 1) % 5] AS zone,
  (ARRAY['GBP', 'GBP', 'EUR', 'EUR', 'EUR'])[1 + (k - 1) % 5] AS currency
FROM named;

-- The hours of the last 90 days, each as often as it is busy: working days from eight to six with a dip at lunch,
-- little at night and at weekends, a little more from week to week.
CREATE TEMP TABLE demo_tick AS
SELECT row_number() OVER (ORDER BY at, copy) - 1 AS i, at, date_trunc('day', at) AS day, dow
FROM (
  SELECT
    at, extract(isodow FROM at)::integer AS dow,
    CASE
      WHEN extract(isodow FROM at) < 6 THEN
        (ARRAY[0, 0, 0, 0, 0, 1, 2, 6, 20, 30, 32, 27, 11, 22, 30, 28, 21, 12, 5, 3, 2, 1, 1, 0])
          [1 + extract(hour FROM at)::integer]
      ELSE
        (ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 0, 0, 0])
          [1 + extract(hour FROM at)::integer]
    END * (48 - hours / 168) / 12 AS weight
  FROM demo_size
  CROSS JOIN generate_series(1, 90 * 24) AS hours
  CROSS JOIN LATERAL (SELECT anchor - interval '1 hour' * hours AS at) AS hour
) AS slot, generate_series(1, weight) AS copy;

-- Executives: those with a story first in their organization.
CREATE TEMP TABLE demo_exec AS
SELECT
  o.exec_0 + pos AS n, md5('executive_profiles:' || (o.exec_0 + pos))::uuid AS id, o.k, pos, o.id AS org_id,
  coalesce(fixed.name, name.first || ' ' || name.last) AS full_name,
  coalesce(fixed.email, pg_temp.plain(name.first) || '.' || pg_temp.plain(name.last) || '.' || pos) || '@' || o.domain
    AS email,
  coalesce(fixed.title, (ARRAY['Chief Executive Officer', 'Chief Financial Officer', 'Managing Director',
    'General Counsel', 'Chief Operating Officer', 'Partner', 'Chief Technology Officer', 'Head of People', 'Partner',
    'Chief Marketing Officer'])[1 + (pos - 1) % 10]) AS title
FROM demo_org AS o
CROSS JOIN LATERAL generate_series(1, o.execs) AS pos
CROSS JOIN LATERAL (
  SELECT
    c.first[1 + pg_temp.r(o.exec_0 + pos, 101, 16)] AS first, c.last[1 + pg_temp.r(o.exec_0 + pos, 102, 20)] AS last
  FROM demo_name AS c WHERE c.culture = pg_temp.r(o.exec_0 + pos, 103, 10)
) AS name
LEFT JOIN (VALUES
  (1, 1, 'Alistair Penhaligon', 'a.penhaligon', 'Chief Executive Officer'),
  (1, 2, 'Ingrid Solberg', 'i.solberg', 'Chief Financial Officer'),
  (1, 3, 'Bernard Achterberg', 'b.achterberg', 'Senior Partner'),
  (2, 1, 'Rosalind Feng', 'r.feng', 'Managing Partner')
) AS fixed (k, pos, name, email, title) USING (k, pos);

-- Users: those with a story first in their organization. state: active, new (never seen), inactive, gone (deleted).
CREATE TEMP TABLE demo_user AS
SELECT
  n, md5('users:' || n)::uuid AS id, k, pos, org_id, full_name,
  local || CASE WHEN same > 1 THEN same::text ELSE '' END || '@' || domain AS email,
  role, job_title, zone, state, exec_pos, exec_0 + 1 + exec_pos AS exec_n, user_0, users, contact_0, contacts, execs,
  exec_0, today - interval '1 day' * CASE WHEN state = 'new' THEN 2 + pg_temp.r(n, 201, 30)
    ELSE 120 + pg_temp.r(n, 202, 700) END + interval '1 minute' * (480 + pg_temp.r(n, 203, 540)) AS created_at,
  CASE k WHEN 1 THEN CASE pos WHEN 6 THEN anchor - interval '20 days' WHEN 7 THEN anchor - interval '35 days' END END
    AS kept_access_since
FROM (
  SELECT
    u.*,
    row_number() OVER (PARTITION BY k, local ORDER BY n) AS same,
    -- The second executive of the first organization gets nobody.
    CASE WHEN k = 1 AND chance = 1 THEN 0 ELSE chance END AS exec_pos
  FROM (
    SELECT
      o.user_0 + pos AS n, o.k, pos, o.id AS org_id, o.domain, o.zone, o.user_0, o.users, o.exec_0, o.execs,
      o.contact_0, o.contacts, s.today, s.anchor,
      coalesce(fixed.name, name.first || ' ' || name.last) AS full_name,
      coalesce(fixed.local, pg_temp.plain(name.first) || '.' || pg_temp.plain(name.last)) AS local,
      coalesce(fixed.role, CASE WHEN pos = 1 OR pg_temp.r(o.user_0 + pos, 204, 45) = 0 THEN 'admin' ELSE 'user' END)
        AS role,
      coalesce(fixed.title, (ARRAY['Executive Assistant', 'Senior Executive Assistant', 'Personal Assistant',
        'Office Manager', 'Travel Coordinator', 'Project Coordinator', 'Events Manager', 'Team Assistant'])
        [1 + pg_temp.r(o.user_0 + pos, 205, 8)]) AS job_title,
      coalesce(fixed.state, CASE
        WHEN pos <= 3 THEN 'active'
        WHEN pg_temp.r(o.user_0 + pos, 206, 40) = 0 THEN 'new'
        WHEN pg_temp.r(o.user_0 + pos, 207, 50) = 0 THEN 'gone'
        WHEN pg_temp.r(o.user_0 + pos, 208, 60) = 0 THEN 'inactive'
        ELSE 'active'
      END) AS state,
      pg_temp.r(o.user_0 + pos, 209, o.execs) AS chance
    FROM demo_size AS s
    CROSS JOIN demo_org AS o
    CROSS JOIN LATERAL generate_series(1, o.users) AS pos
    CROSS JOIN LATERAL (
      SELECT
        c.first[1 + pg_temp.r(o.user_0 + pos, 210, 16)] AS first, c.last[1 + pg_temp.r(o.user_0 + pos, 211, 20)] AS last
      FROM demo_name AS c WHERE c.culture = pg_temp.r(o.user_0 + pos, 212, 10)
    ) AS name
    LEFT JOIN (VALUES
      (1, 1, 'Amelia Hartwell', 'amelia.hartwell', 'admin', 'Chief of Staff', 'active'),
      (1, 2, 'Tomasz Zieliński', 'tomasz.zielinski', 'admin', 'IT Administrator', 'active'),
      (1, 3, 'Priya Raghunathan', 'priya.raghunathan', 'user', 'Executive Assistant', 'active'),
      (1, 4, 'Jonas Becker', 'jonas.becker', 'user', 'Travel Coordinator', 'inactive'),
      (1, 5, 'Siobhán O''Brien', 'siobhan.obrien', 'user', 'Executive Assistant', 'active'),
      (1, 6, 'Marek Dvořák', 'marek.dvorak', 'user', 'Senior Executive Assistant', 'gone'),
      (1, 7, 'Grace Okafor', 'grace.okafor', 'admin', 'Office Manager', 'gone'),
      (1, 8, 'Henrik Lindqvist', 'henrik.lindqvist', 'Admin', 'Operations Lead', 'active'),
      (1, 9, 'María de los Ángeles Fernández-Villaverde y Gómez de la Torre', 'maria.fernandez', 'user',
        'Personal Assistant to the Chairman of the Supervisory Board', 'active'),
      (1, 10, '王秀英', 'wang.xiuying', 'user', 'Executive Assistant', 'active'),
      (1, 11, 'ليلى حداد', 'leila.haddad', 'user', 'Events Manager', 'active'),
      (1, 12, 'Chiara D''Angelo', 'chiara.dangelo', 'user', 'Executive Assistant', 'active'),
      (1, 13, 'Noah Fitzgerald', 'noah.fitzgerald', 'user', 'Team Assistant', 'new'),
      (2, 1, 'Victoria Chen', 'victoria.chen', 'admin', 'Head of Operations', 'active'),
      (3, 1, 'Beatriz Salgado', 'beatriz.salgado', 'admin', 'Founder', 'active')
    ) AS fixed (k, pos, name, local, role, title, state) USING (k, pos)
  ) AS u
) AS u
ORDER BY n;

-- Who does things, the busy more often than the quiet, in an order that looks like none. Row n of a table belongs to
-- p = n % the number of picks, so the rows of one user can be found again by counting.
CREATE TEMP TABLE demo_pick AS
SELECT
  row_number() OVER (ORDER BY md5(u.n || ':' || copy)::uuid) - 1 AS p,
  u.n AS user_n, u.id AS user_id, u.k, u.org_id, u.email, u.full_name, u.user_0, u.users, u.contact_0, u.contacts,
  CASE WHEN NOT (k = 1 AND pos = 5) THEN md5('executive_profiles:' || u.exec_n)::uuid END AS exec_id,
  md5('executive_profiles:' || u.exec_n)::uuid AS some_exec_id,
  lead(u.id, 1, u.id) OVER (PARTITION BY u.k ORDER BY md5(u.n || ':' || copy)::uuid) AS colleague_id
FROM demo_user AS u
CROSS JOIN LATERAL generate_series(1, CASE
  WHEN state = 'active' THEN (ARRAY[8, 4, 4, 2, 2, 2, 1, 1, 1, 1])[1 + pg_temp.r(u.n, 301, 10)]
  WHEN k = 1 AND pos IN (4, 6, 7) THEN 1
  ELSE 0
END) AS copy;

ALTER TABLE demo_size ADD COLUMN picks bigint, ADD COLUMN ticks bigint;
UPDATE demo_size SET picks = (SELECT count(*) FROM demo_pick), ticks = (SELECT count(*) FROM demo_tick);
ANALYZE demo_size, demo_n, demo_name, demo_company, demo_org, demo_tick, demo_exec, demo_user, demo_pick;

-- The time of the j-th change to a row made at `made`: the first within hours, the others weeks apart as far as there
-- are weeks before the anchor; of a row made today, within what is left of the day.
-- STABLE, as adding to a time is: an IMMUTABLE function could not be inlined.
CREATE FUNCTION pg_temp.changed(n bigint, j integer, made timestamptz, anchor timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT made + CASE
    WHEN made + interval '8 hours' < anchor THEN
      interval '1 minute' * (5 + pg_temp.r(n, 401, 50) + 25 * j) + interval '168 hours'
        * least(j - 1, extract(epoch FROM anchor - made - interval '8 hours')::bigint / 604800)
    ELSE interval '1 second'
      * (extract(epoch FROM anchor - made)::bigint * (20 * least(j, 4) + pg_temp.r(n, 402, 15)) / 100)
  END
$$;

-- The last row before row `upto` that belongs to pick p; NULL where there is none.
CREATE FUNCTION pg_temp.latest(p bigint, upto bigint, picks bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN upto > p THEN nullif((upto - 1 - p) / picks * picks + p, 0) END
$$;

---------------------------------------------------------------------------- organizations, users, executives, families

INSERT INTO public.organizations (
  id, name, slug, logo_url, website, industry, size, subscription_tier, subscription_status, trial_ends_at,
  stripe_customer_id, stripe_subscription_id, settings, created_at, updated_at, deleted_at
)
SELECT
  id, name, slug, 'https://cdn.jenifer.example/logos/' || slug || '.png', 'https://www.' || domain,
  (ARRAY['Consulting', 'Finance', 'Events', 'Manufacturing', 'Shipping', 'Law', 'Media', 'Energy'])[1 + (k - 1) % 8],
  CASE WHEN o.users <= 10 THEN '1-10' WHEN o.users <= 50 THEN '11-50' WHEN o.users <= 200 THEN '51-200'
    WHEN o.users <= 500 THEN '201-500' ELSE '500+' END,
  tier,
  CASE WHEN k = 3 OR k % 7 <> 0 THEN 'active' WHEN k % 14 = 0 THEN 'past_due' ELSE 'paused' END,
  CASE WHEN k = 3 THEN anchor - interval '11 days' WHEN tier = 'trial' THEN anchor + interval '1 day' * (k % 14) END,
  CASE WHEN tier <> 'trial' THEN 'cus_' || substr(md5('customer:' || k), 1, 14) END,
  CASE WHEN tier <> 'trial' THEN 'sub_' || substr(md5('subscription:' || k), 1, 14) END,
  jsonb_build_object('timezone', zone, 'date_format', 'DD/MM/YYYY', 'time_format', '24h', 'week_starts_on', 'monday'),
  today - interval '1 day' * (1000 + 37 * k % 400) + interval '10 hours',
  today - interval '1 day' * (11 + k % 30) + interval '9 hours',
  CASE WHEN k > 5 AND k % 17 = 0 THEN today - interval '1 day' * (9 + k) END
FROM demo_size AS s, demo_org AS o, LATERAL (
  SELECT CASE WHEN k = 1 THEN 'enterprise' WHEN k = 2 THEN 'professional' WHEN k = 3 THEN 'trial'
    ELSE (ARRAY['starter', 'professional', 'starter', 'enterprise', 'trial'])[1 + k % 5] END AS tier
) AS paid;

CREATE TEMP VIEW demo_account AS
SELECT
  u.*,
  CASE
    WHEN state = 'new' THEN NULL
    -- The deleted and the locked of the stories were here yesterday, the others not since they left.
    WHEN kept_access_since IS NOT NULL OR k = 1 AND pos = 4 THEN anchor - interval '1 hour' * (19 + pos)
    WHEN ended_at IS NOT NULL THEN ended_at - interval '1 minute' * (20 + pg_temp.r(n, 411, 3000))
    ELSE t.at + interval '1 second' * pg_temp.r(n, 412, 3000)
  END AS seen_at
FROM (
  SELECT
    u.*, s.anchor, s.today, s.ticks,
    CASE u.state
      WHEN 'gone' THEN coalesce(u.kept_access_since, s.today - interval '1 day' * (20 + pg_temp.r(u.n, 413, 60)))
      WHEN 'inactive' THEN s.today - interval '1 day' * (6 + pg_temp.r(u.n, 414, 30)) + interval '11 hours'
    END AS ended_at
  FROM demo_size AS s CROSS JOIN demo_user AS u
) AS u
-- Most were here today or yesterday.
JOIN demo_tick AS t
  ON t.i = ticks - 1 - pg_temp.r(n, 415, 400)::bigint * pg_temp.r(n, 416, 400) * ticks / 640000;

INSERT INTO auth.users (
  id, aud, role, email, encrypted_password, email_confirmed_at, last_sign_in_at, raw_app_meta_data, raw_user_meta_data,
  banned_until, created_at, updated_at
)
SELECT
  id, 'authenticated', 'authenticated', email,
  '$2a$10$' || substr(md5('salt:' || n) || md5('hash:' || n), 1, 53),
  created_at + interval '4 minutes', seen_at - interval '1 minute' * pg_temp.r(n, 417, 30),
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', full_name),
  CASE WHEN state = 'inactive' THEN anchor + interval '365 days' END,
  created_at, coalesce(ended_at, created_at + interval '4 minutes')
FROM demo_account;

INSERT INTO public.users (
  id, org_id, email, full_name, avatar_url, phone, job_title, timezone, role, permissions, onboarding_completed,
  onboarding_step, is_active, last_seen_at, created_at, updated_at, deleted_at
)
SELECT
  id, org_id, email, full_name,
  CASE WHEN pg_temp.r(n, 421, 3) > 0
    THEN 'https://cdn.jenifer.example/avatars/' || substr(md5('avatar:' || n), 1, 12) END,
  '+44 20 7946 ' || lpad(pg_temp.r(n, 422, 1000)::text, 4, '0'), job_title, zone, role,
  CASE WHEN role = 'admin' THEN '["billing", "members", "integrations"]'
    WHEN pg_temp.r(n, 423, 6) = 0 THEN '["approvals"]' ELSE '[]' END::jsonb,
  state <> 'new', CASE WHEN state = 'new' THEN 1 + n % 3 ELSE 5 END,
  -- The deleted ones of the stories were deleted and not switched off; the others were both.
  NOT (state = 'inactive' OR state = 'gone' AND kept_access_since IS NULL),
  seen_at, created_at, coalesce(ended_at, created_at + interval '1 hour' * (1 + n % 50)),
  CASE WHEN state = 'gone' THEN ended_at END
FROM demo_account;

INSERT INTO public.executive_profiles (
  id, org_id, full_name, title, email, phone, office_location, office_address, home_address, timezone, bio,
  scheduling_preferences, dietary_preferences, travel_preferences, is_active, created_at, updated_at, deleted_at
)
SELECT
  e.id, e.org_id, full_name, title, email, '+44 20 7946 ' || lpad((e.n % 1000)::text, 4, '0'),
  (ARRAY['London', 'Edinburgh', 'Lisbon', 'Frankfurt', 'Paris'])[1 + (e.k - 1) % 5],
  (1 + e.n % 90) || ' Threadneedle Row', (1 + e.n * 7 % 120) || ' Orchard Lane', zone,
  full_name || ' has been ' || title || ' since ' || 2008 + e.n % 15 || '.',
  jsonb_build_object(
    'meeting_buffer_minutes', 5 * (1 + e.n % 4), 'preferred_meeting_times', '["morning"]'::jsonb,
    'max_meetings_per_day', 5 + e.n % 4, 'focus_time_blocks', '[]'::jsonb, 'preferred_meeting_duration', 30,
    'avoid_days', '["friday"]'::jsonb, 'working_hours', '{"start": "08:30", "end": "18:00"}'::jsonb
  ),
  jsonb_build_object(
    'restrictions', (ARRAY['[]', '["vegetarian"]', '["halal"]', '[]', '["gluten-free"]'])[1 + e.n % 5]::jsonb,
    'allergies', (ARRAY['[]', '["nuts"]', '[]', '["shellfish"]'])[1 + e.n % 4]::jsonb,
    'favorites', '["grilled fish"]'::jsonb, 'dislikes', '[]'::jsonb
  ),
  jsonb_build_object(
    'preferred_airlines', '["Aurora Air"]'::jsonb, 'seat_preference', (ARRAY['aisle', 'window'])[1 + e.n % 2],
    'class_preference', 'business', 'passport_expiry', (today + interval '1 day' * (90 + e.n * 97 % 2400))::date
  ),
  NOT (e.k = 1 AND e.pos = 3),
  today - interval '1 day' * (700 + e.n * 13 % 200) + interval '9 hours',
  CASE WHEN e.k = 1 AND e.pos = 3 THEN today - interval '15 days' ELSE today - interval '1 day' * (2 + e.n % 60) END,
  CASE WHEN e.k = 1 AND e.pos = 3 THEN today - interval '15 days' END
FROM demo_size CROSS JOIN demo_exec AS e JOIN demo_org AS o USING (k);

-- Up to three executives a user; the first of a user's is the one most of the work is for.
INSERT INTO public.user_executive_assignments (
  id, user_id, executive_id, is_primary, role, permissions, assigned_at, created_at
)
SELECT
  md5('user_executive_assignments:' || (n * 3 + j))::uuid, u.id, md5('executive_profiles:' || e)::uuid,
  j = 0 AND row_number() OVER (PARTITION BY e, j ORDER BY n) = 1,
  CASE WHEN j = 0 THEN 'assistant' WHEN j = 1 THEN 'backup' ELSE 'delegate' END,
  CASE WHEN j = 0
    THEN '{"calendar": ["read", "write"], "tasks": ["read", "write"], "approvals": ["read", "write"],
      "contacts": ["read", "write"], "settings": ["read"]}'
    ELSE '{"calendar": ["read"], "tasks": ["read", "write"], "approvals": ["read"], "contacts": ["read"],
      "settings": []}'
  END::jsonb,
  created_at + interval '2 hours', created_at + interval '2 hours'
FROM demo_user AS u
CROSS JOIN LATERAL generate_series(0, pg_temp.r(n, 431, least(3, execs))) AS j
CROSS JOIN LATERAL (SELECT exec_0 + 1 + (exec_pos + j) % execs AS e) AS whom
WHERE (state IN ('active', 'inactive') OR kept_access_since IS NOT NULL)
  AND NOT (k = 1 AND pos = 5)
  AND NOT (k = 1 AND (exec_pos + j) % execs = 1);

INSERT INTO public.direct_reports (
  id, org_id, executive_id, full_name, title, department, email, phone, created_at, updated_at
)
SELECT
  md5('direct_reports:' || m)::uuid, e.org_id, e.id, first || ' ' || last,
  (ARRAY['Director', 'Head of Unit', 'Vice President', 'Manager'])[1 + m % 4],
  (ARRAY['Finance', 'Sales', 'Operations', 'Legal', 'Research'])[1 + m % 5],
  pg_temp.plain(first) || '.' || pg_temp.plain(last) || '@' || o.domain,
  '+44 20 7946 ' || lpad(pg_temp.r(m, 441, 1000)::text, 4, '0'),
  today - interval '1 day' * (100 + m % 300), today - interval '1 day' * (10 + m % 80)
FROM demo_size
CROSS JOIN demo_exec AS e
JOIN demo_org AS o USING (k)
CROSS JOIN LATERAL generate_series(e.n * 8, e.n * 8 + 3 + e.n % 4) AS m
CROSS JOIN LATERAL (
  SELECT c.first[1 + pg_temp.r(m, 442, 16)] AS first, c.last[1 + pg_temp.r(m, 443, 20)] AS last
  FROM demo_name AS c WHERE c.culture = pg_temp.r(m, 444, 10)
) AS name;

CREATE TEMP VIEW demo_family AS
SELECT
  m, md5('family_members:' || m)::uuid AS id, e.id AS exec_id, e.org_id, o.user_0, o.users, e.full_name AS exec_name,
  c.first[1 + pg_temp.r(m, 451, 16)] || substr(e.full_name, position(' ' IN e.full_name)) AS full_name,
  CASE m % 4 WHEN 0 THEN 'spouse' WHEN 3 THEN 'parent' ELSE 'child' END AS relationship,
  (today - interval '1 day'
    * (CASE m % 4 WHEN 0 THEN 15000 WHEN 3 THEN 26000 ELSE 4000 END + pg_temp.r(m, 452, 3000)))::date AS birthday,
  today
FROM demo_size
CROSS JOIN demo_exec AS e
JOIN demo_org AS o USING (k)
CROSS JOIN LATERAL generate_series(e.n * 4, e.n * 4 + 1 + e.n % 3) AS m
JOIN demo_name AS c ON c.culture = pg_temp.r(m, 453, 10);

INSERT INTO public.family_members (
  id, org_id, executive_id, full_name, relationship, birthday, email, phone, preferences, notes, created_at, updated_at
)
SELECT
  id, org_id, exec_id, full_name, relationship, birthday,
  CASE WHEN m % 4 IN (0, 3) THEN 'family.' || m || '@home.example' END, NULL,
  jsonb_build_object('interests', jsonb_build_array((ARRAY['sailing', 'chess', 'opera', 'football'])[1 + m % 4]),
    'sizes', '{}'::jsonb, 'favorites', '[]'::jsonb),
  CASE WHEN m % 5 = 0 THEN 'No surprises, please: call first.' END,
  today - interval '1 day' * (100 + m % 200), today - interval '1 day' * (m % 90)
FROM demo_family;

INSERT INTO public.memberships (
  id, org_id, executive_id, category, provider_name, program_name, member_number, tier, enrolled_at, expires_at,
  benefits, created_at, updated_at
)
SELECT
  md5('memberships:' || m)::uuid, e.org_id, e.id, category, provider, program,
  upper(substr(md5('member:' || m), 1, 9)), (ARRAY['Silver', 'Gold', 'Platinum', 'Diamond'])[1 + m % 4],
  (today - interval '1 day' * (400 + m * 31 % 1500))::date, (today + interval '1 day' * (m * 17 % 500 - 60))::date,
  'Priority, lounge, late check-out', today - interval '1 day' * (200 + m % 200), today - interval '1 day' * (m % 90)
FROM demo_size
CROSS JOIN demo_exec AS e
CROSS JOIN LATERAL generate_series(e.n * 5, e.n * 5 + 2 + e.n % 3) AS m
JOIN (VALUES
  (0, 'airlines', 'Aurora Air', 'Aurora Miles'), (1, 'hotels', 'Grand Meridian', 'Meridian Circle'),
  (2, 'car_rental', 'Swiftcar', 'Swift Plus'), (3, 'lounges', 'Quiet Room', 'Quiet Pass'),
  (4, 'clubs', 'The Almanack Club', 'Full member')
) AS kind (i, category, provider, program) ON i = m % 5;

----------------------------------------------------------------------------------------------------- meetings and tasks

CREATE TEMP VIEW demo_contact AS
SELECT
  n.n, md5('contacts:' || n.n)::uuid AS id, o.id AS org_id, o.user_0, o.users, o.exec_0, o.execs,
  c.first[1 + pg_temp.r(n.n, 501, 16)] AS first, c.last[1 + pg_temp.r(n.n, 502, 20)] AS last,
  co.name AS company, co.domain, s.today, s.anchor
FROM demo_size AS s
JOIN demo_n AS n ON n.n <= s.contacts
JOIN demo_org AS o ON n.n > o.contact_0 AND n.n <= o.contact_0 + o.contacts
JOIN demo_name AS c ON c.culture = pg_temp.r(n.n, 503, 10)
JOIN demo_company AS co ON co.i = pg_temp.r(n.n, 504, 20);

INSERT INTO public.contacts (
  id, org_id, executive_id, created_by, full_name, title, company, email, phone, city, country, category, tags,
  relationship_notes, relationship_strength, assistant_name, last_contacted_at, next_followup_at, created_at,
  updated_at, deleted_at
)
SELECT
  id, org_id, md5('executive_profiles:' || (exec_0 + 1 + pg_temp.r(n, 511, execs)))::uuid,
  md5('users:' || (user_0 + 1 + pg_temp.r(n, 512, users)))::uuid, first || ' ' || last,
  (ARRAY['Chief Executive', 'Counsel', 'Head of Procurement', 'Account Director', 'Editor', 'Minister'])
    [1 + pg_temp.r(n, 513, 6)],
  company, pg_temp.plain(first) || '.' || pg_temp.plain(last) || '@' || domain,
  '+44 161 496 ' || lpad(pg_temp.r(n, 514, 1000)::text, 4, '0'),
  (ARRAY['London', 'Kraków', 'Lisboa', 'München', 'Göteborg', 'Milano', 'Lagos', 'Mumbai'])[1 + pg_temp.r(n, 515, 8)],
  (ARRAY['GB', 'PL', 'PT', 'DE', 'SE', 'IT', 'NG', 'IN'])[1 + pg_temp.r(n, 515, 8)],
  (ARRAY['vip', 'client', 'client', 'client', 'vendor', 'partner', 'personal', 'other'])[1 + pg_temp.r(n, 516, 8)],
  (ARRAY['["board"]', '["press", "careful"]', '["supplier"]', '[]', '["golf"]'])[1 + pg_temp.r(n, 517, 5)]::jsonb,
  CASE WHEN pg_temp.r(n, 518, 3) = 0 THEN 'Prefers a call before ten.' END, 1 + pg_temp.r(n, 519, 5),
  CASE WHEN pg_temp.r(n, 520, 4) = 0 THEN 'Office of ' || first || ' ' || last END,
  anchor - interval '1 hour' * (2 + pg_temp.r(n, 521, 1400)), today + interval '1 day' * (1 + pg_temp.r(n, 522, 60)),
  today - interval '1 day' * (62 + pg_temp.r(n, 523, 500)), anchor - interval '1 hour' * (2 + pg_temp.r(n, 521, 1400)),
  CASE WHEN pg_temp.r(n, 524, 40) = 0 THEN anchor - interval '1 hour' * (1 + pg_temp.r(n, 521, 1400)) END
FROM demo_contact;

CREATE TEMP TABLE demo_meeting_kind AS
SELECT row_number() OVER () - 1 AS i, *
FROM (VALUES
  ('Weekly sync', 'internal', 'team_meeting', 30, 'virtual', 'What moved, what is stuck, who decides.'),
  ('Quarterly review: %', 'external', 'client_call', 60, 'virtual', 'The figures, and the plan for the next quarter.'),
  ('Interview: senior analyst', 'internal', 'interview', 45, 'virtual', 'Second round; the case study is attached.'),
  ('Board preparation', 'internal', 'board', 90, 'in_person', 'Walk through the papers before they go out.'),
  ('Lunch with %', 'external', 'client_meal', 75, 'in_person', NULL),
  ('Focus time', 'focus_time', NULL, 120, 'virtual', NULL),
  ('1:1 with a direct report', 'internal', 'one_on_one', 30, 'hybrid', 'Standing agenda.'),
  ('Invoice review: %', 'external', 'finance', 30, 'virtual', 'Two invoices are disputed, one is late.'),
  ('Contract negotiation: %', 'external', 'client_call', 60, 'hybrid', 'Clauses 4 and 9; bring the redline.'),
  ('Flight to the % site', 'travel', 'travel', 180, 'in_person', 'Seat 2A, hand luggage only.'),
  ('Product demo for %', 'external', 'demo', 45, 'virtual', 'Show the new reports.'),
  ('Dentist', 'personal', NULL, 60, 'in_person', NULL),
  ('All-hands', 'internal', 'team_meeting', 60, 'hybrid', 'Questions beforehand, please.'),
  ('Call with counsel on %', 'external', 'legal', 30, 'phone', 'Privileged.'),
  ('Budget planning', 'internal', 'finance', 60, 'virtual', 'First cut by department.'),
  ('Dinner with %', 'external', 'client_meal', 120, 'in_person', 'Table for six.')
) AS given (title, meeting_type, category, minutes, location_type, description);

CREATE TEMP VIEW demo_meeting AS
SELECT
  m.*,
  start_time + interval '1 minute' * minutes AS end_time,
  CASE
    WHEN pg_temp.r(n, 531, 100) < 6 THEN 'cancelled'
    WHEN start_time > anchor AND pg_temp.r(n, 532, 4) = 0 THEN 'tentative'
    ELSE 'confirmed'
  END AS status
FROM (
  SELECT
    n.n, n.n AS item, md5('meetings:' || n.n)::uuid AS id, p.org_id, p.k, p.user_id, p.colleague_id, p.email,
    p.full_name, p.user_n,
    CASE
      WHEN p.k = 1 AND pg_temp.r(n.n, 533, 60) = 0 THEN md5('executive_profiles:2')::uuid
      WHEN pg_temp.r(n.n, 534, 25) > 0 THEN p.exec_id
    END AS exec_id,
    replace(kind.title, '%', co.name) AS title, kind.description, kind.meeting_type, kind.category, kind.minutes,
    kind.location_type, co.name AS company, co.domain,
    t.at + interval '1 second' * pg_temp.r(n.n, 535, 3600) AS created_at,
    -- One to three weeks ahead, on a working day, at a usual time.
    t.day + interval '1 hour' * (
      24 * (lead.days + CASE (t.dow + lead.days) % 7 WHEN 6 THEN 2 WHEN 0 THEN 1 ELSE 0 END)
      + (ARRAY[8, 9, 9, 10, 10, 11, 11, 13, 14, 14, 15, 15, 16])[1 + pg_temp.r(n.n, 536, 13)]
    ) + interval '15 minutes' * (ARRAY[0, 0, 0, 1, 2, 2, 3])[1 + pg_temp.r(n.n, 537, 7)] AS start_time,
    pg_temp.r(n.n, 538, s.changes + 1) AS changes,
    s.anchor
  FROM demo_size AS s
  JOIN demo_n AS n ON n.n <= s.meetings
  JOIN demo_pick AS p ON p.p = n.n % s.picks
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / s.meetings
  JOIN demo_meeting_kind AS kind ON kind.i = pg_temp.r(n.n, 539, 16)
  JOIN demo_company AS co ON co.i = pg_temp.r(n.n, 540, 20)
  CROSS JOIN LATERAL (SELECT 1 + pg_temp.r(n.n, 541, 21) AS days) AS lead
  -- OFFSET 0 keeps the planner from writing these expressions out again wherever they are used.
  OFFSET 0
) AS m;

INSERT INTO public.meetings (
  id, org_id, executive_id, created_by, title, description, start_time, end_time, timezone, location_type, location,
  video_conference_url, video_conference_provider, meeting_type, category, is_recurring, recurrence_rule, status,
  attendees, external_calendar_id, external_event_id, external_calendar_provider, last_synced_at, ai_meeting_brief,
  created_at, updated_at, deleted_at
)
SELECT
  id, org_id, exec_id, user_id, title, description, start_time, end_time, 'Europe/London', location_type,
  CASE location_type WHEN 'in_person' THEN (ARRAY['Room Ash', 'Room Birch', 'Café Lisboa', 'The Almanack Club'])
    [1 + pg_temp.r(n, 551, 4)] WHEN 'hybrid' THEN 'Room Cedar' END,
  CASE WHEN location_type IN ('virtual', 'hybrid') AND meeting_type <> 'focus_time'
    THEN 'https://meet.example/' || substr(md5('link:' || n), 1, 10) END,
  CASE WHEN location_type IN ('virtual', 'hybrid') AND meeting_type <> 'focus_time'
    THEN (ARRAY['zoom', 'teams', 'teams', 'google_meet'])[1 + pg_temp.r(n, 552, 4)] END,
  meeting_type, category, title = 'Weekly sync', CASE WHEN title = 'Weekly sync' THEN 'FREQ=WEEKLY' END, status,
  CASE WHEN meeting_type IN ('internal', 'external') THEN jsonb_build_array(
    jsonb_build_object('email', email, 'name', full_name, 'status', 'accepted', 'is_organizer', true),
    jsonb_build_object('email', 'office@' || domain, 'name', company, 'is_organizer', false,
      'status', (ARRAY['accepted', 'accepted', 'tentative', 'declined'])[1 + pg_temp.r(n, 553, 4)])
  ) ELSE '[]' END,
  CASE WHEN synced THEN email END, CASE WHEN synced THEN 'evt_' || substr(md5('event:' || n), 1, 20) END,
  CASE WHEN synced THEN (ARRAY['google', 'outlook'])[1 + user_n % 2] END,
  CASE WHEN synced THEN pg_temp.changed(n, greatest(changes, 1), created_at, anchor) END,
  CASE WHEN pg_temp.r(n, 554, 6) = 0 THEN 'They will ask about delivery dates; the last meeting ended on price.' END,
  created_at, CASE WHEN changes > 0 THEN pg_temp.changed(n, changes, created_at, anchor) ELSE created_at END,
  CASE WHEN pg_temp.r(n, 555, 60) = 0 THEN pg_temp.changed(n, greatest(changes, 1), created_at, anchor) END
FROM demo_meeting, LATERAL (SELECT pg_temp.r(n, 556, 10) < 7 AS synced) AS calendar;

-- Two that went wrong: filed under the wrong organization, and with another organization's executive.
INSERT INTO public.meetings (
  id, org_id, executive_id, created_by, title, description, start_time, end_time, timezone, meeting_type, category,
  created_at, updated_at
)
SELECT
  md5('meetings:' || wrong.n)::uuid, md5('organizations:' || wrong.k)::uuid, e.id, md5('users:3')::uuid, wrong.title,
  description,
  today - interval '1 day' + interval '10 hours', today - interval '1 day' + interval '11 hours', 'Europe/London',
  'external', 'finance', today - interval '6 days' + interval '9 hours', today - interval '6 days' + interval '9 hours'
FROM demo_size
CROSS JOIN (VALUES
  (-1, 2, 1, 1, 'Invoice review: Brightwater', 'Two invoices are disputed.'),
  (-2, 1, 2, 1, 'Board dinner (moved from Brightwater)', 'Table for eight.')
) AS wrong (n, k, exec_k, exec_pos, title, description)
JOIN demo_exec AS e ON e.k = exec_k AND e.pos = exec_pos;

CREATE TEMP TABLE demo_task_kind AS
SELECT row_number() OVER () - 1 AS i, *
FROM (VALUES
  ('Book a table for the dinner with %', 'scheduling', '["vip"]', 'Quiet corner, two vegetarians.'),
  ('Send the signed contract to %', 'communication', '["legal", "client"]', 'Registered post and a scan.'),
  ('Renew the visa', 'travel', '["travel"]', 'Photographs are in the folder.'),
  ('Collect the figures for the board', 'research', '["board", "finance"]', NULL),
  ('Reply to % about the invoice', 'communication', '["finance"]', 'They have asked twice.'),
  ('Order flowers', 'other', '["gift"]', NULL),
  ('Rebook the flight to the % site', 'travel', '["travel"]', 'Not before nine.'),
  ('Prepare briefing on %', 'research', '["client"]', 'One page, with the names of who attends.'),
  ('File expenses of the last trip', 'admin', '["finance", "travel"]', 'Receipts are in the envelope.'),
  ('Find a slot for the all-hands', 'scheduling', '[]', NULL),
  ('Update the contact details of %', 'admin', '["client"]', NULL),
  ('Chase the approval of the budget', 'communication', '["finance"]', 'Due before the quarter ends.'),
  ('Draft the speech for the anniversary', 'communication', '["event"]', 'Ten minutes, two jokes.'),
  ('Check the lease of the flat', 'other', '["personal"]', NULL)
) AS given (title, category, tags, description);

CREATE TEMP VIEW demo_task AS
SELECT
  k.*,
  CASE WHEN status IN ('done', 'cancelled') THEN greatest(some_changes, 1) ELSE some_changes END AS changes
FROM (
  SELECT
    n.n, s.meetings + n.n AS item, md5('tasks:' || n.n)::uuid AS id, p.p, p.org_id, p.k, p.user_id, p.colleague_id,
    CASE
      WHEN p.k = 1 AND pg_temp.r(n.n, 561, 60) = 0 THEN md5('executive_profiles:2')::uuid
      WHEN pg_temp.r(n.n, 562, 20) > 0 THEN p.exec_id
    END AS exec_id,
    CASE WHEN pg_temp.r(n.n, 563, 10) < 5 THEN p.user_id WHEN pg_temp.r(n.n, 563, 10) < 9 THEN p.colleague_id END
      AS assigned_to,
    p.contact_0, p.contacts,
    replace(kind.title, '%', co.name) AS title, kind.description, kind.category, kind.tags,
    t.at + interval '1 second' * pg_temp.r(n.n, 565, 3600) AS created_at,
    t.day + interval '1 hour' * (17 + 24 * (1 + pg_temp.r(n.n, 566, 21))) AS due_date,
    (ARRAY['low', 'medium', 'medium', 'medium', 'high', 'high', 'urgent'])[1 + pg_temp.r(n.n, 567, 7)] AS priority,
    CASE
      WHEN t.at < s.anchor - interval '240 hours' THEN
        (ARRAY['todo', 'in_progress', 'waiting', 'cancelled', 'done'])[least(5, 1 + pg_temp.r(n.n, 568, 24))]
      ELSE (ARRAY['done', 'in_progress', 'waiting', 'todo'])[least(4, 1 + pg_temp.r(n.n, 568, 6))]
    END AS status,
    pg_temp.r(n.n, 569, s.changes + 1) AS some_changes,
    s.anchor, s.picks, s.meetings, s.tasks, s.approvals
  FROM demo_size AS s
  JOIN demo_n AS n ON n.n <= s.tasks
  JOIN demo_pick AS p ON p.p = n.n % s.picks
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / s.tasks
  JOIN demo_task_kind AS kind ON kind.i = pg_temp.r(n.n, 570, 14)
  JOIN demo_company AS co ON co.i = pg_temp.r(n.n, 571, 20)
  OFFSET 0
) AS k;

INSERT INTO public.tasks (
  id, org_id, executive_id, created_by, assigned_to, title, description, status, priority, category, tags, due_date,
  due_time, completed_at, related_meeting_id, related_contact_id, subtasks, ai_suggested_priority, position,
  created_at, updated_at, deleted_at
)
SELECT
  id, org_id, exec_id, user_id, assigned_to, title, description, status, priority, category, tags::jsonb,
  CASE WHEN pg_temp.r(n, 581, 6) > 0 THEN due_date END, CASE WHEN pg_temp.r(n, 581, 6) = 1 THEN time '12:00' END,
  CASE WHEN status = 'done' THEN changed_at END,
  -- A meeting of the same user, made shortly before.
  CASE WHEN pg_temp.r(n, 582, 4) = 0
    THEN md5('meetings:' || pg_temp.latest(p, n * meetings / tasks, picks))::uuid END,
  CASE WHEN pg_temp.r(n, 583, 5) = 0
    THEN md5('contacts:' || (contact_0 + 1 + pg_temp.r(n, 584, contacts)))::uuid END,
  CASE WHEN pg_temp.r(n, 585, 5) = 0 THEN jsonb_build_array(
    jsonb_build_object('id', '1', 'title', 'Ask', 'completed', status <> 'todo'),
    jsonb_build_object('id', '2', 'title', 'Confirm', 'completed', status = 'done')
  ) ELSE '[]' END,
  CASE WHEN pg_temp.r(n, 586, 4) = 0 THEN 'high' END, pg_temp.r(n, 587, 40), created_at, changed_at,
  CASE WHEN pg_temp.r(n, 588, 70) = 0 THEN changed_at END
FROM demo_task
CROSS JOIN LATERAL (
  SELECT CASE WHEN changes > 0 THEN pg_temp.changed(n, changes, created_at, anchor) ELSE created_at END AS changed_at
  OFFSET 0
) AS last;

CREATE TEMP TABLE demo_approval_kind AS
SELECT row_number() OVER () - 1 AS i, *
FROM (VALUES
  ('Expenses of the trip to %', 'expense', 'travel', 40, 3000),
  ('Dinner for the % delegation', 'expense', 'entertainment', 120, 1400),
  ('New laptop', 'purchase', 'equipment', 900, 1800),
  ('Business class to the % site', 'travel', 'flight', 800, 4200),
  ('Two days off', 'time_off', NULL, NULL, NULL),
  ('Non-disclosure agreement with %', 'document', 'legal', NULL, NULL),
  ('Retainer of %', 'purchase', 'services', 2000, 40000),
  ('Move the board meeting', 'calendar', NULL, NULL, NULL),
  ('Subscription to the news service', 'expense', 'software', 15, 400),
  ('Gift for % at the anniversary', 'other', 'gift', 30, 500)
) AS given (title, approval_type, category, least_amount, spread);

CREATE TEMP VIEW demo_approval AS
SELECT
  a.*,
  CASE WHEN status IN ('approved', 'rejected') THEN greatest(some_changes, 1) ELSE some_changes END AS changes
FROM (
  SELECT
    n.n, s.meetings + s.tasks + n.n AS item, md5('approvals:' || n.n)::uuid AS id, p.p, p.org_id, p.k, p.user_id,
    p.colleague_id,
    CASE WHEN p.k = 1 AND pg_temp.r(n.n, 591, 40) = 0 THEN md5('executive_profiles:2')::uuid ELSE p.some_exec_id END
      AS exec_id,
    replace(kind.title, '%', co.name) AS title, kind.approval_type, kind.category,
    kind.least_amount + pg_temp.r(n.n, 592, coalesce(kind.spread, 1)) + pg_temp.r(n.n, 593, 100) / 100.0 AS amount,
    o.currency,
    t.at + interval '1 second' * pg_temp.r(n.n, 594, 3600) AS created_at,
    t.day + interval '1 hour' * (17 + 24 * (2 + pg_temp.r(n.n, 595, 12))) AS due_date,
    CASE
      WHEN t.at < s.anchor - interval '168 hours' THEN
        (ARRAY['pending', 'info_requested', 'cancelled', 'rejected', 'rejected', 'approved'])
          [least(6, 1 + pg_temp.r(n.n, 596, 25))]
      ELSE (ARRAY['approved', 'approved', 'rejected', 'info_requested', 'pending'])
        [least(5, 1 + pg_temp.r(n.n, 596, 10))]
    END AS status,
    pg_temp.r(n.n, 597, s.changes + 1) AS some_changes,
    s.anchor, s.picks, s.tasks, s.approvals
  FROM demo_size AS s
  JOIN demo_n AS n ON n.n <= s.approvals
  JOIN demo_pick AS p ON p.p = n.n % s.picks
  JOIN demo_org AS o ON o.k = p.k
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / s.approvals
  JOIN demo_approval_kind AS kind ON kind.i = pg_temp.r(n.n, 598, 10)
  JOIN demo_company AS co ON co.i = pg_temp.r(n.n, 599, 20)
  OFFSET 0
) AS a;

INSERT INTO public.approvals (
  id, org_id, executive_id, submitted_by, decided_by, title, description, approval_type, category, status, urgency,
  amount, currency, due_date, decided_at, decision_notes, related_task_id, ai_risk_score, ai_recommendation, ai_notes,
  created_at, updated_at
)
SELECT
  id, org_id, exec_id, user_id, CASE WHEN decided THEN colleague_id END, title, 'Needed before the due date.',
  approval_type, category, status,
  (ARRAY['low', 'medium', 'medium', 'high', 'urgent'])[1 + pg_temp.r(n, 601, 5)], amount, currency, due_date,
  CASE WHEN decided THEN changed_at END,
  CASE status WHEN 'rejected' THEN (ARRAY['Over budget.', 'Not this quarter.', 'Ask again with two offers.'])
    [1 + pg_temp.r(n, 602, 3)] WHEN 'approved' THEN CASE WHEN n % 3 = 0 THEN 'Fine.' END END,
  -- A task of the same user, made shortly before.
  CASE WHEN pg_temp.r(n, 603, 5) = 0
    THEN md5('tasks:' || pg_temp.latest(p, n * tasks / approvals, picks))::uuid END,
  risk, CASE WHEN risk < 40 THEN 'approve' WHEN risk < 80 THEN 'review' ELSE 'reject' END,
  CASE WHEN risk >= 80 THEN 'Three times the usual amount for this category.' END, created_at, changed_at
FROM demo_approval
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN changes > 0 THEN pg_temp.changed(n, changes, created_at, anchor) ELSE created_at END AS changed_at,
    status IN ('approved', 'rejected') AS decided,
    pg_temp.r(n, 604, 50) + pg_temp.r(n, 605, 51) AS risk
  OFFSET 0
) AS also;

-- The task that an approval is about points back at it.
UPDATE public.tasks AS t
SET related_approval_id = a.id
FROM (
  SELECT DISTINCT ON (related_task_id) related_task_id, id
  FROM public.approvals WHERE related_task_id IS NOT NULL ORDER BY related_task_id, id
) AS a
WHERE t.id = a.related_task_id;

INSERT INTO public.delegations (
  id, org_id, task_id, delegated_by, delegated_to, status, delegation_notes, completion_notes, due_date, accepted_at,
  completed_at, created_at, updated_at
)
SELECT
  md5('delegations:' || n)::uuid, org_id, id, user_id, colleague_id, state,
  (ARRAY['Could you take this one?', 'I am away from Thursday.', NULL])[1 + pg_temp.r(n, 611, 3)],
  CASE WHEN state = 'completed' THEN 'Done, the papers are in the folder.' END, due_date,
  CASE WHEN state IN ('accepted', 'completed') THEN pg_temp.changed(n, 2, created_at, anchor) END,
  CASE WHEN state = 'completed' THEN pg_temp.changed(n, 3, created_at, anchor) END,
  pg_temp.changed(n, 1, created_at, anchor), pg_temp.changed(n, 3, created_at, anchor)
FROM demo_task
CROSS JOIN LATERAL (
  SELECT CASE status WHEN 'done' THEN 'completed' WHEN 'cancelled' THEN 'cancelled' WHEN 'todo' THEN 'pending'
    ELSE (ARRAY['accepted', 'accepted', 'rejected'])[1 + pg_temp.r(n, 612, 3)] END AS state
) AS so
WHERE pg_temp.r(n, 613, 15) = 0 AND user_id <> colleague_id;

INSERT INTO public.key_dates (
  id, org_id, executive_id, created_by, title, date, category, related_person, related_family_member_id, is_recurring,
  recurrence_rule, tags, ai_suggested_actions, created_at, updated_at
)
SELECT
  md5('key_dates:family:' || m)::uuid, org_id, exec_id, md5('users:' || (user_0 + 1))::uuid,
  'Birthday of ' || full_name || ' (' || relationship || ' of ' || exec_name || ')',
  birthday, 'birthday', full_name, id, TRUE, 'FREQ=YEARLY', '["family"]'::jsonb,
  '[{"action": "order_gift", "details": "two weeks ahead"}]'::jsonb, today - interval '100 days',
  today - interval '30 days'
FROM demo_family
UNION ALL
SELECT
  md5('key_dates:' || n)::uuid, p.org_id, p.exec_id, p.user_id, kind.title,
  (today + interval '1 day' * (pg_temp.r(n, 621, 400) - 60))::date, kind.category, NULL, NULL,
  kind.category = 'anniversary',
  CASE WHEN kind.category = 'anniversary' THEN 'FREQ=YEARLY' END, kind.tags::jsonb, '[]',
  today - interval '1 day' * (1 + pg_temp.r(n, 622, 88)), today - interval '1 day'
FROM demo_size AS s
JOIN demo_n AS n ON n.n <= s.mails / 50
JOIN demo_pick AS p ON p.p = pg_temp.r(n.n, 623, s.picks)
JOIN (VALUES
  (0, 'Filing deadline', 'deadline', '["legal"]'), (1, 'Annual accounts', 'financial', '["finance"]'),
  (2, 'Ten years with the firm', 'anniversary', '["team"]'), (3, 'Passport expires', 'expiration', '["travel"]'),
  (4, 'Product launch', 'milestone', '[]'), (5, 'Office closed', 'holiday', '["team"]')
) AS kind (i, title, category, tags) ON kind.i = pg_temp.r(n.n, 624, 6);

INSERT INTO public.concierge_services (
  id, org_id, created_by, name, description, category, contact_name, phone, email, website, address, city, price_range,
  rating, notes, tags, is_favorite, times_used, last_used_at, created_at, updated_at
)
SELECT
  md5('concierge_services:' || m)::uuid, o.id, md5('users:' || (o.user_0 + 1))::uuid, kind.name || ' ' || place,
  kind.description, kind.category, 'Reservations', '+44 20 7946 ' || lpad(pg_temp.r(m, 631, 1000)::text, 4, '0'),
  'bookings' || m || '@concierge.example', 'https://concierge.example/' || m, (1 + m % 80) || ' Market Street', place,
  (ARRAY['$', '$$', '$$$', '$$$$'])[1 + pg_temp.r(m, 632, 4)], 3 + pg_temp.r(m, 633, 21) / 10.0,
  CASE WHEN m % 4 = 0 THEN 'Ask for the table by the window.' END, '[]', m % 5 = 0, pg_temp.r(m, 634, 30),
  today - interval '1 day' * pg_temp.r(m, 635, 80) - interval '5 hours', today - interval '1 day' * (90 + m % 300),
  today - interval '1 day' * (1 + m % 80)
FROM demo_size AS s
CROSS JOIN demo_org AS o
CROSS JOIN LATERAL generate_series(o.k * 1000, o.k * 1000 + least(999, 11 + o.users / 20)) AS m
CROSS JOIN LATERAL (SELECT (ARRAY['London', 'Lisboa', 'Paris', 'Berlin', 'Edinburgh'])[1 + m % 5] AS place) AS where_
JOIN (VALUES
  (0, 'Trattoria Lampo', 'restaurant', 'Northern Italian, private room for twelve'),
  (1, 'Hotel Meridian', 'hotel', 'Corporate rate until the end of the year'),
  (2, 'Silver Line Cars', 'transportation', 'Drivers who wait'), (3, 'Hall of Mirrors', 'venue', 'Up to two hundred'),
  (4, 'Bloom & Daughters', 'florist', 'Same-day before noon'),
  (5, 'Kitchen Nine', 'catering', 'Can do halal and kosher'), (6, 'The Paper Knife', 'gift', 'Engraves while you wait')
) AS kind (i, name, category, description) ON kind.i = m % 7;

------------------------------------------------------------------------------------------------------------- assistant

INSERT INTO public.ai_insights (
  id, org_id, executive_id, user_id, insight_type, priority, title, description, suggested_actions,
  related_entity_type, related_entity_id, status, user_action, user_action_at, valid_until, confidence_score,
  model_version, reasoning, created_at, updated_at
)
SELECT
  md5('ai_insights:' || n)::uuid, org_id, exec_id, user_id, insight_type, priority, title, description,
  jsonb_build_array(jsonb_build_object('action_type', action, 'label', label, 'payload', '{}'::jsonb)),
  CASE WHEN meeting IS NOT NULL THEN 'meeting' END, md5('meetings:' || meeting)::uuid,
  CASE WHEN answer IS NULL THEN CASE WHEN made < anchor - interval '336 hours' THEN 'expired' ELSE 'active' END
    ELSE (ARRAY['acted_upon', 'dismissed', 'active'])[answer] END,
  (ARRAY['accepted', 'dismissed', 'snoozed'])[answer], CASE WHEN answer IS NOT NULL THEN answered END,
  made + interval '336 hours', (55 + pg_temp.r(n, 701, 45)) / 100.0,
  CASE WHEN n % 3 = 0 THEN 'insight-2025-04' ELSE 'insight-2025-02' END,
  'From the calendar and the last 30 days of tasks.', made, CASE WHEN answer IS NOT NULL THEN answered ELSE made END
FROM (
  SELECT
    n.n, p.org_id, p.exec_id, p.user_id, kind.*, s.anchor,
    t.at + interval '1 second' * pg_temp.r(n.n, 702, 3600) AS made,
    CASE WHEN kind.about THEN pg_temp.latest(p.p, n.n * s.meetings / (s.mails / 10), s.picks) END AS meeting,
    nullif(pg_temp.r(n.n, 703, 5) % 4, 0) AS answer
  FROM demo_size AS s
  JOIN demo_n AS n ON n.n <= s.mails / 10
  JOIN demo_pick AS p ON p.p = n.n % s.picks
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / (s.mails / 10)
  JOIN (VALUES
    (0, 'conflict_detected', 'high', 'Two meetings overlap', 'The later one can move by half an hour.', 'reschedule',
      'Move it', TRUE),
    (1, 'pattern_found', 'low', 'Fridays are kept free', 'No meeting was accepted on the last four.', 'learn',
      'Remember this', FALSE),
    (2, 'preparation', 'medium', 'A briefing is missing', 'The meeting is in two days.', 'create_task',
      'Make a task', TRUE),
    (3, 'followup', 'medium', 'Nobody has answered', 'The last message is nine days old.', 'draft_reply',
      'Draft a reply', FALSE),
    (4, 'anomaly', 'urgent', 'An expense three times the usual', 'Same category, same month.', 'flag', 'Flag it',
      FALSE),
    (5, 'optimization', 'low', 'Three trips in one week', 'Two of them could be one.', 'merge', 'Show how', TRUE)
  ) AS kind (i, insight_type, priority, title, description, action, label, about) ON kind.i = pg_temp.r(n.n, 704, 6)
  OFFSET 0
) AS insight
CROSS JOIN LATERAL (SELECT pg_temp.changed(n, 2, made, anchor) AS answered OFFSET 0) AS a;

-- The last one twice for the whole organization: a UNIQUE with a NULL executive does not hold.
INSERT INTO public.ai_patterns (
  id, org_id, executive_id, pattern_type, pattern_key, pattern_value, confidence_score, sample_size, first_observed_at,
  last_observed_at, is_active, created_at, updated_at
)
SELECT
  md5('ai_patterns:' || e.n * 10 + kind.i)::uuid, e.org_id, e.id, kind.pattern_type, kind.pattern_key,
  jsonb_build_object(kind.unit, kind.least + pg_temp.r(e.n, kind.i, kind.spread), 'sample_size', sample),
  (50 + sample % 50) / 100.0, sample, today - interval '80 days', today - interval '1 day' * (1 + e.n % 9),
  e.n % 9 <> 8, today - interval '80 days', today - interval '1 day' * (1 + e.n % 9)
FROM demo_size
CROSS JOIN demo_exec AS e
CROSS JOIN (VALUES
  (0, 'meeting_time_preference', 'preferred_meeting_hour', 'hour', 9, 7),
  (1, 'task_completion_pattern', 'median_days_to_done', 'days', 1, 6),
  (2, 'approval_behavior', 'approves_below', 'amount', 500, 4000),
  (3, 'communication_style', 'reply_within_hours', 'hours', 1, 20),
  (4, 'travel_preference', 'departs_not_before', 'hour', 7, 4)
) AS kind (i, pattern_type, pattern_key, unit, least, spread)
CROSS JOIN LATERAL (SELECT 12 + pg_temp.r(e.n, 711 + kind.i, 200) AS sample) AS seen
UNION ALL
SELECT
  md5('ai_patterns:org:' || o.k * 2 + twice)::uuid, o.id, NULL, 'scheduling_habit', 'preferred_meeting_day',
  jsonb_build_object('day', (ARRAY['tuesday', 'thursday'])[1 + twice]), 0.71, 64, today - interval '80 days',
  today - interval '3 days', TRUE, today - interval '80 days', today - interval '3 days'
FROM demo_size CROSS JOIN demo_org AS o CROSS JOIN generate_series(0, 1) AS twice
WHERE o.k = 1 OR twice = 0;

-- Conversations of 2 to 14 messages, until there are enough messages.
CREATE TEMP TABLE demo_talk AS
SELECT
  c.c, c.first, least(c.size, s.messages - c.first)::integer AS size, p.org_id, p.user_id, p.exec_id,
  t.at + interval '1 second' * pg_temp.r(c.c, 721, 2500) AS at,
  (ARRAY['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o', 'gpt-4o', 'gpt-4o',
    'claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-20241022', 'claude-3-5-haiku-20241022'])
    [1 + pg_temp.r(c.c, 722, 10)] AS model,
  pg_temp.r(c.c, 723, 12) = 0 AS system, pg_temp.r(c.c, 724, 8) AS topic, pg_temp.r(c.c, 725, 20) AS company
FROM (
  SELECT c, size, sum(size) OVER (ORDER BY c) - size AS first
  FROM (
    SELECT n AS c, 2 + 2 * pg_temp.r(n, 726, 7) AS size FROM demo_n WHERE n <= (SELECT messages / 4 + 1 FROM demo_size)
  ) AS sized
) AS c
JOIN demo_size AS s ON c.first < s.messages
JOIN demo_pick AS p ON p.p = c.c % s.picks
JOIN demo_tick AS t ON t.i = c.first * s.ticks / s.messages;

CREATE TEMP TABLE demo_topic AS
SELECT row_number() OVER () - 1 AS i, *
FROM (VALUES
  ('Prepare for %', 'What do we know about % before the meeting?',
    'The last meeting with % ended on price. Two invoices are open, and the contract runs out in autumn.',
    'And who will be there?', 'Their head of procurement and a counsel; I have put both into the briefing.'),
  ('Move a meeting', 'Please move the call with % to Thursday.',
    'Thursday at 10:00 and at 15:30 are free for everybody. I suggest 10:00.', 'Take the later one.',
    'Moved to 15:30; the new invitations are out.'),
  ('Summary of the week', 'Sum up this week.',
    'Eleven meetings, three with %. Four tasks are overdue, two approvals wait for a decision.',
    'Which approvals?', 'A retainer and a flight; both are above the usual amount.'),
  ('Travel', 'Find a flight to the % site on Monday.',
    'There is one at 7:40 and one at 11:15. The first is against the rule about departures before nine.',
    'The second then.', 'Held until this evening; it needs an approval first.'),
  ('Draft a reply', 'Draft an answer to % about the invoice.',
    'Dear all, thank you for your patience. The amount in dispute has been checked and will be paid by Friday.',
    'A little warmer.',
    'Dear all, many thanks for bearing with us. We have checked the amount and shall pay it by Friday.'),
  ('Gift ideas', 'A present for the anniversary of %?',
    'They liked the engraved paper knife; the budget is 300. A print of the harbour would also fit.',
    'The print.', 'Ordered for delivery on the day before.'),
  ('Overdue tasks', 'What is overdue?',
    'Seven tasks. The oldest is the visa; the one about % has been waiting for eleven days.', 'Remind the assignees.',
    'Reminders are out, in the usual tone.'),
  ('Find a document', 'Where is the agreement with %?',
    'In the approvals of last month, signed on the 12th. Clause 9 was changed.', 'What was changed?',
    'The notice period: three months instead of one.')
) AS given (title, question, answer, again, more);

INSERT INTO public.ai_conversations (
  id, org_id, user_id, executive_id, title, status, created_at, updated_at, last_message_at
)
SELECT
  md5('ai_conversations:' || c)::uuid, org_id, user_id, exec_id, replace(t.title, '%', co.name),
  CASE WHEN at < anchor - interval '720 hours' AND pg_temp.r(c, 731, 3) > 0 THEN 'archived' ELSE 'active' END,
  at, at + interval '50 seconds' * (size - 1), at + interval '50 seconds' * (size - 1)
FROM demo_size
CROSS JOIN demo_talk
JOIN demo_topic AS t ON t.i = topic
JOIN demo_company AS co ON co.i = company;

-- What is sent grows with the conversation, because the whole of it is sent each time; what comes back does not.
INSERT INTO public.ai_messages (
  id, conversation_id, role, content, tool_calls, tool_results, model, tokens_used, created_at
)
SELECT
  md5('ai_messages:' || m)::uuid, md5('ai_conversations:' || c)::uuid, role,
  CASE role
    WHEN 'system' THEN 'You are Jenifer, the assistant of an executive office. Answer briefly.'
    ELSE replace(
      CASE WHEN role = 'user' THEN CASE WHEN j < 3 THEN t.question ELSE t.again END
        WHEN j < 4 THEN t.answer ELSE t.more END,
      '%', co.name)
  END,
  CASE WHEN tool THEN '[{"name": "search_calendar", "arguments": {"days": 14}}]' ELSE '[]' END::jsonb,
  CASE WHEN tool THEN '[{"name": "search_calendar", "status": "ok"}]' ELSE '[]' END::jsonb,
  model,
  CASE role WHEN 'user' THEN 240 + 130 * j + pg_temp.r(m, 741, 500) WHEN 'assistant' THEN 60 + pg_temp.r(m, 742, 640)
    ELSE 320 END,
  at + interval '50 seconds' * (j - 1)
FROM demo_talk
CROSS JOIN LATERAL generate_series(1, size) AS j
CROSS JOIN LATERAL (
  SELECT
    first + j AS m,
    CASE WHEN system AND j = 1 THEN 'system' WHEN (j + system::integer) % 2 = 1 THEN 'user' ELSE 'assistant' END AS role
  OFFSET 0
) AS message
CROSS JOIN LATERAL (SELECT role = 'assistant' AND pg_temp.r(m, 743, 9) = 0 AS tool) AS used
JOIN demo_topic AS t ON t.i = topic
JOIN demo_company AS co ON co.i = company;

-- 1536 numbers each, as 48 that repeat; cast through text, which the real type and the stand-in both take.
INSERT INTO public.ai_embeddings (
  id, org_id, source_type, source_id, content_chunk, chunk_index, embedding, metadata, created_at, updated_at
)
SELECT
  md5('ai_embeddings:' || n)::uuid, org_id, 'meeting', id, title || coalesce(': ' || description, ''), 0,
  ('[' || substr(repeat(part, 32), 2) || ']')::public.vector, '{"model": "text-embedding-ada-002"}', created_at,
  created_at
FROM (
  SELECT m.n, m.org_id, m.id, m.title, m.description, m.created_at
  FROM demo_meeting AS m CROSS JOIN demo_size AS s WHERE m.n % 50 = 1
) AS m
CROSS JOIN LATERAL (
  SELECT
    string_agg(',' || ((pg_temp.r(m.n * 48 + i, 751, 2001) - 1000) / 10000.0)::numeric(5, 4), '' ORDER BY i) AS part
  FROM generate_series(1, 48) AS i
) AS v;

---------------------------------------------------------------------------------------------------------- integrations

CREATE TEMP VIEW demo_integration AS
SELECT
  i.*, CASE WHEN status = 'active' THEN anchor - interval '1 second' * (20 + m % 280) ELSE stopped_at END AS synced_at
FROM (
  SELECT
    a.n * 4 + kind.i AS m, md5('integrations:' || a.n * 4 + kind.i)::uuid AS id, a.id AS user_id, a.org_id, a.email,
    kind.provider, kind.integration_type, kind.scopes, a.created_at, a.anchor, a.seen_at,
    CASE
      WHEN a.k = 1 AND a.pos = 12 AND kind.integration_type = 'calendar' THEN 'error'
      WHEN a.k = 1 AND a.pos <= 13 THEN 'active'
      ELSE (ARRAY['expired', 'expired', 'error', 'revoked', 'active'])[least(5, 1 + pg_temp.r(a.n, 761 + kind.i, 90))]
    END AS status,
    CASE WHEN a.k = 1 AND a.pos = 12 THEN a.anchor - interval '9 days'
      ELSE a.anchor - interval '1 day' * (2 + pg_temp.r(a.n, 766, 30)) - interval '1 minute' * pg_temp.r(a.n, 767, 600)
    END AS stopped_at
  FROM demo_account AS a
  JOIN (VALUES
    (0, 0, 'google', 'calendar', '["https://www.googleapis.com/auth/calendar"]'),
    (1, 0, 'google', 'email', '["https://www.googleapis.com/auth/gmail.readonly"]'),
    (0, 1, 'microsoft', 'calendar', '["Calendars.ReadWrite"]'),
    (2, 1, 'slack', 'messaging', '["chat:write"]'),
    (3, 0, 'zoom', 'video', '["meeting:write"]')
  ) AS kind (i, side, provider, integration_type, scopes)
    ON kind.side = a.n % 2 AND (kind.i = 0 OR pg_temp.r(a.n, 770 + kind.i, 3) = 0)
  WHERE a.state IN ('active', 'inactive') OR a.kept_access_since IS NOT NULL
) AS i;

INSERT INTO public.integrations (
  id, org_id, user_id, provider, integration_type, access_token, refresh_token, token_expires_at, scopes,
  provider_user_id, provider_email, status, last_error, last_synced_at, sync_cursor, created_at, updated_at
)
SELECT
  id, org_id, user_id, provider, integration_type,
  'demo-access-' || md5('access:' || m), 'demo-refresh-' || md5('refresh:' || m),
  CASE WHEN status = 'active' THEN anchor + interval '1 minute' * (5 + m % 55) ELSE stopped_at END, scopes::jsonb,
  substr(md5('provider:' || m), 1, 21), email, status,
  CASE status WHEN 'error' THEN 'invalid_grant: Token has been expired or revoked.'
    WHEN 'expired' THEN 'The refresh token is no longer valid.' END,
  synced_at, substr(md5('cursor:' || m), 1, 16), created_at + interval '3 hours', synced_at
FROM demo_integration;

INSERT INTO public.calendar_sync_tokens (
  id, integration_id, calendar_id, calendar_name, sync_token, page_token, is_primary, is_enabled, color, last_synced_at,
  created_at, updated_at
)
SELECT
  md5('calendar_sync_tokens:' || m * 2 + i)::uuid, id, CASE i WHEN 0 THEN email ELSE 'holidays-' || m END,
  CASE i WHEN 0 THEN 'Calendar' ELSE 'Holidays' END, 'demo-sync-' || md5('sync:' || m * 2 + i),
  CASE WHEN status = 'error' AND i = 0 THEN 'demo-page-' || md5('page:' || m) END,
  i = 0, i = 0 OR m % 3 > 0, (ARRAY['#3b6ea5', '#a53b6e', '#6ea53b'])[1 + m % 3], synced_at,
  created_at + interval '3 hours', synced_at
FROM demo_integration
CROSS JOIN LATERAL generate_series(0, pg_temp.r(m, 775, 3) % 2) AS i
WHERE integration_type = 'calendar';

---------------------------------------------------------------------------------------------------------------- system

UPDATE public.feature_flags
SET created_at = today - interval '400 days', updated_at = today - interval '40 days'
FROM demo_size;

INSERT INTO public.feature_flags (
  id, key, name, description, is_enabled, rollout_percentage, allowed_tiers, created_at, updated_at
)
SELECT
  md5('feature_flags:' || key)::uuid, key, name, description, rollout > 0, rollout, tiers::jsonb,
  today - interval '30 days', today - interval '5 days'
FROM demo_size
CROSS JOIN (VALUES
  ('voice_briefing', 'Voice briefing', 'The morning briefing, read aloud', 10, '["enterprise"]'),
  ('bulk_export', 'Bulk export', 'Everything of an organization in one archive', 0, '[]')
) AS flag (key, name, description, rollout, tiers);

INSERT INTO public.org_feature_overrides (id, org_id, feature_flag_id, is_enabled, created_at)
SELECT
  md5('org_feature_overrides:' || o.k || ':' || flag)::uuid, o.id, md5('feature_flags:' || flag)::uuid, enabled,
  today - interval '1 day' * (3 + o.k)
FROM demo_size
CROSS JOIN demo_org AS o
JOIN (VALUES
  (1, 'bulk_export', TRUE), (1, 'semantic_search', TRUE), (2, 'pattern_learning', FALSE),
  (3, 'concierge_services', TRUE), (0, 'voice_briefing', TRUE)
) AS override (k, flag, enabled) ON override.k = CASE WHEN o.k <= 3 THEN o.k WHEN o.k % 4 = 0 THEN 0 END;

-- Those who joined by one, and those who did not.
INSERT INTO public.invitations (id, org_id, invited_by, email, role, token, status, created_at, expires_at, accepted_at)
SELECT
  md5('invitations:' || n)::uuid, org_id, md5('users:' || (user_0 + 1))::uuid, email,
  role, 'demo-invitation-' || md5('invitation:' || n), 'accepted',
  created_at - interval '30 hours', created_at + interval '138 hours', created_at
FROM demo_user
WHERE pos > 1 AND (state = 'new' OR pg_temp.r(n, 781, 8) = 0)
UNION ALL
SELECT
  md5('invitations:open:' || m)::uuid, o.id, md5('users:' || (o.user_0 + 1))::uuid,
  CASE WHEN o.k = 1 AND i = 0 THEN 'late.joiner@' ELSE 'invited.' || m || '@' END || o.domain,
  CASE WHEN o.k = 1 AND i = 0 THEN 'admin' ELSE 'user' END, 'demo-invitation-' || md5('open:' || m), status, sent,
  sent + interval '168 hours', NULL
FROM demo_size AS s
CROSS JOIN demo_org AS o
CROSS JOIN LATERAL generate_series(0, 1 + o.users / 30) AS i
CROSS JOIN LATERAL (
  SELECT
    o.k * 100000 + i AS m,
    CASE WHEN o.k = 1 AND i = 0 THEN 'pending' ELSE (ARRAY['pending', 'expired', 'pending', 'revoked'])[1 + i % 4] END
      AS status
) AS so
CROSS JOIN LATERAL (
  SELECT s.today + interval '9 hours' - interval '1 day' * CASE
    WHEN o.k = 1 AND i = 0 THEN 37 WHEN status = 'pending' THEN 1 + i % 6 ELSE 20 + i % 50 END AS sent
) AS since;

INSERT INTO public.notifications (
  id, org_id, user_id, title, body, notification_type, category, related_entity_type, related_entity_id, action_url,
  action_label, is_read, read_at, channels, delivered_channels, created_at, expires_at
)
SELECT
  md5('notifications:' || n)::uuid, org_id, user_id, title, body, notification_type, category,
  CASE WHEN entity IS NOT NULL THEN category END, md5(category || 's:' || entity)::uuid,
  CASE WHEN entity IS NOT NULL THEN '/' || category || 's/' || md5(category || 's:' || entity)::uuid END, label,
  seen < 7, CASE WHEN seen < 7 THEN pg_temp.changed(n, 1, at, anchor) END,
  CASE WHEN n % 3 = 0 THEN '["in_app", "email"]' ELSE '["in_app"]' END::jsonb,
  CASE WHEN n % 3 = 0 THEN '["in_app", "email"]' ELSE '["in_app"]' END::jsonb,
  at, at + interval '720 hours'
FROM (
  SELECT
    n.n, p.org_id, p.user_id, kind.*, t.at + interval '1 second' * pg_temp.r(n.n, 791, 3600) AS at, s.anchor,
    pg_temp.r(n.n, 792, 10) + CASE WHEN t.at > s.anchor - interval '30 hours' THEN 4 ELSE 0 END AS seen,
    pg_temp.latest(
      p.p,
      n.n * CASE kind.category
        WHEN 'meeting' THEN s.meetings WHEN 'task' THEN s.tasks WHEN 'approval' THEN s.approvals
      END / (s.mails / 2),
      s.picks
    ) AS entity
  FROM demo_size AS s
  JOIN demo_n AS n ON n.n <= s.mails / 2
  JOIN demo_pick AS p ON p.p = n.n % s.picks
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / (s.mails / 2)
  JOIN (VALUES
    (0, 'Meeting moved', 'The new time is in your calendar.', 'info', 'meeting', 'Open'),
    (1, 'A task is due tomorrow', 'It is still open.', 'warning', 'task', 'Open'),
    (2, 'Approval decided', 'See the decision.', 'success', 'approval', 'See'),
    (3, 'Two meetings overlap', 'Jenifer suggests another time.', 'ai_suggestion', 'meeting', 'Look'),
    (4, 'Calendar sync failed', 'Please connect it again.', 'error', 'system', 'Connect'),
    (5, 'New task for you', 'You have been asked to take this one.', 'info', 'task', 'Open'),
    (6, 'A habit was learnt', 'Fridays are kept free from now on.', 'ai_suggestion', 'ai', 'Undo')
  ) AS kind (i, title, body, notification_type, category, label) ON kind.i = pg_temp.r(n.n, 793, 7)
  OFFSET 0
) AS notice;

------------------------------------------------------------------------------------------------------------- audit log

-- What the triggers would have written about meetings, tasks and approvals, with the columns that tell something
-- instead of whole rows. Like theirs, these have the name of the table and no address.
INSERT INTO public.audit_log (id, org_id, user_id, action, entity_type, entity_id, old_values, new_values, created_at)
SELECT
  md5('audit_log:' || (j * mails + item))::uuid, org_id, CASE WHEN j % 2 = 0 THEN user_id ELSE other_id END,
  CASE WHEN j = 0 THEN 'create' ELSE 'update' END, entity_type, id,
  CASE WHEN j > 0 THEN jsonb_build_object('id', id, 'title', title, field, before) END,
  CASE WHEN j = 0
    THEN jsonb_build_object('id', id, 'org_id', org_id, 'title', title, 'status', first_status, 'created_by', user_id)
    ELSE jsonb_build_object('id', id, 'title', title, field, after, 'updated_at', at)
  END,
  at
FROM (
  SELECT
    n, item, 'meetings' AS entity_type, id, org_id, user_id, user_id AS other_id, title, created_at, changes, anchor,
    CASE WHEN status = 'cancelled' THEN 'confirmed' ELSE status END AS first_status, status, 'location' AS detail,
    ARRAY['Room Ash', 'Room Birch', 'Room Cedar', 'online'] AS details
  FROM demo_meeting
  UNION ALL
  SELECT
    n, item, 'tasks', id, org_id, user_id, coalesce(assigned_to, user_id), title, created_at, changes, anchor, 'todo',
    status, 'priority', ARRAY['low', 'medium', 'high', 'urgent']
  FROM demo_task
  UNION ALL
  SELECT
    n, item, 'approvals', id, org_id, user_id, colleague_id, title, created_at, changes, anchor, 'pending',
    status, 'urgency', ARRAY['low', 'medium', 'high', 'urgent']
  FROM demo_approval
) AS item
CROSS JOIN (SELECT mails, kept FROM demo_size) AS s
CROSS JOIN LATERAL generate_series(0, changes) AS j
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN j = 0 THEN created_at ELSE pg_temp.changed(n, j, created_at, anchor) END AS at,
    j < changes OR status = first_status AS in_detail,
    pg_temp.r(n, 800 + j, 4) AS d
  OFFSET 0
) AS moment
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN in_detail THEN detail ELSE 'status' END AS field,
    CASE WHEN in_detail THEN details[1 + d] ELSE first_status END AS before,
    CASE WHEN in_detail THEN details[1 + (d + 1) % 4] ELSE status END AS after
) AS change
WHERE pg_temp.r(item, 811, 1000) < kept;

-- The stories told at the top. Their rows have numbers below zero.
INSERT INTO public.audit_log (
  id, org_id, user_id, action, entity_type, entity_id, old_values, new_values, ip_address, user_agent, created_at
)
WITH foreign_meeting AS (
  SELECT m.id, m.title, row_number() OVER (ORDER BY p.p) AS i
  FROM demo_pick AS p JOIN public.meetings AS m ON m.id = md5('meetings:' || p.p)::uuid
  WHERE p.p IN (SELECT p FROM demo_pick WHERE k = 2 ORDER BY p LIMIT 24)
), own_task AS (
  SELECT md5('tasks:' || p)::uuid AS id, row_number() OVER (ORDER BY p) AS i
  FROM demo_pick, demo_size WHERE k = 1 AND p BETWEEN 1 AND least(200, tasks)
), story AS (
  -- Two nights in Brightwater's meetings.
  SELECT
    100 + i AS m, 2 AS k, 2 AS actor, CASE WHEN i % 6 = 0 THEN 'export' ELSE 'view' END AS action,
    'meetings' AS entity_type, id AS entity_id, NULL::jsonb AS old_values,
    jsonb_build_object('title', title) AS new_values, '198.51.100.77' AS address, 'curl/8.5.0' AS agent,
    today - interval '1 day' * (3 + i % 2) - interval '2 hours' + interval '47 seconds' * i AS at
  FROM demo_size, foreign_meeting WHERE i <= 24
  UNION ALL
  -- Eight wrong passwords, the lock, and what was taken after it.
  SELECT
    200 + i, 1, 4, CASE WHEN i <= 8 THEN 'login_failed' ELSE 'export' END,
    CASE WHEN i <= 8 THEN 'users' ELSE 'contacts' END, CASE WHEN i <= 8 THEN md5('users:4')::uuid END, NULL, NULL,
    '203.0.113.9', 'Mozilla/5.0 (X11; Linux x86_64)',
    u.ended_at - interval '20 minutes'
      + CASE WHEN i <= 8 THEN interval '41 seconds' * i ELSE interval '50 hours' * (i - 8) END
  FROM demo_account AS u, generate_series(1, 10) AS i WHERE u.n = 4
  UNION ALL
  SELECT
    220, 1, 1, 'update', 'users', md5('users:4')::uuid, '{"is_active": true}', '{"is_active": false}', '10.20.0.1',
    'Mozilla/5.0 (Macintosh)', u.ended_at
  FROM demo_account AS u WHERE u.n = 4
  UNION ALL
  -- Deleted, and busy since.
  SELECT
    220 + u.n, 1, 1, 'delete', 'users', u.id, jsonb_build_object('email', email), NULL, '10.20.0.1',
    'Mozilla/5.0 (Macintosh)', kept_access_since
  FROM demo_account AS u WHERE u.n IN (6, 7) AND kept_access_since IS NOT NULL
  UNION ALL
  SELECT
    300 + i, 1, 6, 'update', 'tasks', own.id, '{"status": "todo"}', '{"status": "done"}', NULL, NULL,
    kept_access_since + interval '25 hours' * i + interval '7 minutes' * i
  FROM demo_account AS u, own_task AS own WHERE u.n = 6 AND kept_access_since IS NOT NULL AND i <= 12
  UNION ALL
  SELECT
    320 + i, 1, 7, 'export', 'contacts', NULL, NULL, '{"format": "csv"}', '203.0.113.140',
    'Mozilla/5.0 (Windows NT 10.0)', kept_access_since + interval '49 hours' * i + interval '17 minutes' * i
  FROM demo_account AS u, generate_series(1, 12) AS i WHERE u.n = 7 AND kept_access_since IS NOT NULL
)
SELECT
  md5('audit_log:-' || m)::uuid, md5('organizations:' || k)::uuid, md5('users:' || actor)::uuid, action, entity_type,
  entity_id, old_values, new_values, address::inet, agent, at
FROM story, demo_size WHERE at <= anchor;

-- The application's own events fill the log up: signing in above all.
CREATE TEMP TABLE demo_rest AS
SELECT n, count(*) OVER () AS of
FROM generate_series(1, (SELECT audit - (SELECT count(*) FROM public.audit_log) FROM demo_size)) AS n;
ANALYZE demo_rest;

INSERT INTO public.audit_log (
  id, org_id, user_id, action, entity_type, entity_id, old_values, new_values, ip_address, user_agent, created_at
)
SELECT
  md5('audit_log:' || (mails * (changes + 2) + n))::uuid, org_id, user_id, kind.action, kind.entity_type,
  CASE kind.entity_type
    WHEN 'users' THEN CASE WHEN kind.action = 'invite' THEN NULL ELSE user_id END
    WHEN 'executive_profiles' THEN some_exec_id
  END,
  kind.old_values::jsonb, kind.new_values::jsonb,
  -- The office by day, home otherwise. What a trigger wrote has neither address nor agent.
  CASE WHEN kind.by_trigger THEN NULL WHEN pg_temp.r(n, 821, 5) > 0 THEN inet '10.20.0.0' + user_n
    ELSE inet '203.0.113.0' + user_n % 250 END,
  CASE WHEN NOT kind.by_trigger THEN (ARRAY['Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1.15',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/125.0', 'Jenifer/4.2 (iPhone; iOS 17.5)'])[1 + user_n % 3] END,
  at
FROM (
  SELECT
    n.n, p.*, s.mails, s.changes, t.at + interval '1 second' * pg_temp.r(n.n, 822, 3600) AS at,
    pg_temp.r(n.n, 823, 40) AS chance
  FROM demo_size AS s
  CROSS JOIN demo_rest AS n
  JOIN demo_pick AS p ON p.p = pg_temp.r(n.n, 824, s.picks)
  JOIN demo_tick AS t ON t.i = (n.n - 1) * s.ticks / n.of
  OFFSET 0
) AS event
JOIN (VALUES
  (0, 29, 'login', 'users', NULL, NULL, FALSE),
  (30, 33, 'logout', 'users', NULL, NULL, FALSE),
  (34, 34, 'login_failed', 'users', NULL, NULL, FALSE),
  (35, 36, 'export', 'meetings', NULL, '{"format": "ics"}', FALSE),
  (37, 37, 'export', 'contacts', NULL, '{"format": "csv"}', FALSE),
  (38, 38, 'invite', 'users', NULL, '{"role": "user"}', FALSE),
  (39, 39, 'update', 'executive_profiles', '{"office_location": "Room Ash"}', '{"office_location": "Room Birch"}', TRUE)
) AS kind (low, high, action, entity_type, old_values, new_values, by_trigger) ON chance BETWEEN low AND high;

-------------------------------------------------------------------------------------------------------------- clean up

ALTER TABLE auth.users ENABLE TRIGGER USER;
ALTER TABLE public.executive_profiles ENABLE TRIGGER USER;
ALTER TABLE public.meetings ENABLE TRIGGER USER;
ALTER TABLE public.tasks ENABLE TRIGGER USER;
ALTER TABLE public.approvals ENABLE TRIGGER USER;

DROP VIEW demo_integration, demo_approval, demo_task, demo_meeting, demo_contact, demo_family, demo_account;
DROP TABLE demo_rest, demo_topic, demo_talk, demo_approval_kind, demo_task_kind, demo_meeting_kind, demo_pick,
  demo_user, demo_exec, demo_tick, demo_org, demo_company, demo_name, demo_n, demo_size;
DROP FUNCTION pg_temp.latest(bigint, bigint, bigint), pg_temp.changed(bigint, integer, timestamptz, timestamptz),
  pg_temp.plain(text), pg_temp.r(bigint, bigint, bigint);
RESET enable_mergejoin;
RESET jit;
RESET TIME ZONE;
