CREATE TABLE sale (id INTEGER PRIMARY KEY, region TEXT, day TEXT, amount REAL) STRICT;
WITH RECURSIVE days (n, day) AS (SELECT 1, '2026-01-01' UNION ALL SELECT n + 1, date(day, '+1 day;'||'') FROM days WHERE n < 5),
  regions (name) AS MATERIALIZED (VALUES ('north;'), ('south'), ('--west'))
INSERT INTO sale (region, day, amount) SELECT name, '2026-01-0' || n, n * length(name) FROM days, regions;
WITH doomed AS NOT MATERIALIZED (SELECT max(id) AS id FROM sale) DELETE FROM sale WHERE id IN (SELECT id FROM doomed) RETURNING id, ';';
SELECT region, sum(amount) FILTER (WHERE day > '2026-01-02') OVER "end" AS total, row_number() OVER (PARTITION BY region ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES)
  FROM sale WINDOW "end" AS (PARTITION BY region ORDER BY day DESC);
SELECT '{"a;":[1,2,";"]}' ->> '$."a;"[2]', '{"b":1}' -> 'b', 1 << 2, 1 || ';', 0x1F, 1e3, .5, 1.;
EXPLAIN SELECT * FROM sale WHERE region = ';';
EXPLAIN QUERY PLAN SELECT * FROM sale ORDER BY amount;
EXPLAIN CREATE TRIGGER never AFTER INSERT ON sale BEGIN SELECT 1; SELECT 2; END;
EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER never AFTER INSERT ON sale BEGIN SELECT 1; SELECT 2; END;
VALUES (1, ';'), (2, 'a''b;''c');
SELECT CASE WHEN amount > 5 THEN CASE region WHEN 'south' THEN 'BEGIN;' ELSE 'END' END END FROM sale;
UPDATE sale SET amount = amount * 2, region = upper(region) FROM (SELECT 3 AS low) AS l WHERE id > l.low;
REPLACE INTO sale VALUES (1, 'again;', '2026-02-01', 1.5);
INSERT INTO sale VALUES (1, 'x', 'y', 2) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount + 0.5 ON CONFLICT DO NOTHING;
INSERT INTO sale DEFAULT VALUES; SELECT count(*) FROM sale
