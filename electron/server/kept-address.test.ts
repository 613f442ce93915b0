import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AddressFile } from './kept-address.ts';
import { startTestServer } from './testing/start-test-server.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'videomind-address-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a window stays known when the server starts again with the address that was kept', async () => {
  const file = new AddressFile(folder);
  const { token } = await file.read();
  const before = await startTestServer({ token });
  const { port } = before.server;
  await file.keep({ port, token });
  const { cookie } = before;
  await before.close();
  const after = await startTestServer(await new AddressFile(folder).read());
  expect((await after.ask('GET', '/', { cookie })).status).toBe(200);
  expect(after.server.port).toBe(port);
  await after.close();
});

test('an address is for its owner alone, and a damaged one is replaced by a new one', async () => {
  const file = new AddressFile(folder);
  await file.keep({ port: 1234, token: (await file.read()).token });
  const filePath = path.join(folder, 'serve-address.json');
  expect((await stat(filePath)).mode & 0o077).toBe(0);
  await writeFile(filePath, '{"port":1234,"token":"guess"}');
  const fresh = await file.read();
  expect(fresh.port).toBe(0);
  expect(fresh.token).toHaveLength(43);
});
