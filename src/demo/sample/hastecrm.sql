-- Sample data for hasteCRM: made by the server in sets, and the same on every run and on every version.
--
-- Nothing here reads a clock or draws at random: all times hang on purview.anchor, all variety on arithmetic.
-- Nothing here relies on a trigger, and every row is right by itself, so foreign keys may be off while it loads.
--
-- Where to look for what is wrong with these workspaces:
--   ingrid.moller@northgate.example       owner of Northgate Logistics, the first admin of the first workspace; all is well
--   daniel.okafor@northgate.example       three memberships: admin of Northgate, member of Brückner, viewer of Tamarind;
--                                         his Northgate mailbox no longer synchronises, its token ran out 12 days ago
--   zofia.wisniewska@bruckner.example     two memberships: admin of Brückner, member of Northgate
--   liam.obrien@tamarind.example          two memberships: owner of Tamarind, member of Northgate
--   priya.raghunathan@northgate.example   suspended admin of Northgate, whom the policy on deals still lets through
--   hannah.bruckner@bruckner.example      owner of Brückner; all is well
--   marek.dvorak@northgate.example        deleted 40 days ago, yet an active admin of Northgate and owner of deals
--   tom.whitfield@northgate.example       invited 47 days ago for 7 days, never came
--   aoife.nidhomhnaill@northgate.example  belongs to no workspace
--   samuel.adeyemi@northgate.example      member of Northgate who owns no deal, so is in no pipeline
--   viktor.halloran@bruckner.example      admin of Brückner only, who opened mail of Northgate on an evening (activities)
--   xiaoming.wang@northgate.example       viewer of Northgate: his role is to read, contacts let him write
-- Vendor onboarding (pipeline of Northgate)   nobody owns a deal in it
-- Tamarind Studio                             over its monthly tokens: an automation ran wild on the last morning
-- Mailbox watch (automation of Northgate)     fails since the token of the mailbox ran out

SELECT set_config(s.name, coalesce(nullif(current_setting(s.name, true), ''), s.value), false)
FROM (VALUES
    ('purview.anchor', '2025-06-30 12:00:00+00'),
    ('purview.organizations', '3'),
    ('purview.departments', '12'),
    ('purview.users', '300'),
    ('purview.mails', '20000'),
    ('purview.usage', '60000'),
    ('purview.audit', '50000')
) AS s(name, value);

-- Room for the joins where all this is one transaction; elsewhere it does nothing.
SELECT set_config('work_mem', '256MB', true);

-- One row with all sizes. Names in pg_temp start with sample_, lest one hide a table.
CREATE TEMP TABLE sample_size AS
SELECT
    current_setting('purview.anchor')::timestamptz AS anchor,
    current_setting('purview.organizations')::bigint AS workspaces,
    current_setting('purview.departments')::bigint AS pipelines,
    current_setting('purview.users')::bigint AS users,
    current_setting('purview.mails')::bigint AS mails,
    current_setting('purview.usage')::bigint AS usage,
    -- The morning on which Tamarind's automation ran wild.
    current_setting('purview.usage')::bigint / 60 AS burst,
    -- The four sources of audit share its number.
    current_setting('purview.audit')::bigint * 12 / 100 AS deal_changes,
    current_setting('purview.audit')::bigint * 8 / 100 AS executions,
    current_setting('purview.audit')::bigint * 20 / 100 AS tracked,
    current_setting('purview.audit')::bigint
        - current_setting('purview.audit')::bigint * 12 / 100
        - current_setting('purview.audit')::bigint * 8 / 100
        - current_setting('purview.audit')::bigint * 20 / 100 AS activities,
    current_setting('purview.mails')::bigint / 4 AS contacts,
    current_setting('purview.mails')::bigint / 25 AS companies,
    current_setting('purview.mails')::bigint / 10 AS deals,
    current_setting('purview.mails')::bigint / 10 AS tasks,
    current_setting('purview.mails')::bigint / 10 AS notes,
    current_setting('purview.mails')::bigint / 20 AS comments;

-- A number below 2^31 from a row's number: squares modulo a prime, which show no rhythm. n stays below 2^31 itself.
CREATE FUNCTION pg_temp.mix(n bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT ((n * n % 2147483647) * (48271 + 2 * salt) + n * 1103515245 + salt * 715225741) % 2147483647 $$;

-- STABLE as their bodies are: only then the planner puts the body in place of the call.
CREATE FUNCTION pg_temp.key(name text, n bigint) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT md5(name || ':' || n)::uuid $$;

-- Seconds, because days would mean something else where the session's zone changes its clocks.
CREATE FUNCTION pg_temp.before(anchor timestamptz, seconds bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT anchor - seconds * interval '1 second' $$;

-- So many hundredths of the way from one time to the other.
CREATE FUNCTION pg_temp.along(since timestamptz, till timestamptz, hundredths bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT since + extract(epoch FROM till - since)::bigint * hundredths / 100 * interval '1 second' $$;

-- Letters that an address can have, whatever the locale says about case.
CREATE FUNCTION pg_temp.plain(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT regexp_replace(lower(translate(replace(name, 'ß', 'ss'),
    'áàâäãåąćčçéèêëęěğíîïıłńňñóòôöõøřśšşúùûüůýźžżÁÅÇÉÍÖÓØŁŚŠŞÜÚŽŻİ',
    'aaaaaaaccceeeeeegiiiilnnnoooooorsssuuuuuyzzzAACEIOOOLSSSUUZZI') COLLATE "C"), '[^a-z0-9]+', '', 'g') $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Workspaces, and how everything is shared among them: three as 60, 30 and 10; more of them with a long tail.

CREATE TEMP TABLE sample_workspace AS
WITH named AS (
    SELECT ordinality AS k, name
    FROM unnest(string_to_array(
        'Northgate Logistics|Brückner & Söhne|Tamarind Studio|Alderbrook Foods|Société Valmont|Kestrel Robotics|'
        'Lumen Dental|Oyelaran Textiles|Pálava Wines|Greystone Legal|Harbourline|Młyn Wodny|Iberia Solar|'
        'Ashgrove Clinics|Vantage Print|Café Altona|Redwood Freight|Nordlys Energi|Sable & Finch|Quillon Press|'
        'Marigold Homes|Tessera Tiles|Bluefin Marine|Ortega Hermanos|Fenwick Audio|Juniper Travel|Koi Gardens|'
        'Larkspur Schools|Monte Bianco|Ostrava Steel|Piccolo Toys|Rosehip Pharma|Silverlake Hotels|Thornbury Farms|'
        'Umbra Optics|Velvet Coffee|Wexford Glass|Yarrow Health|Zephyr Bikes|Anatolia Rugs|Birch Insurance|'
        'Copperfield Tools|Dune Outdoor|Ember Catering|Flint Security|Gallant Events|Heron Water|Indigo Paper|'
        'Jasper Stone|Krakow Games', '|')) WITH ORDINALITY AS u(name, ordinality)
), weighed AS (
    SELECT g.k, coalesce(n.name, 'Workspace ' || g.k) AS name,
        CASE WHEN z.workspaces <= 3 THEN (ARRAY[60, 30, 10])[g.k::int]::bigint ELSE 1000000 / (g.k * g.k) END AS weight
    FROM sample_size z CROSS JOIN generate_series(1, z.workspaces) AS g(k)
    LEFT JOIN named n USING (k)
)
SELECT k, pg_temp.key('workspaces', k) AS id, name,
    -- The second has a shorter domain than its name.
    CASE k WHEN 1 THEN 'northgate' WHEN 2 THEN 'bruckner' WHEN 3 THEN 'tamarind' ELSE pg_temp.plain(name) END
        || '.example' AS domain,
    -- The half-open share of ten thousand that falls to this workspace.
    ((sum(weight) OVER (ORDER BY k) - weight) * 10000 / sum(weight) OVER ())::bigint AS low,
    (sum(weight) OVER (ORDER BY k) * 10000 / sum(weight) OVER ())::bigint AS high
FROM weighed;

-- Ten thousand lots, so that a row finds its workspace by equality.
CREATE TEMP TABLE sample_lot AS
SELECT g.lot::bigint, w.k FROM generate_series(0, 9999) AS g(lot) JOIN sample_workspace w ON g.lot >= w.low AND g.lot < w.high;

INSERT INTO workspaces (id, name, slug, logo_url, plan, settings, features, created_at, updated_at, deleted_at,
    stripe_customer_id, stripe_subscription_id, subscription_status, trial_ends_at, usage_metrics)
SELECT w.id, w.name, replace(w.domain, '.example', ''), 'https://cdn.' || w.domain || '/logo.svg', p.plan,
    jsonb_build_object('timezone', (ARRAY['Europe/London', 'Europe/Berlin', 'Europe/Warsaw', 'America/New_York'])[w.k % 4 + 1],
        'week_starts', 'monday', 'default_currency', (ARRAY['USD', 'EUR', 'GBP'])[w.k % 3 + 1]),
    '{}', pg_temp.before(z.anchor, 94608000 - w.k * 400000), pg_temp.before(z.anchor, 604800 + w.k * 3600),
    CASE WHEN w.k > 3 AND w.k % 17 = 0 THEN pg_temp.before(z.anchor, 1728000) END,
    'cus_' || substr(md5('customer:' || w.k), 1, 14),
    CASE WHEN p.plan <> 'free' THEN 'sub_' || substr(md5('subscription:' || w.k), 1, 14) END,
    CASE WHEN w.k > 3 AND w.k % 17 = 0 THEN 'canceled' WHEN p.plan = 'free' THEN 'trialing' WHEN w.k % 11 = 0 THEN 'past_due' ELSE 'active' END,
    CASE WHEN p.plan = 'free' THEN z.anchor + 777600 * interval '1 second' END, '{}'
FROM sample_size z, sample_workspace w,
    LATERAL (SELECT (ARRAY['enterprise', 'professional', 'starter', 'free'])[CASE WHEN w.k <= 3 THEN w.k ELSE w.k % 4 + 1 END] AS plan) p;

-- ---------------------------------------------------------------------------------------------------------------------
-- When things happen. One slot per unit of weight, oldest first: office hours, a dip at lunch, quiet nights and
-- weekends, a little growth. A row takes the slot at its own place in the table, so tables are written in order of time.

CREATE TEMP TABLE sample_slot AS
SELECT row_number() OVER (ORDER BY h.ago DESC, r) - 1 AS slot, h.ago * 3600 AS seconds
FROM sample_size z CROSS JOIN generate_series(1, 2160) AS h(ago),
    LATERAL (SELECT pg_temp.before(z.anchor, h.ago * 3600) AT TIME ZONE 'UTC' AS at) t,
    LATERAL generate_series(1, CASE
        WHEN extract(isodow FROM t.at) > 5 THEN CASE WHEN extract(hour FROM t.at) BETWEEN 8 AND 20 THEN 2 ELSE 0 END
        ELSE (ARRAY[1, 1, 1, 1, 1, 1, 3, 8, 18, 26, 28, 26, 14, 20, 27, 26, 22, 13, 6, 4, 3, 2, 2, 1])[extract(hour FROM t.at)::int + 1]
            * (400 - h.ago / 18) / 300
        END) AS r;
ALTER TABLE sample_size ADD COLUMN slots bigint;
UPDATE sample_size SET slots = (SELECT count(*) FROM sample_slot);

-- The numbers of the long tables with two draws each, made once: the planner would repeat them wherever they are used,
-- and would take a series of unknown length for a thousand rows.
CREATE TEMP TABLE sample_number AS
SELECT g.i, pg_temp.mix(g.i, 101) AS a, pg_temp.mix(g.i, 102) AS b
FROM sample_size z CROSS JOIN generate_series(1, greatest(z.mails, z.usage, z.activities, z.tracked)) AS g(i);
ANALYZE sample_size, sample_lot, sample_slot, sample_workspace, sample_number;

-- ---------------------------------------------------------------------------------------------------------------------
-- Names: given and family names of one country go together.

CREATE TEMP TABLE sample_country AS
SELECT ordinality - 1 AS c, v[1] AS locale, v[2] AS zone, v[3] AS dial, v[4] AS country, v[5] AS city,
    string_to_array(v[6], ',') AS given, string_to_array(v[7], ',') AS family,
    -- Spelt for addresses once here, not once per person.
    ARRAY(SELECT pg_temp.plain(x) FROM unnest(string_to_array(v[6], ',')) WITH ORDINALITY AS g(x, i) ORDER BY i) AS given_plain,
    ARRAY(SELECT pg_temp.plain(x) FROM unnest(string_to_array(v[7], ',')) WITH ORDINALITY AS g(x, i) ORDER BY i) AS family_plain
FROM unnest(ARRAY[
    'en|Europe/London|+44 20 7946|United Kingdom|Leeds|Alice,James,Charlotte,Oliver,Grace,Harry,Emily,George,Sophie,Jack,Lucy,Edward,Hannah,Thomas,Megan,Simon|Carter,Hughes,Bennett,Foster,Whitaker,Marsh,Holloway,Pemberton,Ashworth,Lowe,Sinclair,Barlow,Fairfax,Greenwood,Hartley,Yates',
    'en|Europe/Dublin|+353 1 555|Ireland|Galway|Aoife,Conor,Niamh,Declan,Siobhán,Cillian,Róisín,Eoin,Orla,Padraig,Gráinne,Ronan,Ciara,Fionn,Sinéad,Brendan|O''Brien,Murphy,Ó Súilleabháin,Byrne,Gallagher,O''Connor,Doyle,Kavanagh,Nolan,Brennan,Fitzgerald,Keane,O''Neill,Quinn,Tierney,Walsh',
    'de|Europe/Berlin|+49 30 5550|Germany|Hamburg|Jürgen,Anke,Matthias,Lena,Björn,Katrin,Stefan,Ulrike,Tobias,Greta,Wolfgang,Sabine,Felix,Annika,Rüdiger,Jana|Müller,Schäfer,Weiß,Krüger,Hoffmann,Bäcker,Lindner,Vogel,Zimmermann,Köhler,Brandt,Seidel,Großmann,Ritter,Thielen,Engel',
    'pl|Europe/Warsaw|+48 22 555|Poland|Kraków|Łukasz,Agnieszka,Paweł,Małgorzata,Tomasz,Joanna,Michał,Ewa,Grzegorz,Beata,Rafał,Katarzyna,Wojciech,Dorota,Przemysław,Iwona|Nowak,Wójcik,Mazur,Zając,Dudek,Wróbel,Kozioł,Krawczyk,Sikora,Baran,Głowacz,Pietrzak,Jakubiak,Walczak,Sowa,Michalak',
    'fr|Europe/Paris|+33 1 99 00|France|Lyon|Camille,Étienne,Chloé,Antoine,Élodie,Julien,Manon,Rémi,Océane,Mathieu,Zoé,François,Inès,Laurent,Noémie,Gaël|Lefèvre,Moreau,Garnier,Dubois,Rousseau,Chevalier,Lemaître,Perrin,Gauthier,Marchand,Beaumont,Fontaine,Mercier,Blanchet,Renaud,Delacroix',
    'es|Europe/Madrid|+34 91 555|Spain|Valencia|Lucía,Álvaro,Carmen,Íñigo,Marta,Sergio,Nuria,Andrés,Begoña,Joaquín,Pilar,Hugo,Rocío,Gonzalo,Inés,Tomás|García,Fernández,Núñez,Ibáñez,Romero,Castillo,Muñoz,Vázquez,Serrano,Peña,Delgado,Iglesias,Cano,Prieto,Gallego,Herrero',
    'sv|Europe/Stockholm|+46 8 555|Sweden|Malmö|Åsa,Björn,Elin,Göran,Ingrid,Sören,Freja,Lars,Märta,Nils,Tove,Henrik,Sigrid,Anders,Linnéa,Oskar|Lindqvist,Åkesson,Sjögren,Bergström,Ekdahl,Nyström,Hallberg,Söderlund,Öberg,Wallin,Forsberg,Lundgren,Holm,Sandström,Rask,Blom',
    'tr|Europe/Istanbul|+90 212 555|Türkiye|İzmir|Ayşe,Mehmet,Zeynep,Emre,Elif,Burak,Defne,Çağlar,Gül,Kerem,Selin,Onur,Derya,Hakan,Şule,Barış|Yılmaz,Kaya,Demir,Çelik,Şahin,Öztürk,Aydın,Arslan,Doğan,Kılıç,Aslan,Çetin,Koç,Özdemir,Polat,Güneş',
    'en-IN|Asia/Kolkata|+91 22 5550|India|Pune|Ananya,Rohan,Kavya,Arjun,Meera,Vikram,Sneha,Aditya,Nandini,Karthik,Divya,Sanjay,Pooja,Rahul,Lakshmi,Nikhil|Sharma,Iyer,Patel,Reddy,Nair,Banerjee,Kulkarni,Deshpande,Mehta,Chatterjee,Rao,Gupta,Menon,Bhat,Joshi,Pillai',
    'en-NG|Africa/Lagos|+234 1 555|Nigeria|Lagos|Chinedu,Ngozi,Tunde,Adaeze,Emeka,Folake,Ifeanyi,Yetunde,Obinna,Amara,Kunle,Zainab,Uche,Bukola,Musa,Simi|Okonkwo,Adebayo,Eze,Balogun,Nwosu,Ogunleye,Abubakar,Okeke,Afolabi,Danjuma,Obi,Lawal,Ekwueme,Oladipo,Bello,Igwe',
    'pt|Europe/Lisbon|+351 21 555|Portugal|Porto|João,Inês,Tiago,Beatriz,Gonçalo,Mariana,Rui,Catarina,Luís,Sofia,Nuno,Teresa,Simão,Raquel,Vasco,Leonor|Gonçalves,Magalhães,Carvalho,Pinto,Simões,Araújo,Teixeira,Moura,Antunes,Sá,Brandão,Figueiredo,Leitão,Queirós,Sequeira,Vaz',
    'zh|Asia/Singapore|+65 6555|Singapore|Singapore|Wei,Mei Ling,Jia Hui,Jun Jie,Xin Yi,Zhi Hao,Hui Min,Kai,Li Na,Yong Sheng,Shu Fen,Ming,Yan Ting,Boon Keng,Siew Eng,Hao|Tan,Lim,Lee,Ng,Wong,Chua,Goh,Koh,Teo,Ong,Chen,Huang,Zhang,Liu,Yeo,Sim'
]) WITH ORDINALITY AS u(line, ordinality), LATERAL (SELECT string_to_array(line, '|')) AS s(v);

-- Those whom the head of this file names, and some whose names test a screen. The home workspace gives the address,
-- the country the zone and the telephone.
CREATE TEMP TABLE sample_known (n bigint, given text, family text, local text, home bigint, c bigint);
INSERT INTO sample_known VALUES
    (1, 'Ingrid', 'Møller', 'ingrid.moller', 1, 6),
    (2, 'Daniel', 'Okafor', 'daniel.okafor', 1, 9),
    (3, 'Zofia', 'Wiśniewska', 'zofia.wisniewska', 2, 3),
    (4, 'Liam', 'O''Brien', 'liam.obrien', 3, 1),
    (5, 'Priya', 'Raghunathan', 'priya.raghunathan', 1, 8),
    (6, 'Hannah', 'Brückner', 'hannah.bruckner', 2, 2),
    (7, 'Marek', 'Dvořák', 'marek.dvorak', 1, 2),
    (8, 'Tom', 'Whitfield', 'tom.whitfield', 1, 0),
    (9, 'Aoife', 'Ní Dhomhnaill', 'aoife.nidhomhnaill', 1, 1),
    (10, 'Samuel', 'Adeyemi', 'samuel.adeyemi', 1, 9),
    (11, 'Viktor', 'Halloran', 'viktor.halloran', 2, 0),
    (12, '小明', '王', 'xiaoming.wang', 1, 11),
    (13, 'Maximiliane-Friederike', 'von Hohenberg-Waldstätten zu Oberammerthal', 'm.vonhohenberg', 2, 2),
    (14, 'ليلى', 'حداد', 'layla.haddad', 1, 7),
    (15, 'Chiara', 'D''Angelo', 'chiara.dangelo', 3, 5),
    (16, 'Łucja', 'Błaszczykowska-Świątek', 'lucja.blaszczykowska', 3, 3);

CREATE TEMP TABLE sample_user AS
WITH drawn AS (
    SELECT g.n, coalesce(s.home, l.k) AS home, c.c,
        coalesce(s.given, c.given[pg_temp.mix(g.n, 2) % 16 + 1]) AS given,
        coalesce(s.family, c.family[pg_temp.mix(g.n, 3) % 16 + 1]) AS family,
        coalesce(s.local, c.given_plain[pg_temp.mix(g.n, 2) % 16 + 1] || '.' || c.family_plain[pg_temp.mix(g.n, 3) % 16 + 1]) AS part
    FROM sample_size z CROSS JOIN generate_series(1, z.users) AS g(n)
    LEFT JOIN sample_known s USING (n)
    -- After the known ones come the owners of the workspaces from the fourth on.
    JOIN sample_lot l ON l.lot = CASE WHEN g.n BETWEEN 20 AND 16 + z.workspaces
        THEN (SELECT w.low FROM sample_workspace w WHERE w.k = g.n - 16) ELSE pg_temp.mix(g.n, 1) % 10000 END
    JOIN sample_country c ON c.c = coalesce(s.c, pg_temp.mix(g.n, 4) % 12)
)
SELECT a.n, pg_temp.key('users', a.n) AS id, a.home, a.c, a.given, a.family,
    a.part || CASE WHEN row_number() OVER same > 1 THEN (row_number() OVER same)::text ELSE '' END || '@' || w.domain AS email
FROM drawn a JOIN sample_workspace w ON w.k = a.home
WINDOW same AS (PARTITION BY a.part COLLATE "C", a.home ORDER BY a.n);
ANALYZE sample_user;

INSERT INTO users (id, email, email_verified, password_hash, first_name, last_name, avatar_url, phone, timezone, locale,
    google_id, google_refresh_token, microsoft_id, last_login_at, login_count, created_at, updated_at, deleted_at, preferences)
SELECT u.id, u.email, u.n NOT IN (8, 9) AND h.a % 50 > 0,
    -- Who comes by OAuth has no password.
    CASE WHEN h.a % 100 < 40 THEN '$argon2id$v=19$m=65536,t=3,p=4$' || substr(md5('salt:' || u.n), 1, 22) || '$' || md5('hash:' || u.n) END,
    u.given, u.family, CASE WHEN h.a % 3 = 0 THEN 'https://cdn.example/avatars/' || u.n || '.png' END,
    c.dial || ' ' || lpad((h.b % 10000)::text, 4, '0'), c.zone, c.locale,
    CASE WHEN h.a % 100 BETWEEN 40 AND 84 THEN '1' || lpad((u.n * 7919 + 104729)::text, 20, '0') END,
    CASE WHEN h.a % 100 BETWEEN 40 AND 84 THEN 'sample-refresh-' || md5('google:' || u.n) END,
    CASE WHEN h.a % 100 > 84 THEN md5('microsoft:' || u.n)::uuid::text END,
    CASE WHEN u.n IN (8, 9) THEN NULL
        WHEN u.n = 5 THEN pg_temp.before(z.anchor, 1900800)
        WHEN u.n = 7 THEN pg_temp.before(z.anchor, 259200)
        WHEN u.n > 16 AND h.b % 40 = 0 THEN NULL
        -- Most were here this week, some have not been for months.
        ELSE pg_temp.before(z.anchor, s.seconds - h.c % 3600) END,
    CASE WHEN u.n IN (8, 9) OR u.n > 16 AND h.b % 40 = 0 THEN 0 ELSE 3 + h.c % 600 END,
    -- Owners were there first.
    pg_temp.before(z.anchor, CASE WHEN u.n IN (1, 4, 6) OR u.n BETWEEN 20 AND 16 + z.workspaces THEN 70000000 ELSE 8640000 + h.c % 60000000 END),
    pg_temp.before(z.anchor, h.c % 8000000),
    CASE WHEN u.n = 7 THEN pg_temp.before(z.anchor, 3456000)
        WHEN u.n > 70 AND h.b % 67 = 0 THEN pg_temp.before(z.anchor, 86400 + h.c % 7000000) END,
    jsonb_build_object('theme', (ARRAY['light', 'dark', 'system'])[h.a % 3 + 1], 'digest', h.b % 2 = 0)
FROM sample_size z CROSS JOIN sample_user u
JOIN sample_country c USING (c),
    LATERAL (SELECT pg_temp.mix(u.n, 5) AS a, pg_temp.mix(u.n, 6) AS b, pg_temp.mix(u.n, 7) AS c) h,
    sample_slot s
WHERE s.slot = z.slots - 1 - (CASE WHEN h.a % 10 < 8 THEN h.c % (z.slots / 14) ELSE h.c % (z.slots - z.slots / 14) END)
ORDER BY u.n;

-- ---------------------------------------------------------------------------------------------------------------------
-- Memberships.

CREATE TEMP TABLE sample_member AS
WITH fixed (n, k, role, status) AS (
    VALUES (1, 1, 'owner', 'active'),
        (2, 1, 'admin', 'active'), (2, 2, 'member', 'active'), (2, 3, 'viewer', 'active'),
        (3, 2, 'admin', 'active'), (3, 1, 'member', 'active'),
        (4, 3, 'owner', 'active'), (4, 1, 'member', 'active'),
        (5, 1, 'admin', 'suspended'),
        (6, 2, 'owner', 'active'),
        (7, 1, 'admin', 'active'),
        (8, 1, 'member', 'invited'),
        (10, 1, 'member', 'active'),
        (11, 2, 'admin', 'active'),
        (12, 1, 'viewer', 'active'),
        (13, 2, 'member', 'active'), (14, 1, 'member', 'active'), (15, 3, 'admin', 'active'), (16, 3, 'member', 'active')
), every AS (
    SELECT n::bigint, k::bigint, role, status FROM fixed
    UNION ALL
    SELECT u.n, u.home, CASE WHEN u.n BETWEEN 20 AND 16 + z.workspaces THEN 'owner'
            WHEN h.a % 100 < 8 THEN 'admin' WHEN h.a % 100 < 20 THEN 'viewer' ELSE 'member' END,
        CASE WHEN u.n < 70 THEN 'active' WHEN h.b % 100 < 2 THEN 'suspended' WHEN h.b % 100 < 5 THEN 'invited' ELSE 'active' END
    FROM sample_size z, sample_user u, LATERAL (SELECT pg_temp.mix(u.n, 11) AS a, pg_temp.mix(u.n, 12) AS b) h
    WHERE u.n > 16 AND (u.n < 70 OR h.b % 211 > 0)
    UNION ALL
    -- One in nine works in a second workspace, mostly as a guest.
    SELECT u.n, l.k, CASE WHEN pg_temp.mix(u.n, 14) % 10 < 6 THEN 'viewer' ELSE 'member' END, 'active'
    FROM sample_user u JOIN sample_lot l ON l.lot = pg_temp.mix(u.n, 13) % 10000
    WHERE u.n > 16 AND u.n % 9 = 4 AND l.k <> u.home
)
SELECT row_number() OVER (ORDER BY e.n, e.k) AS m, e.n, e.k, w.id AS workspace_id, u.id AS user_id, u.given, u.family, u.email, e.role, e.status
FROM every e JOIN sample_user u ON u.n = e.n JOIN sample_workspace w ON w.k = e.k;
ANALYZE sample_member;

INSERT INTO workspace_members (id, workspace_id, user_id, role, permissions, status, invited_by, invited_at, joined_at, created_at, updated_at)
SELECT pg_temp.key('workspace_members', m.m), m.workspace_id, m.user_id, m.role,
    CASE m.role
        WHEN 'owner' THEN '{"contacts": ["read", "write", "delete"], "deals": ["read", "write", "delete"], "settings": ["read", "write"], "billing": ["read", "write"]}'
        WHEN 'admin' THEN '{"contacts": ["read", "write", "delete"], "deals": ["read", "write", "delete"], "settings": ["read", "write"]}'
        WHEN 'member' THEN '{"contacts": ["read", "write"], "deals": ["read", "write"]}'
        ELSE '{"contacts": ["read"], "deals": ["read"]}' END::jsonb,
    m.status, CASE WHEN m.role <> 'owner' THEN o.user_id END, t.invited,
    CASE WHEN m.status <> 'invited' THEN t.invited + (3600 + pg_temp.mix(m.m, 16) % 200000) * interval '1 second' END,
    t.invited, t.invited + 300000 * interval '1 second'
FROM sample_size z CROSS JOIN sample_member m
JOIN sample_member o ON o.k = m.k AND o.role = 'owner',
    LATERAL (SELECT pg_temp.before(z.anchor, CASE
        WHEN m.n = 8 THEN 4060800
        WHEN m.status = 'invited' THEN 360000 + pg_temp.mix(m.m, 15) % 900000
        WHEN m.role = 'owner' THEN 69900000
        -- A week after the account was made, and a little later in each further workspace.
        ELSE 8000000 + pg_temp.mix(m.n, 7) % 60000000 - m.k * 1000 END) AS invited) t;

-- Those who do the work of a workspace, by position; the first of a workspace do more of it.
CREATE TEMP TABLE sample_worker AS
SELECT k, row_number() OVER (PARTITION BY k ORDER BY n) - 1 AS pos, n, user_id, given, family, email
FROM sample_member WHERE role <> 'viewer' AND status <> 'invited' AND n <> 10;

-- ---------------------------------------------------------------------------------------------------------------------
-- Pipelines and their stages.

CREATE TEMP TABLE sample_pipeline AS
WITH shape (v, name, type, stages) AS (
    VALUES (0, 'New business', 'sales', 'Lead in,Qualified,Demo,Proposal,Negotiation'),
        (1, 'Renewals', 'sales', 'Due in 90 days,Contacted,Offer sent,Verbal yes,Signed'),
        (2, 'Partners', 'custom', 'Identified,First talk,Pilot,Contract,Live'),
        (3, 'Vendor onboarding', 'vendor', 'Request,Security review,Legal,Set-up,Approved'),
        (4, 'Hiring', 'recruitment', 'Applied,Screening,Interview,Offer,Hired'),
        (5, 'Public tenders', 'sales', 'Published,Bid decision,Bid sent,Shortlisted,Awarded'),
        (6, 'Investor relations', 'investor', 'Warm intro,First meeting,Data room,Term sheet,Closed'),
        (7, 'Upsell', 'sales', 'Signal,Talk,Quote,Approval,Signed')
), placed AS (
    SELECT g.n, CASE WHEN g.n <= z.workspaces THEN g.n
            WHEN g.n = z.workspaces + 1 THEN 1
            ELSE (SELECT l.k FROM sample_lot l WHERE l.lot = (g.n * 3719 + 1200) % 10000) END AS k
    FROM sample_size z CROSS JOIN generate_series(1, z.pipelines) AS g(n)
), ranked AS (
    SELECT n, k, row_number() OVER (PARTITION BY k ORDER BY n) - 1 AS place FROM placed
)
SELECT r.n, r.k, pg_temp.key('pipelines', r.n) AS id, r.place, s.type, string_to_array(s.stages, ',') AS stages,
    s.name || CASE WHEN r.place < 8 THEN '' ELSE ' ' || (ARRAY['DACH', 'Nordics', 'Iberia', 'Benelux', 'CEE', 'UK & Ireland', 'APAC', 'LATAM'])[r.place / 8 % 8 + 1]
        || CASE WHEN r.place < 64 THEN '' ELSE ' ' || (r.place / 64 + 1) END END AS name,
    -- In the second pipeline of the first workspace, and in a few more where there are many, nobody has a deal.
    r.n = z.workspaces + 1 OR (r.place > 1 AND r.n % 41 = 0) AS forsaken
FROM sample_size z CROSS JOIN ranked r
JOIN shape s ON s.v = CASE WHEN r.k = 1 AND r.place IN (1, 3) THEN 4 - r.place ELSE r.place % 8 END;

INSERT INTO pipelines (id, workspace_id, name, type, description, currency, probability_enabled, rotting_enabled, rotting_days,
    visibility, created_by, created_at, updated_at, deleted_at)
SELECT p.id, w.id, p.name, p.type, 'How ' || w.name || ' runs ' || lower(p.name COLLATE "C"),
    (ARRAY['USD', 'EUR', 'GBP'])[p.k % 3 + 1], p.type <> 'recruitment', p.type = 'sales', 14 + 7 * (p.n % 4),
    CASE WHEN p.n % 5 = 0 THEN 'owner' ELSE 'everyone' END, o.user_id,
    pg_temp.before(z.anchor, 50000000 - p.n * 20000), pg_temp.before(z.anchor, 2000000 + p.n * 1000), NULL
FROM sample_size z CROSS JOIN sample_pipeline p JOIN sample_workspace w USING (k) JOIN sample_member o ON o.k = p.k AND o.role = 'owner';

INSERT INTO pipeline_stages (id, pipeline_id, name, order_index, probability, color, automation_rules, created_at, updated_at)
SELECT pg_temp.key('pipeline_stages', p.n * 10 + s.i), p.id, p.stages[s.i], s.i, (ARRAY[10, 25, 50, 75, 90])[s.i],
    (ARRAY['#9ca3af', '#60a5fa', '#34d399', '#fbbf24', '#f87171'])[s.i],
    CASE WHEN s.i = 4 THEN '{"on_enter": ["notify_owner"]}' ELSE '{}' END::jsonb,
    pg_temp.before(z.anchor, 50000000 - p.n * 20000), pg_temp.before(z.anchor, 50000000 - p.n * 20000)
FROM sample_size z, sample_pipeline p, generate_series(1, 5) AS s(i);

-- The pipelines that have deals, by position.
CREATE TEMP TABLE sample_flow AS
SELECT k, row_number() OVER (PARTITION BY k ORDER BY n) - 1 AS pos, n, id, stages FROM sample_pipeline WHERE NOT forsaken;

-- Per workspace: how many there are of each, and with which number they start. Rows of one workspace lie together.
CREATE TEMP TABLE sample_share AS
SELECT w.k, w.id AS workspace_id, w.domain,
    z.contacts * w.low / 10000 AS contact0, z.contacts * w.high / 10000 - z.contacts * w.low / 10000 AS contacts,
    z.companies * w.low / 10000 AS company0, z.companies * w.high / 10000 - z.companies * w.low / 10000 AS companies,
    z.deals * w.low / 10000 AS deal0, z.deals * w.high / 10000 - z.deals * w.low / 10000 AS deals,
    z.tasks * w.low / 10000 AS task0, z.tasks * w.high / 10000 - z.tasks * w.low / 10000 AS tasks,
    (SELECT count(*) FROM sample_worker x WHERE x.k = w.k) AS workers,
    (SELECT count(*) FROM sample_flow f WHERE f.k = w.k) AS flows
FROM sample_size z, sample_workspace w;
ANALYZE sample_worker, sample_flow, sample_share;

-- ---------------------------------------------------------------------------------------------------------------------
-- Companies and contacts.

CREATE TEMP TABLE sample_company AS
SELECT g.n, s.k, s.workspace_id, pg_temp.key('companies', g.n) AS id, c.name, pg_temp.plain(c.name) || '.example' AS domain, h.a, h.b
FROM sample_share s, generate_series(s.company0 + 1, s.company0 + s.companies) AS g(n),
    LATERAL (SELECT pg_temp.mix(g.n, 21) AS a, pg_temp.mix(g.n, 22) AS b) h,
    LATERAL (SELECT (ARRAY['Aldgate', 'Beaufort', 'Calder', 'Dunmore', 'Elbtal', 'Fjordland', 'Grünwald', 'Halcyon', 'Isolde', 'Jutland',
        'Kingsway', 'Linden', 'Mistral', 'Norwood', 'Oakhurst', 'Pineda', 'Quayside', 'Rosenthal', 'Sørensen', 'Tagus', 'Ullswater', 'Verdant',
        'Westmark', 'Yarra', 'Zagros', 'Ambleside', 'Blériot', 'Corvus', 'Drava', 'Elmwood', 'Farrow', 'Gdynia', 'Hawthorn', 'Île-de-Ré',
        'Jasmin', 'Kowalczyk', 'Løkken'])[h.a % 37 + 1] || ' ' || (ARRAY['Foods', 'Systems', 'Partners', 'Pharma', 'Logistics', 'Interiors',
        'Consulting', 'Energy', 'Media', 'Textiles', 'Group', 'Labs', 'Motors', 'Insurance', 'Packaging', 'Schools', 'Software', 'Dental',
        'Marine', 'Architects', 'Ceramics', 'Ventures', 'Clinics'])[h.b % 23 + 1] AS name) c;
ANALYZE sample_company;

INSERT INTO companies (id, workspace_id, name, domain, website, industry, company_size, annual_revenue, currency, address_line1, address_line2,
    city, state, country, postal_code, timezone, phone, email, linkedin_url, twitter_handle, facebook_url, enrichment_data,
    enrichment_updated_at, logo_url, description, ai_insights, custom_fields, tags, parent_company_id, owner_id, created_by,
    employee_count, founded_year, last_activity_at, created_at, updated_at, deleted_at)
SELECT c.id, c.workspace_id, c.name, c.domain, 'https://www.' || c.domain,
    (ARRAY['Food', 'Software', 'Services', 'Healthcare', 'Transport', 'Manufacturing', 'Energy', 'Media', 'Retail'])[c.b % 9 + 1],
    x.size, (x.staff * (60000 + c.a % 90000))::numeric(15,2), (ARRAY['USD', 'EUR', 'GBP'])[c.a % 3 + 1],
    (1 + c.a % 240) || ' ' || (ARRAY['Mill Lane', 'Hafenstraße', 'Rue du Port', 'Calle Mayor', 'Storgatan', 'Station Road'])[c.b % 6 + 1], NULL,
    l.city, NULL, l.country, lpad((c.b % 100000)::text, 5, '0'), l.zone, l.dial || ' ' || lpad((c.a % 10000)::text, 4, '0'),
    'office@' || c.domain, 'https://www.linkedin.com/company/' || replace(c.domain, '.example', ''), NULL, NULL,
    CASE WHEN c.a % 3 = 0 THEN jsonb_build_object('source', 'enrichment', 'confidence', 60 + c.b % 40) ELSE '{}' END,
    CASE WHEN c.a % 3 = 0 THEN pg_temp.before(z.anchor, c.b % 5000000) END,
    'https://cdn.example/logos/' || c.n || '.png', c.name || ' of ' || l.city || ', ' || x.size || ' people', '{}',
    jsonb_build_object('tier', (ARRAY['A', 'B', 'C'])[c.b % 3 + 1]),
    CASE WHEN c.a % 4 = 0 THEN ARRAY['key account'] WHEN c.a % 4 = 1 THEN ARRAY['prospect', 'newsletter'] END,
    -- A few belong to the first company of their workspace.
    CASE WHEN c.b % 23 = 0 AND c.n > s.company0 + 1 THEN pg_temp.key('companies', s.company0 + 1) END,
    o.user_id, o.user_id, x.staff, 1900 + (c.b % 124)::int, pg_temp.before(z.anchor, c.a % 7776000),
    pg_temp.before(z.anchor, 7776000 + c.a % 40000000), pg_temp.before(z.anchor, c.b % 7776000),
    CASE WHEN c.a % 71 = 0 THEN pg_temp.before(z.anchor, c.b % 2592000) END
FROM sample_size z CROSS JOIN sample_company c
JOIN sample_share s ON s.k = c.k
JOIN sample_country l ON l.c = c.b % 12
JOIN sample_worker o ON o.k = c.k AND o.pos = c.a % s.workers,
    LATERAL (SELECT (ARRAY['1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5000+'])[i] AS size,
        (ARRAY[6, 30, 120, 340, 720, 2400, 9000])[i] + (c.n % 5)::int AS staff
        FROM (SELECT CASE WHEN c.a % 100 < 30 THEN 1 WHEN c.a % 100 < 60 THEN 2 WHEN c.a % 100 < 82 THEN 3
            WHEN c.a % 100 < 92 THEN 4 WHEN c.a % 100 < 96 THEN 5 WHEN c.a % 100 < 99 THEN 6 ELSE 7 END AS i) pick) x
ORDER BY c.n;

CREATE TEMP TABLE sample_contact AS
SELECT g.n, s.k, s.workspace_id, pg_temp.key('contacts', g.n) AS id, l.c, l.given[h.a % 16 + 1] AS given, l.family[h.b % 16 + 1] AS family,
    l.given_plain[h.a % 16 + 1] || '.' || l.family_plain[h.b % 16 + 1] || '@' || c.domain AS email,
    c.n AS company, c.id AS company_id, c.name AS company_name, h.a, h.b
FROM sample_share s, generate_series(s.contact0 + 1, s.contact0 + s.contacts) AS g(n),
    LATERAL (SELECT pg_temp.mix(g.n, 31) AS a, pg_temp.mix(g.n, 32) AS b) h,
    sample_country l, sample_company c
WHERE l.c = pg_temp.mix(g.n, 33) % 12 AND c.n = s.company0 + 1 + pg_temp.mix(g.n, 34) % s.companies;
ANALYZE sample_contact;

INSERT INTO contacts (id, workspace_id, email, first_name, last_name, phone, mobile, company, title, department, address_line1, address_line2,
    city, state, country, postal_code, source, source_details, score, lifecycle_stage, linkedin_url, twitter_handle, facebook_url, website,
    enrichment_data, enrichment_updated_at, ai_insights, custom_fields, owner_id, created_by, last_activity_at, last_contacted_at,
    created_at, updated_at, deleted_at)
SELECT c.id, c.workspace_id, c.email, c.given, c.family, l.dial || ' ' || lpad((c.a % 10000)::text, 4, '0'),
    CASE WHEN c.a % 3 > 0 THEN l.dial || ' ' || lpad((c.b % 10000)::text, 4, '0') END, c.company_name,
    (ARRAY['Managing director', 'Head of purchasing', 'Operations manager', 'Office manager', 'CTO', 'Financial controller', 'Marketing lead',
        'Project manager', 'Receptionist', 'Sales director', 'IT administrator'])[c.b % 11 + 1],
    (ARRAY['Management', 'Purchasing', 'Operations', 'Finance', 'IT', 'Marketing'])[c.b % 6 + 1],
    NULL, NULL, l.city, NULL, l.country, lpad((c.a % 100000)::text, 5, '0'),
    (ARRAY['manual', 'import', 'website', 'email', 'api', 'linkedin', 'enrichment'])[c.a % 7 + 1],
    CASE WHEN c.a % 7 = 1 THEN '{"file": "contacts-export.csv"}' ELSE '{}' END::jsonb, c.b % 101,
    (ARRAY['lead', 'lead', 'lead', 'MQL', 'MQL', 'SQL', 'opportunity', 'customer', 'customer', 'evangelist'])[c.b % 10 + 1],
    CASE WHEN c.a % 4 = 0 THEN 'https://www.linkedin.com/in/' || c.n END, NULL, NULL, NULL,
    CASE WHEN c.a % 5 = 0 THEN jsonb_build_object('seniority', (ARRAY['junior', 'senior', 'executive'])[c.b % 3 + 1]) ELSE '{}' END,
    CASE WHEN c.a % 5 = 0 THEN pg_temp.before(z.anchor, c.b % 6000000) END,
    CASE WHEN c.b % 6 = 0 THEN jsonb_build_object('next_best_action', (ARRAY['call', 'send offer', 'wait', 'invite to demo'])[c.a % 4 + 1]) ELSE '{}' END,
    CASE WHEN c.a % 8 = 0 THEN jsonb_build_object('newsletter', c.b % 2 = 0, 'language', l.locale) ELSE '{}' END,
    o.user_id, o.user_id, pg_temp.before(z.anchor, c.a % 7776000), CASE WHEN c.b % 4 > 0 THEN pg_temp.before(z.anchor, 3600 + c.a % 7776000) END,
    pg_temp.before(z.anchor, 7776000 + c.b % 30000000), pg_temp.before(z.anchor, c.a % 7776000),
    CASE WHEN c.a % 53 = 0 THEN pg_temp.before(z.anchor, c.b % 2592000) END
FROM sample_size z CROSS JOIN sample_contact c
JOIN sample_share s ON s.k = c.k
JOIN sample_country l ON l.c = c.c
JOIN sample_worker o ON o.k = c.k AND o.pos = c.b % s.workers
ORDER BY c.n;

-- Embeddings are long, so only some have one. Their digits print the same from text and from float4.
UPDATE contacts c SET embedding = e.value::vector
FROM (
    SELECT n, '[' || string_agg(trim_scale((pg_temp.mix(n * 1536 + i, 35) % 1800 + 100)::numeric / 10000)::text, ',' ORDER BY i) || ']' AS value
    FROM generate_series(1, 20) AS n, generate_series(1, 1536) AS i GROUP BY n
) e WHERE c.id = pg_temp.key('contacts', e.n);

UPDATE companies c SET embedding = e.value::vector
FROM (
    SELECT n, '[' || string_agg(trim_scale((pg_temp.mix(n * 1536 + i, 36) % 1800 + 100)::numeric / 10000)::text, ',' ORDER BY i) || ']' AS value
    FROM generate_series(1, 5) AS n, generate_series(1, 1536) AS i GROUP BY n
) e WHERE c.id = pg_temp.key('companies', e.n);

INSERT INTO company_contacts (company_id, contact_id, role, is_primary, created_at)
SELECT c.company_id, c.id, (ARRAY['Decision maker', 'Influencer', 'User', 'Gatekeeper'])[c.a % 4 + 1], c.b % 6 = 0,
    pg_temp.before(z.anchor, c.b % 7776000)
FROM sample_size z, sample_contact c WHERE c.b % 10 < 8;

INSERT INTO tags (id, workspace_id, name, color, description, created_at)
SELECT pg_temp.key('tags', w.k * 100 + t.i), w.id, t.name, '#' || substr(md5(t.name), 1, 6), CASE WHEN t.i % 3 = 0 THEN 'Set by hand' END,
    pg_temp.before(z.anchor, 40000000 + t.i * 90000)
FROM sample_size z, sample_workspace w,
    unnest(ARRAY['VIP', 'newsletter', 'trade fair', 'referral', 'do not call', 'hot', 'cold', 'supplier', 'press', 'trial', 'churn risk', 'alumni'])
        WITH ORDINALITY AS t(name, i);

INSERT INTO contact_tags (contact_id, tag_id, created_at)
SELECT c.id, pg_temp.key('tags', c.k * 100 + t.i), pg_temp.before(z.anchor, (c.a + t.i * 7919) % 7776000)
FROM sample_size z, sample_contact c,
    LATERAL (SELECT 1 + c.a % 12 AS i WHERE c.b % 10 < 6 UNION SELECT 1 + c.b % 12 WHERE c.b % 10 < 3) t;

-- ---------------------------------------------------------------------------------------------------------------------
-- Deals and their history.

CREATE TEMP TABLE sample_deal AS
SELECT g.n, s.k, s.workspace_id, pg_temp.key('deals', g.n) AS id, f.n AS pipeline, f.id AS pipeline_id, f.stages, 1 + h.b % 5 AS stage,
    o.user_id AS owner_id, c.n AS contact, c.id AS contact_id, c.company_id, c.company_name, h.a, h.b,
    CASE WHEN h.b % 100 < 55 THEN 'open' WHEN h.b % 100 < 78 THEN 'won' ELSE 'lost' END AS status,
    (ARRAY['annual licence', 'pilot', 'extension', 'framework agreement', 'training days', 'migration', 'support plan', 'renewal'])[h.a % 8 + 1] AS product,
    pg_temp.before(z.anchor, sl.seconds - h.a % 3600) AS created_at
FROM sample_size z, sample_share s, generate_series(s.deal0 + 1, s.deal0 + s.deals) AS g(n),
    LATERAL (SELECT pg_temp.mix(g.n, 41) AS a, pg_temp.mix(g.n, 42) AS b, pg_temp.mix(g.n, 43) AS c) h,
    sample_flow f, sample_worker o, sample_contact c, sample_slot sl
WHERE f.k = s.k AND f.pos = least(h.a % s.flows, h.b % s.flows)
    AND o.k = s.k AND o.pos = CASE WHEN h.c % 3 = 0 THEN h.b % s.workers ELSE h.a % s.workers END
    AND c.n = s.contact0 + 1 + h.c % s.contacts
    AND sl.slot = h.c % z.slots;
ANALYZE sample_deal;

INSERT INTO deals (id, workspace_id, title, value, currency, pipeline_id, stage_id, contact_id, company_id, owner_id, probability,
    expected_close_date, actual_close_date, status, won_reason, lost_reason, stage_entered_at, last_activity_at, rotting_days, ai_score,
    ai_insights, ai_predicted_close_date, custom_fields, created_by, created_at, updated_at, deleted_at)
SELECT d.id, d.workspace_id, d.company_name || ': ' || d.product,
    ((ARRAY[900, 1800, 2400, 4800, 7500, 12000, 18000, 36000, 60000, 150000])[d.a % 10 + 1] + 50 * (d.b % 37))::numeric(15,2),
    (ARRAY['USD', 'EUR', 'GBP'])[d.k % 3 + 1], d.pipeline_id, pg_temp.key('pipeline_stages', d.pipeline * 10 + d.stage), d.contact_id, d.company_id,
    d.owner_id, CASE d.status WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE (ARRAY[10, 25, 50, 75, 90])[d.stage] END,
    (z.anchor AT TIME ZONE 'UTC')::date + (d.a % 90)::int - 20,
    CASE WHEN d.status <> 'open' THEN (t.last AT TIME ZONE 'UTC')::date END, d.status,
    CASE WHEN d.status = 'won' THEN (ARRAY['Best price', 'Trusted us', 'Fast delivery'])[d.a % 3 + 1] END,
    CASE WHEN d.status = 'lost' THEN (ARRAY['Budget cut', 'Chose another supplier', 'No answer', 'Bad timing'])[d.a % 4 + 1] END,
    t.last, t.last, (d.b % 25)::int, (d.b % 9900)::numeric / 100,
    CASE WHEN d.a % 5 = 0 THEN jsonb_build_object('risk', (ARRAY['low', 'medium', 'high'])[d.b % 3 + 1]) ELSE '{}' END,
    CASE WHEN d.status = 'open' THEN (z.anchor AT TIME ZONE 'UTC')::date + (d.b % 60)::int END, '{}',
    d.owner_id, d.created_at, t.last, CASE WHEN d.a % 61 = 0 THEN t.last END
FROM sample_size z, sample_deal d,
    -- Somewhere between its beginning and the anchor.
    LATERAL (SELECT pg_temp.along(d.created_at, z.anchor, d.b % 97) AS last) t
ORDER BY d.n;

INSERT INTO deal_history (id, deal_id, field_name, old_value, new_value, changed_by, changed_at)
SELECT pg_temp.key('deal_history', h.i), d.id, c.field, c.old, c.new, CASE WHEN h.b % 9 = 0 THEN o.user_id ELSE d.owner_id END,
    pg_temp.before(z.anchor, sl.seconds - h.b % 3600)
FROM sample_size z
JOIN sample_number h ON h.i <= z.deal_changes
JOIN sample_deal d ON d.n = 1 + h.a % z.deals
JOIN sample_member o ON o.k = d.k AND o.role = 'owner'
JOIN sample_slot sl ON sl.slot = (h.i - 1) * z.slots / z.deal_changes
CROSS JOIN LATERAL (
    SELECT f.field,
        CASE f.field WHEN 'stage' THEN d.stages[1 + h.a % 4] WHEN 'value' THEN (900 + 50 * (h.a % 400))::text
            WHEN 'status' THEN 'open' WHEN 'expected_close_date' THEN ((z.anchor AT TIME ZONE 'UTC')::date - (h.a % 30)::int)::text
            ELSE (10 * (h.a % 5))::text END AS old,
        CASE f.field WHEN 'stage' THEN d.stages[2 + h.a % 4] WHEN 'value' THEN (900 + 50 * (h.a % 400) + 25 * (h.b % 40 - 15))::text
            WHEN 'status' THEN CASE WHEN h.b % 2 = 0 THEN 'won' ELSE 'lost' END
            WHEN 'expected_close_date' THEN ((z.anchor AT TIME ZONE 'UTC')::date - (h.a % 30)::int + 14)::text
            ELSE (10 * (h.a % 5) + 25)::text END AS new
    FROM (SELECT (ARRAY['stage', 'stage', 'stage', 'stage', 'value', 'value', 'expected_close_date', 'status', 'probability', 'stage'])[h.b % 10 + 1] AS field) f
) c;

-- ---------------------------------------------------------------------------------------------------------------------
-- Mail.

-- The mailboxes that send and receive, by position; the second of the first workspace is the one that stopped.
CREATE TEMP TABLE sample_mailbox AS
SELECT m.m, m.k, row_number() OVER (PARTITION BY m.k ORDER BY m.n) - 1 AS pos, pg_temp.key('email_accounts', m.m) AS id,
    m.workspace_id, m.user_id, m.n, m.given, m.family,
    -- The address of the home workspace stays with its user everywhere.
    m.email, pg_temp.mix(m.m, 61) AS a
FROM sample_member m
WHERE m.role <> 'viewer' AND m.status <> 'invited' AND (m.n < 70 OR pg_temp.mix(m.m, 60) % 10 < 8);

ALTER TABLE sample_share ADD COLUMN mailboxes bigint;
UPDATE sample_share s SET mailboxes = (SELECT count(*) FROM sample_mailbox b WHERE b.k = s.k);
ANALYZE sample_mailbox, sample_share;

INSERT INTO email_accounts (id, workspace_id, user_id, email, display_name, provider, access_token, refresh_token, token_expires_at,
    gmail_history_id, gmail_sync_token, is_primary, sync_enabled, signature, created_at, updated_at, deleted_at)
SELECT b.id, b.workspace_id, b.user_id, b.email, b.given || ' ' || b.family, p.provider,
    CASE WHEN p.provider <> 'smtp' THEN 'sample-access-' || md5('access:' || b.m) END,
    CASE WHEN p.provider <> 'smtp' THEN 'sample-refresh-' || md5('refresh:' || b.m) END,
    CASE WHEN p.provider = 'smtp' THEN NULL WHEN b.k = 1 AND b.n = 2 THEN pg_temp.before(z.anchor, 1036800)
        ELSE z.anchor + (600 + b.a % 3000) * interval '1 second' END,
    CASE WHEN p.provider = 'gmail' THEN (1000000 + b.a % 9000000)::text END,
    CASE WHEN p.provider = 'gmail' THEN 'sample-sync-' || md5('sync:' || b.m) END,
    true, b.k = 1 AND b.n = 2 OR b.a % 30 > 0, E'Kind regards\n' || b.given || ' ' || b.family,
    pg_temp.before(z.anchor, 7780000 + b.a % 100000),
    pg_temp.before(z.anchor, CASE WHEN b.k = 1 AND b.n = 2 THEN 1036800 ELSE b.a % 900 END),
    CASE WHEN b.n > 70 AND b.a % 45 = 0 THEN pg_temp.before(z.anchor, b.a % 2000000) END
FROM sample_size z, sample_mailbox b,
    LATERAL (SELECT CASE WHEN b.k = 1 AND b.n = 2 OR b.a % 10 < 6 THEN 'gmail' WHEN b.a % 10 < 9 THEN 'outlook' ELSE 'smtp' END AS provider) p;

-- Ten mails make four threads, of one to four mails each. The members of a thread agree in all but their time and direction.
CREATE TEMP TABLE sample_place (r bigint, thread bigint, j bigint);
INSERT INTO sample_place VALUES (0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 2, 0), (4, 2, 1), (5, 2, 2), (6, 3, 0), (7, 3, 1), (8, 3, 2), (9, 3, 3);
ANALYZE sample_place;

CREATE TEMP TABLE sample_mail AS
SELECT t.n, t.j, t.g, t.k, t.workspace_id, t.domain, t.a, t.b, t.contact, b.m AS box, b.n AS user_n, b.id AS box_id, b.user_id,
    (t.a + t.j) % 5 < 3 AS sent,
    (t.a + t.j) % 5 < 3 AND t.b % 3 > 0 AS tracked,
    pg_temp.before(z.anchor, sl.seconds - t.a % 3000 - t.j * 150) AS at
FROM (
    SELECT g.n, p.j, (g.n - 1) / 10 * 4 + p.thread AS g, s.k, s.workspace_id, s.domain, h.a, h.b, s.mailboxes,
        s.contact0 + 1 + h.b % s.contacts AS contact,
        least(z.slots - 1, (g.n - 1 - p.j) * z.slots / z.mails + p.j * (20 + h.b % 140)) AS slot
    FROM sample_size z
    JOIN (SELECT i AS n, (i - 1) % 10 AS r FROM sample_number) g ON g.n <= z.mails
    JOIN sample_place p ON p.r = g.r
    JOIN sample_number h ON h.i = (g.n - 1) / 10 * 4 + p.thread + 1
    JOIN sample_lot l ON l.lot = (h.a + h.b) % 10000
    JOIN sample_share s ON s.k = l.k
) t
CROSS JOIN sample_size z
JOIN sample_slot sl ON sl.slot = t.slot
JOIN sample_mailbox b ON b.k = t.k
    -- The stopped mailbox gets nothing once its token has run out: its neighbour has that mail.
    AND b.pos = (t.a % t.mailboxes) * (t.b % t.mailboxes) / t.mailboxes
        + CASE WHEN t.k = 1 AND (t.a % t.mailboxes) * (t.b % t.mailboxes) / t.mailboxes = 1 AND sl.seconds < 1040400 THEN 1 ELSE 0 END;
ANALYZE sample_mail;

CREATE TEMP TABLE sample_topic (i bigint, subject text, opening text, answer text, category text);
INSERT INTO sample_topic VALUES
    (0, 'Offer for %3$s', 'Dear %1$s, as promised you find our offer for %3$s attached. It holds for thirty days. Tell me if a line is unclear and I will go through it with you. Best, %2$s',
        'Hello %2$s, thank you for the offer. Purchasing has two questions about the delivery terms, may I call you tomorrow morning? Regards, %1$s', 'sales'),
    (1, 'Invoice %4$s', 'Dear %1$s, invoice %4$s for %3$s is attached. Payment is due within fourteen days, please quote the number. Kind regards, %2$s',
        'Hi %2$s, invoice %4$s shows the old VAT number of %3$s. Could you send a corrected one? Thanks, %1$s', 'billing'),
    (2, 'Minutes of our call', 'Hi %1$s, a short summary of our call: you try the pilot with two teams, we set up the import, and we talk again in two weeks. Did I forget anything? %2$s',
        'Hi %2$s, that is what I have too. One more point: our data protection officer wants to see the contract first. %1$s', 'meeting'),
    (3, 'Demo for %3$s', 'Hello %1$s, shall we say Thursday at ten for the demo? It takes forty minutes and works best with somebody from operations in the room. Best wishes, %2$s',
        'Hello %2$s, Thursday is a public holiday here. Would the week after suit you as well? %1$s', 'meeting'),
    (4, 'Delivery late again', 'Dear %1$s, I am sorry about the late delivery. The lorry was held up at the border and arrives on Monday; the freight is on us. %2$s',
        '%2$s, this is the third time this quarter. %3$s cannot plan like that. Please call me back today. %1$s', 'support'),
    (5, 'Renewal of your contract', 'Dear %1$s, the contract with %3$s ends next quarter. I propose to renew it on the same terms with two more seats. Shall I prepare the papers? %2$s',
        'Hi %2$s, we like to renew but need fewer seats, not more. Can you work out what that would cost? %1$s', 'sales'),
    (6, 'Question about the import', 'Hello %1$s, the file had umlauts in the wrong encoding. I have converted it and the import went through: 1 240 rows, 3 duplicates. Regards, %2$s',
        'Hello %2$s, the import stops at row 412 with an error about the date. I attach the file. %1$s', 'support'),
    (7, 'Introduction', 'Dear %1$s, a colleague of yours told me that %3$s looks for a new supplier. May I show you in ten minutes what we do? %2$s',
        'Hi %2$s, not at the moment, but write again after the summer. %1$s', 'sales'),
    (8, 'Password reset does not arrive', 'Hi %1$s, your mail gateway had put us on its list. I have sent the link again, it is good for an hour. %2$s',
        'Hello %2$s, nobody at %3$s receives the mail for a new password since this morning. Can you look? %1$s', 'support'),
    (9, 'Signed: order %4$s', 'Dear %1$s, thank you for the signed order %4$s. We start on the first of the month, your contact is copied. Best, %2$s',
        'Hi %2$s, order %4$s is signed and attached. Looking forward to working together. %1$s', 'sales'),
    (10, 'Newsletter: what is new', 'Dear %1$s, this month: a faster search, shared views, and an import that understands more dates. You find the notes on our pages. %2$s',
        'Please take %3$s off this list. %1$s', 'newsletter'),
    (11, 'Re-scheduling our meeting', 'Hi %1$s, I have to move our meeting by a day. Would Wednesday at two suit you? %2$s',
        'Wednesday is fine, but at three, and by video. %1$s', 'meeting');
ANALYZE sample_topic;

CREATE FUNCTION pg_temp.message(n bigint, domain text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT '<' || n || '.' || n * 7919 % 1000003 || '@mail.' || domain || '>' $$;

INSERT INTO emails (id, workspace_id, message_id, thread_id, in_reply_to, "references", subject, from_email, from_name, to_emails, cc_emails,
    body_html, body_text, snippet, folder, labels, is_read, is_starred, is_important, is_draft, is_sent, tracking_id, track_opens, track_clicks,
    email_account_id, contact_id, deal_id, ai_analysis, sentiment, category, priority, sent_at, received_at, created_at, updated_at, deleted_at)
SELECT pg_temp.key('emails', x.n), x.workspace_id, pg_temp.message(x.n, x.domain), 'thread-' || x.g,
    CASE WHEN x.j > 0 THEN pg_temp.message(x.n - 1, x.domain) END,
    CASE x.j WHEN 0 THEN NULL WHEN 1 THEN ARRAY[pg_temp.message(x.n - 1, x.domain)]
        ELSE ARRAY[pg_temp.message(x.n - x.j, x.domain), pg_temp.message(x.n - 1, x.domain)] END,
    CASE WHEN x.j > 0 THEN 'Re: ' ELSE '' END || x.subject,
    CASE WHEN x.sent THEN x.box_email ELSE x.contact_email END,
    CASE WHEN x.sent THEN x.box_name ELSE x.contact_name END,
    ARRAY[CASE WHEN x.sent THEN x.contact_email ELSE x.box_email END],
    CASE WHEN x.b % 12 = 0 THEN ARRAY['office@' || split_part(x.contact_email, '@', 2)] END,
    -- Only what goes out by template has a second, marked-up body.
    CASE WHEN x.tracked AND x.j = 0 THEN '<p>' || x.body || '</p>' END,
    x.body, left(x.body, 90),
    CASE WHEN x.draft THEN 'drafts' WHEN x.sent THEN 'sent' WHEN x.b % 9 = 0 THEN 'archive' WHEN x.b % 100 = 50 THEN 'trash' ELSE 'inbox' END,
    CASE WHEN x.b % 5 = 0 THEN ARRAY[x.category] WHEN x.b % 17 = 0 THEN ARRAY[x.category, 'follow-up'] END,
    x.sent OR x.b % 8 > 0, x.b % 25 = 0, x.b % 20 = 0, x.draft, x.sent AND NOT x.draft,
    CASE WHEN x.tracked THEN pg_temp.key('tracking', x.n) END, x.tracked, x.tracked AND x.b % 2 = 0,
    x.box_id, CASE WHEN x.b % 10 < 8 THEN x.contact_id END, CASE WHEN x.b % 10 < 3 THEN pg_temp.key('deals', x.deal) END,
    CASE WHEN x.sent THEN '{}'::jsonb ELSE jsonb_build_object('intent', x.category, 'confidence', 60 + x.b % 40) END,
    CASE WHEN x.sent THEN NULL WHEN x.category = 'support' THEN (ARRAY['negative', 'negative', 'neutral'])[x.b % 3 + 1]
        ELSE (ARRAY['positive', 'neutral', 'neutral', 'positive', 'negative'])[x.b % 5 + 1] END,
    x.category, (ARRAY['normal', 'normal', 'normal', 'high', 'low'])[x.a % 5 + 1],
    CASE WHEN NOT x.draft THEN x.at END, CASE WHEN NOT x.sent THEN x.at + (1 + x.b % 40) * interval '1 second' END, x.at, x.at + 60 * interval '1 second',
    CASE WHEN x.b % 97 = 0 AND NOT x.draft THEN x.at + 120 * interval '1 second' END
FROM (
    SELECT m.*, b.email AS box_email, b.given || ' ' || b.family AS box_name, c.email AS contact_email, c.given || ' ' || c.family AS contact_name,
        c.id AS contact_id, s.deal0 + 1 + m.a % s.deals AS deal, t.category,
        m.sent AND m.j > 0 AND m.b % 90 = 0 AS draft,
        format(t.subject, c.given, b.given, c.company_name, 'R-' || (10000 + m.g)) AS subject,
        CASE WHEN m.j > 0 THEN format((ARRAY['Thanks %2$s, that works for us. %1$s', 'Hi %2$s, I will ask and come back to you. %1$s',
                'Hello %2$s, one more question: who signs on your side? %1$s', '%2$s, please call me, it is quicker. %1$s',
                'Good, %2$s. Until then, %1$s', 'Dear %2$s, sorry for the delay, the answer is yes. %1$s', 'See my remarks in the attached file. %1$s'])[(m.b + m.j * 3) % 7 + 1],
                CASE WHEN m.sent THEN b.given ELSE c.given END, CASE WHEN m.sent THEN c.given ELSE b.given END)
            ELSE format(CASE WHEN m.sent THEN t.opening ELSE t.answer END, c.given, b.given, c.company_name, 'R-' || (10000 + m.g)) END AS body
    FROM sample_mail m
    JOIN sample_mailbox b ON b.m = m.box
    JOIN sample_contact c ON c.n = m.contact
    JOIN sample_share s ON s.k = m.k
    JOIN sample_topic t ON t.i = m.a % 12
    OFFSET 0 -- so that a body is made once and not again for each column that shows it
) x;

INSERT INTO email_attachments (id, email_id, filename, content_type, size, storage_url, virus_scanned, virus_scan_result, created_at)
SELECT pg_temp.key('email_attachments', m.n), pg_temp.key('emails', m.n), f.name, f.type, 8000 + (m.a % 900000)::int,
    's3://hastecrm-mail/' || m.workspace_id || '/' || m.n, m.b % 50 > 0,
    CASE WHEN m.b % 50 > 0 THEN CASE WHEN m.b % 1900 = 7 THEN '{"clean": false, "found": "Eicar-Test-Signature"}' ELSE '{"clean": true}' END::jsonb END, m.at
FROM sample_mail m,
    LATERAL (SELECT (ARRAY['offer.pdf', 'invoice.pdf', 'contacts-export.csv', 'contract-signed.pdf', 'screenshot.png', 'Angebot für Sie.docx', 'price list.xlsx'])[m.b % 7 + 1] AS name,
        (ARRAY['application/pdf', 'application/pdf', 'text/csv', 'application/pdf', 'image/png',
            'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
            'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'])[m.b % 7 + 1] AS type) f
WHERE (m.a + m.j) % 7 = 0;

-- What recipients did with tracked mail, in the order of the mail.
CREATE TEMP TABLE sample_sent AS
SELECT row_number() OVER (ORDER BY n) - 1 AS pos, n, at, a, b FROM sample_mail WHERE tracked AND at < (SELECT pg_temp.before(anchor, 3600) FROM sample_size);
ANALYZE sample_sent;

INSERT INTO email_tracking_events (id, email_id, event_type, ip_address, user_agent, referer, link_url, link_position, country, city, occurred_at)
SELECT pg_temp.key('email_tracking_events', g.i), pg_temp.key('emails', s.n), e.type,
    ('198.51.' || s.a % 256 || '.' || 1 + s.b % 254)::inet,
    CASE WHEN e.type IN ('open', 'click') THEN (ARRAY['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Outlook/16.0', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)', 'Thunderbird/115.12'])[s.a % 4 + 1] END,
    NULL, CASE WHEN e.type = 'click' THEN 'https://www.hastecrm.example/l/' || s.n % 12 END, CASE WHEN e.type = 'click' THEN 1 + (h % 4)::int END,
    (ARRAY['GB', 'IE', 'DE', 'PL', 'FR', 'ES', 'SE', 'TR', 'IN', 'NG', 'PT', 'SG'])[s.b % 12 + 1],
    (ARRAY['Leeds', 'Galway', 'Hamburg', 'Kraków', 'Lyon', 'Valencia', 'Malmö', 'İzmir', 'Pune', 'Lagos', 'Porto', 'Singapore'])[s.b % 12 + 1],
    -- After the mail and before the anchor.
    least(s.at + (40 + h % 172800) * interval '1 second', pg_temp.before(z.anchor, h % 3000))
FROM sample_size z
CROSS JOIN (SELECT count(*) AS sent FROM sample_sent) c
JOIN sample_number g ON g.i <= z.tracked
JOIN sample_sent s ON s.pos = (g.i - 1) * c.sent / z.tracked
CROSS JOIN LATERAL (SELECT g.a AS h) m
CROSS JOIN LATERAL (SELECT CASE WHEN h % 1000 < 760 THEN 'open' WHEN h % 1000 < 965 THEN 'click' WHEN h % 1000 < 985 THEN 'bounce'
    WHEN h % 1000 < 996 THEN 'unsubscribe' ELSE 'complaint' END AS type) e;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tasks, notes, comments.

INSERT INTO tasks (id, workspace_id, title, description, type, priority, contact_id, deal_id, company_id, assigned_to, assigned_by,
    due_date, due_time, reminder_minutes, status, completed_at, completed_by, recurrence_rule, recurrence_parent_id, created_at, updated_at, deleted_at)
SELECT pg_temp.key('tasks', g.n), s.workspace_id,
    (ARRAY['Call back ', 'Send offer to ', 'Prepare demo for ', 'Check invoice of ', 'Follow up with ', 'Plan visit to '])[h.a % 6 + 1] || d.company_name,
    CASE WHEN h.a % 4 = 0 THEN 'See the last mail in the thread.' END, (ARRAY['call', 'email', 'meeting', 'task', 'task', 'task'])[h.a % 6 + 1],
    (ARRAY['low', 'medium', 'medium', 'medium', 'high', 'urgent'])[h.b % 6 + 1],
    d.contact_id, CASE WHEN h.b % 3 > 0 THEN d.id END, CASE WHEN h.b % 3 = 0 THEN d.company_id END, o.user_id, CASE WHEN h.a % 3 = 0 THEN d.owner_id END,
    (t.made AT TIME ZONE 'UTC')::date + (h.a % 21)::int, CASE WHEN h.b % 2 = 0 THEN time '09:00' + (h.a % 16) * interval '30 minutes' END,
    CASE WHEN h.b % 2 = 0 THEN 15 END, x.status,
    CASE WHEN x.status = 'completed' THEN pg_temp.along(t.made, z.anchor, h.a % 40) END, CASE WHEN x.status = 'completed' THEN o.user_id END,
    CASE WHEN h.b % 19 = 0 THEN '{"every": "month"}'::jsonb END, CASE WHEN h.b % 38 = 0 AND g.n > s.task0 + 1 THEN pg_temp.key('tasks', s.task0 + 1) END,
    t.made, pg_temp.along(t.made, z.anchor, h.a % 40), CASE WHEN h.a % 59 = 0 THEN pg_temp.along(t.made, z.anchor, 50) END
FROM sample_size z, sample_share s, generate_series(s.task0 + 1, s.task0 + s.tasks) AS g(n),
    LATERAL (SELECT pg_temp.mix(g.n, 81) AS a, pg_temp.mix(g.n, 82) AS b) h,
    sample_deal d, sample_worker o, sample_slot sl,
    LATERAL (SELECT pg_temp.before(z.anchor, sl.seconds - h.b % 3600) AS made) t,
    LATERAL (SELECT CASE WHEN h.a % 100 < 62 THEN 'completed' WHEN h.a % 100 < 86 THEN 'pending' WHEN h.a % 100 < 95 THEN 'in_progress' ELSE 'cancelled' END AS status) x
WHERE d.n = s.deal0 + 1 + h.b % s.deals AND o.k = s.k AND o.pos = h.a % s.workers AND sl.slot = h.b % z.slots;

INSERT INTO notes (id, workspace_id, content, content_html, entity_type, entity_id, contact_id, company_id, deal_id, is_pinned, mentions,
    created_by, created_at, updated_at, deleted_at)
SELECT pg_temp.key('notes', g.n), d.workspace_id, x.content, '<p>' || x.content || '</p>', e.kind,
    CASE e.kind WHEN 'deal' THEN d.id WHEN 'contact' THEN d.contact_id WHEN 'company' THEN d.company_id ELSE pg_temp.key('tasks', s.task0 + 1 + h.b % s.tasks) END,
    CASE WHEN e.kind = 'contact' THEN d.contact_id END, CASE WHEN e.kind = 'company' THEN d.company_id END, CASE WHEN e.kind = 'deal' THEN d.id END,
    h.b % 40 = 0, CASE WHEN h.a % 11 = 0 THEN ARRAY[d.owner_id] END, o.user_id, t.made, t.made, CASE WHEN h.b % 83 = 0 THEN pg_temp.along(t.made, z.anchor, 50) END
FROM sample_size z
CROSS JOIN generate_series(1, z.notes) AS g(n)
CROSS JOIN LATERAL (SELECT pg_temp.mix(g.n, 83) AS a, pg_temp.mix(g.n, 84) AS b) h
JOIN sample_deal d ON d.n = 1 + h.a % z.deals
JOIN sample_share s ON s.k = d.k
JOIN sample_worker o ON o.k = d.k AND o.pos = h.b % s.workers
JOIN sample_slot sl ON sl.slot = (g.n - 1) * z.slots / z.notes
CROSS JOIN LATERAL (SELECT pg_temp.before(z.anchor, sl.seconds - h.b % 3600) AS made,
    (ARRAY['deal', 'deal', 'contact', 'company', 'task'])[h.a % 5 + 1] AS kind) t
CROSS JOIN LATERAL (SELECT t.kind) e(kind)
CROSS JOIN LATERAL (SELECT format((ARRAY['Spoke with %s: budget is approved, but only from next quarter on.',
    '%s wants a reference customer of the same size before they decide.', 'Careful with prices at %s, the last offer went to a competitor.',
    'The decision at %s is taken by the board; next meeting is in three weeks.', '%s asked for the contract in their own language.',
    'New contact person at %s, the old one has left.'])[h.b % 6 + 1], d.company_name) AS content) x;

INSERT INTO comments (id, entity_type, entity_id, content, parent_comment_id, mentions, reactions, created_by, created_at, updated_at, deleted_at)
SELECT pg_temp.key('comments', g.n), q.kind,
    CASE q.kind WHEN 'note' THEN pg_temp.key('notes', q.n) WHEN 'deal' THEN d.id WHEN 'email' THEN pg_temp.key('emails', q.n)
        ELSE pg_temp.key('tasks', s.task0 + 1 + q.n % s.tasks) END,
    (ARRAY['Agreed.', 'I will call them today.', 'Can somebody check the numbers?', 'Done, see the mail.', 'Why so late?', 'Nice work!', 'Let us wait for their answer.'])[h % 7 + 1],
    CASE WHEN g.n % 3 = 0 THEN pg_temp.key('comments', g.n - 1) END, CASE WHEN h % 9 = 0 THEN ARRAY[d.owner_id] END,
    CASE WHEN h % 4 = 0 THEN jsonb_build_object('👍', jsonb_build_array(o.user_id)) ELSE '{}' END,
    o.user_id, t.made, t.made, CASE WHEN h % 101 = 0 THEN t.made END
FROM sample_size z
CROSS JOIN generate_series(1, z.comments) AS g(n)
-- Every third answers the one before it, and so is about the same thing.
CROSS JOIN LATERAL (SELECT g.n - CASE WHEN g.n % 3 = 0 THEN 1 ELSE 0 END AS n) a
CROSS JOIN LATERAL (SELECT a.n, (ARRAY['note', 'note', 'deal', 'email', 'task'])[pg_temp.mix(a.n, 85) % 5 + 1] AS kind) q
CROSS JOIN LATERAL (SELECT pg_temp.mix(g.n, 86) AS h) r
-- The deal that the note of this number is about, and the mail of this number: who comments is of their workspace.
JOIN sample_deal d ON d.n = 1 + pg_temp.mix(q.n, 83) % z.deals
JOIN sample_mail m ON m.n = q.n
JOIN sample_share s ON s.k = CASE q.kind WHEN 'email' THEN m.k ELSE d.k END
JOIN sample_worker o ON o.k = s.k AND o.pos = h % s.workers
JOIN sample_slot sl ON sl.slot = (g.n - 1) * z.slots / z.comments
CROSS JOIN LATERAL (SELECT pg_temp.before(z.anchor, sl.seconds - 600 * (g.n % 3) - h % 600) AS made) t;

-- ---------------------------------------------------------------------------------------------------------------------
-- Models, automations and what they did.

INSERT INTO ai_models (id, workspace_id, name, type, provider, model_id, config, metrics, status, created_at, updated_at)
SELECT pg_temp.key('ai_models', w.k * 10 + a.i), w.id, a.name, a.type, a.provider, a.model, jsonb_build_object('temperature', a.temperature),
    jsonb_build_object('success_rate', 94 + (w.k + a.i) % 6), CASE WHEN a.i = 5 AND w.k % 2 = 0 THEN 'disabled' ELSE 'active' END,
    pg_temp.before(z.anchor, 30000000 - a.i * 70000), pg_temp.before(z.anchor, 900000 + a.i * 70000)
FROM sample_size z, sample_workspace w, (VALUES
    (1, 'Drafts', 'generation', 'anthropic', 'claude-3-5-sonnet-20241022', 0.7),
    (2, 'Replies', 'generation', 'openai', 'gpt-4o', 0.5),
    (3, 'Sorting', 'classification', 'openai', 'gpt-4o-mini', 0),
    (4, 'Enrichment', 'analysis', 'perplexity', 'sonar', 0.2),
    (5, 'Contact search', 'embedding', 'openai', 'text-embedding-3-small', 0)
) AS a(i, name, type, provider, model, temperature);

INSERT INTO automations (id, workspace_id, name, description, category, trigger_type, trigger_config, conditions, actions, enabled, run_once,
    on_error, max_retries, last_run_at, next_run_at, run_count, success_count, error_count, created_by, created_at, updated_at, deleted_at)
SELECT pg_temp.key('automations', w.k * 10 + a.i), w.id, a.name, a.description, a.category, a.trigger, a.config::jsonb, a.conditions::jsonb, a.actions::jsonb,
    NOT (a.i = 5 AND w.k % 3 = 2), false, CASE WHEN a.i = 2 THEN 'continue' ELSE 'stop' END, 3, NULL,
    CASE WHEN a.trigger = 'time_based' THEN z.anchor + 900 * interval '1 second' END, 0, 0, 0, o.user_id,
    pg_temp.before(z.anchor, 20000000 - a.i * 50000), pg_temp.before(z.anchor, 3000000 + a.i * 50000), NULL
FROM sample_size z, sample_workspace w, sample_member o, (VALUES
    (1, 'Welcome new contacts', 'Sends the first mail', 'email', 'contact_created', '{}', '[{"field": "source", "is": "website"}]', '[{"do": "send_email", "template": "welcome"}]'),
    (2, 'Score new leads', 'Asks a model how good a lead is', 'ai', 'contact_updated', '{}', '[{"field": "lifecycle_stage", "is": "lead"}]', '[{"do": "ai_task", "type": "lead_scoring"}]'),
    (3, 'Sort incoming mail', 'Category and mood of what comes in', 'ai', 'email_received', '{}', '[]', '[{"do": "ai_task", "type": "classification"}]'),
    (4, 'Celebrate', 'Tells the channel about a won deal', 'deals', 'deal_won', '{}', '[{"field": "value", "over": 10000}]', '[{"do": "webhook"}]'),
    (5, 'Stale deals', 'Makes a task for deals that rot', 'deals', 'time_based', '{"cron": "0 7 * * 1-5"}', '[]', '[{"do": "create_task"}]'),
    (6, 'Mailbox watch', 'Synchronises the mailboxes', 'email', 'time_based', '{"cron": "*/15 * * * *"}', '[]', '[{"do": "sync_mailboxes"}]')
) AS a(i, name, description, category, trigger, config, conditions, actions)
WHERE o.k = w.k AND o.role = 'owner';

INSERT INTO automation_executions (id, automation_id, triggered_by, trigger_entity_type, trigger_entity_id, status, started_at, completed_at,
    actions_executed, error_message, error_details, duration_ms)
SELECT pg_temp.key('automation_executions', g.i), pg_temp.key('automations', s.k * 10 + a.i),
    CASE WHEN a.i > 4 THEN 'schedule' ELSE 'event' END,
    CASE a.i WHEN 3 THEN 'email' WHEN 4 THEN 'deal' WHEN 1 THEN 'contact' WHEN 2 THEN 'contact' END,
    CASE a.i WHEN 4 THEN pg_temp.key('deals', s.deal0 + 1 + h.b % s.deals) WHEN 1 THEN pg_temp.key('contacts', s.contact0 + 1 + h.b % s.contacts)
        WHEN 2 THEN pg_temp.key('contacts', s.contact0 + 1 + h.b % s.contacts) END,
    o.status, t.began, CASE WHEN o.status <> 'running' THEN t.began + o.took * interval '1 millisecond' END,
    CASE WHEN o.status = 'completed' THEN '[{"ok": true}]' ELSE '[]' END::jsonb, o.error,
    CASE WHEN o.error IS NOT NULL THEN jsonb_build_object('attempt', 1 + h.b % 3) END, CASE WHEN o.status <> 'running' THEN o.took END
FROM sample_size z
JOIN sample_number g ON g.i <= z.executions
CROSS JOIN LATERAL (SELECT g.a, g.b, g.i > z.executions - z.executions / 25 AS wild) h
JOIN sample_lot l ON l.lot = CASE WHEN h.wild THEN 9999 ELSE (h.a / 7) % 10000 END
JOIN sample_share s ON s.k = CASE WHEN h.wild THEN 3 ELSE l.k END
JOIN sample_slot sl ON sl.slot = least(z.slots - 1, (g.i - 1) * z.slots / (z.executions - z.executions / 25))
CROSS JOIN LATERAL (SELECT CASE WHEN h.wild THEN 2 ELSE (ARRAY[6, 3, 6, 3, 2, 6, 3, 1, 5, 4])[h.a % 10 + 1] END AS i) a
CROSS JOIN LATERAL (SELECT pg_temp.before(z.anchor, CASE WHEN h.wild THEN 120 + h.b % 14400 ELSE sl.seconds - h.b % 3600 END) AS began) t
CROSS JOIN LATERAL (SELECT s.k = 1 AND a.i = 6 AND t.began > pg_temp.before(z.anchor, 1036800) AS stopped) x
CROSS JOIN LATERAL (SELECT
    CASE WHEN x.stopped OR h.b % 100 < 3 THEN 'failed' WHEN h.b % 400 = 399 THEN 'cancelled'
        WHEN t.began > pg_temp.before(z.anchor, 20) THEN 'running' ELSE 'completed' END AS status,
    CASE WHEN x.stopped THEN 'daniel.okafor@northgate.example: 401 invalid_grant: token has been expired or revoked'
        WHEN h.b % 100 < 3 THEN (ARRAY['429 rate limit reached', 'timeout after 30 s', 'template not found: welcome'])[h.b % 3 + 1] END AS error,
    (CASE WHEN h.b % 100 < 3 THEN 30000 ELSE 80 + h.a % 4000 END)::int AS took) o;

UPDATE automations a SET last_run_at = e.last_run_at, run_count = e.runs, success_count = e.good, error_count = e.bad
FROM (
    SELECT automation_id, max(started_at) AS last_run_at, count(*) AS runs, count(*) FILTER (WHERE status = 'completed') AS good,
        count(*) FILTER (WHERE status = 'failed') AS bad
    FROM automation_executions GROUP BY automation_id
) e WHERE e.automation_id = a.id;

-- ---------------------------------------------------------------------------------------------------------------------
-- Calls of models. Prices are in cents per million tokens, as the providers list them.

CREATE TEMP TABLE sample_call AS
WITH model (m, provider, name, price_in, price_out) AS (
    VALUES (1, 'openai', 'gpt-4o', 250, 1000), (2, 'openai', 'gpt-4o-mini', 15, 60),
        (3, 'anthropic', 'claude-3-5-sonnet-20241022', 300, 1500), (4, 'anthropic', 'claude-3-haiku-20240307', 25, 125),
        (5, 'perplexity', 'sonar', 100, 100), (6, 'perplexity', 'sonar-pro', 300, 1500)
), kind (type, share, tokens_in, tokens_out, models, prompt) AS (
    VALUES ('email_generation', 14, 600, 350, ARRAY[1, 1, 1, 2, 2, 3, 3, 3, 3, 4], 'first-mail-v4'),
        ('email_reply', 20, 900, 250, ARRAY[1, 1, 1, 1, 2, 2, 3, 3, 3, 4], 'reply-v7'),
        ('summarization', 11, 3500, 400, ARRAY[1, 2, 2, 2, 3, 3, 4, 4, 4, 4], 'thread-v2'),
        ('sentiment_analysis', 15, 400, 20, ARRAY[2, 2, 2, 2, 2, 2, 2, 4, 4, 4], 'mood-v1'),
        ('entity_extraction', 8, 800, 150, ARRAY[2, 2, 2, 2, 2, 1, 4, 4, 4, 4], 'entities-v3'),
        ('classification', 16, 300, 10, ARRAY[2, 2, 2, 2, 2, 2, 2, 2, 4, 4], 'sort-v5'),
        ('contact_enrichment', 6, 1500, 500, ARRAY[5, 5, 5, 5, 5, 5, 5, 5, 6, 6], 'who-is-v2'),
        ('lead_scoring', 7, 700, 60, ARRAY[2, 2, 2, 2, 1, 4, 4, 4, 4, 3], 'score-v6'),
        ('meeting_summary', 3, 6000, 800, ARRAY[3, 3, 3, 3, 3, 1, 1, 1, 2, 4], 'minutes-v2')
)
SELECT (dense_rank() OVER (ORDER BY k.type COLLATE "C", r.r) - 1) * 10 + c.i - 1 AS lot, k.type, m.provider, m.name, m.price_in, m.price_out,
    k.tokens_in, k.tokens_out, jsonb_build_object('prompt', k.prompt) AS input
FROM kind k, LATERAL generate_series(1, k.share) AS r(r), unnest(k.models) WITH ORDINALITY AS c(m, i), model m WHERE m.m = c.m;
ANALYZE sample_call;

INSERT INTO ai_tasks (id, workspace_id, type, status, input, output, model_provider, model_name, tokens_used, cost_cents, duration_ms,
    error_message, retry_count, user_id, created_at, started_at, completed_at)
SELECT pg_temp.key('ai_tasks', x.i), x.workspace_id, x.type, x.status, x.input,
    CASE WHEN x.status = 'completed' THEN jsonb_build_object('input_tokens', x.tokens_in, 'output_tokens', x.tokens_out) END,
    x.provider, x.name, CASE WHEN x.status IN ('completed', 'failed') THEN x.tokens_in + x.tokens_out END,
    -- Whole cents are all that the column takes, so most single calls cost nothing or one.
    CASE WHEN x.status IN ('completed', 'failed') THEN (x.tokens_in * x.price_in + x.tokens_out * x.price_out + 500000) / 1000000 END,
    CASE WHEN x.status = 'completed' THEN 300 + x.tokens_out * 12 + x.b % 700 END,
    CASE WHEN x.status = 'failed' THEN (ARRAY['rate limit reached', 'context length exceeded', 'upstream timed out', 'content filter'])[x.b % 4 + 1] END,
    CASE WHEN x.status = 'failed' THEN 3 WHEN x.b % 50 = 0 THEN 1 ELSE 0 END,
    CASE WHEN NOT x.wild AND x.b % 12 > 0 THEN x.user_id END, x.made,
    CASE WHEN x.status <> 'pending' THEN x.made + 1 * interval '1 second' END,
    CASE WHEN x.status IN ('completed', 'failed', 'cancelled') THEN x.made + (2 + x.tokens_out / 90) * interval '1 second' END
FROM (
    SELECT h.i, h.b, h.wild, s.workspace_id, w.user_id, c.type, c.input, c.provider, c.name, c.price_in, c.price_out,
        -- One in forty is over a long thread or a whole list.
        CASE WHEN h.wild THEN 3100 + h.b % 300 ELSE c.tokens_in * (50 + h.a % 150) / CASE WHEN h.a / 13 % 40 = 0 THEN 5 ELSE 100 END END::int AS tokens_in,
        CASE WHEN h.wild THEN 700 + h.a % 200 ELSE c.tokens_out * (60 + h.b % 90) / 100 END::int AS tokens_out,
        CASE WHEN h.left BETWEEN z.burst AND z.burst + 2 THEN 'pending' WHEN h.left BETWEEN z.burst AND z.burst + 7 THEN 'processing'
            WHEN h.a / 11 % 1000 < 968 THEN 'completed' WHEN h.a / 11 % 1000 < 993 THEN 'failed' ELSE 'cancelled' END AS status,
        pg_temp.before(z.anchor, CASE WHEN h.wild THEN 60 + h.left * 14000 / z.burst + h.b % 9
            WHEN h.left <= z.burst + 7 THEN 40 + h.left % 8 * 30 ELSE sl.seconds - h.b % 3500 END) AS made
    FROM sample_size z
    JOIN sample_number g ON g.i <= z.usage
    CROSS JOIN LATERAL (SELECT g.i, g.a, g.b, z.usage - g.i AS left, z.usage - g.i < z.burst AS wild) h
    -- The runaway automation of Tamarind scores leads with the dearest model.
    JOIN sample_lot l ON l.lot = CASE WHEN h.wild THEN (SELECT low FROM sample_workspace WHERE k = 3) ELSE h.a % 10000 END
    JOIN sample_share s ON s.k = l.k
    JOIN sample_call c ON c.lot = CASE WHEN h.wild THEN 649 ELSE h.b % 1000 END
    JOIN sample_worker w ON w.k = s.k AND w.pos = (h.a % s.workers) * (h.b % s.workers) / s.workers
    JOIN sample_slot sl ON sl.slot = least(z.slots - 1, (h.i - 1) * z.slots / (z.usage - z.burst))
    OFFSET 0 -- as with mail
) x;

-- What the plan allows and what was used since the first of the month. The first workspace has room, the second is
-- nearly there, the third is over since the morning on which its automation ran wild.
UPDATE workspaces w SET
    features = jsonb_build_object('ai', true, 'sequences', w.plan <> 'free', 'limits',
        jsonb_build_object('monthly_tokens', m.tokens, 'monthly_cost', m.cost)),
    usage_metrics = jsonb_build_object('monthly_tokens', c.month_tokens, 'monthly_cost', round(c.month_cents::numeric / 100, 2),
        'members', (SELECT count(*) FROM sample_member x WHERE x.k = s.k AND x.status = 'active'), 'contacts', s.contacts)
FROM sample_size z, sample_share s, (
    SELECT t.workspace_id, coalesce(sum(t.tokens_used) FILTER (WHERE t.created_at >= y.month), 0) AS month_tokens,
        coalesce(sum(t.cost_cents) FILTER (WHERE t.created_at >= y.month), 0) AS month_cents,
        coalesce(sum(t.tokens_used) FILTER (WHERE t.created_at >= y.thirty), 0) AS tokens,
        coalesce(sum(t.cost_cents) FILTER (WHERE t.created_at >= y.thirty), 0) AS cents
    FROM ai_tasks t, (SELECT date_trunc('month', anchor AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS month, pg_temp.before(anchor, 2592000) AS thirty FROM sample_size) y
    GROUP BY t.workspace_id
) c, LATERAL (
    -- Round numbers, as a price list has them.
    SELECT CASE WHEN s.k = 3 THEN z.burst * 36 / 1000 * 100000 ELSE (c.tokens * CASE WHEN s.k = 2 THEN 108 ELSE 150 END / 10000000 + 1) * 100000 END::bigint AS tokens,
        (c.cents * 150 / 100000 + 1)::bigint * 10 AS cost
) m
WHERE s.workspace_id = w.id AND c.workspace_id = w.id;

-- ---------------------------------------------------------------------------------------------------------------------
-- Activities. Four kinds of rows share their number: everyday ones, those about mail, some that came with an old
-- system's history and so lie in the first partitions, and the evening on which Viktor Halloran read Northgate's mail.

CREATE TEMP TABLE sample_deed AS
WITH deed (type, share, kind, title, metadata) AS (
    VALUES ('call_made', 130, 'contact', 'Called %s', '{"outcome": "reached"}'),
        ('call_made', 40, 'contact', 'Called %s', '{"outcome": "no answer"}'),
        ('call_received', 70, 'contact', 'Call from %s', '{}'),
        ('meeting_scheduled', 60, 'contact', 'Meeting with %s planned', '{"by": "video"}'),
        ('meeting_held', 50, 'contact', 'Met %s', '{"by": "video", "minutes": 45}'),
        ('note_added', 60, 'contact', 'Note on %s', '{}'),
        ('note_added', 40, 'company', 'Note on %s', '{}'),
        ('task_created', 120, 'task', 'Task created', '{}'),
        ('task_completed', 90, 'task', 'Task done', '{}'),
        ('deal_created', 40, 'deal', 'Deal created', '{"via": "web"}'),
        ('deal_updated', 130, 'deal', 'Deal updated', '{"fields": ["stage"]}'),
        ('deal_won', 20, 'deal', 'Deal won', '{}'),
        ('deal_lost', 20, 'deal', 'Deal lost', '{}'),
        ('contact_created', 50, 'contact', 'Contact %s created', '{"via": "import"}'),
        ('contact_updated', 70, 'contact', 'Contact %s changed', '{"via": "web"}'),
        ('custom', 10, 'company', 'Exported %s', '{"format": "csv"}')
)
SELECT row_number() OVER (ORDER BY d.type COLLATE "C", d.metadata COLLATE "C", d.kind COLLATE "C", r.r) - 1 AS lot, d.type, d.kind, d.title, d.metadata::jsonb AS metadata
FROM deed d, LATERAL generate_series(1, d.share) AS r(r);
ANALYZE sample_deed;

ALTER TABLE sample_size ADD COLUMN about_mail bigint, ADD COLUMN imported bigint, ADD COLUMN everyday bigint;
UPDATE sample_size SET about_mail = activities * 15 / 100, imported = activities / 100,
    everyday = activities - activities * 15 / 100 - activities / 100 - 14;

INSERT INTO activities (id, workspace_id, type, title, description, entity_type, entity_id, contact_id, deal_id, company_id, user_id, metadata, occurred_at, created_at)
SELECT pg_temp.key('activities', x.i), x.workspace_id, x.type, x.title, NULL, x.kind, x.entity_id,
    CASE WHEN x.kind = 'contact' THEN x.entity_id END, CASE WHEN x.kind = 'deal' THEN x.entity_id END, CASE WHEN x.kind = 'company' THEN x.entity_id END,
    x.user_id, x.metadata, x.at, x.at
FROM (
    SELECT h.i, s.workspace_id, d.type, d.kind, d.metadata, w.user_id, pg_temp.before(z.anchor, sl.seconds - h.b % 3600) AS at,
        CASE d.kind WHEN 'contact' THEN format(d.title, c.given || ' ' || c.family) WHEN 'company' THEN format(d.title, c.company_name) ELSE d.title END AS title,
        CASE d.kind WHEN 'contact' THEN c.id WHEN 'company' THEN c.company_id
            WHEN 'deal' THEN pg_temp.key('deals', s.deal0 + 1 + h.a % s.deals) ELSE pg_temp.key('tasks', s.task0 + 1 + h.a % s.tasks) END AS entity_id
    FROM sample_size z
    JOIN sample_number h ON h.i <= z.everyday
    JOIN sample_lot l ON l.lot = h.a % 10000
    JOIN sample_share s ON s.k = l.k
    JOIN sample_deed d ON d.lot = h.b % 1000
    JOIN sample_contact c ON c.n = s.contact0 + 1 + (h.a / 3 + h.b) % s.contacts
    JOIN sample_worker w ON w.k = s.k AND w.pos = (h.a % s.workers) * (h.b % s.workers) / s.workers
    JOIN sample_slot sl ON sl.slot = (h.i - 1) * z.slots / z.everyday
    OFFSET 0 -- as with mail
) x;

INSERT INTO activities (id, workspace_id, type, title, entity_type, entity_id, contact_id, user_id, metadata, occurred_at, created_at)
SELECT pg_temp.key('activities', z.everyday + g.i), m.workspace_id, d.type, d.title, 'email', pg_temp.key('emails', m.n), NULL, m.user_id, '{}', t.at, t.at
FROM sample_size z
JOIN sample_number g ON g.i <= z.about_mail
JOIN sample_mail m ON m.n = 1 + (g.i - 1) * z.mails / z.about_mail
CROSS JOIN LATERAL (SELECT CASE WHEN m.sent THEN 'email_sent' WHEN m.b % 2 = 0 THEN 'email_received' ELSE 'email_opened' END AS type,
    CASE WHEN m.sent THEN 'Mail sent' WHEN m.b % 2 = 0 THEN 'Mail received' ELSE 'Mail opened' END AS title) d
CROSS JOIN LATERAL (SELECT m.at + CASE WHEN d.type = 'email_opened' THEN 100 ELSE 1 END * interval '1 second' AS at) t;

INSERT INTO activities (id, workspace_id, type, title, entity_type, entity_id, company_id, user_id, metadata, occurred_at, created_at)
SELECT pg_temp.key('activities', z.everyday + z.about_mail + g.i), c.workspace_id, 'custom', 'History of ' || c.name, 'company', c.id, c.id, NULL,
    '{"imported_from": "old system"}', timestamptz '2024-01-03 08:00:00+00' + g.i * 4752000 / z.imported * interval '1 second', pg_temp.before(z.anchor, 7000000 - g.i % 3600)
FROM sample_size z
CROSS JOIN generate_series(1, z.imported) AS g(i)
JOIN sample_company c ON c.n = 1 + (g.i - 1) % z.companies;

INSERT INTO activities (id, workspace_id, type, title, entity_type, entity_id, contact_id, user_id, metadata, occurred_at, created_at)
SELECT pg_temp.key('activities', z.everyday + z.about_mail + z.imported + r.i), m.workspace_id, 'email_opened', 'Mail opened', 'email', pg_temp.key('emails', m.n), NULL,
    u.id, '{"via": "workspace switch", "address": "203.0.113.45"}', t.at, t.at
FROM sample_size z
CROSS JOIN (SELECT n, workspace_id, row_number() OVER (ORDER BY n) AS i FROM sample_mail WHERE k = 1 AND NOT sent AND a % 12 = 1 AND n < 10000) m
CROSS JOIN LATERAL (SELECT m.i) r
JOIN sample_user u ON u.n = 11
-- Three days before the anchor's, from 21:40 on.
CROSS JOIN LATERAL (SELECT date_trunc('day', z.anchor AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + (37 * m.i - 181237) * interval '1 second' AS at) t
WHERE m.i <= 14;

-- ---------------------------------------------------------------------------------------------------------------------
-- Custom fields, views, reports.

INSERT INTO custom_field_definitions (id, workspace_id, object_type, field_name, field_type, label, description, placeholder, required,
    validation_rules, options, is_active, order_index, created_at, updated_at)
SELECT pg_temp.key('custom_field_definitions', w.k * 10 + f.i), w.id, f.object, f.name, f.type, f.label, NULL, f.placeholder, f.i = 1, f.rules::jsonb, f.options::jsonb,
    f.i < 6 OR w.k % 2 = 0, f.i, pg_temp.before(z.anchor, 25000000 - f.i * 1000), pg_temp.before(z.anchor, 5000000 - f.i * 1000)
FROM sample_size z, sample_workspace w, (VALUES
    (1, 'contact', 'language', 'select', 'Language', NULL, '{}', '["en", "de", "pl", "fr"]'),
    (2, 'contact', 'newsletter', 'boolean', 'Newsletter', NULL, '{}', NULL),
    (3, 'company', 'tier', 'select', 'Tier', NULL, '{}', '["A", "B", "C"]'),
    (4, 'company', 'vat_number', 'text', 'VAT number', 'DE123456789', '{"max_length": 14}', NULL),
    (5, 'deal', 'delivery_date', 'date', 'Delivery', NULL, '{}', NULL),
    (6, 'deal', 'margin', 'number', 'Margin in %', NULL, '{"min": 0, "max": 100}', NULL)
) AS f(i, object, name, type, label, placeholder, rules, options);

INSERT INTO saved_views (id, workspace_id, name, object_type, filters, columns, sort_by, sort_order, visibility, created_by, created_at, updated_at)
SELECT pg_temp.key('saved_views', m.m), m.workspace_id, v.name, v.object, v.filters::jsonb, v.columns::jsonb, 'updated_at', 'DESC',
    CASE WHEN m.m % 4 = 0 THEN 'workspace' ELSE 'private' END, m.user_id, pg_temp.before(z.anchor, 4000000 + m.m % 90000), pg_temp.before(z.anchor, m.m * 7919 % 4000000)
FROM sample_size z, sample_member m, (VALUES
    (0, 'My open deals', 'deal', '[{"field": "status", "is": "open"}]', '["title", "value", "stage"]'),
    (1, 'Hot leads', 'contact', '[{"field": "score", "over": 80}]', '["name", "company", "score"]'),
    (2, 'Key accounts', 'company', '[{"field": "tags", "has": "key account"}]', '["name", "industry", "owner"]')
) AS v(i, name, object, filters, columns)
WHERE m.status = 'active' AND m.m % 3 = 0 AND v.i = m.m / 3 % 3;

INSERT INTO reports (id, workspace_id, name, type, description, config, schedule_enabled, schedule_cron, schedule_timezone, recipients,
    last_generated_at, cached_data, created_by, created_at, updated_at)
SELECT pg_temp.key('reports', w.k * 10 + r.i), w.id, r.name, r.type, NULL, jsonb_build_object('period', r.period), r.cron IS NOT NULL, r.cron, 'Europe/Berlin',
    CASE WHEN r.cron IS NULL THEN '[]' ELSE jsonb_build_array(o.email) END, pg_temp.before(z.anchor, 20000 + w.k * 60 + r.i),
    jsonb_build_object('rows', 4 + w.k % 9), o.user_id, pg_temp.before(z.anchor, 15000000 - r.i * 4000), pg_temp.before(z.anchor, 20000 + w.k * 60 + r.i)
FROM sample_size z, sample_workspace w, sample_member o, (VALUES
    (1, 'Pipeline by stage', 'pipeline', 'quarter', '0 7 * * 1'),
    (2, 'Activity per person', 'activity', 'week', '0 7 * * 1'),
    (3, 'Mail opened and answered', 'email', 'month', NULL),
    (4, 'Revenue', 'revenue', 'year', '0 6 1 * *'),
    (5, 'Calls of models by cost', 'custom', 'month', NULL)
) AS r(i, name, type, period, cron)
WHERE o.k = w.k AND o.role = 'owner';

REFRESH MATERIALIZED VIEW contact_engagement_scores;

DROP TABLE sample_size, sample_workspace, sample_lot, sample_slot, sample_number, sample_country, sample_known, sample_user, sample_member, sample_worker,
    sample_pipeline, sample_flow, sample_share, sample_company, sample_contact, sample_deal, sample_mailbox, sample_place, sample_mail,
    sample_topic, sample_sent, sample_call, sample_deed;
DROP FUNCTION pg_temp.mix(bigint, bigint), pg_temp.key(text, bigint), pg_temp.before(timestamptz, bigint),
    pg_temp.along(timestamptz, timestamptz, bigint), pg_temp.plain(text), pg_temp.message(bigint, text);
