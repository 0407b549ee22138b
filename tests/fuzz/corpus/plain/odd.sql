--
-- PostgreSQL database dump
--
SET search_path = a, b;
SET standard_conforming_strings = off;
CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE 1 WHEN 2 THEN 3 END; END;
SELECT E'\'
'x', $a$ $ $a $a$, /* /* */ */ U&"x";
INSERT INTO a VALUES (1), (2) ON CONFLICT DO NOTHING;
\! x
COPY a (x, y) FROM stdin;
1	2
\N
\.
--
-- PostgreSQL database dump complete
--
