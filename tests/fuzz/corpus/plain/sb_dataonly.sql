SET session_replication_role = replica;

--
-- PostgreSQL database dump
--

-- \restrict 7pAS6otBS2oChVcGy7cqYtHWBcLGWGvP9lo9e7Obco3kOfUdxOdIjPU3U57uVp8

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
-- Data for Name: c"d e; Type: TABLE DATA; Schema: a.b; Owner: postgres
--

INSERT INTO "a.b"."c""d
e" ("x", "y", "z") VALUES
	('\.', '\x00ff', 'NaN'),
	('COPY public.fake (a) FROM stdin;
1
\.
', NULL, 'Infinity'),
	('CREATE TABLE fake2 (a int);', '\x69742773', 1e+300),
	('a	b\', NULL, NULL);


--
-- Data for Name: CREATE; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: empty_one; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: inh; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: j; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."j" ("d", "a") VALUES
	('{"a;b": "(1),(2)"}', '{"a,b",(}');


--
-- Data for Name: line \! boo; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."no_columns" DEFAULT VALUES;
INSERT INTO "public"."no_columns" DEFAULT VALUES;


--
-- Data for Name: parted_1; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."parted_1" ("k", "v") VALUES
	(5, 'x'),
	(6, 'x'),
	(7, 'x'),
	(8, 'x'),
	(9, 'x');


--
-- Data for Name: parted_2; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."parted_2" ("k", "v") VALUES
	(10, 'x'),
	(11, 'x'),
	(12, 'x'),
	(13, 'x'),
	(14, 'x');


--
-- Data for Name: unl; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."unl" ("a") VALUES
	(1);


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."users" ("id", "name") VALUES
	(1, 'u1'),
	(2, 'u2'),
	(3, 'u3'),
	(4, 'u4'),
	(5, 'u5'),
	(6, 'u6'),
	(7, 'u7');


--
-- Data for Name: users_old; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: x\y; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."x\y" ("a", "b c") VALUES
	(1, 2),
	(3, 4);


--
-- Data for Name: 😀 tab	le; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO "public"."😀 tab	le" ("v") VALUES
	('$$ ''; \! ls'),
	('"'),
	('/* x');


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('"public"."users_id_seq"', 7, true);


--
-- PostgreSQL database dump complete
--

-- \unrestrict 7pAS6otBS2oChVcGy7cqYtHWBcLGWGvP9lo9e7Obco3kOfUdxOdIjPU3U57uVp8

RESET ALL;
