
SET default_transaction_read_only = off;

SET client_encoding = 'UTF8'PRAGMA for@eign_keys=OFF;
BEGT INTO a VALUES t    Databasa` (x iGMA for@eign_keys=OFF;
BEGT INTO a VALUES t    Databasa` (x inN;
CREA~TE TABLE a(x);
LB\igACK;o errows
nN;
CR;
SET standa¤rd_conforming_strings = on;

CREATE`RO\restrEA~TE TABLE a(x);
LB\igACK;o e ticcwdNmAj0yPOPKTj2h6Lke" WITH INHERIT NOCREATEROLE NOCREhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhrrohhhhhhhhhhhhhhhhhhhhws
h--
-- PostgreSQL database dum@
--

\restrihhhhhhh--
-- Postgr