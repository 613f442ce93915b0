import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programPath } from '../host/paths.ts';
import { makeReleaseKey } from '../host/testing/release-server.ts';
import { readAnnouncement, signAnnouncement } from '../host/updates/announcement.ts';
import { announce, goodForDays, releaseKeys } from './release-announcement.ts';

const pageUrl = 'https://github.com/owner/name/releases/';
const owner = makeReleaseKey();
const source = { pageUrl, keys: [owner.key] };
const nowMs = Date.parse('2026-12-01T10:00:00Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-announced-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('every installer is announced under the names that electron-builder gives them, with its address and checksum', async () => {
  const names = [
    'VideoMind-0.2.0-linux-arm64.deb',
    'VideoMind-0.2.0-linux-amd64.deb',
    'VideoMind-0.2.0-linux-x86_64.AppImage',
    'VideoMind-0.2.0-mac-arm64.dmg',
    'VideoMind-0.2.0-win-x64.exe',
  ];
  for (const name of names) await writeFile(path.join(folder, name), name);
  await writeFile(path.join(folder, 'SHA256SUMS'), '');
  const announced = await announce({ version: '0.2.0', folder, source, nowMs });
  expect(announced.installers.map(({ platform, arch, form }) => `${platform} ${arch} ${form}`)).toEqual([
    'linux x64 deb',
    'linux arm64 deb',
    'linux x64 AppImage',
    'darwin arm64 dmg',
    'win32 x64 exe',
  ]);
  const [deb] = announced.installers;
  expect(deb).toMatchObject({
    url: `${pageUrl}download/v0.2.0/VideoMind-0.2.0-linux-amd64.deb`,
    sha256: createHash('sha256').update('VideoMind-0.2.0-linux-amd64.deb').digest('hex'),
  });
  const pem = owner.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const text = signAnnouncement(announced, releaseKeys(pem, source));
  expect(readAnnouncement(text, { source, nowMs })).toEqual(announced);
  const lateMs = nowMs + (goodForDays + 1) * 24 * 60 * 60 * 1000;
  expect(() => readAnnouncement(text, { source, nowMs: lateMs })).toThrow('was good until');
});

test('an installer of another version, or none at all, is not announced', async () => {
  await expect(announce({ version: '0.2.0', folder, source, nowMs })).rejects.toThrow('no installers');
  await writeFile(path.join(folder, 'VideoMind-0.1.0-win-x64.exe'), '');
  await expect(announce({ version: '0.2.0', folder, source, nowMs })).rejects.toThrow('no installer of');
});

test('a key that no program knows signs nothing', () => {
  const other = makeReleaseKey().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(() => releaseKeys(other, source)).toThrow('names none');
  expect(() => releaseKeys('', source)).toThrow('no private key');
});

test('the script is one that Node runs, and a program that knows no key is not announced', async () => {
  const script = path.join(programPath, 'electron/packaging/announce-release.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, '--page', pageUrl]);
  expect(stdout).toContain('no release key');
});
