--
-- PostgreSQL database dump
--

\restrict NcyhEw6JwL9xOyG0Egd1Qdb00AUMmsYGFZJEzmesQ2bG2haZfdISh3PM5bR5qmE

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

SET default_tablespace = '';

SET default_table_access_method = heap;

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
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users (id, name, note) FROM stdin;
1	user 1	x
2	user 2	xx
3	user 3	xxx
4	user 4	xxxx
5	user 5	xxxxx
6	user 6	xxxxxx
7	user 7	
8	user 8	x
9	user 9	xx
10	user 10	xxx
11	user 11	xxxx
12	user 12	xxxxx
13	user 13	xxxxxx
14	user 14	
15	user 15	x
16	user 16	xx
17	user 17	xxx
18	user 18	xxxx
19	user 19	xxxxx
20	user 20	xxxxxx
21	user 21	
22	user 22	x
23	user 23	xx
24	user 24	xxx
25	user 25	xxxx
26	user 26	xxxxx
27	user 27	xxxxxx
28	user 28	
29	user 29	x
30	user 30	xx
31	user 31	xxx
32	user 32	xxxx
33	user 33	xxxxx
34	user 34	xxxxxx
35	user 35	
36	user 36	x
37	user 37	xx
38	user 38	xxx
39	user 39	xxxx
40	user 40	xxxxx
\.


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict NcyhEw6JwL9xOyG0Egd1Qdb00AUMmsYGFZJEzmesQ2bG2haZfdISh3PM5bR5qmE

