import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readAnnouncement, readSigned, signAnnouncement } from '../host/updates/announcement.ts';
import { programVersion, readProgramManifest } from '../host/program-version.ts';
import { announcementName, releaseSource } from '../host/updates/release-source.ts';
import { announce, releaseKeys, signingTimes } from './release-announcement.ts';

// Signs what programs read when they look for an update:
//
//     RELEASE_KEY=… node electron/packaging/announce-release.ts FOLDER --page https://github.com/OWNER/NAME/releases/
//     RELEASE_KEY=… node electron/packaging/announce-release.ts FOLDER --page … --renew
//
// The first writes FOLDER/release.json from the installers in FOLDER, the second gives the one that lies there new dates. The
// private key comes from the environment, is with who publishes, and is never on the server that programs ask.
const { values, positionals } = parseArgs({
  options: { page: { type: 'string' }, renew: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder = ''] = positionals;
const manifest = readProgramManifest() as { releases?: object };
const source = releaseSource({ ...manifest, releases: { ...manifest.releases, page: values.page } });
if (source === undefined) {
  // Programs of this version cannot believe anybody: make-release-key.ts says how they learn to.
  process.stdout.write('::warning::package.json names no release key, so this release is not announced.\n');
} else {
  const nowMs = Date.now();
  const place = path.join(folder, announcementName);
  const keys = releaseKeys(process.env['RELEASE_KEY'] ?? '', source);
  const announcement = values.renew
    ? { ...readSigned(await readFile(place, 'utf8'), source), ...signingTimes(nowMs) }
    : await announce({ version: programVersion(), folder, source, nowMs });
  const text = signAnnouncement(announcement, keys);
  // As a program will read it.
  readAnnouncement(text, { source, nowMs });
  await writeFile(place, text);
  process.stdout.write(`${announcement.version}, good until ${announcement.validUntil}\n`);
}
