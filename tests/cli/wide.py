#!/usr/bin/env python3
"""wide.py custom|directory|plain OUT TABLES MIB [none|zlib]: a dump as pg_dump 15 writes it, of so many tables, the first of which has
so many MiB of rows. Written as it is made, so that it takes no memory."""

import os
import struct
import sys
import zlib

kind, out, tables, mib = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
packed = len(sys.argv) < 6 or sys.argv[5] == "zlib"


def number(v):
    return struct.pack("<BI", v < 0, abs(v))


def text(s):
    if s is None:
        return number(-1)
    s = s.encode()
    return number(len(s)) + s


def head(container):
    made = b"".join(number(v) for v in (58, 59, 23, 31, 11, 125, 0))
    version = text("15.20 (Debian 15.20-0+deb12u1)")
    return (b"PGDMP\x01\x0e\x00\x04\x08" + bytes([container]) + number(-1 if packed else 0) + made
            + text("shop") + version + version)


def entry(ident, dumper, section, tag, desc, defn, copy, file):
    e = number(ident) + number(dumper) + text("1259") + text(str(16384 + ident)) + text(tag) + text(desc) + number(section)
    e += text(defn) + text("") + text(copy) + text("public") + text("") + text("heap") + text("postgres") + text("false")
    e += (text(str(ident - 1)) if dumper else b"") + text(None)
    if kind == "custom":
        return e + bytes([1 if dumper else 3]) + bytes(8)
    return e + text(file if dumper else "")


def rows(n):
    """At least N bytes of rows and their end, in pieces."""
    made, k, most = 0, 1, min(2000, n // 20 + 1)
    while made < n:
        piece = []
        for _ in range(most):
            k = (k * 1103515245 + 12345) & 0x7FFFFFFF
            piece.append("%d\tname %x of %x\n" % (k >> 3, k >> 5, k >> 9))
        piece = "".join(piece).encode()
        made += len(piece)
        yield piece
    yield b"\\.\n\n\n"


def pack(pieces, how):
    engine = zlib.compressobj(1, zlib.DEFLATED, how)
    for piece in pieces:
        yield engine.compress(piece)
    yield engine.flush()


def contents(f):
    f.write(head(1 if kind == "custom" else 3) + number(2 * tables))
    for i in range(tables):
        tag, ident = "table_number_%d" % i, 2 * i + 1
        columns = "(id, name)"
        f.write(entry(ident, 0, 2, tag, "TABLE", "CREATE TABLE public.%s (\n    id integer,\n    name text\n);\n" % tag, "", ""))
        f.write(entry(ident + 1, 1, 3, tag, "TABLE DATA", "", "COPY public.%s %s FROM stdin;\n" % (tag, columns),
                      "%d.dat" % (ident + 1)))


def of_table(i):
    return rows(mib << 20 if i == 0 else 1)


def block(f, ident, pieces):
    f.write(b"\x01" + number(ident))
    for piece in pieces:
        for at in range(0, len(piece), 4096):
            part = piece[at:at + 4096]
            f.write(number(len(part)) + part)
    f.write(number(0))


if kind == "plain":
    with open(out, "wb") as f:
        f.write(b"--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\n")
        for i in range(tables):
            f.write(b"CREATE TABLE public.table_number_%d (\n    id integer,\n    name text\n);\n\n\n" % i)
        for i in range(tables):
            f.write(b"COPY public.table_number_%d (id, name) FROM stdin;\n" % i)
            for piece in of_table(i):
                f.write(piece)
        f.write(b"--\n-- PostgreSQL database dump complete\n--\n\n")
elif kind == "custom":
    with open(out, "wb") as f:
        contents(f)
        for i in range(tables):
            block(f, 2 * i + 2, pack(of_table(i), 15) if packed else of_table(i))
else:
    os.mkdir(out)
    with open(out + "/toc.dat", "wb") as f:
        contents(f)
    for i in range(tables):
        name = "%s/%d.dat" % (out, 2 * i + 2)
        with open(name + (".gz" if packed else ""), "wb") as f:
            for piece in pack(of_table(i), 31) if packed else of_table(i):
                f.write(piece)
