import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { programPath } from '../host/paths.ts';
import { publicBytes } from '../host/updates/announcement.ts';

// Once, by who publishes: `node electron/packaging/make-release-key.ts FILE`. Makes the key that releases are announced with,
// writes its private half to FILE (keep it off every server; the release workflow takes it from its secret RELEASE_KEY), and
// adds the public half to package.json, so that programs from then on know it. A new key is added the same way: a release that
// knows both has to be out before the old one is taken away.
const [file] = process.argv.slice(2);
if (file === undefined)
  throw new Error('Name the file for the private key: it has to lie outside this folder.');
const place = path.resolve(file);
if (place.startsWith(programPath))
  throw new Error(`${place} lies in the program's folder: choose another place.`);

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
await writeFile(place, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
const manifestPath = path.join(programPath, 'package.json');
const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as { releases?: { keys?: string[] } };
manifest.releases = {
  ...manifest.releases,
  keys: [...(manifest.releases?.keys ?? []), publicBytes(publicKey)],
};
await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
process.stdout.write(`The private key is in ${place}; commit package.json, which knows the public one.\n`);
