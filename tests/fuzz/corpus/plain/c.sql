--
-- PostgreSQL database dump
--

\restrict BhNKJWe7JWibKMsCBP7GnvlTBSXeg9ctq1kpTrIURespdTAcqBYcWd9SdVI1h4P

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

-- Started on 2026-11-22 02:08:34 UTC

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
-- TOC entry 3456 (class 1262 OID 16384)
-- Name: shop; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO postgres;

\unrestrict BhNKJWe7JWibKMsCBP7GnvlTBSXeg9ctq1kpTrIURespdTAcqBYcWd9SdVI1h4P
\connect shop
\restrict BhNKJWe7JWibKMsCBP7GnvlTBSXeg9ctq1kpTrIURespdTAcqBYcWd9SdVI1h4P

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
-- TOC entry 7 (class 2615 OID 16399)
-- Name: a.b; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "a.b";


ALTER SCHEMA "a.b" OWNER TO postgres;

--
-- TOC entry 2 (class 3079 OID 16461)
-- Name: file_fdw; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS file_fdw WITH SCHEMA public;


--
-- TOC entry 3457 (class 0 OID 0)
-- Dependencies: 2
-- Name: EXTENSION file_fdw; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION file_fdw IS 'foreign-data wrapper for flat file access';


--
-- TOC entry 893 (class 1247 OID 16437)
-- Name: dom; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN public.dom AS text
	CONSTRAINT dom_check CHECK ((VALUE <> ';'::text));


ALTER DOMAIN public.dom OWNER TO postgres;

--
-- TOC entry 903 (class 1247 OID 16449)
-- Name: mood; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.mood AS ENUM (
    'a',
    'b;c'
);


ALTER TYPE public.mood OWNER TO postgres;

--
-- TOC entry 235 (class 1255 OID 16432)
-- Name: f(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $$ BEGIN EXECUTE 'COPY public.fake3 FROM stdin;'; 
CREATE TABLE fake4 (a int);
PERFORM 1; END $$;


ALTER FUNCTION public.f() OWNER TO postgres;

--
-- TOC entry 236 (class 1255 OID 16433)
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
-- TOC entry 248 (class 1255 OID 16434)
-- Name: h(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.h(a integer) RETURNS integer
    LANGUAGE sql
    RETURN (a + 1);


ALTER FUNCTION public.h(a integer) OWNER TO postgres;

--
-- TOC entry 249 (class 1255 OID 16435)
-- Name: p(); Type: PROCEDURE; Schema: public; Owner: postgres
--

CREATE PROCEDURE public.p()
    LANGUAGE sql
    BEGIN ATOMIC
END;


ALTER PROCEDURE public.p() OWNER TO postgres;

--
-- TOC entry 2119 (class 1417 OID 16465)
-- Name: fs; Type: SERVER; Schema: -; Owner: postgres
--

CREATE SERVER fs FOREIGN DATA WRAPPER file_fdw;


ALTER SERVER fs OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- TOC entry 219 (class 1259 OID 16400)
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
-- TOC entry 231 (class 1259 OID 16469)
-- Name: CREATE; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."CREATE" (
    "select" integer
);


ALTER TABLE public."CREATE" OWNER TO postgres;

--
-- TOC entry 224 (class 1259 OID 16423)
-- Name: empty_one; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty_one (
    a integer
);


ALTER TABLE public.empty_one OWNER TO postgres;

--
-- TOC entry 230 (class 1259 OID 16466)
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
-- TOC entry 218 (class 1259 OID 16394)
-- Name: users_old; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users_old (
    id bigint NOT NULL,
    name text,
    twice text
);


ALTER TABLE public.users_old OWNER TO postgres;

--
-- TOC entry 229 (class 1259 OID 16454)
-- Name: inh; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.inh (
)
INHERITS (public.users_old);


ALTER TABLE public.inh OWNER TO postgres;

--
-- TOC entry 234 (class 1259 OID 16478)
-- Name: j; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.j (
    d json,
    a text[]
);


ALTER TABLE public.j OWNER TO postgres;

--
-- TOC entry 233 (class 1259 OID 16475)
-- Name: line \! boo; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."line
\! boo" (
    a integer
);


ALTER TABLE public."line
\! boo" OWNER TO postgres;

--
-- TOC entry 217 (class 1259 OID 16386)
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id bigint NOT NULL,
    name text,
    twice text GENERATED ALWAYS AS ((name || name)) STORED
);


ALTER TABLE public.users OWNER TO postgres;

--
-- TOC entry 3458 (class 0 OID 0)
-- Dependencies: 217
-- Name: TABLE users; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.users IS 'CREATE TABLE fake5 (a int);
-- PostgreSQL database dump complete
it''s';


--
-- TOC entry 228 (class 1259 OID 16443)
-- Name: mv; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.mv AS
 SELECT count(*) AS count
   FROM public.users
  WITH NO DATA;


ALTER TABLE public.mv OWNER TO postgres;

--
-- TOC entry 225 (class 1259 OID 16426)
-- Name: no_columns; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.no_columns (
);


ALTER TABLE public.no_columns OWNER TO postgres;

--
-- TOC entry 221 (class 1259 OID 16410)
-- Name: parted; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted (
    k integer,
    v text
)
PARTITION BY RANGE (k);


ALTER TABLE public.parted OWNER TO postgres;

--
-- TOC entry 222 (class 1259 OID 16413)
-- Name: parted_1; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_1 (
    k integer,
    v text
);


ALTER TABLE public.parted_1 OWNER TO postgres;

--
-- TOC entry 223 (class 1259 OID 16418)
-- Name: parted_2; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_2 (
    k integer,
    v text
);


ALTER TABLE public.parted_2 OWNER TO postgres;

--
-- TOC entry 226 (class 1259 OID 16429)
-- Name: unl; Type: TABLE; Schema: public; Owner: postgres
--

CREATE UNLOGGED TABLE public.unl (
    a integer
);


ALTER TABLE public.unl OWNER TO postgres;

--
-- TOC entry 216 (class 1259 OID 16385)
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
-- TOC entry 227 (class 1259 OID 16439)
-- Name: v; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.v AS
 SELECT users.id AS "x;y",
    users.name
   FROM public.users
  WHERE (users.name <> 'CREATE TABLE'::text);


ALTER TABLE public.v OWNER TO postgres;

--
-- TOC entry 232 (class 1259 OID 16472)
-- Name: x\y; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."x\y" (
    a integer,
    "b c" integer
);


ALTER TABLE public."x\y" OWNER TO postgres;

--
-- TOC entry 220 (class 1259 OID 16405)
-- Name: 😀 tab	le; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."😀 tab	le" (
    v text
);


ALTER TABLE public."😀 tab	le" OWNER TO postgres;

--
-- TOC entry 3282 (class 0 OID 0)
-- Name: parted_1; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_1 FOR VALUES FROM (0) TO (10);


--
-- TOC entry 3283 (class 0 OID 0)
-- Name: parted_2; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_2 DEFAULT;


--
-- TOC entry 3449 (class 2613 OID 16447)
-- Name: 16447; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('16447');


ALTER LARGE OBJECT 16447 OWNER TO postgres;

--
-- TOC entry 3436 (class 0 OID 16400)
-- Dependencies: 219
-- Data for Name: c"d e; Type: TABLE DATA; Schema: a.b; Owner: postgres
--

INSERT INTO "a.b"."c""d
e" VALUES ('\.', '\x00ff', 'NaN');
INSERT INTO "a.b"."c""d
e" VALUES ('COPY public.fake (a) FROM stdin;
1
\.
', NULL, 'Infinity');
INSERT INTO "a.b"."c""d
e" VALUES ('CREATE TABLE fake2 (a int);', '\x69742773', 1e+300);
INSERT INTO "a.b"."c""d
e" VALUES ('a	b\', NULL, NULL);


--
-- TOC entry 3445 (class 0 OID 16469)
-- Dependencies: 231
-- Data for Name: CREATE; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- TOC entry 3440 (class 0 OID 16423)
-- Dependencies: 224
-- Data for Name: empty_one; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- TOC entry 3444 (class 0 OID 16454)
-- Dependencies: 229
-- Data for Name: inh; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- TOC entry 3448 (class 0 OID 16478)
-- Dependencies: 234
-- Data for Name: j; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.j VALUES ('{"a;b": "(1),(2)"}', '{"a,b",(}');


--
-- TOC entry 3447 (class 0 OID 16475)
-- Dependencies: 233
-- Data for Name: line \! boo; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- TOC entry 3441 (class 0 OID 16426)
-- Dependencies: 225
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;


--
-- TOC entry 3438 (class 0 OID 16413)
-- Dependencies: 222
-- Data for Name: parted_1; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.parted_1 VALUES (5, 'x');
INSERT INTO public.parted_1 VALUES (6, 'x');
INSERT INTO public.parted_1 VALUES (7, 'x');
INSERT INTO public.parted_1 VALUES (8, 'x');
INSERT INTO public.parted_1 VALUES (9, 'x');


--
-- TOC entry 3439 (class 0 OID 16418)
-- Dependencies: 223
-- Data for Name: parted_2; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.parted_2 VALUES (10, 'x');
INSERT INTO public.parted_2 VALUES (11, 'x');
INSERT INTO public.parted_2 VALUES (12, 'x');
INSERT INTO public.parted_2 VALUES (13, 'x');
INSERT INTO public.parted_2 VALUES (14, 'x');


--
-- TOC entry 3442 (class 0 OID 16429)
-- Dependencies: 226
-- Data for Name: unl; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.unl VALUES (1);


--
-- TOC entry 3434 (class 0 OID 16386)
-- Dependencies: 217
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.users VALUES (1, 'u1', DEFAULT);
INSERT INTO public.users VALUES (2, 'u2', DEFAULT);
INSERT INTO public.users VALUES (3, 'u3', DEFAULT);
INSERT INTO public.users VALUES (4, 'u4', DEFAULT);
INSERT INTO public.users VALUES (5, 'u5', DEFAULT);
INSERT INTO public.users VALUES (6, 'u6', DEFAULT);
INSERT INTO public.users VALUES (7, 'u7', DEFAULT);


--
-- TOC entry 3435 (class 0 OID 16394)
-- Dependencies: 218
-- Data for Name: users_old; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- TOC entry 3446 (class 0 OID 16472)
-- Dependencies: 232
-- Data for Name: x\y; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public."x\y" VALUES (1, 2);
INSERT INTO public."x\y" VALUES (3, 4);


--
-- TOC entry 3437 (class 0 OID 16405)
-- Dependencies: 220
-- Data for Name: 😀 tab	le; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public."😀 tab	le" VALUES ('$$ ''; \! ls');
INSERT INTO public."😀 tab	le" VALUES ('"');
INSERT INTO public."😀 tab	le" VALUES ('/* x');


--
-- TOC entry 3460 (class 0 OID 0)
-- Dependencies: 216
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.users_id_seq', 7, true);


--
-- TOC entry 3450 (class 0 OID 0)
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('16447', 131072);
SELECT pg_catalog.lowrite(0, '\x68656c6c6f275c');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- TOC entry 3286 (class 2606 OID 16393)
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- TOC entry 3287 (class 3381 OID 16460)
-- Name: st; Type: STATISTICS; Schema: public; Owner: postgres
--

CREATE STATISTICS public.st ON id, name FROM public.users;


ALTER STATISTICS public.st OWNER TO postgres;

--
-- TOC entry 3432 (class 2618 OID 16453)
-- Name: users_old r; Type: RULE; Schema: public; Owner: postgres
--

CREATE RULE r AS
    ON INSERT TO public.users_old DO ( SELECT 1 AS "?column?";
 SELECT 2 AS "?column?";
);


--
-- TOC entry 3459 (class 0 OID 0)
-- Dependencies: 217
-- Name: TABLE users; Type: ACL; Schema: public; Owner: postgres
--

GRANT SELECT ON TABLE public.users TO joe;


--
-- TOC entry 3443 (class 0 OID 16443)
-- Dependencies: 228 3452
-- Name: mv; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.mv;


-- Completed on 2026-11-22 02:08:34 UTC

--
-- PostgreSQL database dump complete
--

\unrestrict BhNKJWe7JWibKMsCBP7GnvlTBSXeg9ctq1kpTrIURespdTAcqBYcWd9SdVI1h4P

