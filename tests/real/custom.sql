-- What a custom dump can trip over, and enough rows for many pieces.
CREATE SCHEMA "we""ird.schema";
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, note text DEFAULT 'a;b''c');
INSERT INTO users SELECT i, 'user ' || i, repeat(md5(i::text), i % 7) FROM generate_series(1, 20000) i;
CREATE TABLE nasty (id serial, t text);
INSERT INTO nasty (t) VALUES (E'\\.'), (E'line\nbreak'), (NULL), (''), (E'\ttab'), (E'it''s; INSERT INTO users VALUES (1);'),
	(E'COPY public.users FROM stdin;\n1\tx\n\\.\n'), ('(,),('), (E'back\\slash\\'), (E'cr\rlf\r\n'), ('ü 🐘'), (E'\\'), ('''');
CREATE TABLE "we""ird.schema"."new
line.and "" 🐘" (a int, "b(;'" bytea);
INSERT INTO "we""ird.schema"."new
line.and "" 🐘" SELECT i, '\x00ff27'::bytea FROM generate_series(1, 500) i;
CREATE TABLE "values" ("default" int, "VALUES" text);
INSERT INTO "values" VALUES (1, 'VALUES (1), (2)'), (2, 'DEFAULT VALUES');
CREATE TABLE empty (a int);
CREATE TABLE nocols ();
INSERT INTO nocols SELECT FROM generate_series(1, 3);
CREATE TABLE users_old (id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (7) STORED);
INSERT INTO users_old DEFAULT VALUES;
CREATE TABLE wide (b bit(8), n numeric, j jsonb, a text[], f float8);
INSERT INTO wide VALUES ('10101010', 'NaN', '{"a": "b''c\\"}', '{"x\"y","''''''"}', '-Infinity');
INSERT INTO wide SELECT '00000000', i / 3.0, to_jsonb(repeat('x', 3000)), NULL, random() FROM generate_series(1, 300) i;
CREATE TABLE ev (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE ev_2025 PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "ev.2026" PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (v);
CREATE TABLE "we""ird.schema".ev_rest PARTITION OF "ev.2026" DEFAULT;
INSERT INTO ev SELECT date '2025-06-25' + i, i FROM generate_series(0, 500) i;
CREATE TABLE parent (a int);
CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO child VALUES (1, 2);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM users;
CREATE VIEW shown AS SELECT * FROM users;
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''CREATE TABLE public.liar (a int);''::text';
SELECT lo_from_bytea(4000000001, '\x68656c6c6f');
SELECT lo_from_bytea(20001, decode(repeat('00ff', 60000), 'hex'));
SELECT lo_from_bytea(20002, '');
COMMENT ON LARGE OBJECT 20001 IS 'two bytes, often';
