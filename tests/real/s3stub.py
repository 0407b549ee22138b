#!/usr/bin/env python3
"""s3stub.py: answers as a bucket of very many small dumps, more than a real server of the tests could be filled with in time.

  s3stub.py PORT N [CLASS]     on 127.0.0.1; keys d/YYYY/NNNNNNN.sql.gz; no signature is checked; CLASS is said to be every object's

GET /-/count tells how many requests came since the last such question.
"""
import gzip
import http.server
import sys
import urllib.parse

PORT, N = int(sys.argv[1]), int(sys.argv[2])
CLASS = sys.argv[3] if len(sys.argv) > 3 else "STANDARD"
BODY = gzip.compress(b"""--
-- PostgreSQL database dump
--

-- Dumped from database version 15.8
-- Dumped by pg_dump version 15.8

SET statement_timeout = 0;

--
-- PostgreSQL database dump complete
--

""", mtime=0)
ETAG = '"0123456789abcdef0123456789abcdef"'
when = "2026-01-02T03:04:05.000Z"
put, count = {}, 0


def key(i):
    return "d/%04d/%07d.sql.gz" % (i // 1000, i)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *a):
        pass

    def send(self, status, body=b"", headers=(), bare=False):
        self.send_response(status)
        for k, v in headers:
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not bare:
            self.wfile.write(body)

    def listing(self, q):
        prefix, after = q.get("prefix", [""])[0], q.get("continuation-token", q.get("start-after", [""]))[0]
        room, out = int(q.get("max-keys", ["1000"])[0]), []
        names = sorted(k for k in put if k.startswith(prefix) and k > after)
        first = 0
        if after.startswith("d/"):
            digits = "".join(c for c in after[7:14] if c.isdigit())
            first = int(digits) if digits else int(after[2:6] or 0) * 1000
        elif after > "d/":
            first = N
        elif prefix.startswith("d/"):
            digits = "".join(c for c in prefix[7:14] if c.isdigit())
            first = int(digits) if digits else int(prefix[2:6] or 0) * 1000
        for i in range(max(0, first - 1), N):
            k = key(i)
            if len(out) > room:
                break
            if k.startswith(prefix) and k > after:
                out.append((k, len(BODY), ETAG, CLASS))
            elif k > prefix and not k.startswith(prefix):
                break
        out = sorted([(k, len(put[k]), '"00"', "STANDARD") for k in names] + out)
        more = len(out) > room
        out = out[:room]
        xml = "".join("<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size><StorageClass>%s</StorageClass></Contents>"
                      % (urllib.parse.quote(k), when, e.replace('"', "&quot;"), n, c) for k, n, e, c in out)
        return ('<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>%s</IsTruncated>%s%s</ListBucketResult>'
                % ("true" if more else "false", "<NextContinuationToken>%s</NextContinuationToken>" % out[-1][0] if more else "", xml)).encode()

    def look(self, bare):
        global count
        url = urllib.parse.urlsplit(self.path)
        q = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        name = urllib.parse.unquote(url.path).split("/", 2)
        if name[1] == "-":
            n, count = count, 0
            return self.send(200, b"%d\n" % n)
        count += 1
        if "versioning" in q:
            return self.send(200, b"<VersioningConfiguration/>")
        if "uploads" in q:
            return self.send(200, b"<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>")
        if "list-type" in q:
            return self.send(200, self.listing(q))
        k = name[2] if len(name) > 2 else ""
        there = k in put or (k.startswith("d/") and k.endswith(".sql.gz") and int(k[7:14]) < N)
        if not there:
            return self.send(404, b"<Error><Code>NoSuchKey</Code><Message></Message></Error>", bare=bare)
        if k not in put and CLASS in ("GLACIER", "DEEP_ARCHIVE") and not bare:
            return self.send(403, b"<Error><Code>InvalidObjectState</Code><Message></Message></Error>")
        body = put.get(k, BODY)
        head = [("ETag", ETAG if k not in put else '"00"'), ("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT"), ("x-amz-storage-class", CLASS)]
        self.send(200, body, head, bare)

    def do_GET(self):
        self.look(False)

    def do_HEAD(self):
        self.look(True)

    def do_PUT(self):
        global count
        count += 1
        put[urllib.parse.unquote(self.path).split("/", 2)[2]] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send(200, b"", [("ETag", '"00"')])

    def do_DELETE(self):
        global count
        count += 1
        put.pop(urllib.parse.unquote(self.path).split("?")[0].split("/", 2)[2], None)
        self.send(204)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
