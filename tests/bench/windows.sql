-- What retain plan and gaps come to as window functions: the yardstick of catalog.sh.
.timer on
WITH good AS (SELECT id, source_id, kind, taken_at, row_number() OVER (PARTITION BY source_id, kind ORDER BY taken_at DESC) AS n,
 row_number() OVER (PARTITION BY source_id, kind, taken_at / 86400000000 ORDER BY taken_at DESC) AS d,
 row_number() OVER (PARTITION BY source_id, kind, taken_at / 604800000000 ORDER BY taken_at DESC) AS w,
 row_number() OVER (PARTITION BY source_id, kind, strftime('%Y-%m', taken_at / 1000000, 'unixepoch') ORDER BY taken_at DESC) AS m
 FROM backups WHERE state = 'live' AND verdict = 'sound')
SELECT count(*) FROM good WHERE n <= 7 OR (d = 1 AND taken_at > 1795312800000000 - 14 * 86400000000) OR (w = 1 AND taken_at > 1795312800000000 - 56 * 86400000000) OR (m = 1 AND taken_at > 1795312800000000 - 365 * 86400000000);
SELECT count(*) FROM (SELECT taken_at - lag(taken_at) OVER (PARTITION BY source_id ORDER BY taken_at) AS gap FROM backups WHERE state = 'live' AND verdict = 'sound') WHERE gap > 26 * 3600000000;
