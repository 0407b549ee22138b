#!/usr/bin/env python3
"""sample.py FOLDER: a dump of 8 MB as pg_dump writes it, made without a server and the same on every run: sample.sql, .gz, .zst and
.lz4 of it. For counting instructions; what a real server writes is what run.sh measures."""
import os, subprocess, sys, zlib

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
state = 20261122


def number(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n


WORDS = ["".join("aeiounrstlkmd"[number(13)] for _ in range(2 + number(8))) for _ in range(2000)]


def word():
    return WORDS[min(number(2000), number(2000))]


def row(kind, i):
    if kind == 0:
        return f"{i}\t{number(100000)}\t{number(5000) - 2500}\t" + " " * 84
    if kind == 1:
        return f"{i}\t2025-0{1 + number(9)}-1{number(10)} 0{number(10)}:0{number(10)}:00+00\t{word()}\t10.{number(256)}.{number(256)}.1\t" \
            f'{{"ok": true, "ms": {number(4000)}, "page": "/{word()}/{number(99999)}", "tags": ["{word()}", "{word()}"]}}'
    if kind == 2:
        return f"{i}\t{word()} {word()}\t" + " ".join(word() for _ in range(60)) + ("\\n\\n\\tmore\\\\" if i % 5 == 0 else "") + \
            ("\t\\N" if i % 3 else "\ttext")
    return f"{i}\t\\\\x" + "".join(f"{number(2**32):08x}" for _ in range(64))


COLUMNS = ("id integer, account integer, delta integer, filler character(84)", "id bigint, at timestamp with time zone, kind text, address inet, payload jsonb",
           "id bigint, title text, body text, note text", "id bigint, content bytea")
out = ["--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\n"
       "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
       "SELECT pg_catalog.set_config('search_path', '', false);\n\n"
       "CREATE FUNCTION public.decoy() RETURNS text\n    LANGUAGE sql\n    AS $$ SELECT '\nCOPY public.no (id) FROM stdin;\n\\.\n' $$;\n\n"]
size, tables = 0, []
while size < 8 << 20:
    kind, name = len(tables) % 4, f"public.table_{len(tables):03d}"
    n = 1 + number(40) if len(tables) % 3 else 4000
    tables.append((name, kind, [row(kind, i) for i in range(n)]))
    size += sum(map(len, tables[-1][2]))
for name, kind, _ in tables:
    out.append(f"--\n-- Name: {name[7:]}; Type: TABLE; Schema: public; Owner: shop\n--\n\nCREATE TABLE {name} (\n    "
               + COLUMNS[kind].replace(", ", ",\n    ") + "\n);\n\n\nALTER TABLE " + name + " OWNER TO shop;\n\n")
for name, kind, rows in tables:
    names = ", ".join(c.split()[0] for c in COLUMNS[kind].split(", "))
    out.append(f"--\n-- Data for Name: {name[7:]}; Type: TABLE DATA; Schema: public; Owner: shop\n--\n\nCOPY {name} ({names}) FROM stdin;\n"
               + "".join(r + "\n" for r in rows) + "\\.\n\n\n")
out.append("--\n-- PostgreSQL database dump complete\n--\n\n")
data = "".join(out).encode()
pack = zlib.compressobj(6, zlib.DEFLATED, 31)
with open(folder + "/sample.sql", "wb") as f:
    f.write(data)
with open(folder + "/sample.sql.gz", "wb") as f:
    f.write(pack.compress(data) + pack.flush())
subprocess.run(["zstd", "-q", "-f", "-3", folder + "/sample.sql", "-o", folder + "/sample.sql.zst"], check=True)
subprocess.run(["lz4", "-q", "-f", "-1", folder + "/sample.sql", folder + "/sample.sql.lz4"], check=True)
