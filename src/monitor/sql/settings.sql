-- Settings that a server should not run with, or that hide what one wants to see here; and those that wait for a restart.
-- What counts is what a session of this login begins with (`reset_val`), not what is set in the session that asks.
-- PostgreSQL 13 to 18; a setting that the version does not have is left out. Needs no right beyond CONNECT; what only superusers may read is left out.
WITH known(name, wrong, severity, why) AS (
    VALUES ('fsync', ARRAY['off'], 'danger', 'a crash loses or destroys data'),
           ('full_page_writes', ARRAY['off'], 'danger', 'a crash can leave half-written pages'),
           ('zero_damaged_pages', ARRAY['on'], 'danger', 'damaged pages are emptied instead of told'),
           ('ignore_checksum_failure', ARRAY['on'], 'danger', 'damaged pages are read as if they were whole'),
           ('autovacuum', ARRAY['off'], 'danger', 'dead rows stay, and transaction numbers run out'),
           ('track_counts', ARRAY['off'], 'danger', 'autovacuum sees nothing to do, and neither does anybody here'),
           ('data_checksums', ARRAY['off'], 'look', 'damage on disk is not noticed'),
           ('synchronous_commit', ARRAY['off'], 'look', 'a crash loses what was committed last'),
           ('ssl', ARRAY['off'], 'look', 'passwords and rows go over the network as they are'),
           ('password_encryption', ARRAY['md5'], 'look', 'stolen md5 passwords can be used as they are; `scram-sha-256` cannot'),
           ('track_activities', ARRAY['off'], 'look', 'what sessions do is not known'),
           ('track_io_timing', ARRAY['off'], 'look', 'plans and statements do not tell time spent reading'),
           ('compute_query_id', ARRAY['off'], 'look', 'sessions cannot be matched with statements'),
           ('log_lock_waits', ARRAY['off'], 'look', 'who waited long for a lock is nowhere to be read afterwards'),
           ('idle_in_transaction_session_timeout', ARRAY['0'], 'look', 'a session that forgot its transaction holds locks for ever'),
           ('statement_timeout', ARRAY['0'], 'look', 'a statement may run for ever'),
           ('log_min_duration_statement', ARRAY['-1'], 'look', 'slow statements are nowhere to be read afterwards'),
           ('log_autovacuum_min_duration', ARRAY['-1'], 'look', 'what autovacuum did is nowhere to be read afterwards'),
           ('random_page_cost', ARRAY['4'], 'look', 'meant for spinning disks; 1.1 is usual for others, and indexes are used more'),
           ('shared_buffers', ARRAY['16384'], 'look', 'the default of 128 MB; a quarter of the memory is usual')
)
SELECT s.name::text AS name,
       concat_ws(' ', s.reset_val, nullif(s.unit, '')) AS value,
       CASE WHEN s.pending_restart THEN 'restart' WHEN s.reset_val = ANY (k.wrong) THEN k.severity ELSE 'ok' END AS state,
       CASE WHEN s.pending_restart THEN 'it was changed, and the change waits for a restart' WHEN s.reset_val = ANY (k.wrong) THEN k.why END AS why,
       s.boot_val AS built_in,
       CASE WHEN s.source <> 'session' THEN s.source END AS source,
       CASE s.context WHEN 'postmaster' THEN 'restart' WHEN 'sighup' THEN 'reload' WHEN 'internal' THEN 'never' ELSE 'at once' END AS takes_effect
  FROM pg_catalog.pg_settings s
  LEFT JOIN known k ON k.name = s.name
 WHERE k.name IS NOT NULL OR s.pending_restart
