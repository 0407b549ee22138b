--
-- PostgreSQL database dump
--

\restrict BxuuPl26LfNFSHcUYw1YyoTNNMchwxXbGlCGez9tVK80En6kdOKXg5akIR04nKz

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
-- Name: we"ird.schema; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "we""ird.schema";


ALTER SCHEMA "we""ird.schema" OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: empty; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty (
    a integer
);


ALTER TABLE public.empty OWNER TO postgres;

--
-- Name: ev; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.ev (
    at date NOT NULL,
    v integer
)
PARTITION BY RANGE (at);


ALTER TABLE public.ev OWNER TO postgres;

--
-- Name: ev.2026; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."ev.2026" (
    at date NOT NULL,
    v integer
);


ALTER TABLE public."ev.2026" OWNER TO postgres;

--
-- Name: ev_2025; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.ev_2025 (
    at date NOT NULL,
    v integer
);


ALTER TABLE public.ev_2025 OWNER TO postgres;

--
-- Name: nasty; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.nasty (
    id integer NOT NULL,
    t text
);


ALTER TABLE public.nasty OWNER TO postgres;

--
-- Name: nasty_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.nasty_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.nasty_id_seq OWNER TO postgres;

--
-- Name: nasty_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.nasty_id_seq OWNED BY public.nasty.id;


--
-- Name: nocols; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.nocols (
);


ALTER TABLE public.nocols OWNER TO postgres;

--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id integer NOT NULL,
    name text NOT NULL,
    note text DEFAULT 'a;b''c'::text
);


ALTER TABLE public.users OWNER TO postgres;

--
-- Name: users_old; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users_old (
    id integer
);


ALTER TABLE public.users_old OWNER TO postgres;

--
-- Name: new line.and " 🐘; Type: TABLE; Schema: we"ird.schema; Owner: postgres
--

CREATE TABLE "we""ird.schema"."new
line.and "" 🐘" (
    a integer,
    b bytea
);


ALTER TABLE "we""ird.schema"."new
line.and "" 🐘" OWNER TO postgres;

--
-- Name: ev.2026; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.ev ATTACH PARTITION public."ev.2026" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');


--
-- Name: ev_2025; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.ev ATTACH PARTITION public.ev_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');


--
-- Name: nasty id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.nasty ALTER COLUMN id SET DEFAULT nextval('public.nasty_id_seq'::regclass);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict BxuuPl26LfNFSHcUYw1YyoTNNMchwxXbGlCGez9tVK80En6kdOKXg5akIR04nKz

