import { once } from 'node:events';
import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { ProtocolClient } from '../../native-models/protocol/client.ts';
import { hostMethods } from '../host/contract/methods.ts';
import type { TestServer } from './testing/start-test-server.ts';
import { startTestServer } from './testing/start-test-server.ts';
import { maxMessageBytes, webSocketTransport } from './websocket-transport.ts';

let site: TestServer;
beforeAll(async () => {
  const folder = '/films';
  site = await startTestServer({
    handlers: { foldersList: () => Promise.resolve({ path: folder, entries: [] }) },
  });
});
afterAll(() => site.close());

/** What became of the wish to open a socket: a greeting, the status it was refused with, or why it was closed. */
async function handshake(headers: Record<string, string>): Promise<number | string> {
  const socket = site.connect(headers);
  return await new Promise((resolve) => {
    socket.once('message', () => {
      socket.terminate();
      resolve('greeted');
    });
    socket.once('close', (_code, reason) => resolve(reason.toString()));
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

async function workingClient(): Promise<{
  readonly socket: WebSocket;
  readonly client: ProtocolClient<typeof hostMethods>;
}> {
  const socket = site.connect();
  const client = new ProtocolClient(hostMethods, {
    ...webSocketTransport(socket),
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(message);
      else socket.once('open', () => socket.send(message));
    },
  });
  await client.call('foldersList', {});
  return { socket, client };
}

describe('missing or wrong token', () => {
  test('nothing is served without one', async () => {
    for (const target of ['/', '/index.html', '/assets/index-abcdef12.js', '/media/video/1', '/upload/x']) {
      const answer = await site.ask('GET', target);
      expect([target, answer.status]).toEqual([target, 401]);
      expect(answer.body).toContain('ACCESS_DENIED');
    }
  });

  test('a wrong one gives no cookie', async () => {
    const wrong = [`${site.token}x`, site.token.slice(1), '', 'undefined', site.token.toLowerCase()];
    for (const token of wrong) {
      const answer = await site.ask('GET', `/?token=${encodeURIComponent(token)}`);
      expect(answer.status).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test('a cookie of another server, or a made-up one, opens nothing', async () => {
    const [name = ''] = site.cookie.split('=');
    for (const cookie of [`${name}=`, `${name}=${site.token}`, `${name}x=${site.cookie}`, `x; ${name}`]) {
      expect((await site.ask('GET', '/', { cookie })).status).toBe(401);
      expect(await handshake({ cookie })).toBe('ACCESS_DENIED');
    }
  });

  test('the token is exchanged for a cookie out of reach of scripts and other sites, and leaves the address', async () => {
    const answer = await site.ask('GET', `/?token=${site.token}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(String(answer.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(String(answer.headers['set-cookie'])).not.toContain(site.token);
    expect((await site.ask('GET', '/', { cookie: site.cookie })).body).toContain('<title>page</title>');
  });

  test('after a link on another page the cookie still arrives: the page itself goes on', async () => {
    const answer = await site.ask('GET', `/?token=${site.token}`, { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<meta http-equiv="refresh" content="0;url=/">');
  });
});

describe('DNS rebinding', () => {
  test('a name that was pointed at this machine is refused, with token and cookie', async () => {
    const { cookie, server } = site;
    for (const host of [
      `evil.example:${server.port}`,
      'evil.example',
      '127.0.0.1.evil.example',
      'evil.example:80:80',
    ]) {
      expect((await site.ask('GET', '/', { cookie, host })).status).toBe(403);
      expect((await site.ask('GET', `/?token=${site.token}`, { host })).status).toBe(403);
      expect(await handshake({ host, origin: `http://${host}` })).toBe(403);
    }
  });

  test('the names of this machine are served, at any port: tunnels change it', async () => {
    const { cookie, server } = site;
    for (const host of [`localhost:${server.port}`, '127.0.0.1:8080', 'LOCALHOST', `[::1]:${server.port}`]) {
      expect((await site.ask('GET', '/', { cookie, host })).status).toBe(200);
    }
  });
});

describe('foreign Origin', () => {
  const strangers = [
    'https://evil.example',
    'http://localhost:1',
    'http://127.0.0.1',
    'null',
    'file://',
    'not an origin',
  ];

  test('pages of other origins get nothing, whatever they ask with', async () => {
    for (const origin of strangers) {
      for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']) {
        const answer = await site.ask(method, '/', { cookie: site.cookie, origin });
        expect([origin, method, answer.status]).toEqual([origin, method, 403]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  test('what changes something must say where it comes from', async () => {
    const answer = await site.ask('PUT', '/upload/clip.mp4', { cookie: site.cookie }, 'bytes');
    expect(answer.status).toBe(403);
    await expect(readdir(site.uploadsPath)).rejects.toThrow('ENOENT');
  });
});

describe('cross-site WebSocket', () => {
  test('a socket from another page is refused, with the cookie', async () => {
    expect(await handshake({ origin: 'https://evil.example' })).toBe(403);
    expect(await handshake({ origin: `http://localhost:${site.server.port}` })).toBe(403);
    expect(await handshake({ origin: 'null' })).toBe(403);
  });

  test('a socket from the page itself needs the cookie', async () => {
    expect(await handshake({ cookie: '' })).toBe('ACCESS_DENIED');
    expect(await handshake({})).toBe('greeted');
  });
});

describe('oversize messages', () => {
  test('close their connection as MESSAGE_TOO_LARGE and no other', async () => {
    const other = await workingClient();
    const { socket } = await workingClient();
    socket.send('x'.repeat(maxMessageBytes + 1));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
    await expect(other.client.call('foldersList', {})).resolves.toEqual({ path: '/films', entries: [] });
    other.socket.terminate();
  });
});

describe('malformed messages', () => {
  const malformed: readonly (string | Buffer)[] = [
    'not JSON',
    '{"type":"request"}',
    '{"type":"result","id":0,"result":{}}',
    '{"type":"hello","version":1e999}',
    '[]',
    'null',
    Buffer.from([0, 1, 2]),
    '['.repeat(100_000),
  ];

  test('close their connection as PROTOCOL_INVALID and no other', async () => {
    const other = await workingClient();
    for (const message of malformed) {
      const { socket } = await workingClient();
      socket.send(message);
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
      expect([code, reason.toString()]).toEqual([1007, 'PROTOCOL_INVALID']);
    }
    await expect(other.client.call('foldersList', {})).resolves.toEqual({ path: '/films', entries: [] });
    other.socket.terminate();
  });

  test('frames that are no WebSocket frames end the connection', async () => {
    const { socket } = await workingClient();
    const raw = (socket as unknown as { _socket: NodeJS.WritableStream })._socket;
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1002);
    (await workingClient()).socket.terminate();
  });

  test('a request whose params do not fit is answered with an error, and the connection goes on', async () => {
    const { socket } = await workingClient();
    socket.send('{"type":"request","id":77,"method":"foldersList","params":{"path":5}}');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).toMatchObject({
      type: 'error',
      id: 77,
      error: { code: 'PROTOCOL_INVALID' },
    });
    socket.terminate();
  });
});

describe('path traversal', () => {
  test('nothing outside the built renderer is served', async () => {
    await symlink(path.join(site.folder, 'secret.txt'), path.join(site.folder, 'renderer', 'link.txt'));
    await symlink(site.folder, path.join(site.folder, 'renderer', 'up'));
    const targets = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/assets/..\\..\\secret.txt',
      '/..%5csecret.txt',
      '/%00',
      '/index.html%00.txt',
      '//secret.txt',
      '/link.txt',
      '/up/secret.txt',
      `/${'a'.repeat(5000)}`,
      '/assets',
    ];
    for (const target of targets) {
      const answer = await site.ask('GET', target, { cookie: site.cookie });
      expect([target, [400, 404].includes(answer.status)]).toEqual([target, true]);
      expect(answer.body).not.toContain('secret\n');
    }
  });

  test('an upload lands in its own folder or nowhere', async () => {
    const headers = { cookie: site.cookie, origin: `http://${site.host}` };
    for (const name of [
      '..',
      '.',
      '',
      '..%2f..%2fpwned',
      '%2fetc%2fpwned',
      'a%5cb',
      '%00',
      '%',
      'x'.repeat(300),
    ]) {
      const answer = await site.ask('PUT', `/upload/${name}`, headers, 'bytes');
      expect([name, answer.status]).toEqual([name, 400]);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
    }
  });
});
