#!/usr/bin/env python3
"""s3fill.py: random puts, overwrites and deletes in a bucket, by a client of its own (keys: the environment's).

  s3fill.py ENDPOINT BUCKET SEED COUNT [FIRST]

COUNT operations from the one numbered FIRST (0) of those that SEED gives; prints what must lie there in the end: objects and bytes.
"""
import datetime
import hashlib
import hmac
import http.client
import os
import random
import sys
import urllib.parse

endpoint, bucket, seed, count = sys.argv[1:5]
first = int(sys.argv[5]) if len(sys.argv) > 5 else 0
url = urllib.parse.urlsplit(endpoint)
wire = http.client.HTTPConnection(url.hostname, url.port, timeout=30)


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def ask(method, key, body=b""):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    path = "/" + urllib.parse.quote(f"{bucket}/{key}", safe="/-_.~")
    sha = hashlib.sha256(body).hexdigest()
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = f"{method}\n{path}\n\nhost:{url.netloc}\nx-amz-content-sha256:{sha}\nx-amz-date:{now}\n\n{names}\n{sha}"
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    k = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        k = sign(k, part)
    signature = sign(k, f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}").hex()
    wire.request(method, path, body, {
        "Host": url.netloc, "x-amz-content-sha256": sha, "x-amz-date": now,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, Signature={signature}"})
    answer = wire.getresponse()
    said = answer.read()
    if answer.status not in (200, 204):
        sys.exit(f"{method} {key}: {answer.status} {said!r}")


rng = random.Random(int(seed))
letters = "abcXYZ019-_.~ +*&=%'()!@,;:$éß木\U0001f418"
there = {}
for i in range(first + int(count)):
    what = rng.random()
    if there and what < 0.25:
        key = rng.choice(sorted(there))
        del there[key]
        body = None
    else:
        if there and what < 0.5:
            key = rng.choice(sorted(there))
        else:
            folders = "".join("".join(rng.choices(letters, k=rng.randint(1, 8))).strip(". ") + "x/" for _ in range(rng.randint(0, 3)))
            key = f"{folders}{''.join(rng.choices(letters, k=rng.randint(0, 12))).strip('. ')}{i}.sql.gz"
        body = rng.randbytes(rng.choice([0, 1, 10, 999, 4096, rng.randint(1, 20000)]))
        there[key] = len(body)
    if i >= first:
        ask("DELETE" if body is None else "PUT", key, body or b"")
print(len(there), sum(there.values()))
