-- Who the session is; run as whoever is acted as.
-- PostgreSQL 13 to 18. Needs no right.
SELECT current_user::pg_catalog.text,
       session_user::pg_catalog.text,
       pg_catalog.current_setting('transaction_read_only'),
       pg_catalog.current_setting('row_security')
