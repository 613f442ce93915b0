import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const entryPath = fileURLToPath(new URL('testing/full-disk-host.ts', import.meta.url));

let disk: string;
beforeAll(async () => (disk = await mkdtemp(path.join(tmpdir(), 'videomind-disk-'))));
afterAll(() => rm(disk, { recursive: true, force: true }));

/** Runs a command with a disk of 4 MB at `disk`, in a mount namespace of its own. */
function onSmallDisk(command: readonly string[]) {
  const script = 'mount -t tmpfs -o size=4m tmpfs "$0" || exit 77; exec "$@"';
  const namespace = ['--user', '--map-root-user', '--mount'];
  return spawnSync('unshare', [...namespace, 'sh', '-c', script, disk, ...command], { encoding: 'utf8' });
}

it('a full disk is told plainly, loses nothing that was answered or streamed, and is over when there is room', ({
  skip,
}) => {
  skip(onSmallDisk(['true']).status !== 0, 'No user namespaces here to make a small disk in.');
  const { status, stdout, stderr } = onSmallDisk([process.execPath, entryPath, disk]);
  expect(stderr).not.toMatch(/Error/);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    before: 'stored',
    whileFull: 'DISK_FULL',
    notice: 'DISK_FULL',
    after: 'stored',
    runState: 'done',
    annotationIds: ['after', 'before'],
    isAllThere: true,
  });
});
