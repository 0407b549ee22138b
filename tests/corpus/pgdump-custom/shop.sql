-- A small database with what a dump can trip over: names, bytes, no columns, no rows, partitions, large objects.
CREATE SCHEMA "we""ird.schema";
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, note text DEFAULT 'a;b''c');
INSERT INTO users SELECT i, 'user ' || i, repeat('x', i % 7) FROM generate_series(1, 40) i;
CREATE TABLE nasty (id serial, t text);
INSERT INTO nasty (t) VALUES (E'\\.'), (E'line\nbreak'), (NULL), (''), (E'\ttab'), (E'it''s; INSERT INTO users VALUES (1);'),
	(E'COPY public.users FROM stdin;\n1\tx\n\\.\n'), ('(,),('), (E'back\\slash\\'), (E'cr\rlf\r\n'), ('ü 🐘');
CREATE TABLE "we""ird.schema"."new
line.and "" 🐘" (a int, b bytea);
INSERT INTO "we""ird.schema"."new
line.and "" 🐘" SELECT i, '\x00ff27'::bytea FROM generate_series(1, 5) i;
CREATE TABLE empty (a int);
CREATE TABLE nocols ();
INSERT INTO nocols SELECT FROM generate_series(1, 3);
CREATE TABLE users_old (id int);
CREATE TABLE ev (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE ev_2025 PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "ev.2026" PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO ev SELECT date '2025-12-25' + i, i FROM generate_series(0, 10) i;
