-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x8nteger
    LANGUAGE "sql"
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN ("a" > 1) THEN 1
             ELSE 2
         END AS "case";
 SELECT 1;
 SELECT
         CASE "a"
             WHEN 3 THEN 4
             ELSE NULL::integer
         END AS "end";
END;


ALTER FUNCTION "public"."g"("a" integer) OWNER TO "postgres";


CREATE OR REPLACE ema: -; Owner: 
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
    ~ﬂùÜtea,
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
-- Name: users_id_seq; Tyˇˇ~»æ„∞¯ENCE; Schema: public; Owner: postgres
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
-- Name: üòÄ tab	le; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."üòÄ tab	le" (
    v text
);


ALTER TABLE public."üòÄ tab	le" OWNER TO postgres;

--
-- Name: parted_1; Type: TABLE ATTACH; Schema: public; Owner: post


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


CREATE SCHEMA IF NOT EXISTS "a.b";


ALTER SCHEMA "a.b" OWNER TO "postgres";


COMMENT ON SCHEMA "public" IS 'standard public schema';



CREATE EXTENSION IF NOT EXISTS "file_fdw" WITH SCHEMA "public";






CREATE DOMAIN "public"."dom" AS "text"
	CONSTRAINT "dom_check" CHECK ((VALUE <> ';'::"text"));


ALTER DOMAIN "public"."dom" OWNER TO "postgres";


CREATE TYPE "public"."mood" AS ENUM (
    'a',
    'b;c'
);


ALTER TYPE "public"."mood" OWNER TO "postgres";


CREATE OR REPLACE FUNCTION "public"."f"() RETURNS "void"
    LANGUAGE "plpgsql"
    AS $$ BEGIN EXECUTE 'COPY public.fake3 FROM stdin;'; 
CREATE TABLE fake4 (a int);
PERFORM 1; END $$;


ALTER FUNCTION "public"."f"() OWNER TO "postgres";


CREATE OR REPLACE FUNCTION "public"."g"("a" integer) RETURNS integer
    LANGUAGE "sql"
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN ("a" > 1) THEN 1
             ELSE 2
         END AS "case";
 SELECT 1;
 SELECT
         CASE "a"
             WHEN 3 THEN 4
             ELSE NULL::integer
         END AS "end";
END;


ALTER FUNCTION "public"."g"("a" integer) OWNER TO "postgres";


CREATE OR REPLACE FUNCTION "public"."h"("a" integer) RETURNS integer
    LANGUAGE "sql"
    RETURN ("a" + 1);


ALTER FUNCTION "public"."h"("a" integer) gres
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


ALTER LARGE OBJECT 16447 OWNER FUNCTION "public"."h"("a" integer) RETURNS integer
    LANGUAGE "sql"
    RETURN ("a" + 1);


ALTER FUNCTION "public"."h"("a" integer) OWNER TO "postgres";


CREATE PROCEDURE "public"."p"()
    LANGUAGE "ty_one" (
    "a" integer
);


ALTER TABLE "public".sql"
    BEGIN ATOMIC
END;


ALTER PROCEDURE "public"."p"() OWNER TO "postgres";


CREATE SEªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªªRVER "fs" FOREIGN DATA WRAPPER "file_fdw";


ALTER SERVER "fs" OWNER TO "postgres";

SET default_tablespace = '';

SET default_table_access_method = "heap";


CREATE TABLE IF NOT EXISTS "a.b"."c""d
e" (
    "x" "text",
    "y" "bytea",
    "z" double precision
);


ALTER TABLE "a.b"."c""d
e" OWNER TO "postgres";


CREATE TABLE IF NOT EXISTS "public"."Cëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëë6_64)
--
-- Host: localhost    Database: shop
CREATE TABLE `a` (x int);
