import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programPath } from '../paths.ts';
import type { MediaFixture } from './testing/media-fixture.ts';
import { createMediaFixture } from './testing/media-fixture.ts';

const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
let media: MediaFixture;
let secret: string;
let film: string;

beforeAll(async () => {
  media = await createMediaFixture();
  secret = path.join(media.folder, 'secret.txt');
  film = path.join(media.folder, 'film.mp4');
  await writeFile(secret, 'secret\n'.repeat(100));
  await copyFile(clip, film);
  media.opened.set('film', film);
});
afterAll(() => media.remove());

async function expectNothing(address: string): Promise<void> {
  const answer = await media.ask(address);
  expect([address, answer.status >= 400]).toEqual([address, true]);
  expect(answer.bytes.toString('latin1')).not.toContain('secret\n');
}

describe('path traversal on the media route', () => {
  test('addresses are ids; dots, slashes, NUL and their codes are refused', async () => {
    const names = [
      'video/../secret.txt',
      'video/film/../../secret.txt',
      'video/..%2fsecret.txt',
      'video/%2e%2e%2fsecret.txt',
      'video/..%5csecret.txt',
      'video/..\\secret.txt',
      'video/film%00',
      'video/film\0',
      `video/${encodeURIComponent(secret)}`,
      `video/${secret}`,
      `video//${secret}`,
      'video/',
      'video/film/',
      'video/./film',
      `video/${'a'.repeat(65)}`,
      'thumbnail/film/../../secret.txt',
      'thumbnail/film/0.jpg/../../secret.txt',
      'thumbnail/film/1e3.jpg',
      'thumbnail/film/-1.jpg',
      'subtitles/film/..%2f..%2fsecret.vtt',
      'export/..%2f..%2f/secret.txt',
      'export/x/..%2f..%2fsecret.txt',
      'export/x/%2fetc%2fpasswd',
      '',
      '/',
      '%',
      '__proto__/film',
      'video/__proto__',
    ];
    for (const name of names) await expectNothing(name);
    expect((await media.ask('video/film')).status).toBe(200);
  });

  test('an export is found by its id and its own name together, inside the folder of exports', async () => {
    const written = path.join(media.exportsPath, 'runs.csv');
    await writeFile(written, 'a,b\n');
    media.exported.set('runs', { path: written, fileName: 'runs.csv' });
    media.exported.set('outside', { path: secret, fileName: 'secret.txt' });
    media.exported.set('above', {
      path: path.join(media.exportsPath, '..', 'secret.txt'),
      fileName: 'secret.txt',
    });
    expect((await media.ask('export/runs/runs.csv')).bytes.toString()).toBe('a,b\n');
    await expectNothing('export/runs/secret.txt');
    await expectNothing('export/outside/secret.txt');
    await expectNothing('export/above/secret.txt');
  });
});

describe('symlink escape on the media route', () => {
  test('a link in the folder of exports leads nowhere outside of it', async () => {
    const link = path.join(media.exportsPath, 'link.csv');
    await symlink(secret, link);
    media.exported.set('link', { path: link, fileName: 'link.csv' });
    await expectNothing('export/link/link.csv');
  });

  test('an opened video whose path was bent to another file is not sent', async () => {
    const bent = path.join(media.folder, 'bent.mp4');
    await copyFile(clip, bent);
    media.opened.set('bent', bent);
    expect((await media.ask('video/bent')).status).toBe(200);
    await rm(bent);
    await symlink(secret, bent);
    await expectNothing('video/bent');
    await expectNothing('thumbnail/bent/0.jpg');
  });

  test('text, folders, pipes and devices are no videos', async () => {
    const pipe = path.join(media.folder, 'pipe.mp4');
    await promisify(execFile)('mkfifo', [pipe]);
    const playlist = path.join(media.folder, 'list.mp4');
    await writeFile(playlist, `#EXTM3U\n#EXTINF:1,\nfile://${secret}\n`);
    await mkdir(path.join(media.folder, 'folder.mp4'));
    const paths = [secret, pipe, playlist, path.join(media.folder, 'folder.mp4'), '/dev/zero', '/etc/passwd'];
    for (const [index, target] of paths.entries()) {
      media.opened.set(`odd${index}`, target);
      await expectNothing(`video/odd${index}`);
    }
  });
});

describe('script in a file name, a subtitle or an export', () => {
  test('a name reaches the browser as a name to save by, never as a page', async () => {
    const fileName = '"><script>alert(1)</script>\r\nSet-Cookie: x=1;.html';
    const written = path.join(media.exportsPath, 'report.html');
    await writeFile(written, '<!doctype html><script>alert(1)</script>');
    media.exported.set('report', { path: written, fileName });
    const { status, headers } = await media.ask(`export/report/${encodeURIComponent(fileName)}`);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w%.-]+$/);
    expect(headers['content-security-policy']).toContain('sandbox');
  });

  test('markup in subtitles arrives as text', async () => {
    const file = path.join(media.folder, 'film.srt');
    const spoken = '<script>alert(1)</script>&lt;img src=x onerror=alert(1)&gt; <c.x onclick=y>a & b</c>';
    await writeFile(file, `1\n00:00:01,000 --> 00:00:02,500\n${spoken}\n`);
    media.subtitles.set('film/s1', file);
    const { headers, bytes } = await media.ask('subtitles/film/s1.vtt');
    expect(headers['content-type']).toBe('text/vtt; charset=utf-8');
    expect(bytes.toString()).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nalert(1)&lt;img src=x onerror=alert(1)&gt; a &amp; b\n',
    );
  });

  test('a file that is no subtitles is not sent as such', async () => {
    media.subtitles.set('film/s2', secret);
    await expectNothing('subtitles/film/s2.vtt');
  });
});

describe('the media route', () => {
  test('sends a file in parts, as players ask for them', async () => {
    const bytes = await readFile(film);
    const whole = await media.ask('video/film');
    expect(whole.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-type': 'video/mp4',
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
    });
    expect(whole.bytes.equals(bytes)).toBe(true);
    const part = await media.ask('video/film', { range: 'bytes=5-9' });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 5-9/${bytes.length}`]);
    expect(part.bytes.equals(bytes.subarray(5, 10))).toBe(true);
    const beyond = await media.ask('video/film', { range: `bytes=${bytes.length}-` });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`]);
    const head = await media.ask('video/film', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([
      200,
      String(bytes.length),
      0,
    ]);
    expect((await media.ask('video/film', { method: 'POST' })).status).toBe(405);
  });

  test('a part of a file that changed meanwhile is the whole new file', async () => {
    const { headers } = await media.ask('video/film');
    const etag = headers['etag'] ?? '';
    expect((await media.ask('video/film', { ifNoneMatch: etag })).status).toBe(304);
    expect((await media.ask('video/film', { range: 'bytes=0-1', ifRange: etag })).status).toBe(206);
    await utimes(film, new Date(0), new Date(0));
    expect((await media.ask('video/film', { ifNoneMatch: etag })).status).toBe(200);
    expect((await media.ask('video/film', { range: 'bytes=0-1', ifRange: etag })).status).toBe(200);
  });
});
