import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { programPath } from '../host/paths.ts';
import { launchPath } from './testing/run-cli.ts';

/** A Node of the system that is older than the program's. */
const older = ['/usr/bin/node', '/usr/local/bin/node', process.env['OLDER_NODE'] ?? ''].find((file) => {
  const { status, stdout } = spawnSync(file || 'no-node', ['--version'], { encoding: 'utf8' });
  return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24;
});
if (older === undefined)
  process.stdout.write('SKIPPED launch: no Node before 24 is here (OLDER_NODE names one)\n');

describe.skipIf(older === undefined)('the launcher, started by an older Node', () => {
  const launch = (...args: readonly string[]) => {
    // As typed by hand: without what npm sets for its scripts.
    const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' };
    return spawnSync(older ?? '', [launchPath, ...args], { encoding: 'utf8', env: environment });
  };

  it('runs the command with the program’s own Node', () => {
    const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
    const probed = launch('probe', clip, '--json');
    expect([probed.status, probed.stderr]).toEqual([0, '']);
    expect(JSON.parse(probed.stdout)).toMatchObject({ path: clip, durationSec: 24 });
  });

  it('ends with the command’s own exit code', () => {
    expect(launch('probe', '/not/there.mp4').status).toBe(1);
    expect(launch('no-command').status).toBe(2);
  });
});
