-- data.sql: about :mb MiB of plain dump text, the same on every run: every value depends on its row and column alone.
CREATE SCHEMA crm;
CREATE SCHEMA "Strange ""Schema";
CREATE FUNCTION h(i bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS 'SELECT hashint8extended($1, $2) & 1073741823';

-- Decoys: what looks like the marks of a dump, in places where it is none.
CREATE FUNCTION decoy_copy() RETURNS text LANGUAGE plpgsql AS $fn$
BEGIN
	-- COPY crm.not_there (id) FROM stdin;
	RETURN $text$
CREATE TABLE crm.never_made (id integer);
COPY crm.never_made (id) FROM stdin;
1
2
\.
--
-- PostgreSQL database dump complete
--
$text$;
END $fn$;
CREATE FUNCTION decoy_quotes() RETURNS text LANGUAGE sql AS $a$ SELECT E'it''s \\. \';\n\\.\n' || $b$ '; DROP TABLE x; -- $b$ $a$;

CREATE TABLE words (n integer PRIMARY KEY, w text NOT NULL);
INSERT INTO words SELECT n, substr(translate(md5('word' || n), '0123456789', 'aeiouylnrst'), 1, 2 + (h(n, 3) % 9)::int)
	FROM generate_series(0, 4095) n;

CREATE TABLE crm.people (id uuid PRIMARY KEY, mail text NOT NULL, name text, land char(2), born date, since timestamptz, balance numeric(12, 2), note text);
CREATE TABLE crm.invoices (id bigint PRIMARY KEY, person uuid, at timestamptz NOT NULL, total numeric(10, 2), state text, lines jsonb);
CREATE TABLE crm.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL, session uuid, address inet, payload jsonb);
CREATE TABLE crm.articles (id bigint PRIMARY KEY, author uuid, title text, body text);
CREATE TABLE crm.files (id bigint PRIMARY KEY, mime text, digest bytea, content bytea);
CREATE TABLE crm.ledger (id integer, account integer, delta integer, filler char(84));
CREATE TABLE crm.nothing (id integer, v text);
CREATE UNLOGGED TABLE crm.scratch (id integer);
CREATE TABLE "Strange ""Schema"."COPY x (y) FROM stdin; -- 'é" ("a b" integer, "c""d" text);
INSERT INTO "Strange ""Schema"."COPY x (y) FROM stdin; -- 'é" VALUES (1, E'\\.'), (2, E'\n\\.\n'), (3, NULL), (4, ''), (5, E'tab\there\\');
CREATE TABLE crm.visits (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE crm.visits_2025 PARTITION OF crm.visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE crm.visits_2026 PARTITION OF crm.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO crm.visits SELECT i, date '2025-01-01' + (i % 730)::int FROM generate_series(1, 3000) i;
COMMENT ON TABLE crm.articles IS 'what they wrote;
CREATE TABLE crm.of_a_comment (id integer);
COPY crm.of_a_comment (id) FROM stdin;
\.
';

INSERT INTO crm.people SELECT md5('p' || i)::uuid, 'person' || i || '@example.com', w[1 + h(i, 1) % 4096] || ' ' || w[1 + h(i, 2) % 4096],
		chr(65 + (h(i, 3) % 26)::int) || chr(65 + (h(i, 4) % 26)::int), date '1950-01-01' + (h(i, 5) % 20000)::int,
		timestamptz '2018-01-01Z' + h(i, 6) % 240000000 * interval '1 second', (h(i, 7) % 9000000) / 100.0,
		CASE WHEN i % 4 > 0 THEN w[1 + h(i, 8) % 4096] END
	FROM generate_series(1, :mb * 220::bigint) i, (SELECT array_agg(w ORDER BY n) w FROM words) x;
INSERT INTO crm.invoices SELECT i, md5('p' || (1 + h(i, 1) % 60000))::uuid, timestamptz '2022-01-01Z' + i * interval '37 milliseconds',
		(h(i, 2) % 900000) / 100.0, (ARRAY['draft', 'sent', 'paid', 'late', 'void'])[1 + h(i, 3) % 5],
		jsonb_build_array(jsonb_build_object('sku', 'A-' || h(i, 4) % 30000, 'n', 1 + h(i, 5) % 12))
	FROM generate_series(1, :mb * 350::bigint) i;
INSERT INTO crm.events SELECT i, timestamptz '2025-03-01Z' + i * interval '11 milliseconds',
		(ARRAY['open', 'click', 'find', 'login', 'leave', 'order', 'fail', 'beat'])[1 + h(i, 1) % 8], md5('s' || i / 6)::uuid,
		('10.' || h(i / 6, 2) % 256 || '.' || h(i / 6, 3) % 256 || '.' || h(i / 6, 4) % 256)::inet,
		jsonb_build_object('page', '/' || w[1 + h(i, 5) % 600] || '/' || h(i, 6) % 99999, 'ms', h(i, 7) % 4000, 'ok', h(i, 9) % 40 > 0,
			'agent', (ARRAY['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (Macintosh)', 'curl/7.88.1'])[1 + h(i / 6, 8) % 3],
			'tags', jsonb_build_array(w[1 + h(i, 10) % 300], w[1 + h(i, 11) % 300]))
	FROM generate_series(1, :mb * 1400::bigint) i, (SELECT array_agg(w ORDER BY n) w FROM words) x;
INSERT INTO crm.articles SELECT i, md5('p' || (1 + h(i, 1) % 60000))::uuid, w[1 + h(i, 2) % 2000] || ' ' || w[1 + h(i, 3) % 2000],
		(SELECT string_agg(w[1 + (h(i, 50 + j) % 64 * (h(i, 150 + j) % 64))::int], ' ') FROM generate_series(1, 60) j)
			|| CASE WHEN i % 5 = 0 THEN E'\n\nsecond\tparagraph \\ of ' || i ELSE '' END
	FROM generate_series(1, :mb * 480::bigint) i, (SELECT array_agg(w ORDER BY n) w FROM words) x;
INSERT INTO crm.files SELECT i, (ARRAY['image/png', 'application/pdf', 'text/plain'])[1 + i % 3], decode(md5('d' || i), 'hex'),
		decode((SELECT string_agg(md5('f' || i || '.' || j), '') FROM generate_series(1, 32 + (h(i, 1) % 192)::int) j), 'hex')
	FROM generate_series(1, :mb * 24::bigint) i;
INSERT INTO crm.ledger SELECT i, h(i, 1) % 100000, h(i, 2) % 5000 - 2500, '' FROM generate_series(1, :mb * 2600::bigint) i;
SELECT format('CREATE TABLE crm.small_%s (id integer PRIMARY KEY, k text, v text)', to_char(i, 'FM000')) FROM generate_series(1, 300) i \gexec
SELECT format('INSERT INTO crm.small_%s SELECT j, md5(''k'' || j), md5(%s || ''v'' || j) FROM generate_series(1, %s) j',
	to_char(i, 'FM000'), i, h(i, 7) % 250) FROM generate_series(1, 300) i \gexec
CREATE INDEX ON crm.invoices (person, at);
CREATE VIEW crm.sums AS SELECT state, count(*) AS n, sum(total) AS s FROM crm.invoices GROUP BY 1;
SELECT lo_from_bytea(700000 + i, decode(repeat(md5('lo' || i), 64), 'hex')) FROM generate_series(1, 20) i \g /dev/null
