--
-- PostgreSQL database cluster dump
--

\restrict EZTB2XpqaRinxjk6ueXk0nCGkNtNkLtnMff5KLD1QZ1xVFcqrpNgHO0vKOjF6d8

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE joe;
ALTER ROLE joe WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

--
-- User Configurations
--








\unrestrict EZTB2XpqaRinxjk6ueXk0nCGkNtNkLtnMff5KLD1QZ1xVFcqrpNgHO0vKOjF6d8

--
-- Databases
--

--
-- Database "template1" dump
--

\connect template1

--
-- PostgreSQL database dump
--

\restrict C1WHbxi6e4FEnR4eFXqDbaJdy9fEvUROveLzVVoQvMgHNCSDfdCcSJSP3b5ZNer

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

--
-- PostgreSQL database dump complete
--

\unrestrict C1WHbxi6e4FEnR4eFXqDbaJdy9fEvUROveLzVVoQvMgHNCSDfdCcSJSP3b5ZNer

--
-- Database "postgres" dump
--

\connect postgres

--
-- PostgreSQL database dump
--

\restrict Qd5j9uyJAz6pg5d3gRojSRwTQ84ztesYjvwRIgXjfxCreweFRwSagESEQmQsSEe

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

--
-- PostgreSQL database dump complete
--

\unrestrict Qd5j9uyJAz6pg5d3gRojSRwTQ84ztesYjvwRIgXjfxCreweFRwSagESEQmQsSEe

--
-- Database "shop" dump
--

--
-- PostgreSQL database dump
--

\restrict PdnhkpzDnM9WpFiRQljcGoGN4uycvZ7hxtaR0zbx9lJhIklvL7jx4mjdargac0P

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

--
-- Name: shop; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO postgres;

\unrestrict PdnhkpzDnM9WpFiRQljcGoGN4uycvZ7hxtaR0zbx9lJhIklvL7jx4mjdargac0P
\connect shop
\restrict PdnhkpzDnM9WpFiRQljcGoGN4uycvZ7hxtaR0zbx9lJhIklvL7jx4mjdargac0P

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

CREATE TABLE public.e