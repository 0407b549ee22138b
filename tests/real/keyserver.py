#!/usr/bin/env python3
"""keyserver.py: gives keys as the platforms do: the metadata of an instance (version 2), the endpoint of a container, an STS.

  keyserver.py PORT KEYS LOG     KEYS: export lines, as `rgw.sh token` prints them, read anew each time; LOG: a line a request

  PUT /latest/api/token, GET /latest/meta-data/iam/security-credentials/[tester]     the token is asked for
  GET /container                                                                      with "Authorization: auth-ok"
  POST /sts                        AssumeRoleWithWebIdentity with the token identity-ok; of another one: refused, and repeated
"""
import datetime
import http.server
import json
import re
import sys
import urllib.parse

ROLES = "/latest/meta-data/iam/security-credentials/"


def keys():
    with open(sys.argv[2]) as f:
        v = dict(re.findall(r"export (\w+)=(\S+)", f.read()))
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return v["AWS_ACCESS_KEY_ID"], v["AWS_SECRET_ACCESS_KEY"], v["AWS_SESSION_TOKEN"], until.strftime("%Y-%m-%dT%H:%M:%SZ")


class Talk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text):
        with open(sys.argv[3], "a") as f:
            f.write(f"{self.command} {self.path} {status}\n")
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def give(self, more):
        a, b, c, until = keys()
        self.answer(200, json.dumps({"AccessKeyId": a, "SecretAccessKey": b, "Token": c, "Expiration": until, **more}))

    def do_PUT(self):
        ttl = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        ok = self.path == "/latest/api/token" and ttl and 0 < int(ttl) <= 21600
        self.answer(200 if ok else 400, "imds-ok" if ok else "")

    def do_GET(self):
        if self.path == "/container":
            return self.give({}) if self.headers.get("Authorization") == "auth-ok" else self.answer(403, "")
        if self.headers.get("X-aws-ec2-metadata-token") != "imds-ok":
            return self.answer(401, "")
        if self.path == ROLES:
            return self.answer(200, "tester")
        return self.give({"Code": "Success"}) if self.path == ROLES + "tester" else self.answer(404, "")

    def do_POST(self):
        q = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if self.path != "/sts" or q.get("Action") != "AssumeRoleWithWebIdentity" or not q.get("RoleArn"):
            return self.answer(400, "<ErrorResponse><Error><Code>MalformedQueryString</Code></Error></ErrorResponse>")
        if q.get("WebIdentityToken") != "identity-ok":
            return self.answer(400, "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>"
                               f"no token: {q.get('WebIdentityToken')}</Message></Error></ErrorResponse>")
        a, b, c, until = keys()
        name = "AssumeRoleWithWebIdentity"
        return self.answer(200, f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{name}Result><Credentials>'
                           f"<AccessKeyId>{a}</AccessKeyId><SecretAccessKey>{b}</SecretAccessKey><SessionToken>{c}</SessionToken>"
                           f"<Expiration>{until}</Expiration></Credentials></{name}Result></{name}Response>")

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Talk).serve_forever()
