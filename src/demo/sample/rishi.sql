-- Sample data for rishi: bookings of staff, kits and places for brands and dispensaries.
-- The same rows on every server and every time: no clock, no chance. Sizes and the anchor come as settings (purview.*);
-- `departments` (here: locations) must be at least `organizations` + 1, `users` at least 10 times `organizations`,
-- `audit` at least `users` + 2 * `mails`. The third organization and its administrator are those that the migrations seed.
-- Nothing here relies on a trigger: what the audit trigger would have written is written here.
--
-- What is wrong in it, and what finds it:
--   grace.okafor@greenleaf.example           client_manager of the first organization: all is well with her
--   rafael.ortiz@sierra-botanicals.example   client_manager of the second: reads bookings of the first (system_events: booking.viewed)
--   admin@rishi.internal                     the seeded super_admin: a placeholder instead of a password hash
--   dana.whitaker@greenleaf.example          deactivated, in no organization any more, still trying to sign in
--   sam.delgado@greenleaf.example            deactivated 12 days ago, yet still client_manager, still assigned, and busy since
--   nora.lindqvist@inbox.example             in no organization
--   sean.obrien@greenleaf.example            a name with an apostrophe; w.featherstonehaugh@… has a very long one,
--   x.wang@… and n.levi@…                    have names in other scripts
--   maya.brooks@greenleaf.example            two default organizations
--   theo.grant@greenleaf.example             super_admin on the platform, but client_user where he belongs
--   ivy.chen@sierra-botanicals.example       no default organization, and permissions that are not JSON
--   new.hire@greenleaf.example               never signed in: the invitation (notifications) expired 3 days ago
--   location 'Overflow Store'                nobody was ever booked there
--   location 'Greenleaf Downtown'            what is in progress there has cost more than its budget
--   booking md5('bookings:5')::uuid          overlaps the next ones at its location
--   second organization                      calendar.sync_failed for 6 days (system_events), "sync": "failed" in its settings

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
  -- Rows recorded as JSON spell their times in the zone of the session.
  PERFORM set_config('TimeZone', 'UTC', false);
END
$$;

-- The triggers would stamp and record with the clock.
ALTER TABLE organizations DISABLE TRIGGER USER;
ALTER TABLE users DISABLE TRIGGER USER;
ALTER TABLE bookings DISABLE TRIGGER USER;

-- A size, known to the planner, so that it builds its hash tables over the small side.
CREATE FUNCTION pg_temp.size(what text) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT current_setting('purview.' || what)::int $$;

-- One of 0 … size-1 for row n; another salt gives an independent draw.
CREATE FUNCTION pg_temp.draw(n bigint, salt int, size int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT ((((n * 7919 + salt * 104729) % 1000003) * ((n * 104729 + salt * 7919) % 999983) + n + salt) % 2147483647 % size)::int $$;

-- Plain letters for mail and domains, whatever the collation thinks of the others.
CREATE FUNCTION pg_temp.slug(words text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT lower(translate(words, 'áéíóúñüöÁÉÍÓÚÑ '',', 'aeiounuoAEIOUN-')) $$;

-- The seed has one number for its organization and its administrator alike.
CREATE FUNCTION pg_temp.org_id(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN n = 3 THEN '00000000-0000-0000-0000-000000000001'::uuid ELSE md5('organizations:' || n)::uuid END $$;

CREATE FUNCTION pg_temp.user_id(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN n = 3 THEN '00000000-0000-0000-0000-000000000001'::uuid ELSE md5('users:' || n)::uuid END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- When. `slot` holds the places in a location's calendar, an hour and a half each, from 400 days before the anchor to 30
-- after: eight on a working day (seven without the one at noon), four on a Saturday, two on a Sunday; times fit North America.
-- `recent` holds the hours of the 90 days before the anchor, each as often as its weight.

CREATE TEMP TABLE slot AS
SELECT (row_number() OVER (ORDER BY starts) - 1)::int AS k, starts AS free_at
FROM (SELECT current_setting('purview.anchor')::timestamptz AS anchor) AS a,
  generate_series(-400, 30) AS day,
  generate_series(0, 7) AS i,
  LATERAL (SELECT date_trunc('day', anchor) + day * interval '1 day' + interval '14 hours' + i * interval '90 minutes' AS starts) AS s
WHERE CASE extract(isodow FROM starts - i * interval '90 minutes')::int WHEN 7 THEN i IN (2, 5) WHEN 6 THEN i IN (1, 2, 4, 5) WHEN 3 THEN true ELSE i <> 3 END;

CREATE TEMP TABLE recent AS
SELECT (row_number() OVER (ORDER BY at, copy) - 1)::int AS k, at AS hour
FROM (SELECT current_setting('purview.anchor')::timestamptz AS anchor) AS a,
  generate_series(0, 90) AS back,
  generate_series(0, 23) AS h,
  LATERAL (SELECT date_trunc('day', anchor) - back * interval '1 day' + h * interval '1 hour' AS at) AS t,
  LATERAL generate_series(1, (
      (ARRAY[10,6,4,3,2,1,1,1,1,1,2,5,9,18,30,38,40,34,20,26,36,34,26,16])[h + 1]
      * (ARRAY[10,10,9,10,9,3,1])[extract(isodow FROM at)::int]
      * (100 - back / 4) + 500) / 1000) AS copy
WHERE at >= anchor - interval '90 days' AND at <= anchor - interval '1 hour';

CREATE TEMP TABLE clock AS
SELECT current_setting('purview.anchor')::timestamptz AS anchor,
  (SELECT count(*) FROM slot)::int AS slots,
  (SELECT count(*) FROM recent) AS recent_slots,
  -- bookings per location
  (pg_temp.size('mails') - 1) / (pg_temp.size('departments') - 1) + 1 AS per_place;

ANALYZE clock;
ANALYZE slot;
ANALYZE recent;

-- ---------------------------------------------------------------------------------------------------------------------
-- Who: given and family names, every pair once, in an order that does not look sorted.

CREATE TEMP TABLE person AS
SELECT (((g.i - 1) * 73 + (f.i - 1)) * 1511 % 3577)::int AS k, g.name AS first, f.name AS last,
  pg_temp.slug(g.name) || '.' || pg_temp.slug(f.name) AS mail
FROM (
  SELECT row_number() OVER () AS i, name
  FROM unnest(ARRAY['James','Mary','Luis','Amara','Wei','Priya','Noah','Sofía','Malik','Hana','Ethan','José','Keisha','Owen','Lucía','Andre','Mei','Ravi',
    'Emma','Tyrone','Camila','Jonas','Aaliyah','Diego','Grace','Hiro','Nadia','Isaac','Renée','Marcus','Olivia','Kofi','Zoe','Mateo','Ingrid','Devon',
    'Fatima','Cole','Yuki','Rosa','Elijah','Thandi','Caleb','Linh','Jasmine','Óscar','Harper','Tomás','Ruth']) AS name
) AS g, (
  SELECT row_number() OVER () AS i, name
  FROM unnest(ARRAY['Smith','Johnson','García','Nguyen','Brown','Okafor','Davis','Martínez','Kim','Wilson','Patel','Anderson','Ramírez','Chen','Taylor','Mensah',
    'Moore','Jackson','López','Lee','Thompson','White','Singh','Harris','Clark','Núñez','Robinson','Tanaka','Walker','Young','Allen','King','Wright','Scott',
    'Torres','Flores','Green','Adams','Nelson','Baker','Hall','Rivera','Campbell','Mitchell','Carter','Abebe','Roberts','Gómez','Phillips','Evans','Turner',
    'Díaz','Parker','Cruz','Edwards','Collins','Reyes','Stewart','Morris','Morales','Murphy','Cook','Rogers','Gutiérrez','Ortiz','Morgan','Cooper','Peterson',
    'Bailey','Reed','Kelly','Hassan','Yamamoto']) AS name
) AS f;

-- ---------------------------------------------------------------------------------------------------------------------
-- Where: the organizations, their weight (60, 30, 10, then a long tail), and 10000 slots shared out by it.

CREATE TEMP TABLE org AS
SELECT n, pg_temp.org_id(n) AS id, name, short,
  CASE n WHEN 3 THEN 'rishi.internal' WHEN 2 THEN 'sierra-botanicals.example' ELSE pg_temp.slug(short) || '.example' END AS domain,
  (CASE n WHEN 1 THEN 60000 WHEN 2 THEN 30000 WHEN 3 THEN 10000 ELSE 30000 / n END) AS weight
FROM (
  SELECT n, short,
    CASE n WHEN 3 THEN 'Rishi Internal' ELSE short || ' ' || CASE n WHEN 1 THEN 'Collective' WHEN 2 THEN 'Botanicals'
      ELSE (ARRAY['Farms','Wellness','Dispensaries','Partners','Extracts'])[n % 5 + 1] END END AS name
  FROM generate_series(1, pg_temp.size('organizations')) AS n,
    LATERAL (SELECT CASE n WHEN 1 THEN 'Greenleaf' WHEN 2 THEN 'Sierra' WHEN 3 THEN 'Rishi'
      ELSE (ARRAY['Juniper','Harvest Moon','Blue Heron','Cascade','High Desert','Redwood','Bayside','Prairie','Lantern','Saguaro','Northstar','Copper Hill',
        'Willow Creek','Summit','Driftwood','Ember','Clearwater','Foxglove','Granite','Hollow Oak','Mesa','Orchard','Pinecrest','Riverbend','Stonegate',
        'Tidewater','Uplands','Vireo','Whitetail'])[n % 29 + 1] || CASE WHEN n >= 33 THEN ' ' || n / 29 + 1 ELSE '' END END AS short) AS s
) AS o;

CREATE TEMP TABLE org_share AS
SELECT k, n AS org
FROM (SELECT n, weight, sum(weight) OVER (ORDER BY n) AS upto, sum(weight) OVER () AS total FROM org) AS o,
  LATERAL generate_series(((upto - weight) * 10000 / total)::int, (upto * 10000 / total)::int - 1) AS k;

CREATE TEMP TABLE town AS
SELECT (row_number() OVER () - 1)::int AS i, v.*
FROM (VALUES ('Denver', 'CO', '80202', 39.739236, -104.990251), ('Portland', 'OR', '97205', 45.515232, -122.678385), ('Seattle', 'WA', '98101', 47.606209, -122.332071),
  ('Los Angeles', 'CA', '90015', 34.052235, -118.243683), ('Oakland', 'CA', '94612', 37.804363, -122.271111), ('Las Vegas', 'NV', '89101', 36.169941, -115.139832),
  ('Phoenix', 'AZ', '85004', 33.448376, -112.074036), ('Chicago', 'IL', '60607', 41.878113, -87.629799), ('Detroit', 'MI', '48226', 42.331429, -83.045753),
  ('Boston', 'MA', '02110', 42.360081, -71.058884), ('Albuquerque', 'NM', '87102', 35.084385, -106.650421), ('Burlington', 'VT', '05401', 44.475883, -73.212074),
  ('Cañon City', 'CO', '81212', 38.440982, -105.242447)) AS v(city, state, zip, latitude, longitude);

-- Every organization has a location; the others are dealt out by weight. In the last one nothing ever happens.
CREATE TEMP TABLE place AS
SELECT p.*, o.id AS organization_id,
  CASE WHEN idle THEN 'Overflow Store' ELSE o.short || ' '
    || (ARRAY['Downtown','Riverside','Uptown','Eastside','Harbor','Market Street','Old Town','Airport Road','Hillside','Station'])[(position - 1) % 10 + 1]
    || CASE WHEN position > 10 THEN ' ' || (position - 1) / 10 + 1 ELSE '' END END AS name
FROM (
  SELECT n AS nr, md5('locations:' || n)::uuid AS id, org, row_number() OVER (PARTITION BY org ORDER BY n)::int AS position, n = pg_temp.size('departments') AS idle
  FROM (
    SELECT n, CASE WHEN n <= pg_temp.size('organizations') THEN n ELSE s.org END AS org
    FROM generate_series(1, pg_temp.size('departments')) AS n
    LEFT JOIN org_share AS s ON s.k = (n - pg_temp.size('organizations')) * 9999 / greatest(1, pg_temp.size('departments') - pg_temp.size('organizations'))
  ) AS p
) AS p
JOIN org AS o ON o.n = p.org;

-- ---------------------------------------------------------------------------------------------------------------------
-- Organizations, users, and who belongs where. Users 1–15 are the incidents above.

CREATE TEMP TABLE account AS
SELECT g.n, pg_temp.user_id(g.n) AS id,
  CASE WHEN f.n IS NOT NULL THEN f.org ELSE s.org END AS org,
  COALESCE(f.first, p.first) AS first,
  COALESCE(f.last, p.last) AS last,
  COALESCE(f.mail, p.mail || CASE WHEN g.n >= 3577 THEN (g.n / 3577)::text ELSE '' END) AS mail,
  COALESCE(f.role::user_role, (CASE WHEN f.n IS NULL AND s.org = 3
    THEN (ARRAY['internal_admin','internal_field_manager','internal_field_manager','brand_agent','brand_agent','brand_agent','brand_agent','brand_agent'])[draw]
    ELSE (ARRAY['client_manager','client_user','client_user','client_user','brand_agent','brand_agent','brand_agent','brand_agent'])[draw] END)::user_role) AS role
FROM generate_series(1, pg_temp.size('users')) AS g(n)
LEFT JOIN (VALUES
  (1, 1, 'Grace', 'Okafor', 'grace.okafor', 'client_manager'),
  (2, 2, 'Rafael', 'Ortiz', 'rafael.ortiz', 'client_manager'),
  (3, 3, 'System', 'Administrator', 'admin', 'super_admin'),
  (4, NULL, 'Dana', 'Whitaker', 'dana.whitaker@greenleaf.example', 'client_user'),
  (5, 1, 'Sam', 'Delgado', 'sam.delgado', 'client_manager'),
  (6, NULL, 'Nora', 'Lindqvist', 'nora.lindqvist@inbox.example', 'client_user'),
  (7, 1, 'Seán', 'O''Brien', 'sean.obrien', 'brand_agent'),
  (8, 1, 'Wilhelmina Alexandra', 'van Oosterhout-Featherstonehaugh de la Villeneuve-Castellanos', 'w.featherstonehaugh', 'client_user'),
  (9, 2, '小明', '王', 'x.wang', 'brand_agent'),
  (10, 1, 'נועה', 'לוי', 'n.levi', 'brand_agent'),
  (11, 1, 'Maya', 'Brooks', 'maya.brooks', 'client_manager'),
  (12, 1, 'Theo', 'Grant', 'theo.grant', 'super_admin'),
  (13, 2, 'Ivy', 'Chen', 'ivy.chen', 'client_user'),
  (14, 3, 'Devika', 'Rao', 'devika.rao', 'internal_admin'),
  (15, 1, 'New', 'Hire', 'new.hire', 'client_user')
) AS f(n, org, first, last, mail, role) ON f.n = g.n
JOIN org_share AS s ON s.k = pg_temp.draw(g.n, 4, 10000)
JOIN person AS p ON p.k = g.n % 3577,
LATERAL (SELECT pg_temp.draw(g.n, 5, 8) + 1 AS draw) AS d;

DELETE FROM system_events WHERE source = 'database_trigger' AND entity_type = 'users' AND entity_id = pg_temp.user_id(3);
DELETE FROM user_organizations WHERE user_id = pg_temp.user_id(3);

INSERT INTO organizations (id, name, type, tier, settings, is_active, created_at, updated_at)
SELECT id, name, CASE WHEN n = 3 THEN 'internal' WHEN n > 3 AND n % 7 = 0 THEN 'partner' ELSE 'client' END::organization_type,
  CASE n WHEN 1 THEN 'tier1' WHEN 2 THEN 'tier2' WHEN 3 THEN 'internal' ELSE 'tier' || n % 3 + 1 END::organization_tier,
  CASE n WHEN 2 THEN '{"timezone": "America/Los_Angeles", "sync": "failed", "sync_error": "calendar: 401 token revoked"}'
    ELSE '{"timezone": "America/Denver", "sync": "ok", "approval_above": ' || 500 * (1 + n % 5) || '}' END,
  NOT (n > 3 AND n % 17 = 0),
  anchor - interval '500 days' + n * interval '7 hours', anchor - (n * 13 % 60) * interval '1 day'
FROM org, clock
ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, created_at = excluded.created_at, updated_at = excluded.updated_at;

INSERT INTO users (id, email, password_hash, first_name, last_name, role, phone, avatar_url, is_active, email_verified, last_login_at, created_at, updated_at)
SELECT a.id, CASE WHEN a.mail LIKE '%@%' THEN a.mail ELSE a.mail || '@' || o.domain END,
  CASE n WHEN 3 THEN '$2b$12$...' ELSE '$2b$12$' || substr(md5('salt:' || n) || md5('hash:' || n), 1, 53) END,
  first, last, role,
  '+1 ' || (201 + pg_temp.draw(n, 11, 780)) || '-555-0' || (100 + pg_temp.draw(n, 12, 100)),
  CASE WHEN pg_temp.draw(n, 13, 3) = 0 THEN 'https://cdn.rishi.example/avatars/' || n || '.webp' END,
  n NOT IN (4, 5) AND NOT gone,
  n NOT IN (15) AND pg_temp.draw(n, 14, 25) > 0,
  CASE WHEN n = 15 THEN NULL WHEN n = 5 THEN anchor - interval '3 hours' WHEN gone THEN anchor - interval '70 days' WHEN pg_temp.draw(n, 15, 14) = 0 AND n > 15 THEN NULL
    ELSE anchor - (pg_temp.draw(n, 16, 40) * pg_temp.draw(n, 17, 30) * 3600 + pg_temp.draw(n, 18, 3600)) * interval '1 second' END,
  joined,
  CASE WHEN n IN (4, 5) THEN anchor - interval '12 days' WHEN gone THEN anchor - interval '65 days' ELSE joined + pg_temp.draw(n, 19, 30) * interval '1 hour' END
FROM account AS a
CROSS JOIN clock
LEFT JOIN (SELECT n AS org, domain FROM org) AS o ON o.org = a.org,
LATERAL (SELECT
  CASE WHEN n = 3 THEN anchor - interval '500 days' WHEN n = 15 THEN anchor - interval '10 days'
    ELSE anchor - interval '495 days' + (pg_temp.draw(n, 20, 400) * 86400 + pg_temp.draw(n, 21, 36000)) * interval '1 second' END AS joined,
  n > 60 AND pg_temp.draw(n, 22, 45) = 0 AS gone) AS l
ON CONFLICT (id) DO UPDATE SET phone = excluded.phone, avatar_url = excluded.avatar_url, email_verified = excluded.email_verified,
  last_login_at = excluded.last_login_at, created_at = excluded.created_at, updated_at = excluded.updated_at;

-- The first organization of a user is the default one. The internal organization's people work for two clients as well,
-- a few others for a second organization.
INSERT INTO user_organizations (id, user_id, organization_id, role, is_default, permissions, joined_at, created_at)
SELECT md5('user_organizations:' || n || '.' || pass)::uuid, a.id, o.id,
  CASE WHEN n = 12 THEN 'client_user' WHEN pass > 0 AND a.role IN ('client_manager', 'client_user') THEN 'client_user' ELSE a.role END,
  CASE WHEN n = 11 THEN true WHEN n = 13 THEN false ELSE pass = 0 END,
  CASE WHEN n = 13 THEN 'bookings:read' WHEN pg_temp.draw(n, 30, 5) = 0
    THEN (ARRAY['["bookings:approve"]','["reports:export"]','["kits:manage", "tasks:assign"]'])[pg_temp.draw(n, 31, 3) + 1] END,
  u.created_at + pass * interval '9 days', u.created_at + pass * interval '9 days'
FROM account AS a
JOIN users AS u ON u.id = a.id,
LATERAL (
  SELECT 0 AS pass, a.org
  UNION ALL
  SELECT 1, CASE WHEN a.org = 3 THEN 1 ELSE a.org % pg_temp.size('organizations') + 1 END
  WHERE a.org = 3 AND n <> 3 OR n = 11 OR n > 15 AND pg_temp.draw(n, 32, 20) = 0
  UNION ALL
  SELECT 2, 2 WHERE a.org = 3 AND n <> 3
) AS m(pass, belongs)
JOIN (SELECT n AS belongs, id FROM org) AS o USING (belongs);

-- Who is behind the ordinary rows: active people in their own organization, numbered organization after organization.
CREATE TEMP TABLE member AS
SELECT org, (row_number() OVER (ORDER BY org, n) - 1)::int AS i, a.id AS user_id
FROM account AS a
JOIN users AS u ON u.id = a.id
WHERE org IS NOT NULL AND u.is_active AND n NOT IN (3, 15);

CREATE TEMP TABLE member_count AS
SELECT o.n AS org, o.id AS organization_id, min(m.i) AS first, count(m.i)::int AS members FROM org AS o JOIN member AS m ON m.org = o.n GROUP BY o.n, o.id;

INSERT INTO locations (id, name, address, city, state, zip_code, country, latitude, longitude, google_place_id, organization_id, location_type, capacity,
  amenities, accessibility_features, operating_hours, contact_info, is_active, created_at, updated_at)
SELECT p.id, p.name, 100 + pg_temp.draw(p.nr, 40, 8900) || ' ' || (ARRAY['Main St','Larimer St','Burnside Ave','Mission St','Fremont Blvd','Harbor Way'])[pg_temp.draw(p.nr, 41, 6) + 1],
  city, state, zip, 'USA', latitude + pg_temp.draw(p.nr, 42, 20000) / 1000000.0, longitude + pg_temp.draw(p.nr, 43, 20000) / 1000000.0,
  'ChIJ' || substr(md5('place:' || p.nr), 1, 23), organization_id,
  CASE WHEN idle OR p.org = 3 AND position = 1 THEN 'warehouse' ELSE
    (ARRAY['dispensary','dispensary','dispensary','dispensary','consumption_lounge','event_venue','delivery_hub','cultivation_facility','testing_lab'])[pg_temp.draw(p.nr, 44, 9) + 1] END::location_type,
  20 + 10 * pg_temp.draw(p.nr, 45, 30),
  (ARRAY['["parking", "wifi"]','["parking"]','["wifi", "cold storage"]','[]'])[pg_temp.draw(p.nr, 46, 4) + 1],
  (ARRAY['["step-free entrance"]','["step-free entrance", "hearing loop"]','[]'])[pg_temp.draw(p.nr, 47, 3) + 1],
  '{"mon-fri": "08:00-20:00", "sat": "10:00-18:00", "sun": "11:00-16:00"}',
  '{"phone": "+1 303-555-0' || (100 + pg_temp.draw(p.nr, 48, 100)) || '"}',
  p.nr < 13 OR pg_temp.draw(p.nr, 49, 40) > 0,
  anchor - interval '480 days' + p.nr * interval '5 hours', anchor - pg_temp.draw(p.nr, 50, 90) * interval '1 day'
FROM place AS p
JOIN town AS t ON t.i = p.nr % 13
CROSS JOIN clock;

CREATE TEMP TABLE brand AS
SELECT (row_number() OVER (ORDER BY o.n, j) - 1)::int AS i, o.n AS org, j, o.id AS organization_id,
  md5('brands:' || o.n || '.' || j)::uuid AS id,
  (ARRAY['Ridge','Velvet','Wild','Quiet'])[j] || ' ' || (ARRAY['Valley','Crow','Meadow','Fern','Comet','Harbor','Thistle'])[(o.n * 3 + j) % 7 + 1] AS name
FROM org AS o, generate_series(1, 4) AS j;

INSERT INTO brands (id, name, description, logo_url, organization_id, brand_category, website_url, social_media, contact_info, brand_guidelines, is_active, created_at, updated_at)
SELECT id, name, 'House brand no. ' || j, 'https://cdn.rishi.example/brands/' || i || '.svg', organization_id,
  (ARRAY['flower','pre_roll','edible','beverage','concentrate','vape','topical'])[(org + j * 2) % 7 + 1]::brand_category,
  'https://' || pg_temp.slug(name) || '.example', '{"instagram": "@' || replace(pg_temp.slug(name), '-', '') || '"}', '{"email": "hello@' || pg_temp.slug(name) || '.example"}',
  '{"colour": "#' || substr(md5(name), 1, 6) || '"}', NOT (org > 3 AND (org + j) % 23 = 0),
  anchor - interval '470 days' + i * interval '3 hours', anchor - (i % 80) * interval '1 day'
FROM brand, clock;

INSERT INTO brand_locations (id, brand_id, location_id, relationship_type, start_date, end_date, terms, created_at)
SELECT md5('brand_locations:' || b.i || '.' || p.nr)::uuid, b.id, p.id,
  (ARRAY['partnership','partnership','exclusive','consignment','sponsorship','trial'])[pg_temp.draw(p.nr * 4 + j, 55, 6) + 1]::brand_location_relationship,
  anchor::date - 300 + pg_temp.draw(p.nr * 4 + j, 56, 200), CASE WHEN pg_temp.draw(p.nr * 4 + j, 57, 3) = 0 THEN anchor::date + 30 + pg_temp.draw(p.nr * 4 + j, 58, 300) END,
  '{"commission": ' || 5 + pg_temp.draw(p.nr * 4 + j, 59, 20) || '}', anchor - interval '300 days' + p.nr * interval '1 hour'
FROM brand AS b
JOIN place AS p ON p.org = b.org AND NOT idle AND pg_temp.draw(p.nr * 4 + j, 54, 10) < 6
CROSS JOIN clock;

ANALYZE member;
ANALYZE member_count;
ANALYZE place;
ANALYZE brand;
ANALYZE person;
ANALYZE org_share;

-- ---------------------------------------------------------------------------------------------------------------------
-- Bookings, dealt out to the locations in turn, each in a slot of its own: booking n is number (n-1)/places of its location.

CREATE FUNCTION pg_temp.place_of(n bigint) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT ((n - 1) % (pg_temp.size('departments') - 1) + 1)::int $$;

-- What the tables below need of a booking, in order of n. OFFSET 0 has each draw made once, not wherever it is used.
CREATE TEMP TABLE booking AS
SELECT n, md5('bookings:' || n)::uuid AS id, place, org, organization_id, first, members, brand, author, sort, budget, starts,
  starts + (60 + 15 * quarters) * interval '1 minute' + CASE n WHEN 5 THEN interval '60 hours' ELSE interval '0' END AS ends,
  created,
  (CASE
    WHEN fate < 8 THEN 'cancelled'
    WHEN fate < 11 THEN 'on_hold'
    WHEN starts > anchor + interval '14 days' THEN (ARRAY['draft','pending_approval','approved'])[fate % 3 + 1]
    WHEN starts > anchor THEN (ARRAY['approved','confirmed','confirmed'])[fate % 3 + 1]
    WHEN starts > anchor - CASE WHEN place = 1 THEN interval '72 hours' WHEN fate < 70 THEN interval '24 hours' ELSE interval '0' END THEN 'in_progress'
    ELSE 'completed' END)::booking_status AS status
FROM (
  SELECT n, p.nr AS place, p.org, p.organization_id, c.first, c.members, m.user_id AS author,
    (p.org - 1) * 4 + pg_temp.draw(n, 72, 4) AS brand,
    (ARRAY[1,1,1,1,2,3,3,4])[pg_temp.draw(n, 73, 8) + 1] AS sort,
    50.00 * (6 + pg_temp.draw(n, 74, 40) + pg_temp.draw(n, 75, 30)) AS budget,
    quarters,
    pg_temp.draw(n, 77, 100) AS fate,
    s.free_at + CASE WHEN quarters < 2 THEN pg_temp.draw(n, 78, 2) * interval '15 minutes' ELSE interval '0' END AS starts,
    -- whole weeks ahead keep to working days
    s.free_at - (pg_temp.draw(n, 79, 3) + greatest(1, ceil(extract(epoch FROM s.free_at - anchor) / 604800)::int)) * interval '7 days'
      - pg_temp.draw(n, 80, 9000) * interval '1 second' AS created,
    anchor
  FROM (
    SELECT n, pg_temp.place_of(n) AS place, pg_temp.draw(n, 76, 3) AS quarters,
      ((n - 1) / (pg_temp.size('departments') - 1))::bigint * slots / per_place + pg_temp.draw(n, 60, greatest(1, slots / per_place)) AS slot, anchor
    FROM clock, generate_series(1, pg_temp.size('mails')) AS n
    OFFSET 0
  ) AS x
  JOIN place AS p ON p.nr = x.place
  JOIN slot AS s ON s.k = x.slot
  JOIN member_count AS c ON c.org = p.org
  JOIN member AS m ON m.i = c.first + least(pg_temp.draw(n, 61, c.members), pg_temp.draw(n, 71, c.members))
  OFFSET 0
) AS b;

ANALYZE booking;

INSERT INTO bookings (id, title, description, organization_id, created_by, location_id, status, priority, scheduled_start, scheduled_end, actual_start, actual_end,
  budget, actual_cost, requirements, staff_requirements, equipment_requirements, notes, cancellation_reason, cancelled_at, cancelled_by, created_at, updated_at)
SELECT b.id, (ARRAY['Sampling','Staff training','Pop-up','Stock count'])[sort] || ': ' || brand.name || ' at ' || p.name,
  (ARRAY['Two hours of sampling at the counter.','New staff learn the product line.','Table, banner and samples by the entrance.','Stock is counted against the register.'])[sort],
  b.organization_id, author, p.id, status,
  (ARRAY['low','medium','medium','medium','medium','high','high','urgent'])[pg_temp.draw(n, 62, 8) + 1]::booking_priority,
  starts, ends,
  CASE WHEN status IN ('completed', 'in_progress') THEN starts + (pg_temp.draw(n, 63, 16) - 4) * interval '1 minute' END,
  CASE WHEN status = 'completed' THEN ends + (pg_temp.draw(n, 64, 40) - 10) * interval '1 minute' END,
  budget,
  CASE WHEN status = 'completed' THEN round(budget * (62 + pg_temp.draw(n, 65, 45)) / 100, 2)
    WHEN status = 'in_progress' THEN round(budget * CASE WHEN place = 1 THEN 118 + pg_temp.draw(n, 65, 40) ELSE 30 + pg_temp.draw(n, 65, 65) END / 100, 2) END,
  '{"age_check": true, "samples": ' || 20 * (1 + pg_temp.draw(n, 66, 12)) || '}',
  '{"staff": ' || 1 + pg_temp.draw(n, 67, 4) || '}',
  CASE WHEN sort <> 2 THEN '{"kit": "' || (ARRAY['Sampling kit','Demo table','Event booth','Count kit'])[sort] || '"}' END,
  CASE WHEN pg_temp.draw(n, 68, 9) = 0 THEN 'Ask for the manager at the back door.' END,
  CASE WHEN status = 'cancelled' THEN (ARRAY['Store closed','Permit missing','Brand withdrew','Weather'])[pg_temp.draw(n, 69, 4) + 1] END,
  CASE WHEN status = 'cancelled' THEN least(starts, anchor) - interval '1 day' END,
  CASE WHEN status = 'cancelled' THEN author END,
  created,
  CASE WHEN status = 'completed' THEN least(anchor, ends + interval '1 hour') WHEN status = 'in_progress' THEN starts + interval '5 minutes'
    WHEN status = 'cancelled' THEN least(starts, anchor) - interval '1 day' ELSE least(anchor, created + pg_temp.draw(n, 70, 5000) * interval '1 minute') END
FROM booking AS b
JOIN place AS p ON p.nr = b.place
JOIN brand ON brand.i = b.brand
CROSS JOIN clock;

-- `usage` assignments, dealt out evenly: a booking's people follow one another in their organization's list, so none comes twice.
INSERT INTO booking_staff_assignments (id, booking_id, user_id, role, hourly_rate, hours_worked, status, assigned_at, confirmed_at, completed_at, notes, created_at)
SELECT md5('booking_staff_assignments:' || a)::uuid, b.id, m.user_id,
  (ARRAY['staff','staff','staff','staff','lead','supervisor','trainee','driver'])[r]::assignment_role,
  (ARRAY[19.50, 20.00, 21.00, 22.50, 29.00, 36.00, 16.50, 23.00])[r] + pg_temp.draw(n, 83, 5) * 0.25,
  CASE WHEN status = 'completed' AND NOT declined THEN round((extract(epoch FROM ends - starts) / 3600)::numeric + pg_temp.draw(a, 84, 4) * 0.25, 2) END,
  CASE WHEN declined THEN (ARRAY['declined','no_show'])[pg_temp.draw(a, 85, 2) + 1]
    WHEN status IN ('completed', 'cancelled', 'in_progress', 'confirmed') THEN status::text ELSE 'assigned' END::assignment_status,
  assigned, CASE WHEN NOT declined AND status IN ('completed', 'in_progress', 'confirmed') THEN least(anchor, assigned + pg_temp.draw(a, 86, 2000) * interval '1 minute') END,
  CASE WHEN NOT declined AND status = 'completed' THEN ends + (pg_temp.draw(n, 64, 40) - 10) * interval '1 minute' END,
  CASE WHEN pg_temp.draw(a, 87, 15) = 0 THEN 'Brings own transport.' END,
  assigned
FROM (
  SELECT a, n, id, status, starts, ends, anchor, first + (pg_temp.draw(n, 81, members) + a) % members AS member,
    pg_temp.draw(a, 82, 8) + 1 AS r, pg_temp.draw(a, 88, 25) = 0 AS declined,
    least(anchor, created + pg_temp.draw(a, 89, 1500) * interval '1 minute') AS assigned
  FROM clock, booking, generate_series(
    ((n - 1)::bigint * pg_temp.size('usage') + pg_temp.size('mails') - 1) / pg_temp.size('mails') + 1,
    (n::bigint * pg_temp.size('usage') + pg_temp.size('mails') - 1) / pg_temp.size('mails')) AS a
  OFFSET 0
) AS b
JOIN member AS m ON m.i = b.member;

-- The deactivated manager is still expected at the next bookings of his organization.
UPDATE booking_staff_assignments SET user_id = pg_temp.user_id(5)
WHERE id IN (
  SELECT a.id
  FROM generate_series(0, 4) AS i,
    LATERAL (SELECT (pg_temp.size('mails') - 1) / (pg_temp.size('departments') - 1) * (pg_temp.size('departments') - 1) + 1 - i * (pg_temp.size('departments') - 1) AS n) AS x,
    LATERAL (SELECT md5('booking_staff_assignments:' || ((n - 1)::bigint * pg_temp.size('usage') + pg_temp.size('mails') - 1) / pg_temp.size('mails') + 1)::uuid AS id) AS a
);

-- Blocks of a morning, an afternoon or a day, around the anchor, for those who work at bookings.
INSERT INTO availability_blocks (id, user_id, start_time, end_time, status, recurrence_pattern, notes, location_preference, max_distance_miles, hourly_rate, created_at, updated_at)
SELECT md5('availability_blocks:' || a.n || '.' || j)::uuid, a.id, starts, starts + (4 + 4 * (j % 2)) * interval '1 hour',
  (ARRAY['available','available','available','tentative','booked','unavailable'])[pg_temp.draw(a.n * 5 + j, 90, 6) + 1]::availability_status,
  CASE WHEN j = 1 THEN '{"every": "week", "until": null}' END,
  CASE WHEN pg_temp.draw(a.n * 5 + j, 91, 10) = 0 THEN 'Not before ten, please.' END,
  CASE WHEN pg_temp.draw(a.n * 5 + j, 92, 3) = 0 THEN md5('locations:' || a.org)::uuid END,
  10 + 5 * pg_temp.draw(a.n, 93, 12), 18 + pg_temp.draw(a.n, 94, 60) * 0.25,
  starts - interval '21 days', starts - interval '20 days'
FROM account AS a
CROSS JOIN clock
CROSS JOIN generate_series(1, 5) AS j,
LATERAL (SELECT date_trunc('week', anchor) + (7 * (j - 4) + pg_temp.draw(a.n * 5 + j, 95, 5)) * interval '1 day' + (14 + 4 * (a.n % 2)) * interval '1 hour' AS starts) AS l
WHERE a.role = 'brand_agent';

INSERT INTO tasks (id, title, description, organization_id, booking_id, assigned_to, created_by, task_type, priority, status, due_date, completed_at, estimated_hours, actual_hours,
  tags, attachments, created_at, updated_at)
SELECT md5('tasks:' || t)::uuid, (ARRAY['Pack the kit','Set up the table','Check the permit','Count what came back','Write the report'])[k], 'For the ' || (ARRAY['sampling','training','pop-up','count'])[sort],
  b.organization_id, CASE WHEN pg_temp.draw(t, 100, 12) > 0 THEN b.id END,
  CASE WHEN pg_temp.draw(t, 101, 15) > 0 THEN m.user_id END, author,
  (ARRAY['inventory','setup','compliance','quality_check','documentation'])[k]::task_type,
  (ARRAY['low','medium','medium','high','urgent'])[pg_temp.draw(t, 102, 5) + 1]::task_priority, state::task_status,
  due, CASE WHEN state = 'completed' THEN least(anchor, due - interval '3 hours') END,
  0.5 * (1 + pg_temp.draw(t, 103, 6)), CASE WHEN state = 'completed' THEN 0.25 * (1 + pg_temp.draw(t, 104, 14)) END,
  (ARRAY['["field"]','["field", "kit"]','[]'])[pg_temp.draw(t, 105, 3) + 1],
  CASE WHEN pg_temp.draw(t, 106, 6) = 0 THEN '["https://files.rishi.example/' || t || '.pdf"]' END,
  created, CASE WHEN state = 'completed' THEN least(anchor, due - interval '3 hours') ELSE created END
FROM (
  SELECT b.*, first + pg_temp.draw(t, 108, members) AS member, pg_temp.draw(t, 109, 5) + 1 AS k, starts AS due,
    CASE WHEN status = 'cancelled' THEN 'cancelled'
      WHEN starts < anchor THEN (ARRAY['completed','completed','completed','completed','completed','completed','completed','pending_review','blocked'])[pg_temp.draw(t, 110, 9) + 1]
      ELSE (ARRAY['open','open','open','in_progress'])[pg_temp.draw(t, 110, 4) + 1] END AS state
  FROM (SELECT booking.*, (n + 3) / 4 AS t, anchor FROM clock, booking OFFSET 0) AS b
  WHERE n = t * 4 - pg_temp.draw(t, 107, 4) AND t <= pg_temp.size('mails') / 4
  OFFSET 0
) AS b
JOIN member AS m ON m.i = b.member;

INSERT INTO task_comments (id, task_id, user_id, comment, is_internal, attachments, created_at)
SELECT md5('task_comments:' || t)::uuid, k.id, COALESCE(k.assigned_to, k.created_by),
  (ARRAY['Done, photos follow.','The permit is on its way.','Two items are missing, see the list.','Who has the key?','Moved to the afternoon.'])[pg_temp.draw(t, 115, 5) + 1],
  pg_temp.draw(t, 116, 4) = 0, CASE WHEN pg_temp.draw(t, 117, 9) = 0 THEN '["https://files.rishi.example/c' || t || '.jpg"]' END,
  least(anchor, k.created_at + pg_temp.draw(t, 118, 4000) * interval '1 minute')
FROM generate_series(1, pg_temp.size('mails') / 8) AS t
CROSS JOIN clock
JOIN tasks AS k ON k.id = md5('tasks:' || t * 2 - pg_temp.draw(t, 119, 2))::uuid;

INSERT INTO kit_templates (id, name, description, organization_id, created_by, template_type, items, estimated_value, weight_lbs, volume_cubic_ft, setup_instructions,
  breakdown_instructions, safety_requirements, certifications_required, is_active, created_at, updated_at)
SELECT md5('kit_templates:' || o.n || '.' || j)::uuid, (ARRAY['Sampling kit','Demo table','Event booth'])[j],
  (ARRAY['Everything for a counter','Folding table and signs','Tent, table and banner'])[j], o.id, m.user_id,
  (ARRAY['sampling','standard','event'])[j]::kit_template_type,
  (ARRAY['[{"item": "tray", "count": 4}, {"item": "scale", "count": 1}]','[{"item": "table", "count": 1}, {"item": "sign", "count": 2}]','[{"item": "tent", "count": 1}, {"item": "banner", "count": 2}]'])[j],
  (ARRAY[240.00, 380.00, 1450.00])[j] + 5 * o.n, (ARRAY[12.5, 38.0, 96.0])[j], (ARRAY[2.1, 6.4, 18.0])[j],
  'Unpack from the top; the list is in the lid.', 'Count before closing.', '["gloves"]', CASE WHEN j = 3 THEN '["tent permit"]' ELSE '[]' END,
  NOT (o.n > 3 AND o.n % 11 = 0 AND j = 2), anchor - interval '450 days' + o.n * interval '1 hour', anchor - interval '100 days'
FROM org AS o
JOIN member_count AS c ON c.org = o.n
JOIN member AS m ON m.i = c.first
CROSS JOIN clock
CROSS JOIN generate_series(1, 3) AS j;

-- Five kits per location; those that are out went out for one of the location's late bookings, a few are overdue.
INSERT INTO kit_instances (id, template_id, booking_id, assigned_to, status, location_id, checked_out_at, checked_out_by, due_back_at, checked_in_at, checked_in_by,
  condition_notes, damage_reported, replacement_cost, serial_numbers, created_at, updated_at)
SELECT md5('kit_instances:' || p.nr || '.' || j)::uuid, md5('kit_templates:' || p.org || '.' || j % 3 + 1)::uuid,
  CASE WHEN status = 'checked_out' THEN md5('bookings:' || (pg_temp.size('departments') - 1) * (per_place * 9 / 10 - j) + p.nr)::uuid END,
  CASE WHEN status = 'checked_out' THEN m.user_id END, status::kit_status, p.id,
  CASE status WHEN 'checked_out' THEN out WHEN 'available' THEN out - interval '2 days' END, CASE WHEN status IN ('checked_out', 'available') THEN m.user_id END,
  CASE WHEN status = 'checked_out' THEN out + interval '4 days' END,
  CASE WHEN status = 'available' THEN out END, CASE WHEN status = 'available' THEN m.user_id END,
  CASE status WHEN 'damaged' THEN 'Pole bent, zip torn.' WHEN 'available' THEN 'Complete.' END, status = 'damaged',
  CASE WHEN status IN ('damaged', 'lost') THEN 120.00 + p.nr % 90 END,
  '{"main": "SN-' || upper(substr(md5('serial:' || p.nr || '.' || j), 1, 8)) || '"}', anchor - interval '440 days' + p.nr * interval '1 hour', out
FROM place AS p
JOIN member_count AS c ON c.org = p.org
CROSS JOIN clock
CROSS JOIN generate_series(1, 5) AS j
JOIN member AS m ON m.i = c.first + pg_temp.draw(p.nr * 5 + j, 120, c.members),
LATERAL (SELECT CASE WHEN idle THEN 'available' ELSE (ARRAY['checked_out','checked_out','available','available','available','available','reserved','maintenance','damaged','lost'])[pg_temp.draw(p.nr * 5 + j, 121, 10) + 1] END AS status,
  anchor - (3 + pg_temp.draw(p.nr * 5 + j, 122, 100)) * interval '1 hour' AS out) AS l;

-- ---------------------------------------------------------------------------------------------------------------------
-- What the audit trigger records: the new row of every user and booking, password hash and all; later states of every
-- fourth booking; three bookings that are gone; the two deactivations. No actor, no organization, no address.

INSERT INTO system_events (id, event_type, source, entity_type, entity_id, event_data, timestamp)
SELECT md5('system_events:user ' || n)::uuid, 'INSERT', 'database_trigger', 'users', a.id, row_to_json(r)::text, r.created_at
FROM account AS a,
LATERAL (SELECT id, email, password_hash, first_name, last_name, role, phone, avatar_url, true AS is_active, false AS email_verified,
    NULL::timestamptz AS last_login_at, created_at, created_at AS updated_at FROM users AS u WHERE u.id = a.id) AS r
UNION ALL
SELECT md5('system_events:deactivated ' || a.n)::uuid, 'UPDATE', 'database_trigger', 'users', a.id, row_to_json(u)::text, u.updated_at
FROM account AS a JOIN users AS u ON u.id = a.id
WHERE a.n IN (4, 5);

INSERT INTO system_events (id, event_type, source, entity_type, entity_id, event_data, timestamp)
SELECT md5('system_events:booking ' || r.id)::uuid, 'INSERT', 'database_trigger', 'bookings', r.id, row_to_json(r)::text, r.created_at
FROM (
  SELECT id, title, description, organization_id, created_by, location_id, 'draft'::booking_status AS status, priority, scheduled_start, scheduled_end,
    NULL::timestamptz AS actual_start, NULL::timestamptz AS actual_end, budget, NULL::numeric AS actual_cost, requirements, staff_requirements, equipment_requirements,
    notes, NULL::text AS cancellation_reason, NULL::timestamptz AS cancelled_at, NULL::uuid AS cancelled_by, created_at, created_at AS updated_at
  FROM bookings
) AS r;

INSERT INTO system_events (id, event_type, source, entity_type, entity_id, event_data, timestamp)
SELECT md5('system_events:booking changed ' || id)::uuid, 'UPDATE', 'database_trigger', 'bookings', id, row_to_json(b)::text, updated_at
FROM bookings AS b
WHERE updated_at > created_at AND substr(id::text, 1, 1) IN ('1', '5', '9', 'd')
UNION ALL
SELECT md5('system_events:booking deleted ' || n)::uuid, 'DELETE', 'database_trigger', 'bookings', gone,
  replace(row_to_json(b)::text, b.id::text, gone::text), anchor - n * interval '26 hours'
FROM clock, (SELECT n, md5('bookings:' || n)::uuid AS id, md5('bookings:deleted ' || n)::uuid AS gone FROM generate_series(1, 3) AS n) AS d
JOIN bookings AS b USING (id);

-- The rest of `audit` is what the application itself recorded; the last 60 of that are the incidents.
CREATE TEMP TABLE left_over AS
SELECT (pg_temp.size('audit') - count(*) - 60)::int AS events FROM system_events;
ANALYZE left_over;

INSERT INTO system_events (id, event_type, source, entity_type, entity_id, user_id, organization_id, correlation_id, event_data, timestamp, ip_address, user_agent)
SELECT md5('system_events:' || n)::uuid, (ARRAY['user.login','booking.viewed','booking.viewed','booking.viewed','booking.updated','booking.approved','task.completed','kit.checked_out','report.exported','location.viewed'])[kind],
  (ARRAY['web','web','mobile','api'])[device],
  (ARRAY['users','bookings','bookings','bookings','bookings','bookings','tasks','kit_instances',NULL,'locations'])[kind],
  CASE WHEN kind = 1 THEN user_id WHEN kind BETWEEN 2 AND 6 THEN md5('bookings:' || booking)::uuid WHEN kind = 7 THEN md5('tasks:' || (booking + 3) / 4)::uuid
    WHEN kind = 8 THEN md5('kit_instances:' || place || '.' || n % 5 + 1)::uuid WHEN kind = 10 THEN place_id END,
  user_id, organization_id, md5('request:' || n / 2)::uuid,
  CASE kind WHEN 1 THEN '{"method": "password"}' WHEN 5 THEN '{"changed": ["' || (ARRAY['notes','budget','scheduled_start'])[n % 3 + 1] || '"]}' WHEN 9 THEN '{"format": "csv", "rows": ' || pg_temp.draw(n, 130, 5000) || '}'
    ELSE '{"ms": ' || 8 + pg_temp.draw(n, 131, 400) || '}' END,
  r.hour + pg_temp.draw(n, 132, 3600) * interval '1 second',
  '198.51.0.0'::inet + (org * 256 + member % 250 + 1),
  (ARRAY['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/126.0','Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1.15','RishiField/4.2 (iOS 17.5)','rishi-sdk/2.1'])[device]
FROM (
  SELECT e.*, p.nr AS place, p.id AS place_id, p.org, p.organization_id, m.i AS member, m.user_id, (ARRAY[1,1,2,2,3,3,3,4])[pg_temp.draw(m.i, 137, 8) + 1] AS device
  FROM (
    SELECT n, 1 + pg_temp.draw(n, 133, pg_temp.size('mails')) AS booking, (ARRAY[1,2,3,4,5,6,7,8,9,10,2,3,5,7])[pg_temp.draw(n, 134, 14) + 1] AS kind,
      (n - 1)::bigint * recent_slots / events AS slot
    FROM clock, left_over, generate_series(1, pg_temp.size('audit')) AS n
    WHERE n <= events
    OFFSET 0
  ) AS e
  JOIN place AS p ON p.nr = pg_temp.place_of(e.booking)
  JOIN member_count AS c ON c.org = p.org
  JOIN member AS m ON m.i = c.first + least(pg_temp.draw(n, 135, c.members), pg_temp.draw(n, 136, c.members))
  OFFSET 0
) AS e
JOIN recent AS r ON r.k = e.slot;

INSERT INTO system_events (id, event_type, source, entity_type, entity_id, user_id, organization_id, correlation_id, event_data, timestamp, ip_address, user_agent)
SELECT md5('system_events:incident ' || i)::uuid, event, source, entity, entity_id, who, org, md5('request:incident ' || i)::uuid, data, at, address, agent
FROM clock, generate_series(1, 60) AS i,
LATERAL (
  -- the manager of the second organization, among the bookings of the first, late in the evening
  SELECT 'booking.viewed' AS event, 'web' AS source, 'bookings' AS entity, md5('bookings:' || 1 + i * (pg_temp.size('departments') - 1))::uuid AS entity_id,
    pg_temp.user_id(2) AS who, pg_temp.org_id(1) AS org, '{"ms": 41}' AS data,
    date_trunc('day', anchor) - interval '1 day' * (1 + i / 8) + interval '4 hours' + i * interval '83 seconds' AS at,
    '198.51.2.14'::inet AS address, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/126.0' AS agent WHERE i <= 25
  UNION ALL -- the deactivated manager at work
  SELECT 'booking.updated', 'mobile', 'bookings', md5('bookings:' || 1 + i * (pg_temp.size('departments') - 1))::uuid, pg_temp.user_id(5), pg_temp.org_id(1),
    '{"changed": ["notes"]}', anchor - interval '11 days' + (i - 25) * interval '15 hours', '198.51.1.77', 'RishiField/4.2 (iOS 17.5)' WHERE i BETWEEN 26 AND 42
  UNION ALL -- the other deactivated one at the door
  SELECT 'user.login_refused', 'web', 'users', pg_temp.user_id(4), pg_temp.user_id(4), NULL, '{"reason": "inactive"}',
    anchor - interval '2 days' + i * interval '37 seconds', '203.0.113.9', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/126.0' WHERE i BETWEEN 43 AND 48
  UNION ALL -- the calendar of the second organization, twice a day
  SELECT 'calendar.sync_failed', 'calendar-sync', 'organizations', pg_temp.org_id(2), NULL, pg_temp.org_id(2), '{"error": "401 token revoked", "attempt": ' || i - 48 || '}',
    anchor - interval '6 days' + (i - 49) * interval '12 hours', NULL, NULL WHERE i > 48
) AS incident;

-- ---------------------------------------------------------------------------------------------------------------------
-- Five notifications for everybody who belongs somewhere; the new colleague's first one was the invitation.

INSERT INTO notifications (id, user_id, organization_id, title, message, notification_type, priority, related_entity_type, related_entity_id, action_url, is_read, read_at,
  email_sent, email_sent_at, push_sent, push_sent_at, expires_at, created_at)
SELECT md5('notifications:' || a.n || '.' || j)::uuid, a.id, o.id,
  CASE WHEN invitation THEN 'Invitation to Greenleaf Collective' ELSE (ARRAY['You are booked','A booking was moved','A kit is due back','Approval wanted','Monthly report'])[k] END,
  CASE WHEN invitation THEN 'Grace Okafor invites you. The link is valid for seven days.' ELSE
    (ARRAY['Please confirm by tomorrow.','It starts later than planned.','Bring it to the front desk.','The budget is above the limit.','Your numbers are ready.'])[k] END,
  CASE WHEN invitation THEN 'info' ELSE (ARRAY['info','warning','reminder','warning','success'])[k] END::notification_type,
  (ARRAY['low','medium','medium','high'])[pg_temp.draw(a.n * 5 + j, 140, 4) + 1]::notification_priority,
  CASE WHEN k < 5 AND NOT invitation THEN 'bookings' END,
  CASE WHEN k < 5 AND NOT invitation THEN md5('bookings:' || 1 + pg_temp.draw(a.n * 5 + j, 141, pg_temp.size('mails')))::uuid END,
  CASE WHEN k < 5 AND NOT invitation THEN '/bookings' END,
  read, CASE WHEN read THEN least(anchor, at + pg_temp.draw(a.n * 5 + j, 142, 3000) * interval '1 minute') END,
  k IN (1, 4) OR invitation, CASE WHEN k IN (1, 4) OR invitation THEN at + interval '20 seconds' END,
  k = 1, CASE WHEN k = 1 THEN at + interval '2 seconds' END,
  CASE WHEN invitation THEN at + interval '7 days' WHEN k = 3 THEN at + interval '14 days' END,
  at
FROM account AS a
JOIN (SELECT n AS org, id FROM org) AS o USING (org)
CROSS JOIN clock
CROSS JOIN generate_series(1, 5) AS j,
LATERAL (SELECT pg_temp.draw(a.n * 5 + j, 143, 5) + 1 AS k, a.n = 15 AND j = 1 AS invitation, a.n <> 15 AND pg_temp.draw(a.n * 5 + j, 144, 3) > 0 AS read) AS l,
LATERAL (SELECT CASE WHEN invitation THEN anchor - interval '10 days' WHEN a.n = 15 THEN anchor - j * interval '30 hours' ELSE anchor - (pg_temp.draw(a.n * 5 + j, 145, 86400) + 60) * interval '1 minute' END AS at) AS t;

ALTER TABLE organizations ENABLE TRIGGER USER;
ALTER TABLE users ENABLE TRIGGER USER;
ALTER TABLE bookings ENABLE TRIGGER USER;

DROP TABLE slot, recent, clock, person, org, org_share, town, place, account, member, member_count, brand, booking, left_over;
DROP FUNCTION pg_temp.size, pg_temp.draw, pg_temp.slug, pg_temp.org_id, pg_temp.user_id, pg_temp.place_of;
RESET jit;
RESET enable_mergejoin;
RESET work_mem;
RESET "TimeZone";
