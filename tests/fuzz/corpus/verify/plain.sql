--
-- PostgreSQL database dump
--

\restrict A

-- Dumped from database version 15.20
-- Dumped by pg_dump version 15.20

SET statement_timeout = 0;

CREATE TABLE public.t (
    a integer
);

COPY public.t (a) FROM stdin;
1
\.


--
-- PostgreSQL database dump complete
--

\unrestrict A

