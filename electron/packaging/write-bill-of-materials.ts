import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { programPath } from '../host/paths.ts';
import {
  billOfMaterials,
  binariesBelow,
  licenceTexts,
  packagesIn,
  unpackedFolders,
} from './bill-of-materials.ts';

// After electron-builder: a list of what the program consists of (CycloneDX) and its licences, beside each installer in out/.
const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });
const manifest = manifestSchema.parse(
  JSON.parse(await readFile(path.join(programPath, 'package.json'), 'utf8')),
);
const lockFile = await readFile(path.join(programPath, 'package-lock.json'), 'utf8');
const electronVersion = z
  .object({ packages: z.object({ 'node_modules/electron': z.object({ version: z.string() }) }) })
  .parse(JSON.parse(lockFile)).packages['node_modules/electron'].version;

const packages = packagesIn(lockFile);
const outputPath = path.join(programPath, 'out');
const names = await readdir(outputPath);
const binaries = await Promise.all(
  unpackedFolders(names).map((name) => binariesBelow(path.join(outputPath, name))),
);
const bill = billOfMaterials(manifest, electronVersion, [...packages, ...binaries.flat()]);
const licences = await licenceTexts(programPath, packages);
for (const name of names.filter((each) => /\.(AppImage|deb|exe|dmg)$/.test(each))) {
  await writeFile(path.join(outputPath, `${name}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
  await writeFile(path.join(outputPath, `${name}.licences.txt`), licences);
}
