--
-- PostgreSQL database dump
--

\restrict QfFmhpOPsLGICHBqqieyfY7CQxpzictnoRlnsBOGjn9a9LKKf5hkD7BCk8cuB0F

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

DROP DATABASE IF EXISTS shop;
--
-- Name: shop; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO postgres;

\unrestrict QfFmhpOPsLGICHBqqieyfY7CQxpzictnoRlnsBOGjn9a9LKKf5hkD7BCk8cuB0F
\connect shop
\restrict QfFmhpOPsLGICHBqqieyfY7CQxpzictnoRlnsBOGjn9a9LKKf5hkD7BCk8cuB0F

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: a.b; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "a.b";


ALTER SCHEMA "a.b" OWNER TO postgres;

--
-- Name: file_fdw; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS file_fdw WITH SCHEMA public;


--
-- Name: EXTENSION file_fdw; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION file_fdw IS 'foreign-data wrapper for flat file access';


--
-- Name: dom; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN public.dom AS text
	CONSTRAINT dom_check CHECK ((VALUE <> ';'::text));


ALTER DOMAIN public.dom OWNER TO postgres;

--
-- Name: mood; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.mood AS ENUM (
    'a',
    'b;c'
);


ALTER TYPE public.mood OWNER TO postgres;

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $$ BEGIN EXECUTE 'COPY public.fake3 FROM stdin;'; 
CREATE TABLE fake4 (a int);
PERFORM 1; END $$;


ALTER FUNCTION public.f() OWNER TO postgres;

--
-- Name: g(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.g(a integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (a > 1) THEN 1
             ELSE 2
         END AS "case";
 SELECT 1;
 SELECT
         CASE a
             WHEN 3 THEN 4
             ELSE NULL::integer
         END AS "end";
END;


ALTER FUNCTION public.g(a integer) OWNER TO postgres;

--
-- Name: h(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.h(a integer) RETURNS integer
    LANGUAGE sql
    RETURN (a + 1);


ALTER FUNCTION public.h(a integer) OWNER TO postgres;

--
-- Name: p(); Type: PROCEDURE; Schema: public; Owner: postgres
--

CREATE PROCEDURE public.p()
    LANGUAGE sql
    BEGIN ATOMIC
END;


ALTER PROCEDURE public.p() OWNER TO postgres;

--
-- Name: fs; Type: SERVER; Schema: -; Owner: postgres
--

CREATE SERVER fs FOREIGN DATA WRAPPER file_fdw;


ALTER SERVER fs OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: c"d e; Type: TABLE; Schema: a.b; Owner: postgres
--

CREATE TABLE "a.b"."c""d
e" (
    x text,
    y bytea,
    z double precision
);


ALTER TABLE "a.b"."c""d
e" OWNER TO postgres;

--
-- Name: CREATE; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."CREATE" (
    "select" integer
);


ALTER TABLE public."CREATE" OWNER TO postgres;

--
-- Name: empty_one; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty_one (
    a integer
);


ALTER TABLE public.empty_one OWNER TO postgres;

--
-- Name: ft; Type: FOREIGN TABLE; Schema: public; Owner: postgres
--

CREATE FOREIGN TABLE public.ft (
    a text
)
SERVER fs
OPTIONS (
    filename '/etc/hostname'
);


ALTER FOREIGN TABLE public.ft OWNER TO postgres;

--
-- Name: users_old; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users_old (
    id bigint NOT NULL,
    name text,
    twice text
);


ALTER TABLE public.users_old OWNER TO postgres;

--
-- Name: inh; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.inh (
)
INHERITS (public.users_old);


ALTER TABLE public.inh OWNER TO postgres;

--
-- Name: j; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.j (
    d json,
    a text[]
);


ALTER TABLE public.j OWNER TO postgres;

--
-- Name: line \! boo; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."line
\! boo" (
    a integer
);


ALTER TABLE public."line
\! boo" OWNER TO postgres;

--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id bigint NOT NULL,
    name text,
    twice text GENERATED ALWAYS AS ((name || name)) STORED
);


ALTER TABLE public.users OWNER TO postgres;

--
-- Name: TABLE users; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.users IS 'CREATE TABLE fake5 (a int);
-- PostgreSQL database dump complete
it''s';


--
-- Name: mv; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.mv AS
 SELECT count(*) AS count
   FROM public.users
  WITH NO DATA;


ALTER TABLE public.mv OWNER TO postgres;

--
-- Name: no_columns; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.no_columns (
);


ALTER TABLE public.no_columns OWNER TO postgres;

--
-- Name: parted; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted (
    k integer,
    v text
)
PARTITION BY RANGE (k);


ALTER TABLE public.parted OWNER TO postgres;

--
-- Name: parted_1; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_1 (
    k integer,
    v text
);


ALTER TABLE public.parted_1 OWNER TO postgres;

--
-- Name: parted_2; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_2 (
    k integer,
    v text
);


ALTER TABLE public.parted_2 OWNER TO postgres;

--
-- Name: unl; Type: TABLE; Schema: public; Owner: postgres
--

CREATE UNLOGGED TABLE public.unl (
    a integer
);


ALTER TABLE public.unl OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: v; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.v AS
 SELECT users.id AS "x;y",
    users.name
   FROM public.users
  WHERE (users.name <> 'CREATE TABLE'::text);


ALTER TABLE public.v OWNER TO postgres;

--
-- Name: x\y; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."x\y" (
    a integer,
    "b c" integer
);


ALTER TABLE public."x\y" OWNER TO postgres;

--
-- Name: 😀 tab	le; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."😀 tab	le" (
    v text
);


ALTER TABLE public."😀 tab	le" OWNER TO postgres;

--
-- Name: parted_1; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_1 FOR VALUES FROM (0) TO (10);


--
-- Name: parted_2; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_2 DEFAULT;


--
-- Name: 16447; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('16447');


ALTER LARGE OBJECT 16447 OWNER TO postgres;

--
-- Data for Name: c"d e; Type: TABLE DATA; Schema: a.b; Owner: postgres
--

COPY "a.b"."c""d
e" (x, y, z) FROM stdin;
\\.	\\x00ff	NaN
COPY public.fake (a) FROM stdin;\n1\n\\.\n	\N	Infinity
CREATE TABLE fake2 (a int);	\\x69742773	1e+300
a\tb\\	\N	\N
\.


--
-- Data for Name: CREATE; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."CREATE" ("select") FROM stdin;
\.


--
-- Data for Name: empty_one; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.empty_one (a) FROM stdin;
\.


--
-- Data for Name: inh; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.inh (id, name, twice) FROM stdin;
\.


--
-- Data for Name: j; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.j (d, a) FROM stdin;
{"a;b": "(1),(2)"}	{"a,b",(}
\.


--
-- Data for Name: line \! boo; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."line
\! boo" (a) FROM stdin;
\.


--
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.no_columns  FROM stdin;


\.


--
-- Data for Name: parted_1; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.parted_1 (k, v) FROM stdin;
5	x
6	x
7	x
8	x
9	x
\.


--
-- Data for Name: parted_2; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.parted_2 (k, v) FROM stdin;
10	x
11	x
12	x
13	x
14	x
\.


--
-- Data for Name: unl; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.unl (a) FROM stdin;
1
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users (id, name) FROM stdin;
1	u1
2	u2
3	u3
4	u4
5	u5
6	u6
7	u7
\.


--
-- Data for Name: users_old; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users_old (id, name, twice) FROM stdin;
\.


--
-- Data for Name: x\y; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."x\y" (a, "b c") FROM stdin;
1	2
3	4
\.


--
-- Data for Name: 😀 tab	le; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."😀 tab	le" (v) FROM stdin;
$$ '; \\! ls
"
/* x
\.


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.users_id_seq', 7, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('16447', 131072);
SELECT pg_catalog.lowrite(0, '\x68656c6c6f275c');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: st; Type: STATISTICS; Schema: public; Owner: postgres
--

CREATE STATISTICS public.st ON id, name FROM public.users;


ALTER STATISTICS public.st OWNER TO postgres;

--
-- Name: users_old r; Type: RULE; Schema: public; Owner: postgres
--

CREATE RULE r AS
    ON INSERT TO public.users_old DO ( SELECT 1 AS "?column?";
 SELECT 2 AS "?column?";
);


--
-- Name: TABLE users; Type: ACL; Schema: public; Owner: postgres
--

GRANT SELECT ON TABLE public.users TO joe;


--
-- Name: mv; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.mv;


--
-- PostgreSQL database dump complete
--

\unrestrict QfFmhpOPsLGICHBqqieyfY7CQxpzictnoRlnsBOGjn9a9LKKf5hkD7BCk8cuB0F

