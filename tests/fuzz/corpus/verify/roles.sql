
SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE ROLE "joe";
ALTER ROLE "joe" WITH INHERIT NOCREATEROLE NOCREATEDB LOGIN NOBYPASSRLS;

RESET ALL;
