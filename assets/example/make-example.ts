/**
 * Makes the bundled example again: a tiny checkpoint in the published layout (native-models/fixtures/pack-2b) imported in
 * int8 and marked as a toy, a clip and questions. Run it after a change of the package format:
 * `npm run make-example`
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const pack = '../../native-models/fixtures/pack-2b';

await importCheckpoint(
  importRequestSchema.parse({
    basePath: here(`${pack}/base`),
    adaptersPath: here(`${pack}/model`),
    outPath: here('./package'),
    name: 'toy',
    force: true,
  }),
);
const manifestPath = here('./package/manifest.json');
const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Record<string, unknown>;
await writeFile(manifestPath, `${JSON.stringify({ ...manifest, toy: true }, undefined, 2)}\n`);
await copyFile(here(`${pack}/videos/a.mp4`), here('./clip.mp4'));
