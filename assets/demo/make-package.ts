/**
 * Makes the demo's package from what `train demo` wrote: imported in int8, and marked with what it knows.
 * `node assets/demo/make-package.ts training/demo-run/checkpoint`
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';

const [checkpoint, out = fileURLToPath(new URL('./package', import.meta.url)), precision = 'int8'] =
  process.argv.slice(2);
if (checkpoint === undefined) throw new Error('Usage: make-package.ts CHECKPOINT [OUT] [PRECISION]');
await importCheckpoint(
  importRequestSchema.parse({
    basePath: path.resolve(checkpoint, 'base'),
    adaptersPath: path.resolve(checkpoint, 'model'),
    outPath: path.resolve(out),
    name: 'demo',
    precision,
    force: true,
  }),
);
const manifestPath = path.resolve(out, 'manifest.json');
const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Record<string, unknown>;
const limits = 'demo model: knows only its shapes world';
await writeFile(manifestPath, `${JSON.stringify({ ...manifest, limits }, undefined, 2)}\n`);
