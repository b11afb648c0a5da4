-- How a limit `l` stands: its share, what it comes to at the end of its period at the rate so far, and its state.
-- For PostgreSQL 13 to 18; a part of the list of limits, which reads what `l` is made of and needs no rights of its own.
SELECT
    pg_catalog.round(c.counted / NULLIF(l.most, 0), 4) AS share,
    CASE
        WHEN l.length IS NULL OR l.ends <= l.now THEN NULL
        -- Earlier than this, a rate says nothing.
        WHEN e.elapsed < e.whole / 20 THEN NULL
        ELSE pg_catalog.round(c.counted * e.whole / e.elapsed, CASE l.quantity WHEN 'tokens' THEN 0 ELSE 2 END)
    END AS forecast,
    CASE
        WHEN l.most IS NULL THEN 'no limit'
        WHEN c.counted IS NULL THEN 'unknown'
        WHEN c.counted > l.most THEN 'over'
        WHEN c.counted * 100 >= l.near * l.most THEN 'near'
        ELSE 'ok'
    END AS state
FROM (SELECT COALESCE(l.measured, l.stored) AS counted) c
CROSS JOIN (
    SELECT
        EXTRACT(epoch FROM l.ends - l.begins)::pg_catalog.numeric AS whole,
        EXTRACT(epoch FROM l.now - l.begins)::pg_catalog.numeric AS elapsed
) e
