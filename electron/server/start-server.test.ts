import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { TestServer } from './testing/start-test-server.ts';
import { startTestServer } from './testing/start-test-server.ts';
import { startServer } from './start-server.ts';

let site: TestServer | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

test('the page is served with a policy that allows nothing inline and nothing foreign', async () => {
  site = await startTestServer();
  const { headers } = await site.ask('GET', '/', { cookie: site.cookie });
  const policy = String(headers['content-security-policy']);
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("script-src 'self'; style-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-cache',
  });
});

test('files with a hash in their name are kept by browsers, the page is asked for again', async () => {
  site = await startTestServer();
  const { cookie } = site;
  const script = await site.ask('GET', '/assets/index-abcdef12.js', { cookie });
  expect(script.headers['cache-control']).toContain('immutable');
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
  const page = await site.ask('GET', '/', { cookie });
  const again = await site.ask('GET', '/', { cookie, 'if-none-match': String(page.headers.etag) });
  expect(again.status).toBe(304);
});

test('the media route gets the address as it was sent, and the headers of ranges', async () => {
  const asked: unknown[] = [];
  site = await startTestServer({
    media: ({ method, path: target, range }) => {
      asked.push({ method, path: target, range });
      return Promise.resolve({ status: 206, headers: {}, body: Readable.from(['part']) });
    },
  });
  const { cookie } = site;
  const answer = await site.ask('GET', '/media/video/a%2Fb?w=1', { cookie, range: 'bytes=0-3' });
  expect([answer.status, answer.body]).toEqual([206, 'part']);
  expect(asked).toEqual([{ method: 'GET', path: 'video/a%2Fb?w=1', range: 'bytes=0-3' }]);
});

test('work for an answer stops when the browser goes away', async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  site = await startTestServer({
    media: async ({ signal }) => {
      socket.destroy();
      await once(signal, 'abort');
      resolve(undefined);
      throw new Error('stopped');
    },
  });
  const socket = createConnection(site.server.port, '127.0.0.1');
  socket.write(
    `GET /media/thumbnail/1/0.jpg HTTP/1.1\r\nHost: ${site.host}\r\nCookie: ${site.cookie}\r\n\r\n`,
  );
  await aborted;
});

test('a page reloaded after another start is told which address to open', async () => {
  site = await startTestServer();
  const window = { cookie: 'videomind-1=old', 'sec-fetch-dest': 'document' };
  const answer = await site.ask('GET', '/', window);
  expect(answer.status).toBe(401);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.body).toContain('Open the address that <code>videomind serve</code> printed last');
  const program = await site.ask('GET', '/media/video/1', {});
  expect(program.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('a dropped file arrives whole, under its own name', async () => {
  site = await startTestServer();
  const headers = { cookie: site.cookie, origin: `http://${site.host}` };
  const answer = await site.ask('PUT', `/upload/${encodeURIComponent('<img> ü: 1.mp4')}`, headers, 'bytes');
  expect(answer.status).toBe(201);
  const { path: filePath } = JSON.parse(answer.body) as { path: string };
  expect(path.basename(filePath)).toBe('_img_ ü_ 1.mp4');
  expect(await readFile(filePath, 'utf8')).toBe('bytes');
});

test('an upload that breaks off leaves nothing behind', async () => {
  site = await startTestServer();
  const socket = createConnection(site.server.port, '127.0.0.1');
  const origin = `http://${site.host}`;
  socket.write(
    `PUT /upload/x.mp4 HTTP/1.1\r\nHost: ${site.host}\r\nOrigin: ${origin}\r\nCookie: ${site.cookie}\r\nContent-Length: 100\r\n\r\nhalf`,
  );
  const { uploadsPath } = site;
  await expect.poll(() => readdir(uploadsPath).catch(() => [])).toHaveLength(1);
  socket.destroy();
  await expect.poll(() => readdir(uploadsPath)).toHaveLength(0);
});

test('a file larger than the free space is refused before it is sent', async () => {
  site = await startTestServer();
  const headers = { cookie: site.cookie, origin: `http://${site.host}`, 'content-length': 2 ** 52 };
  const socket = createConnection(site.server.port, '127.0.0.1');
  const lines = Object.entries({ host: site.host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`PUT /upload/x.mp4 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain('507');
  socket.destroy();
});

test('a port that is taken is an error that says so', async () => {
  site = await startTestServer();
  const program = {
    handlers: {} as never,
    respondWithMedia: () => Promise.reject(new Error()),
    rendererPath: site.folder,
    uploadsPath: site.folder,
  };
  await expect(startServer(program, { port: site.server.port })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: expect.stringContaining('another program listens there') as string,
  });
});

test('closing ends open sockets and answers', async () => {
  site = await startTestServer({
    media: () => Promise.resolve({ status: 200, headers: {}, body: new Readable({ read: () => undefined }) }),
  });
  const window = site.connect();
  await once(window, 'open');
  const endless = site.ask('GET', '/media/video/1', { cookie: site.cookie }).catch(() => 'ended');
  const closed = once(window, 'close');
  await site.server.close();
  await closed;
  expect(await endless).toBe('ended');
  site = undefined;
});
