// An archive of version 1.15 by pg_dump 16 in WASM: node pgdump16.mjs SQL OUT [OPTION...]
import { PGlite } from '@electric-sql/pglite';
import { pgDump } from '@electric-sql/pglite-tools/pg_dump';
import fs from 'fs';
const [sql, out, ...args] = process.argv.slice(2);
const pg = await PGlite.create();
await pg.exec(fs.readFileSync(sql, 'utf8'));
const f = await pgDump({ pg, args: ['-Fc', '--no-sync', ...args] }); // its file system has no fsync
fs.writeFileSync(out, Buffer.from(await f.arrayBuffer()));
process.exit(0);
