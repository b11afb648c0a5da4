-- Everything that makes a schema, one line each: what differs between two databases differs here.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
WITH app AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
)
SELECT line FROM (
    SELECT format('schema %I', nspname) AS line FROM app
    UNION ALL
    SELECT format('extension %I', extname) FROM pg_extension
    UNION ALL
    SELECT format('relation %s %s rls=%s forced=%s persistence=%s options=%s partition=%s key=%s', c.oid::regclass, c.relkind, c.relrowsecurity,
                  c.relforcerowsecurity, c.relpersistence, c.reloptions, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid))
      FROM pg_class c JOIN app ON app.oid = c.relnamespace
    UNION ALL
    SELECT format('column %s.%s %I %s not_null=%s default=%s identity=%s generated=%s collation=%s storage=%s', a.attrelid::regclass, a.attnum, a.attname,
                  format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation,
                  a.attstorage)
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid JOIN app ON app.oid = c.relnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT format('constraint %s %I %s validated=%s', coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), k.conname,
                  pg_get_constraintdef(k.oid), k.convalidated)
      FROM pg_constraint k JOIN app ON app.oid = k.connamespace
    UNION ALL
    SELECT format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN app ON app.oid = c.relnamespace
    UNION ALL
    SELECT format('routine %s %s', p.oid::regprocedure, CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END)
      FROM pg_proc p JOIN app ON app.oid = p.pronamespace
    UNION ALL
    SELECT format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN app ON app.oid = c.relnamespace
     WHERE NOT t.tgisinternal
    UNION ALL
    SELECT format('event trigger %I', evtname) FROM pg_event_trigger
    UNION ALL
    SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid))
      FROM pg_class c JOIN app ON app.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm')
    UNION ALL
    SELECT format('rule %s', pg_get_ruledef(r.oid))
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN app ON app.oid = c.relnamespace
     WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT format('policy %s %I %s permissive=%s to=%s using=%s check=%s', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
                  (SELECT array_agg(m.r::regrole::text ORDER BY m.r::regrole::text) FROM unnest(p.polroles) m(r)),
                  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p
    UNION ALL
    SELECT format('type %s %s labels=%s base=%s in=%s', t.oid::regtype, t.typtype,
                  (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), format_type(t.typbasetype, t.typtypmod), t.typinput)
      FROM pg_type t JOIN app ON app.oid = t.typnamespace
    UNION ALL
    SELECT format('sequence %s %s start=%s step=%s min=%s max=%s cycle=%s', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin,
                  s.seqmax, s.seqcycle)
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN app ON app.oid = c.relnamespace
    UNION ALL
    SELECT format('operator %s %s', o.oid::regoperator, o.oprcode) FROM pg_operator o JOIN app ON app.oid = o.oprnamespace
    UNION ALL
    SELECT format('cast %s %s %s', castsource::regtype, casttarget::regtype, castfunc::regprocedure) FROM pg_cast WHERE oid >= 16384
    UNION ALL
    SELECT format('grant %s %s', c.oid::regclass, c.relacl) FROM pg_class c JOIN app ON app.oid = c.relnamespace WHERE c.relacl IS NOT NULL
    UNION ALL
    SELECT format('statistics %s', pg_get_statisticsobjdef(s.oid)) FROM pg_statistic_ext s JOIN app ON app.oid = s.stxnamespace
    UNION ALL
    SELECT format('comment %s %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
      FROM pg_description d WHERE d.objoid >= 16384
) found
 ORDER BY line COLLATE "C"
