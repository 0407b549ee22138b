--
-- PostgreSQL database cluster dump
--

\restrict CCFHGJN5oSXAaPzdoYhUBEdmeBVkjLoek98UMqe1HMP3zdiDAZVtq8kTwrF8aDp

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








\unrestrict CCFHGJN5oSXAaPzdoYhUBEdmeBVkjLoek98UMqe1HMP3zdiDAZVtq8kTwrF8aDp

--
-- PostgreSQL database cluster dump complete
--

