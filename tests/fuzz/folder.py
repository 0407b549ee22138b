#!/usr/bin/env python3
"""folder.py FOLDER >FILE: the files of a folder as one input of the fuzz targets that include folder.h."""
import os
import sys

root = sys.argv[1]
for base, _, names in sorted(os.walk(root)):
    for name in sorted(names):
        path = os.path.join(base, name)
        shown = os.path.relpath(path, root).encode()
        data = open(path, "rb").read()
        sys.stdout.buffer.write(bytes([len(shown)]) + shown + len(data).to_bytes(3, "little") + data)
