-- Sample data for sekretarka: Polish businesses whose telephone is answered by artificial receptionists.
-- The same rows on every server and every time: no clock, no chance. Sizes and the anchor come as settings (purview.*);
-- `users` must be at least `organizations` + 40, `departments` (here: agents) at least `organizations` + 1.
-- Nothing here relies on a trigger.
--
-- What is wrong in it, and what finds it:
--   anna.nowak@klinika-usmiech.example             owner of the first organization: all is well with her
--   lucja.wrobel@salon-lucja.example               owner of the second: reads messages of the first (analytics_events: message.viewed)
--   marek.zielinski@autoserwis-zielinski.example   owner of the third: over the monthly calls in its settings, subscription past due
--   administrator@aisekretarka.example             administers the platform, belongs to no organization
--   kamil.lis@klinika-usmiech.example              inactive staff who keeps a live session and tries to sign in
--   ewa.sadowska@poczta.example                    in no organization
--   piotr.wojcik@klinika-usmiech.example           deleted 12 days ago, yet still active staff with a live session, and busy since
--   olena.shevchenko@salon-lucja.example           removed from the staff, with a live session
--   siobhan.obrien@klinika-usmiech.example         a name with an apostrophe; m.alahmad@… and chen.meiling@… have names in other scripts
--   helena.trial@klinika-usmiech.example           a trial that ended 9 days ago and was never settled; a very long name
--   jan.kos@salon-lucja.example                    twice in the staff of one organization
--   tomasz.bezroli@klinika-usmiech.example         a user whose role is NULL
--   agent 'Recepcja zapasowa'                 an agent who never took a call
--   agent 'Recepcja 2' of the second organization    its calendar cannot be synchronized (status error, invalid_grant)
--   conversation md5('conversations:7')::uuid        an agent of the first organization, filed under the second
--   verification_tokens invite:new.colleague@klinika-usmiech.example   an invitation that expired 3 days ago

DO $$
BEGIN
  PERFORM set_config(name, COALESCE(NULLIF(current_setting(name, true), ''), fallback), false)
  FROM (VALUES
    ('purview.anchor', '2025-06-30 12:00:00+00'),
    ('purview.organizations', '3'),
    ('purview.departments', '12'),
    ('purview.users', '300'),
    ('purview.mails', '20000'),
    ('purview.usage', '60000'),
    ('purview.audit', '50000')
  ) AS setting(name, fallback);
  -- Compiling these statements takes longer than running them; sorting and spilling would lose the order of time.
  PERFORM set_config('jit', 'off', false), set_config('enable_mergejoin', 'off', false), set_config('work_mem', '64MB', false);
END
$$;

-- A size, known to the planner, so that it builds its hash tables over the small side.
CREATE FUNCTION pg_temp.size(what text) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT current_setting('purview.' || what)::int $$;

-- One of 0 … size-1 for row n; another salt gives an independent draw.
CREATE FUNCTION pg_temp.draw(n bigint, salt int, size int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT ((((n * 7919 + salt * 104729) % 1000003) * ((n * 104729 + salt * 7919) % 999983) + n + salt) % 2147483647 % size)::int $$;

-- Plain letters for mail and domains, whatever the collation thinks of the others.
CREATE FUNCTION pg_temp.slug(words text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT lower(translate(words, 'ąćęłńóśźżĄĆĘŁŃÓŚŹŻäöüéãễ ''', 'acelnoszzACELNOSZZaoueae-')) $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- When: the hours of the 400 days before the anchor, each as often as its weight. Row n of N takes slot n*K/N, so rows come
-- in order of time, dense in working hours, thin at night, at lunch and at weekends, and denser the nearer to the anchor.

CREATE TEMP TABLE rhythm AS
SELECT (row_number() OVER (ORDER BY at, copy) - 1)::int AS k, at AS hour
FROM (SELECT current_setting('purview.anchor')::timestamptz AT TIME ZONE 'UTC' AS anchor) AS a,
  generate_series(0, 400) AS back,
  generate_series(0, 23) AS h,
  LATERAL (SELECT anchor::date - back + h * interval '1 hour' AS at) AS t,
  LATERAL generate_series(1, (
      (ARRAY[2,1,0,0,2,4,12,24,36,40,32,17,24,34,36,30,22,16,12,10,6,4,3,2])[h + 1]
      * (ARRAY[10,10,9,10,8,3,1])[extract(isodow FROM at)::int]
      * (100 - back / 8) + 500) / 1000) AS copy
WHERE at >= anchor - interval '400 days' AND at <= anchor - interval '1 hour';

CREATE TEMP TABLE recent AS
SELECT (row_number() OVER (ORDER BY k) - 1)::int AS k, hour
FROM rhythm, (SELECT current_setting('purview.anchor')::timestamptz AT TIME ZONE 'UTC' AS anchor) AS a
WHERE hour >= anchor - interval '90 days';

CREATE TEMP TABLE clock AS
SELECT current_setting('purview.anchor')::timestamptz AT TIME ZONE 'UTC' AS anchor,
  (SELECT count(*) FROM rhythm) AS slots,
  (SELECT count(*) FROM recent) AS recent_slots;

ANALYZE clock;
ANALYZE rhythm;
ANALYZE recent;

-- ---------------------------------------------------------------------------------------------------------------------
-- Who: given and family names, every pair once, in an order that does not look sorted.

CREATE TEMP TABLE person AS
SELECT (((g.i - 1) * 73 + (f.i - 1)) * 1511 % 3577)::int AS k,
  g.name || ' ' || CASE WHEN g.woman THEN f.woman ELSE f.man END AS name,
  pg_temp.slug(g.name) || '.' || pg_temp.slug(CASE WHEN g.woman THEN f.woman ELSE f.man END) AS mail
FROM (
  SELECT row_number() OVER () AS i, name, woman
  FROM (
    SELECT unnest(ARRAY['Anna','Katarzyna','Małgorzata','Agnieszka','Zofia','Julia','Maja','Hanna','Łucja','Bożena','Grażyna','Jadwiga',
      'Żaneta','Olena','Oksana','Iryna','Greta','Ingrid','Aisha','Chloé','Beatriz','Świętosława','Róża','Wiktoria','Dorota']) AS name, true AS woman
    UNION ALL
    SELECT unnest(ARRAY['Piotr','Krzysztof','Andrzej','Tomasz','Paweł','Michał','Jakub','Łukasz','Stanisław','Kacper','Wojciech','Sławomir',
      'Zbigniew','Oleksandr','Bohdan','Taras','Jürgen','Matthias','Liam','Nguyễn','João','Rafał','Grzegorz','Bartłomiej']), false
  ) AS n
) AS g, (
  SELECT row_number() OVER () AS i, man, woman
  FROM unnest(
    ARRAY['Nowak','Kowalski','Wiśniewski','Wójcik','Kowalczyk','Kamiński','Lewandowski','Zieliński','Szymański','Woźniak','Dąbrowski','Kozłowski',
      'Jankowski','Mazur','Wojciechowski','Kwiatkowski','Krawczyk','Kaczmarek','Piotrowski','Grabowski','Zając','Pawłowski','Michalski','Król',
      'Nowakowski','Wieczorek','Jabłoński','Wróbel','Majewski','Olszewski','Stępień','Malinowski','Jaworski','Adamczyk','Dudek','Nowicki',
      'Pawlak','Górski','Witkowski','Walczak','Sikora','Rutkowski','Baran','Michalak','Szewczyk','Ostrowski','Tomaszewski','Pietrzak',
      'Zalewski','Wróblewski','Marciniak','Jasiński','Zawadzki','Bąk','Jakubowski','Sadowski','Duda','Włodarczyk','Wilk','Chmielewski',
      'Borkowski','Sokołowski','Szczepański','Sawicki','Kucharski','Lis','Maciejewski','Kubiak','Kalinowski','Wysocki','Shevchenko','Müller','Bondarenko'],
    ARRAY['Nowak','Kowalska','Wiśniewska','Wójcik','Kowalczyk','Kamińska','Lewandowska','Zielińska','Szymańska','Woźniak','Dąbrowska','Kozłowska',
      'Jankowska','Mazur','Wojciechowska','Kwiatkowska','Krawczyk','Kaczmarek','Piotrowska','Grabowska','Zając','Pawłowska','Michalska','Król',
      'Nowakowska','Wieczorek','Jabłońska','Wróbel','Majewska','Olszewska','Stępień','Malinowska','Jaworska','Adamczyk','Dudek','Nowicka',
      'Pawlak','Górska','Witkowska','Walczak','Sikora','Rutkowska','Baran','Michalak','Szewczyk','Ostrowska','Tomaszewska','Pietrzak',
      'Zalewska','Wróblewska','Marciniak','Jasińska','Zawadzka','Bąk','Jakubowska','Sadowska','Duda','Włodarczyk','Wilk','Chmielewska',
      'Borkowska','Sokołowska','Szczepańska','Sawicka','Kucharska','Lis','Maciejewska','Kubiak','Kalinowska','Wysocka','Shevchenko','Müller','Bondarenko']
  ) AS n(man, woman)
) AS f;

-- ---------------------------------------------------------------------------------------------------------------------
-- Where: the organizations, their weight (60, 30, 10, then a long tail), and 10000 slots shared out by it.

CREATE TEMP TABLE org AS
SELECT n, md5('organizations:' || n)::uuid AS id, name, pg_temp.slug(name) || '.example' AS domain, trade, city,
  CASE WHEN n <= 3 THEN n ELSE 20 + n END AS owner,
  (CASE n WHEN 1 THEN 60000 WHEN 2 THEN 30000 WHEN 3 THEN 10000 ELSE 30000 / n END) AS weight
FROM (
  SELECT n, trade,
    CASE n WHEN 1 THEN 'Klinika Uśmiech' WHEN 2 THEN 'Salon Łucja' WHEN 3 THEN 'Autoserwis Zieliński'
      ELSE (ARRAY['Klinika','Salon','Autoserwis','Lecznica'])[trade + 1] || ' '
        || (ARRAY['Bursztyn','Pod Lipami','Mazury','Jantar','Centrum','Nowa Huta','Wisła','Żoliborz','Grunwald','Słoneczna','Zdrowie','Amber',
            'Pegaz','Kasztanowa','Orzeł','Wilanów','Śródmieście','Bielany','Karpaty','Bałtyk','Tatry','Mokotów','Praga','Wawel','Odra',
            'Gryf','Podgórze','Kopernik','Chopin'])[n % 29 + 1]
        || CASE WHEN n > 116 THEN ' ' || n ELSE '' END
    END AS name,
    CASE n WHEN 3 THEN 'Gdańsk' ELSE (ARRAY['Kraków','Warszawa','Łódź','Wrocław','Poznań','Gdynia','Lublin','Białystok','Rzeszów','Toruń'])[n % 10 + 1] END AS city
  FROM generate_series(1, pg_temp.size('organizations')) AS n,
    LATERAL (SELECT CASE n WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE pg_temp.draw(n, 1, 4) END AS trade) AS t
) AS o;

CREATE TEMP TABLE org_share AS
SELECT k, n AS org
FROM (SELECT n, weight, sum(weight) OVER (ORDER BY n) AS upto, sum(weight) OVER () AS total FROM org) AS o,
  LATERAL generate_series(((upto - weight) * 10000 / total)::int, (upto * 10000 / total)::int - 1) AS k;

-- Every organization has an agent; the others are dealt out by weight. The last one never took a call.
CREATE TEMP TABLE agent AS
SELECT n, md5('ai_agents:' || n)::uuid AS id, org,
  row_number() OVER (PARTITION BY org ORDER BY n)::int AS position,
  n = pg_temp.size('departments') AS idle
FROM (
  SELECT n, CASE WHEN n <= organizations THEN n ELSE s.org END AS org
  FROM (SELECT pg_temp.size('organizations') AS organizations, pg_temp.size('departments') AS agents) AS size,
    generate_series(1, agents) AS n
  LEFT JOIN org_share AS s ON s.k = (n - pg_temp.size('organizations')) * 9999 / greatest(1, pg_temp.size('departments') - pg_temp.size('organizations'))
) AS a;

-- 10000 slots for calls: an organization's share, and in it the first agents more than the later ones.
CREATE TEMP TABLE call_share AS
SELECT s.k, a.id AS agent_id, o.n AS org, o.id AS organization_id, o.trade, o.domain, a.position
FROM org_share AS s
JOIN org AS o ON o.n = s.org
JOIN (SELECT org, count(*)::int AS agents FROM agent WHERE NOT idle GROUP BY org) AS c ON c.org = s.org
JOIN agent AS a ON a.org = s.org AND NOT a.idle
  AND a.position = 1 + least(pg_temp.draw(s.k, 2, c.agents), pg_temp.draw(s.k, 3, c.agents));

CREATE TEMP TABLE menu AS
SELECT i, trade, i % 6 AS j, name, minutes, price, category
FROM (SELECT (row_number() OVER () - 1)::int AS i, v.* FROM (VALUES
  (0, 'Przegląd stomatologiczny', 30, 150.00, 'profilaktyka'), (0, 'Higienizacja', 45, 280.00, 'profilaktyka'),
  (0, 'Leczenie kanałowe', 90, 950.00, 'leczenie'), (0, 'Wypełnienie kompozytowe', 45, 320.00, 'leczenie'),
  (0, 'Wybielanie zębów', 60, 1200.00, 'estetyka'), (0, 'Konsultacja implantologiczna', 30, 250.00, 'konsultacje'),
  (1, 'Strzyżenie damskie', 60, 140.00, 'włosy'), (1, 'Koloryzacja', 150, 380.00, 'włosy'),
  (1, 'Manicure hybrydowy', 75, 130.00, 'paznokcie'), (1, 'Masaż relaksacyjny', 60, 200.00, 'ciało'),
  (1, 'Makijaż okolicznościowy', 60, 220.00, 'twarz'), (1, 'Oczyszczanie wodorowe', 75, 260.00, 'twarz'),
  (2, 'Wymiana oleju', 45, 260.00, 'obsługa'), (2, 'Przegląd okresowy', 120, 650.00, 'obsługa'),
  (2, 'Wymiana opon', 60, 180.00, 'koła'), (2, 'Diagnostyka komputerowa', 60, 200.00, 'diagnostyka'),
  (2, 'Wymiana klocków hamulcowych', 90, 420.00, 'naprawy'), (2, 'Serwis klimatyzacji', 60, 290.00, 'obsługa'),
  (3, 'Szczepienie psa', 20, 90.00, 'profilaktyka'), (3, 'Badanie krwi', 20, 160.00, 'diagnostyka'),
  (3, 'Sterylizacja kotki', 120, 480.00, 'zabiegi'), (3, 'USG jamy brzusznej', 40, 230.00, 'diagnostyka'),
  (3, 'Konsultacja dermatologiczna', 30, 180.00, 'konsultacje'), (3, 'Usunięcie kamienia nazębnego', 60, 420.00, 'zabiegi')
) AS v(trade, name, minutes, price, category)) AS v;

-- ---------------------------------------------------------------------------------------------------------------------
-- Users. Rows 1–14 are the incidents above; the others are dealt out to the organizations by weight.

CREATE TEMP TABLE account AS
SELECT g.n, md5('users:' || g.n)::uuid AS id,
  -- NULL: belongs to none
  CASE WHEN g.n IN (4, 6) THEN NULL WHEN o.n IS NOT NULL THEN o.n ELSE COALESCE(f.org, s.org) END AS org,
  o.n IS NOT NULL AS owner,
  COALESCE(f.name, p.name) AS name,
  COALESCE(f.mail, p.mail || CASE WHEN g.n >= 3577 THEN (g.n / 3577)::text ELSE '' END) AS mail
FROM generate_series(1, pg_temp.size('users')) AS g(n)
LEFT JOIN (VALUES
  (1, 1, 'Anna Nowak', 'anna.nowak'),
  (2, 2, 'Łucja Wróbel', 'lucja.wrobel'),
  (3, 3, 'Marek Zieliński', 'marek.zielinski'),
  (4, NULL, 'Administrator', 'administrator@aisekretarka.example'),
  (5, 1, 'Kamil Lis', 'kamil.lis'),
  (6, NULL, 'Ewa Sadowska', 'ewa.sadowska@poczta.example'),
  (7, 1, 'Piotr Wójcik', 'piotr.wojcik'),
  (8, 2, 'Олена Шевченко', 'olena.shevchenko'),
  (9, 1, 'Siobhán O''Brien', 'siobhan.obrien'),
  (10, 2, 'محمد الأحمد', 'm.alahmad'),
  (11, 1, '陳美玲', 'chen.meiling'),
  (12, 1, 'Helena Maria Aleksandra von Habsburg-Lothringen-Świętopełk-Mirska de Vasconcelos e Albuquerque', 'helena.trial'),
  (13, 2, 'Jan Kos', 'jan.kos'),
  (14, 1, 'Tomasz Bezroli', 'tomasz.bezroli')
) AS f(n, org, name, mail) ON f.n = g.n
LEFT JOIN org AS o ON o.owner = g.n
JOIN org_share AS s ON s.k = pg_temp.draw(g.n, 4, 10000)
JOIN person AS p ON p.k = g.n % 3577;

INSERT INTO users (id, email, email_verified, password_hash, name, phone, role, avatar_url, onboarding_completed, subscription_status,
  subscription_tier, stripe_customer_id, trial_ends_at, created_at, updated_at, deleted_at)
SELECT a.id,
  CASE WHEN a.mail LIKE '%@%' THEN a.mail ELSE a.mail || '@' || o.domain END,
  CASE WHEN pg_temp.draw(n, 10, 20) > 0 THEN joined + interval '1 hour' END,
  '$2b$12$' || substr(md5('salt:' || n) || md5('hash:' || n), 1, 53),
  a.name,
  '+48 ' || (500 + pg_temp.draw(n, 11, 390)) || ' ' || (100 + pg_temp.draw(n, 12, 900)) || ' ' || (100 + pg_temp.draw(n, 13, 900)),
  CASE WHEN n = 4 THEN 'admin' WHEN n = 14 THEN NULL WHEN n > 14 AND pg_temp.draw(n, 14, 40) = 0 THEN 'agent' ELSE 'user' END,
  CASE WHEN pg_temp.draw(n, 15, 3) = 0 THEN 'https://cdn.aisekretarka.example/avatars/' || n || '.webp' END,
  pg_temp.draw(n, 16, 12) > 0,
  CASE WHEN n = 12 THEN 'trial' WHEN n = 3 THEN 'past_due' ELSE (ARRAY['active','active','active','active','trial','cancelled'])[pg_temp.draw(n, 17, 6) + 1] END,
  CASE WHEN a.org = 1 THEN 'enterprise' ELSE (ARRAY['basic','professional','professional'])[pg_temp.draw(n, 18, 3) + 1] END,
  CASE WHEN owner OR pg_temp.draw(n, 19, 10) = 0 THEN 'cus_' || substr(md5('stripe:' || n), 1, 14) END,
  CASE WHEN n = 12 THEN anchor - interval '9 days' ELSE joined + interval '14 days' END,
  joined,
  CASE WHEN n = 7 THEN anchor - interval '12 days' ELSE joined + pg_temp.draw(n, 21, 60) * interval '1 hour' END,
  CASE WHEN n = 7 THEN anchor - interval '12 days' WHEN gone THEN anchor - interval '5 days' END
FROM account AS a
CROSS JOIN clock
LEFT JOIN (SELECT n AS org, domain FROM org) AS o ON o.org = a.org,
LATERAL (SELECT
  CASE WHEN n = 12 THEN anchor - interval '23 days'
    ELSE anchor - interval '400 days' + (pg_temp.draw(n, 20, 380) * 86400 + pg_temp.draw(n, 21, 36000)) * interval '1 second' END AS joined,
  n > 60 AND pg_temp.draw(n, 22, 50) = 0 AND NOT owner AS gone) AS l;

INSERT INTO organizations (id, owner_id, name, industry, business_type, phone, email, website, address, city, country, timezone, settings, created_at, updated_at, deleted_at)
SELECT id, md5('users:' || owner)::uuid, name,
  (ARRAY['healthcare','beauty','automotive','veterinary'])[trade + 1],
  (ARRAY['clinic','salon','workshop','clinic'])[trade + 1],
  '+48 22 ' || (100 + pg_temp.draw(n, 30, 900)) || ' ' || (10 + pg_temp.draw(n, 31, 90)) || ' ' || (10 + pg_temp.draw(n, 32, 90)),
  'kontakt@' || domain, 'https://' || domain,
  (ARRAY['ul. Piękna','al. Jerozolimskie','ul. Długa','ul. Świętokrzyska','pl. Wolności'])[pg_temp.draw(n, 33, 5) + 1] || ' ' || (1 + pg_temp.draw(n, 34, 120)),
  city, 'PL', 'Europe/Warsaw',
  ('{"locale": "pl", "recording": ' || CASE WHEN n % 2 = 1 THEN 'true' ELSE 'false' END
    || ', "calls_per_month": ' || CASE n WHEN 3 THEN 50 ELSE pg_temp.size('mails') END || '}')::jsonb,
  anchor - interval '410 days' + n * interval '3 hours',
  anchor - (n * 7 % 90) * interval '1 day',
  CASE WHEN n > 3 AND n % 17 = 0 THEN anchor - interval '30 days' END
FROM org, clock;

INSERT INTO ai_agents (id, organization_id, name, voice_id, language, personality_traits, knowledge_base, status, phone_number, sms_enabled,
  calendar_integration, performance_metrics, created_at, updated_at, deleted_at)
SELECT a.id, o.id,
  CASE WHEN idle THEN 'Recepcja zapasowa' ELSE 'Recepcja ' || position END,
  (ARRAY['pl-PL-Zofia','pl-PL-Marek','pl-PL-Agnieszka','en-GB-Ryan'])[pg_temp.draw(a.n, 40, 4) + 1],
  CASE WHEN pg_temp.draw(a.n, 41, 8) = 0 THEN 'uk' ELSE 'pl' END,
  ('{"tone": "' || (ARRAY['friendly','formal','brisk'])[pg_temp.draw(a.n, 42, 3) + 1] || '", "patience": ' || (5 + pg_temp.draw(a.n, 43, 6)) || '}')::jsonb,
  ('{"documents": ' || (3 + pg_temp.draw(a.n, 44, 40)) || ', "website": "https://' || o.domain || '"}')::jsonb,
  CASE WHEN broken THEN 'error' WHEN idle THEN 'training' WHEN a.n > 3 AND pg_temp.draw(a.n, 45, 12) = 0 THEN 'inactive' ELSE 'active' END,
  '+48 22 ' || (2000000 + a.n * 7919 % 7000000),
  a.n % 5 > 0,
  CASE WHEN broken
    THEN jsonb_build_object('provider', 'google', 'status', 'error', 'last_error', 'invalid_grant: token has been expired or revoked',
      'last_sync_at', to_char(anchor - interval '6 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    ELSE jsonb_build_object('provider', CASE WHEN a.n % 3 = 0 THEN 'outlook' ELSE 'google' END, 'status', 'ok',
      'last_sync_at', to_char(anchor - (5 + pg_temp.draw(a.n, 46, 50)) * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END,
  CASE WHEN idle THEN '{"answered": 0}'::jsonb
    ELSE jsonb_build_object('answered', 85 + pg_temp.draw(a.n, 47, 14), 'booked', 30 + pg_temp.draw(a.n, 48, 30)) END,
  anchor - interval '405 days' + a.n * interval '1 hour',
  anchor - pg_temp.draw(a.n, 49, 40) * interval '1 day',
  CASE WHEN NOT idle AND a.n > 12 AND pg_temp.draw(a.n, 50, 40) = 0 THEN anchor - interval '20 days' END
FROM agent AS a
JOIN org AS o ON o.n = a.org
CROSS JOIN clock,
LATERAL (SELECT a.org = 2 AND position = 2 AS broken) AS l;

INSERT INTO services (id, organization_id, name, description, duration, price, currency, category, is_active, booking_buffer,
  max_advance_booking_days, created_at, updated_at, deleted_at)
SELECT md5('services:' || o.n || '.' || j)::uuid, o.id, m.name,
  m.name || ', ' || minutes || ' minut', minutes, price + 10 * pg_temp.draw(o.n * 6 + j, 55, 9), 'PLN', category,
  NOT retired, 5 * (j % 4), 30 + 30 * (j % 3),
  anchor - interval '404 days' + j * interval '9 minutes', anchor - interval '60 days',
  CASE WHEN retired THEN anchor - interval '60 days' END
FROM org AS o
JOIN menu AS m USING (trade)
CROSS JOIN clock,
LATERAL (SELECT j = 5 AND o.n % 2 = 0 AS retired) AS l;

-- Staff: whoever belongs to an organization without owning it, some in a second organization too, and people without an account.
INSERT INTO staff (id, organization_id, user_id, name, email, phone, role, specializations, availability, calendar_integration, is_active,
  created_at, updated_at, deleted_at)
SELECT md5('staff:' || key)::uuid, o.id, user_id, s.name, s.mail || '@' || o.domain,
  CASE WHEN seed % 4 > 0 THEN '+48 ' || (600 + pg_temp.draw(seed, 60, 290)) || ' ' || (100 + pg_temp.draw(seed, 61, 900)) || ' ' || (100 + pg_temp.draw(seed, 62, 900)) END,
  (ARRAY['Lekarz stomatolog','Higienistka','Recepcjonistka','Asystentka', 'Fryzjerka','Kosmetolog','Recepcjonistka','Stylistka paznokci',
    'Mechanik','Diagnosta','Doradca serwisowy','Kierownik zmiany', 'Lekarz weterynarii','Technik','Recepcjonistka','Groomer'])[trade * 4 + pg_temp.draw(seed, 63, 4) + 1],
  jsonb_build_array((SELECT m.name FROM menu AS m WHERE m.trade = o.trade AND m.j = seed % 6)),
  ('{"monday": ["08:00", "16:00"], "wednesday": ["10:00", "18:00"], "friday": ["08:00", "' || (12 + seed % 4) || ':00"]}')::jsonb,
  CASE WHEN seed % 3 = 0 THEN '{"provider": "google"}'::jsonb ELSE '{}'::jsonb END,
  active, anchor - interval '380 days' + (seed % 300) * interval '1 day', anchor - (seed % 70) * interval '1 day',
  CASE WHEN removed THEN anchor - interval '15 days' END
FROM (
  SELECT n::text AS key, n AS seed, org, id AS user_id, name, mail,
    n <> 5 AND (n < 60 OR pg_temp.draw(n, 64, 30) > 0) AS active, n = 8 OR (n > 60 AND pg_temp.draw(n, 65, 60) = 0) AS removed
  FROM account WHERE org IS NOT NULL AND NOT owner
  UNION ALL -- the same person twice
  SELECT '13 again', 13, org, id, name, mail, true, false FROM account WHERE n = 13
  UNION ALL -- a second organization
  SELECT n || ' also', n, org % pg_temp.size('organizations') + 1, id, name, mail, true, false FROM account
  WHERE n > 60 AND NOT owner AND pg_temp.draw(n, 66, 33) = 0
  UNION ALL -- no account
  SELECT 'without account ' || n, n + 5000, s.org, NULL, p.name, p.mail, true, false
  FROM generate_series(1, pg_temp.size('users') / 10) AS n
  JOIN org_share AS s ON s.k = pg_temp.draw(n, 67, 10000)
  JOIN person AS p ON p.k = pg_temp.draw(n, 68, 3577)
) AS s
JOIN org AS o ON o.n = s.org
CROSS JOIN clock;

-- Who is behind the ordinary events: owners and active staff, numbered organization after organization.
CREATE TEMP TABLE member AS
SELECT a.org, (row_number() OVER (ORDER BY a.org, a.n) - 1)::int AS i, a.id AS user_id
FROM account AS a
JOIN users AS u ON u.id = a.id AND u.deleted_at IS NULL
JOIN org AS o ON o.n = a.org
WHERE a.owner OR EXISTS (
  SELECT FROM staff AS s WHERE s.user_id = a.id AND s.organization_id = o.id AND s.is_active AND s.deleted_at IS NULL
);

CREATE TEMP TABLE member_count AS
SELECT o.n AS org, o.id AS organization_id, min(m.i) AS first, count(m.i)::int AS members FROM org AS o JOIN member AS m ON m.org = o.n GROUP BY o.n, o.id;

-- ---------------------------------------------------------------------------------------------------------------------
-- Calls: one for every two messages. What later tables need of a call is computed from its number again.
-- OFFSET 0 has a draw made once, not wherever it is used.

ANALYZE person;
ANALYZE org_share;
ANALYZE call_share;
ANALYZE menu;
ANALYZE member;
ANALYZE member_count;

-- 0 wants a date, 1 information, 2 to move a date, 3 to cancel, 4 the price, 5 to complain
CREATE FUNCTION pg_temp.intent(c bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT (ARRAY[0,0,0,0,0,0,0,0,1,1,1,1,2,2,2,3,3,4,4,5])[pg_temp.draw(c, 70, 20) + 1] $$;

-- 0–88 completed, 89–96 missed, 97–98 failed; 99 is completed too, for those that are not still on the line
CREATE FUNCTION pg_temp.ending(c bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT pg_temp.draw(c, 71, 100) $$;

CREATE FUNCTION pg_temp.booked(c bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT pg_temp.draw(c, 70, 20) < 8 AND pg_temp.draw(c, 71, 100) NOT BETWEEN 89 AND 98 $$;

CREATE FUNCTION pg_temp.phone(c bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT '+48' || (500000000 + (pg_temp.draw(c, 72, 1500000)::bigint * 199 + 17) % 390000000) $$;

INSERT INTO conversations (id, agent_id, organization_id, caller_phone, caller_name, caller_email, direction, status, duration_seconds,
  sentiment_score, topics, summary, intent, outcome, appointment_created, recording_url, transcript, metadata, started_at, ended_at, created_at, updated_at)
SELECT md5('conversations:' || c)::uuid, a.agent_id,
  CASE WHEN c = 7 AND a.org <> 2 THEN md5('organizations:2')::uuid ELSE a.organization_id END,
  pg_temp.phone(c), p.name,
  CASE WHEN pg_temp.draw(c, 73, 3) = 0 THEN p.mail || '@' || (ARRAY['poczta.example','skrzynka.example','listy.example','mail.example'])[pg_temp.draw(c, 74, 4) + 1] END,
  direction, status, seconds,
  CASE WHEN status = 'completed' THEN least(1, (CASE WHEN intent = 5 THEN -90 ELSE -20 END + pg_temp.draw(c, 75, 115)) / 100.0) END,
  CASE WHEN status = 'completed' THEN jsonb_build_array(m.category, (ARRAY['termin','godziny otwarcia','zmiana terminu','odwołanie','cena','reklamacja'])[intent + 1]) ELSE '[]' END,
  CASE WHEN status = 'completed' THEN
    (ARRAY['Umówiono: ','Pytanie o godziny i dojazd; usługa: ','Przełożono wizytę: ','Odwołano wizytę: ','Podano cenę: ','Skarga dotycząca usługi: '])[intent + 1] || m.name || '.' END,
  (ARRAY['appointment_booking','information','rescheduling','cancellation','pricing','complaint'])[intent + 1],
  CASE WHEN status <> 'completed' THEN 'no_answer' WHEN booked THEN 'booked' WHEN intent = 5 THEN 'escalated' ELSE 'answered' END,
  booked,
  CASE WHEN status = 'completed' AND pg_temp.draw(c, 76, 2) = 0 THEN 'https://recordings.aisekretarka.example/' || c || '.ogg' END,
  CASE WHEN status = 'completed' THEN jsonb_build_array(
    jsonb_build_object('role', 'agent', 'text', 'Dzień dobry, w czym mogę pomóc?'),
    jsonb_build_object('role', 'caller', 'text', 'Dzień dobry, mówi ' || p.name || '. Chodzi o: ' || lower(m.name) || '.'),
    jsonb_build_object('role', 'agent', 'text', (ARRAY['Mam wolny termin, zapisuję.','Jesteśmy otwarci od dziewiątej do siedemnastej.','Przenoszę wizytę na inny dzień.',
      'Odwołałam wizytę, do usłyszenia.','Cena wynosi od ' || m.price || ' zł.','Przykro mi, przekażę to kierownictwu.'])[intent + 1])) ELSE '[]' END,
  jsonb_build_object('carrier', (ARRAY['Orange','Play','T-Mobile','Plus'])[pg_temp.draw(c, 77, 4) + 1], 'model', (ARRAY['gpt-4o-mini','gpt-4o','claude-3-5-haiku'])[least(pg_temp.draw(c, 78, 3), pg_temp.draw(c, 79, 3)) + 1]),
  at, CASE WHEN status = 'active' THEN NULL ELSE at + seconds * interval '1 second' END, at,
  least(anchor, at + (seconds + 20) * interval '1 second')
FROM clock
CROSS JOIN generate_series(1, pg_temp.size('mails') / 2) AS c
JOIN rhythm AS r ON r.k = ((c - 1)::bigint * (SELECT slots FROM clock) / (pg_temp.size('mails') / 2))
JOIN call_share AS a ON a.k = pg_temp.draw(c, 80, 10000)
JOIN person AS p ON p.k = pg_temp.draw(c, 81, 3577)
JOIN menu AS m ON m.i = a.trade * 6 + pg_temp.draw(c, 82, 6),
LATERAL (SELECT
  r.hour + pg_temp.draw(c, 83, 3600) * interval '1 second' AS at,
  pg_temp.intent(c) AS intent,
  pg_temp.booked(c) AS booked,
  CASE WHEN pg_temp.draw(c, 84, 8) = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
  CASE WHEN c > pg_temp.size('mails') / 2 - 3 THEN 'active' WHEN pg_temp.ending(c) BETWEEN 89 AND 96 THEN 'missed' WHEN pg_temp.ending(c) IN (97, 98) THEN 'failed' ELSE 'completed' END AS status,
  CASE WHEN pg_temp.ending(c) BETWEEN 89 AND 98 THEN 0 ELSE 25 + pg_temp.draw(c, 85, 120) + pg_temp.draw(c, 86, 200) END AS seconds OFFSET 0) AS l;

-- The calls that ended in a booking, and a few that came in by the door (d).
INSERT INTO appointments (id, organization_id, conversation_id, client_name, client_phone, client_email, service_type, service_duration, service_price,
  scheduled_at, status, cancellation_reason, confirmation_sent_at, reminder_sent_at, calendar_event_id, notes, metadata, created_at, updated_at)
SELECT md5('appointments:' || c)::uuid,
  CASE WHEN c = 7 AND a.org <> 2 THEN md5('organizations:2')::uuid ELSE a.organization_id END,
  CASE WHEN door THEN NULL ELSE md5('conversations:' || c)::uuid END,
  p.name, pg_temp.phone(c), CASE WHEN pg_temp.draw(c, 73, 3) = 0 THEN p.mail || '@poczta.example' END,
  m.name, m.minutes, m.price, scheduled, status,
  CASE WHEN status = 'cancelled' THEN (ARRAY['choroba','zmiana planów','wyjazd','dubel'])[pg_temp.draw(c, 92, 4) + 1] END,
  booked_at + interval '1 minute',
  CASE WHEN scheduled - interval '1 day' BETWEEN booked_at AND anchor THEN scheduled - interval '1 day' END,
  'evt_' || substr(md5('event:' || c), 1, 20),
  CASE WHEN pg_temp.draw(c, 93, 12) = 0 THEN 'Prosi o telefon przed wizytą.' END,
  jsonb_build_object('source', CASE WHEN door THEN 'reception' ELSE 'agent' END),
  booked_at, least(anchor, greatest(booked_at + interval '1 minute', scheduled))
FROM clock
CROSS JOIN (
  SELECT c, false AS door FROM generate_series(1, pg_temp.size('mails') / 2) AS c WHERE pg_temp.booked(c)
  UNION ALL
  SELECT d, true FROM generate_series(pg_temp.size('mails') / 2 + 1, pg_temp.size('mails') / 2 + pg_temp.size('mails') / 40) AS d
) AS b
JOIN rhythm AS r ON r.k = CASE WHEN door
  THEN pg_temp.draw(c, 90, (SELECT slots::int FROM clock))
  ELSE ((c - 1)::bigint * (SELECT slots FROM clock) / (pg_temp.size('mails') / 2)) END
JOIN call_share AS a ON a.k = pg_temp.draw(c, 80, 10000)
JOIN person AS p ON p.k = pg_temp.draw(c, 81, 3577)
JOIN menu AS m ON m.i = a.trade * 6 + pg_temp.draw(c, 82, 6),
LATERAL (SELECT
  least(anchor, r.hour + (pg_temp.draw(c, 83, 3600) + 60) * interval '1 second') AS booked_at,
  -- some days ahead, at a quarter of an hour between 7 and 16 UTC
  date_trunc('day', r.hour) + (1 + pg_temp.draw(c, 87, 12)) * interval '1 day' + (28 + pg_temp.draw(c, 88, 36)) * interval '15 minutes' AS scheduled OFFSET 0) AS l,
LATERAL (SELECT CASE
  WHEN pg_temp.draw(c, 89, 100) < 8 THEN 'cancelled'
  WHEN scheduled > anchor THEN (ARRAY['scheduled','confirmed'])[pg_temp.draw(c, 91, 2) + 1]
  WHEN pg_temp.draw(c, 89, 100) < 13 THEN 'no_show'
  ELSE 'completed' END AS status OFFSET 0) AS s;

-- Two messages for a call: what the agent sends after it, and a later one, in either direction.
INSERT INTO messages (id, organization_id, conversation_id, appointment_id, direction, channel, from_number, to_number, from_email, to_email,
  subject, body, status, provider_message_id, error_message, sent_at, delivered_at, created_at)
SELECT md5('messages:' || n)::uuid,
  CASE WHEN c = 7 AND a.org <> 2 THEN md5('organizations:2')::uuid ELSE a.organization_id END,
  md5('conversations:' || c)::uuid,
  CASE WHEN pg_temp.booked(c) THEN md5('appointments:' || c)::uuid END,
  CASE WHEN inbound THEN 'inbound' ELSE 'outbound' END,
  channel,
  CASE WHEN NOT by_mail THEN CASE WHEN inbound THEN pg_temp.phone(c) ELSE '+48221000' || lpad(a.org::text, 3, '0') END END,
  CASE WHEN NOT by_mail THEN CASE WHEN inbound THEN '+48221000' || lpad(a.org::text, 3, '0') ELSE pg_temp.phone(c) END END,
  CASE WHEN by_mail THEN CASE WHEN inbound THEN p.mail || '@poczta.example' ELSE 'recepcja@' || a.domain END END,
  CASE WHEN by_mail THEN CASE WHEN inbound THEN 'recepcja@' || a.domain ELSE p.mail || '@poczta.example' END END,
  CASE WHEN by_mail THEN CASE WHEN inbound THEN 'Re: ' ELSE '' END
    || (ARRAY['Potwierdzenie wizyty','Informacje, o które Pan(i) pytał(a)','Zmiana terminu','Odwołanie wizyty','Cennik','Państwa zgłoszenie'])[intent + 1] || ': ' || m.name END,
  CASE
    WHEN inbound THEN (ARRAY['Dziękuję, będę punktualnie.','Czy mogę przyjść z dzieckiem?','Proszę o fakturę na firmę.','Niestety muszę przełożyć, czy jest coś po 16?'])[pg_temp.draw(n, 100, 4) + 1]
    WHEN later THEN 'Przypominamy: ' || m.name || '. Do zobaczenia! Prosimy o odpowiedź TAK, aby potwierdzić.'
    ELSE 'Dzień dobry, ' || p.name || '. '
      || (ARRAY['Wizyta została umówiona: ','Poniżej informacje o usłudze: ','Nowy termin został zapisany: ','Wizyta została odwołana: ','Cena usługi: ','Dziękujemy za zgłoszenie dotyczące usługi: '])[intent + 1]
      || m.name || CASE WHEN intent = 4 THEN ', od ' || m.price || ' zł' ELSE '' END || '.' END,
  status,
  CASE WHEN status <> 'pending' THEN 'SM' || md5('provider:' || n) END,
  CASE WHEN status = 'failed' THEN (ARRAY['30003: unreachable destination handset','30006: landline or unreachable carrier','550 5.1.1 user unknown'])[CASE WHEN by_mail THEN 3 ELSE pg_temp.draw(n, 101, 2) + 1 END] END,
  CASE WHEN status <> 'pending' THEN at END,
  CASE WHEN status = 'delivered' THEN least(anchor, at + (1 + pg_temp.draw(n, 102, 40)) * interval '1 second') END,
  at
FROM clock
CROSS JOIN generate_series(1, pg_temp.size('mails') / 2 * 2) AS n
CROSS JOIN LATERAL (SELECT (n + 1) / 2 AS c, n % 2 = 0 AS later) AS x
JOIN rhythm AS r ON r.k = ((c - 1)::bigint * (SELECT slots FROM clock) / (pg_temp.size('mails') / 2))
JOIN call_share AS a ON a.k = pg_temp.draw(c, 80, 10000)
JOIN person AS p ON p.k = pg_temp.draw(c, 81, 3577)
JOIN menu AS m ON m.i = a.trade * 6 + pg_temp.draw(c, 82, 6),
LATERAL (SELECT
  pg_temp.intent(c) AS intent,
  later AND pg_temp.draw(n, 103, 3) = 0 AS inbound,
  (ARRAY['sms','sms','sms','email','email','chat','voice'])[pg_temp.draw(n, 104, 7) + 1] AS channel,
  least(anchor, r.hour + (pg_temp.draw(c, 83, 3600) + 90) * interval '1 second' + CASE WHEN later THEN (600 + pg_temp.draw(n, 105, 30000)) * interval '1 second' ELSE interval '0' END) AS at OFFSET 0) AS l,
LATERAL (SELECT
  channel = 'email' AS by_mail,
  CASE WHEN at > anchor - interval '10 minutes' AND NOT inbound THEN 'pending' WHEN pg_temp.draw(n, 106, 70) = 0 THEN 'failed' WHEN pg_temp.draw(n, 106, 70) < 8 THEN 'sent' ELSE 'delivered' END AS status OFFSET 0) AS s;

-- ---------------------------------------------------------------------------------------------------------------------
-- Usage: windows of a quarter of an hour, metered per agent. Tokens carry their model and its list price in dollars.

INSERT INTO usage_metrics (id, organization_id, metric_type, metric_value, metric_unit, period_start, period_end, metadata, created_at)
SELECT md5('usage_metrics:' || n)::uuid, a.organization_id,
  (ARRAY['call_minutes','sms_sent','emails_sent','llm_tokens','tts_characters'])[kind],
  CASE kind WHEN 1 THEN (50 + pg_temp.draw(n, 111, 1200)) / 100.0 WHEN 2 THEN 1 + pg_temp.draw(n, 111, 6) WHEN 3 THEN 1 + pg_temp.draw(n, 111, 3)
    WHEN 4 THEN tokens_in + tokens_out ELSE 200 + pg_temp.draw(n, 111, 5000) END,
  (ARRAY['minute','message','message','token','character'])[kind],
  at, at + interval '15 minutes',
  CASE WHEN kind = 4
    THEN ('{"agent_id": "' || a.agent_id || '", "model": "' || (ARRAY['gpt-4o-mini','gpt-4o','claude-3-5-haiku','claude-3-5-sonnet','gemini-2.0-flash'])[model]
      || '", "input_tokens": ' || tokens_in || ', "output_tokens": ' || tokens_out || ', "cost_usd": '
      || round((tokens_in * (ARRAY[0.15, 2.50, 0.80, 3.00, 0.10])[model] + tokens_out * (ARRAY[0.60, 10.00, 4.00, 15.00, 0.40])[model]) / 1000000, 6) || '}')::jsonb
    ELSE ('{"agent_id": "' || a.agent_id || '"}')::jsonb END,
  at + interval '15 minutes'
FROM generate_series(1, pg_temp.size('usage')) AS n
JOIN recent AS r ON r.k = ((n - 1)::bigint * (SELECT recent_slots FROM clock) / pg_temp.size('usage'))
JOIN call_share AS a ON a.k = pg_temp.draw(n, 110, 10000),
LATERAL (SELECT
  r.hour + pg_temp.draw(n, 112, 4) * interval '15 minutes' AS at,
  (ARRAY[1,1,1,2,2,3,4,4,4,4,5,5])[pg_temp.draw(n, 113, 12) + 1] AS kind,
  (ARRAY[1,1,1,1,2,2,3,3,4,5])[pg_temp.draw(n, 114, 10) + 1] AS model,
  400 + pg_temp.draw(n, 115, 3000) + pg_temp.draw(n, 116, 3000) AS tokens_in,
  60 + pg_temp.draw(n, 117, 900) AS tokens_out OFFSET 0) AS l;

-- One running subscription each; every third organization had another one before.
INSERT INTO subscriptions (id, organization_id, user_id, stripe_subscription_id, stripe_customer_id, status, plan_name, plan_price, currency,
  billing_period, current_period_start, current_period_end, cancel_at, cancelled_at, trial_start, trial_end, created_at, updated_at)
SELECT md5('subscriptions:' || n || former)::uuid, id, md5('users:' || owner)::uuid,
  'sub_' || substr(md5('subscription:' || n || former), 1, 14), 'cus_' || substr(md5('stripe:' || owner), 1, 14),
  CASE WHEN former <> '' THEN 'cancelled' WHEN n = 3 THEN 'past_due' WHEN n > 3 AND pg_temp.draw(n, 120, 9) = 0 THEN 'trialing' WHEN n > 3 AND pg_temp.draw(n, 120, 9) = 1 THEN 'incomplete' ELSE 'active' END,
  CASE plan WHEN 0 THEN 'basic' WHEN 1 THEN 'professional' ELSE 'enterprise' END,
  (ARRAY[149.00, 399.00, 1490.00])[plan + 1] * CASE WHEN yearly THEN 10 ELSE 1 END, 'PLN',
  CASE WHEN yearly THEN 'yearly' ELSE 'monthly' END,
  start, start + CASE WHEN yearly THEN interval '1 year' ELSE interval '1 month' END,
  CASE WHEN n = 3 AND former = '' THEN anchor + interval '4 days' END,
  CASE WHEN former <> '' THEN anchor - interval '200 days' END,
  anchor - interval '410 days', anchor - interval '396 days',
  anchor - interval '410 days' + n * interval '3 hours', anchor - interval '2 days'
FROM (SELECT o.*, former, CASE WHEN former <> '' THEN 0 WHEN n = 1 THEN 2 ELSE n % 2 END AS plan, n = 1 AND former = '' AS yearly
      FROM org AS o, (VALUES (''), (' former')) AS f(former) WHERE former = '' OR n % 3 = 0) AS o
CROSS JOIN clock,
LATERAL (SELECT CASE WHEN former <> '' THEN anchor - interval '230 days' ELSE date_trunc('day', anchor) - (3 + n * 7 % 24) * interval '1 day' END AS start OFFSET 0) AS l;

-- ---------------------------------------------------------------------------------------------------------------------
-- Events. The last 60 are the incidents.

INSERT INTO analytics_events (id, organization_id, agent_id, event_type, event_category, event_data, user_id, session_id, ip_address, user_agent, created_at)
SELECT md5('analytics_events:' || n)::uuid, c.organization_id,
  CASE WHEN kind >= 8 THEN a.agent_id END,
  (ARRAY['auth.signed_in','dashboard.viewed','dashboard.viewed','message.viewed','conversation.viewed','appointment.updated','service.updated','report.exported',
    'conversation.completed','conversation.completed','conversation.completed','appointment.booked','agent.configured','calendar.synced','calendar.sync_failed','sms.sent'])[kind + 1],
  (ARRAY['auth','dashboard','dashboard','message','conversation','appointment','service','report',
    'conversation','conversation','conversation','appointment','agent','calendar','calendar','message'])[kind + 1],
  CASE
    WHEN kind IN (3, 4, 8, 9, 10) THEN ('{"conversation_id": "' || md5('conversations:' || (1 + pg_temp.draw(n, 136, pg_temp.size('mails') / 2)))::uuid || '"}')::jsonb
    WHEN kind = 14 THEN '{"error": "invalid_grant"}'::jsonb
    WHEN kind = 7 THEN '{"format": "csv"}'::jsonb
    ELSE ('{"ms": ' || (12 + pg_temp.draw(n, 137, 900)) || '}')::jsonb END,
  CASE WHEN kind < 8 OR kind = 12 THEN m.user_id END,
  CASE WHEN kind < 8 OR kind = 12 THEN 's' || substr(md5(m.i || '.' || c.org || '.' || r.k), 1, 16) END,
  CASE WHEN kind < 8 OR kind = 12 THEN '83.12.0.0'::inet + (c.org * 256 + m.i % 250 + 1) END,
  CASE WHEN kind < 8 OR kind = 12 THEN (ARRAY['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/126.0','Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1.15',
    'Mozilla/5.0 (Linux; Android 14) Chrome/125.0 Mobile'])[m.i % 3 + 1] END,
  r.hour + pg_temp.draw(n, 135, 3600) * interval '1 second'
FROM generate_series(1, pg_temp.size('audit') - 60) AS n
JOIN recent AS r ON r.k = ((n - 1)::bigint * (SELECT recent_slots FROM clock) / (pg_temp.size('audit') - 60))
JOIN call_share AS a ON a.k = pg_temp.draw(n, 130, 10000)
JOIN member_count AS c ON c.org = a.org
JOIN member AS m ON m.i = c.first + least(pg_temp.draw(n, 131, c.members), pg_temp.draw(n, 132, c.members)),
LATERAL (SELECT CASE WHEN pg_temp.draw(n, 133, 16) = 14 AND pg_temp.draw(n, 134, 25) > 0 THEN 13 ELSE pg_temp.draw(n, 133, 16) END AS kind OFFSET 0) AS l;

INSERT INTO analytics_events (id, organization_id, event_type, event_category, event_data, user_id, session_id, ip_address, user_agent, created_at)
SELECT md5('analytics_events:' || (pg_temp.size('audit') - 60 + i))::uuid, md5('organizations:1')::uuid, event, category, data::jsonb,
  md5('users:' || who)::uuid, 's' || substr(md5('incident:' || who), 1, 16), address, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/126.0',
  at
FROM clock, generate_series(1, 60) AS i,
LATERAL (
  -- the owner of the second organization, among the messages of the first, late in the evening
  SELECT 2 AS who, 'message.viewed' AS event, 'message' AS category, '{"message_id": "' || md5('messages:' || i * 2)::uuid || '"}' AS data,
    '83.12.2.14'::inet AS address, date_trunc('day', anchor) - interval '1 day' * (1 + i / 8) + interval '20 hours' + i * interval '71 seconds' AS at WHERE i <= 30
  UNION ALL -- the deleted user at work
  SELECT 7, 'conversation.viewed', 'conversation', '{"note": "session issued before the account was deleted"}',
    '83.12.1.77', anchor - interval '11 days' + (i - 30) * interval '10 hours' WHERE i BETWEEN 31 AND 50
  UNION ALL -- the inactive one at the door
  SELECT 5, 'auth.sign_in_refused', 'auth', '{"reason": "inactive"}',
    '185.220.101.4', anchor - interval '2 days' + i * interval '40 seconds' WHERE i > 50
) AS incident;

-- ---------------------------------------------------------------------------------------------------------------------
-- Signing in.

INSERT INTO accounts (id, user_id, type, provider, provider_account_id, refresh_token, access_token, expires_at, token_type, scope, id_token, session_state)
SELECT md5('accounts:' || n)::uuid, id, 'oauth', CASE WHEN n % 8 = 0 THEN 'azure-ad' ELSE 'google' END, '1' || lpad((n::bigint * 104729)::text, 20, '0'),
  '1//' || md5('refresh:' || n), 'ya29.' || md5('access:' || n), extract(epoch FROM anchor)::bigint + 3600 - n % 86400, 'Bearer',
  'openid email profile', 'eyJhbGciOiJSUzI1NiJ9.' || md5('id:' || n), NULL
FROM account, clock
WHERE n % 4 = 1;

INSERT INTO sessions (id, session_token, user_id, expires)
SELECT md5('sessions:' || n)::uuid, md5('session:' || n) || md5('token:' || n), id,
  anchor + CASE WHEN n IN (5, 7, 8) THEN interval '20 days' ELSE (pg_temp.draw(n, 140, 40) - 10) * interval '1 day' + n % 1440 * interval '1 minute' END
FROM account, clock
WHERE n % 3 = 1 OR n IN (5, 7, 8);

INSERT INTO verification_tokens (identifier, token, expires)
SELECT 'invite:new.colleague@klinika-usmiech.example', md5('invite'), anchor - interval '3 days' FROM clock
UNION ALL
SELECT 'reset:' || mail || '@' || domain, md5('reset:' || a.n), anchor + (a.n % 48 - 24) * interval '1 hour'
FROM account AS a JOIN org AS o ON o.n = a.org CROSS JOIN clock
WHERE a.n % 50 = 0;

DROP TABLE rhythm, recent, clock, person, org, org_share, agent, call_share, menu, account, member, member_count;
DROP FUNCTION pg_temp.size, pg_temp.draw, pg_temp.slug, pg_temp.intent, pg_temp.ending, pg_temp.booked, pg_temp.phone;
RESET jit;
RESET enable_mergejoin;
RESET work_mem;
