-- How far a session is with an index: phase, how much of it is done, of how much, in which unit. The session is one's own here; the runner asks for the one that works.
-- PostgreSQL 13 to 18. Needs no rights for sessions of one's own login.
SELECT p.phase,
       (CASE WHEN p.blocks_total > 0 THEN p.blocks_done WHEN p.tuples_total > 0 THEN p.tuples_done ELSE p.lockers_done END)::pg_catalog.text,
       (CASE WHEN p.blocks_total > 0 THEN p.blocks_total WHEN p.tuples_total > 0 THEN p.tuples_total ELSE p.lockers_total END)::pg_catalog.text,
       CASE WHEN p.blocks_total > 0 THEN 'blocks' WHEN p.tuples_total > 0 THEN 'rows' ELSE 'sessions' END
  FROM pg_catalog.pg_stat_progress_create_index p
 WHERE p.pid = pg_catalog.pg_backend_pid()
