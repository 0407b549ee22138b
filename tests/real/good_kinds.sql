-- Every kind of column, and every kind of object that pg_dump writes a statement for. For good.sh.
CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION ltree SCHEMA pg_catalog;
CREATE EXTENSION postgres_fdw;
CREATE SCHEMA app;
CREATE SCHEMA "Odd Schema";
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'it''s; fine', 'größer');
CREATE TYPE app.pair AS (a int, "b c" text);
CREATE TYPE app.span AS RANGE (subtype = float8);
CREATE DOMAIN app.mail AS text DEFAULT 'a;b' CHECK (VALUE ~ '@') NOT NULL;
CREATE COLLATION app.coll (provider = icu, locale = 'de-u-co-phonebk');
CREATE SEQUENCE app.numbers AS smallint INCREMENT -3 MINVALUE -300 MAXVALUE 30 START 30 CYCLE;
SELECT nextval('app.numbers');
CREATE TABLE app.kinds (
	id bigint GENERATED ALWAYS AS IDENTITY (START 10) PRIMARY KEY, s smallserial, r real, d double precision, n numeric(30, 10),
	m money, c char(7), v varchar(9), t text COLLATE app.coll, y bytea, b bit(3), vb bit varying, bo boolean, da date, ti time,
	tz timetz, ts timestamp, tstz timestamptz(3), iv interval, u uuid, x xml, j json, jb jsonb, jp jsonpath, inet inet, cidr cidr,
	mac macaddr, mac8 macaddr8, pt point, ln line, ls lseg, bx box, pa path, po polygon, ci circle, tsv tsvector, tsq tsquery,
	mood app.mood, pair app.pair, span app.span, mails app.mail, ir int4range, mr nummultirange, a int[][], ta text[], h hstore, lt ltree,
	lsn pg_lsn, oid oid, reg regclass, "CaSe" "char", gen text GENERATED ALWAYS AS (lower(t)) STORED) WITH (fillfactor = 70);
INSERT INTO app.kinds (r, d, n, m, c, v, t, y, b, vb, bo, da, ti, tz, ts, tstz, iv, u, x, j, jb, jp, inet, cidr, mac, mac8, pt, ln, ls, bx, pa,
		po, ci, tsv, tsq, mood, pair, span, mails, ir, mr, a, ta, h, lt, lsn, oid, reg, "CaSe")
	SELECT i / 7.0, CASE i % 4 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE i * 1e-300 END, i * 1e15 + 0.0000000001, i, 'c' || i, 'v' || i,
		E'Text\t' || i || E'\n\\.\n\\N', decode(md5(i::text), 'hex'), '101', '1', i % 2 = 0, date '4713-01-01 BC' + i, '24:00', '12:00+05:30', 'infinity',
		'2026-03-29 02:30+00', '-1 mon +2 days -03:04:05.6', gen_random_uuid(), '<a b="c;''">&amp;</a>', '{"a" : [1, "\\"]}', '{"k": "v''\"\\\\"}',
		'$.a[*] ? (@ > 1)', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '(1,2)', '{1,2,3}', '((0,0),(1,1))', '((0,0),(1,1))',
		'[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(0,0),3>', 'a:1A ''b c'':2', 'a & !b <-> c', 'it''s; fine', row(i, 'x, "y" (z)')::app.pair, '[1,2)',
		'a@b', '[1,)', '{[1,2),[5,9)}', '{{1,2},{NULL,4}}', ARRAY['a,b', 'NULL', NULL, '', E'"\\'], 'a=>NULL, "b c"=>"d"', 'a.b.c', '16/B374D848',
		4294967295, 'pg_class', E'\\'
	FROM generate_series(1, 40) i;
INSERT INTO app.kinds (mails) VALUES ('only@this');
CREATE TABLE app.toasted (id int, big text, bin bytea);
ALTER TABLE app.toasted ALTER big SET STORAGE EXTERNAL, ALTER bin SET COMPRESSION lz4;
INSERT INTO app.toasted SELECT i, repeat(E'x\\y\n', 50000 * i), decode(repeat('00ff5c0a27', 9000), 'hex') FROM generate_series(1, 4) i;
CREATE TABLE "Odd Schema"."t;1" ("a-b" int PRIMARY KEY, "ü" text UNIQUE DEFAULT E'\\', CONSTRAINT "c;k" CHECK ("a-b" > 0),
	EXCLUDE USING gist (int4range("a-b", "a-b" + 1) WITH &&));
INSERT INTO "Odd Schema"."t;1" VALUES (1, 'a'), (2, NULL);
CREATE TABLE app.refs (k int REFERENCES "Odd Schema"."t;1" ON DELETE CASCADE DEFERRABLE, x text);
INSERT INTO app.refs VALUES (1, 'COPY a FROM stdin;'), (2, E'--\n-- PostgreSQL database dump\n--\n');
CREATE UNLOGGED TABLE app.fleeting AS SELECT 1 AS a;
CREATE TABLE app.typed OF app.pair;
INSERT INTO app.typed VALUES (1, '(');
CREATE TABLE app.months (at date, v int) PARTITION BY RANGE (at);
CREATE TABLE app.months_1 PARTITION OF app.months FOR VALUES FROM (MINVALUE) TO ('2026-02-01');
CREATE TABLE app.months_2 PARTITION OF app.months FOR VALUES FROM ('2026-02-01') TO (MAXVALUE) PARTITION BY HASH (v);
CREATE TABLE app.months_2_0 PARTITION OF app.months_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.months_2_1 PARTITION OF app.months_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO app.months SELECT date '2026-01-15' + i, i FROM generate_series(1, 60) i;
CREATE TABLE app.lists (k text, v int) PARTITION BY LIST (k);
CREATE TABLE app.lists_a PARTITION OF app.lists FOR VALUES IN ('a', 'b;c', NULL);
INSERT INTO app.lists VALUES ('a', 1), (NULL, 2);
CREATE TABLE app.legacy (a int);
CREATE TABLE app.legacy_child (b text) INHERITS (app.legacy);
INSERT INTO app.legacy_child VALUES (1, 'child');
CREATE VIEW app.seen WITH (security_barrier) AS SELECT id, t || ';' AS u FROM app.kinds WHERE t LIKE '%''%' WITH LOCAL CHECK OPTION;
CREATE VIEW app.nums AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) TABLE n;
CREATE MATERIALIZED VIEW app.counted AS SELECT count(*) AS n FROM app.kinds;
CREATE MATERIALIZED VIEW app.later AS SELECT 1 AS one WITH NO DATA;
CREATE UNIQUE INDEX ON app.counted (n);
CREATE INDEX ON app.kinds USING gin (jb jsonb_path_ops) WHERE bo;
CREATE INDEX ON app.kinds USING gist (t gist_trgm_ops);
CREATE INDEX "in;dex" ON app.kinds ((lower(v) || ';'), da DESC NULLS LAST) INCLUDE (r);
CREATE STATISTICS app.stat (ndistinct, dependencies) ON r, d FROM app.kinds;
CREATE FUNCTION app.act() RETURNS trigger LANGUAGE plpgsql AS $_$
BEGIN
	-- ; $$ $x$ 'unclosed
	RETURN NEW;
END $_$;
CREATE TRIGGER act BEFORE INSERT OR UPDATE OF x ON app.refs FOR EACH ROW WHEN (NEW.x IS DISTINCT FROM ';') EXECUTE FUNCTION app.act('a''b', '\');
ALTER TABLE app.refs ENABLE ALWAYS TRIGGER act;
CREATE FUNCTION app.tell() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER tell ON ddl_command_start WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION app.tell();
CREATE RULE quiet AS ON DELETE TO app.refs WHERE old.k = 7 DO INSTEAD (SELECT 1; SELECT ';');
CREATE FUNCTION app.body(a int, OUT b int) LANGUAGE sql STABLE BEGIN ATOMIC
	SELECT CASE WHEN a > 1 THEN 2 ELSE CASE a WHEN 1 THEN 3 END END;
END;
CREATE PROCEDURE app.proc(INOUT a int) LANGUAGE plpgsql AS $p$ BEGIN COMMIT; a := 1; END; $p$;
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION app.same(app.pair, app.pair) RETURNS bool LANGUAGE sql RETURN $1.a = $2.a;
CREATE OPERATOR app.=== (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.same, COMMUTATOR = OPERATOR(app.===));
CREATE FUNCTION app.cast_it(app.pair) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1.a;
CREATE CAST (app.pair AS int) WITH FUNCTION app.cast_it(app.pair) AS ASSIGNMENT;
CREATE OPERATOR FAMILY app.fam USING btree;
CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION app.conf (COPY = simple);
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'no.such.host', dbname 'a;b');
CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'x', password 'it''s;\');
CREATE FOREIGN TABLE app.remote (a int OPTIONS (column_name 'b;')) SERVER far OPTIONS (table_name 't');
CREATE PUBLICATION pub FOR TABLE app.refs (k) WHERE (k > 1) WITH (publish = 'insert');
CREATE PUBLICATION pub_all FOR ALL TABLES;
CREATE PUBLICATION pub_odd FOR TABLES IN SCHEMA "Odd Schema";
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere dbname=''a;b''' PUBLICATION p WITH (connect = false, slot_name = NONE);
ALTER TABLE app.refs ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.refs FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.refs AS RESTRICTIVE FOR SELECT TO joe USING (x = current_user OR x = ';''');
GRANT SELECT (x), INSERT ON app.refs TO joe WITH GRANT OPTION;
GRANT USAGE ON SCHEMA app, "Odd Schema" TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE joe IN SCHEMA app GRANT ALL ON TABLES TO PUBLIC;
ALTER TABLE app.toasted OWNER TO joe;
CLUSTER app.kinds USING kinds_pkey;
ALTER TABLE app.kinds REPLICA IDENTITY FULL;
COMMENT ON TABLE app.refs IS E'line\n-- Name: fake; Type: TABLE; Schema: public; Owner: x\n--\nCREATE TABLE fake (a int);\n\\.';
COMMENT ON COLUMN app.refs.x IS '''; \! ls';
COMMENT ON FUNCTION app.act() IS E'\\';
COMMENT ON DATABASE kinds IS 'a;
b';
ALTER DATABASE kinds SET search_path = app, public;
ALTER ROLE joe IN DATABASE kinds SET work_mem = '5MB';
SELECT lo_from_bytea(5001, '\x00'), lo_from_bytea(5002, decode(repeat('27', 100000), 'hex'));
COMMENT ON LARGE OBJECT 5001 IS 'it''s; one';
GRANT SELECT ON LARGE OBJECT 5002 TO joe;
