import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReleaseServer, makeReleaseKey } from '../testing/release-server.ts';
import { Updates } from './updates.ts';

const dayMs = 24 * 60 * 60 * 1000;
let server: ReleaseServer;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-updates-'));
  server = new ReleaseServer();
  await server.start();
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function updates(version = '0.1.0', nowMs?: number): Updates {
  return new Updates({
    source: server.source,
    version,
    dataPath: folder,
    machine: { platform: 'linux', arch: 'x64' },
    ...(nowMs !== undefined && { now: () => nowMs }),
  });
}

/** Why a check was refused. */
async function refusal(checked: Promise<unknown>): Promise<string> {
  const error = await checked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'UPDATE_REFUSED' });
  return (error as Error).message;
}

test('a newer release is told with the installers of this machine, and nothing but the announcement is asked for', async () => {
  server.announce();
  const answer = await updates().check();
  expect(answer).toMatchObject({ state: 'newer', version: '0.2.0', thisVersion: '0.1.0' });
  expect(answer.installers.map(({ form }) => form)).toEqual(['AppImage', 'deb']);
  expect(server.asked.map((each) => each.path)).toEqual(['/releases/latest/download/release.json']);
  // Nothing tells one asking machine from another, but what every program that asks for an address sends.
  const usual = [
    'host',
    'connection',
    'accept',
    'accept-language',
    'sec-fetch-mode',
    'user-agent',
    'accept-encoding',
  ];
  expect(server.asked[0]?.headers.filter((name) => !usual.includes(name))).toEqual([]);
  expect(await updates().state()).toMatchObject({ last: { answer: { version: '0.2.0' } } });
});

test('the release that one has, and one that is older than it, are told as that and offered to nobody', async () => {
  server.announce();
  expect(await updates('0.2.0').check()).toMatchObject({ state: 'current' });
  expect(await updates('0.3.0').check()).toMatchObject({ state: 'older', version: '0.2.0' });
});

test('who asks while it is being asked gets the same answer', async () => {
  server.announce();
  const asking = updates();
  const [one, other] = await Promise.all([asking.check(), asking.check()]);
  expect(other).toBe(one);
  expect(server.asked).toHaveLength(1);
});

test('an announcement that somebody else signed is refused, and so is one whose words were changed', async () => {
  server.announce({}, makeReleaseKey().privateKey);
  expect(await refusal(updates().check())).toContain('signature of a key');

  server.announce();
  server.changeWords = (text) => text.replace('0.2.0', '9.9.9');
  expect(await refusal(updates().check())).toContain('signature of a key');
  server.respond = (response) => response.end('{"signed": "{}", "signatures": []}');
  expect(await refusal(updates().check())).toContain('signature of a key');
  server.respond = (response) => response.end('<html>');
  expect(await refusal(updates().check())).toContain('no announcement');
});

test('one that is no longer good is refused: it may hide a newer one', async () => {
  server.announce();
  expect(await refusal(updates('0.1.0', Date.now() + 46 * dayMs).check())).toContain('may hide a newer one');
});

test('one from before the newest that was seen is refused, by a later start too', async () => {
  server.announce();
  await updates().check();
  server.announce({ version: '0.1.5', signedAt: new Date(Date.now() - dayMs).toISOString() });
  expect(await refusal(updates().check())).toContain('was seen here before');
  // What was refused does not count as seen, and is kept as what came of the last check.
  expect(await updates().state()).toMatchObject({ last: { failure: { code: 'UPDATE_REFUSED' } } });
  server.announce();
  expect(await updates().check()).toMatchObject({ version: '0.2.0' });
});

test('one from the future is refused, since none after it would be believed', async () => {
  server.announce();
  expect(await refusal(updates('0.1.0', Date.now() - 3 * dayMs).check())).toContain('still to come');
});

test('one that leads to another place is refused, whatever way it is written', async () => {
  const { pageUrl } = server.source;
  const elsewhere = [
    'https://evil.example/VideoMind.deb',
    pageUrl.replace('/releases/', '/other/'),
    `${pageUrl}../../evil`,
    `${pageUrl}%2e%2e/%2e%2e/evil`,
    `${pageUrl}..\\..\\evil`,
    pageUrl.replace('//', '//user@'),
    'file:///etc/passwd',
  ];
  for (const page of elsewhere) {
    server.announce({ page });
    expect(await refusal(updates().check())).toContain('which is not below');
  }
});

test('a server that sends elsewhere, in a circle, or without an end is not followed', async () => {
  server.respond = (response) =>
    response.writeHead(302, { location: 'http://127.0.0.2:9/release.json' }).end();
  expect(await refusal(updates().check())).toContain('sends to 127.0.0.2:9');
  server.respond = (response, asked) => response.writeHead(302, { location: `${asked}/on` }).end();
  expect(await refusal(updates().check())).toContain('from one address to the next');
  server.respond = (response) => response.end('x'.repeat(300_000));
  expect(await refusal(updates().check())).toContain('more than an announcement');
});

test('a server that is not there, is out of order or announces nothing is told in words', async () => {
  const codes = { 404: 'announces no release', 503: 'answered 503' };
  for (const [status, words] of Object.entries(codes)) {
    server.respond = (response) => response.writeHead(Number(status)).end();
    await expect(updates().check()).rejects.toMatchObject({
      code: 'UPDATE_UNREACHABLE',
      message: expect.stringContaining(words) as unknown,
    });
  }
  const gone = new Updates({
    source: { ...server.source, pageUrl: 'http://127.0.0.1:9/' },
    version: '0.1.0',
    dataPath: folder,
  });
  await expect(gone.check()).rejects.toMatchObject({ code: 'UPDATE_UNREACHABLE' });
});

test('a program without an address and a key of releases says so, and asks nobody', async () => {
  const own = new Updates({ source: undefined, version: '0.1.0', dataPath: folder });
  await expect(own.check()).rejects.toMatchObject({ code: 'UPDATE_UNAVAILABLE' });
  expect(await own.state()).toEqual({});
});

test('what was kept and cannot be read is as if it had not been seen', async () => {
  await writeFile(path.join(folder, 'updates.json'), '{"newest');
  server.announce();
  expect(await updates().check()).toMatchObject({ state: 'newer' });
  expect(JSON.parse(await readFile(path.join(folder, 'updates.json'), 'utf8'))).toMatchObject({
    last: { answer: { version: '0.2.0' } },
  });
});
