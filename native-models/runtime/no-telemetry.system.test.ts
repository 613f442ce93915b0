import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'videomind-home-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

it('ONNX Runtime keeps no identifier and no queue of reports when the program starts it', async () => {
  // On a build server it reports nothing anyway, and this could not fail.
  const environment = Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB_|TF_BUILD)/.test(name));
  const places = { HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, TMPDIR: home };
  const code = `import(${JSON.stringify(new URL('providers.ts', import.meta.url).href)})
    .then(({ probeProviders }) => probeProviders())
    .then((statuses) => console.log(statuses.find(({ device }) => device === 'cpu').available));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', code], {
    cwd: home,
    env: { ...Object.fromEntries(environment), ...places },
  });
  expect(stdout.trim()).toBe('true');
  expect(await readdir(home)).toEqual([]);
});
