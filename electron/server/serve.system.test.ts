import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ProtocolClient } from '../../native-models/protocol/client.ts';
import { hostMethods } from '../host/contract/methods.ts';
import { programPath } from '../host/paths.ts';
import { startServe, type ServeProcess } from './testing/serve-process.ts';
import { webSocketTransport } from './websocket-transport.ts';

let folder: string;
let served: ServeProcess;
let origin: string;
let cookie: string;
let clipPath: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-serve-'));
  clipPath = path.join(folder, '<script>alert(1)</script> & "clip".mp4');
  await cp(path.join(programPath, 'assets', 'example', 'clip.mp4'), clipPath);
  // The page itself is not what is tested here; building it takes longer than all of the rest.
  const rendererPath = path.join(folder, 'renderer');
  await mkdir(rendererPath);
  await writeFile(path.join(rendererPath, 'index.html'), '<!doctype html><title>page</title>');
  served = await startServe(folder, rendererPath);
  const url = new URL(served.url);
  origin = url.origin;
  const welcome = await fetch(url, { redirect: 'manual' });
  cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  if (served.child.exitCode === null) served.child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Processes that a process started. */
async function childrenOf(processId: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number));
  return rows.filter(([, parent]) => parent === processId).flatMap(([own]) => own ?? []);
}

function connect(): ProtocolClient<typeof hostMethods> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/host`, { headers: { cookie, origin } });
  const transport = webSocketTransport(socket);
  return new ProtocolClient(hostMethods, {
    ...transport,
    send: (message) => {
      if (socket.readyState === socket.OPEN) transport.send(message);
      else socket.once('open', () => transport.send(message));
    },
  });
}

test('a window opens a video, plays parts of it, and gets thumbnails of it, and of nothing else', async () => {
  const client = connect();
  const events: string[] = [];
  const stop = new AbortController();
  const ready = Promise.withResolvers<undefined>();
  const listening = client.call(
    'subscribe',
    {},
    {
      signal: stop.signal,
      onProgress: (event) => {
        events.push(event.type);
        if (event.type === 'videoChanged' && event.video.state === 'ready') ready.resolve(undefined);
      },
    },
  );
  const project = await client.call('projectsCreate', { name: 'Test' });
  const { videos } = await client.call('videosOpen', { projectId: project.id, paths: [clipPath] });
  const id = videos[0]?.id ?? '';
  if (videos[0]?.state !== 'ready') await ready.promise;

  const bytes = await readFile(clipPath);
  const part = await fetch(`${origin}/media/video/${id}`, { headers: { cookie, range: 'bytes=100-199' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-type')).toBe('video/mp4');
  expect(part.headers.get('content-range')).toBe(`bytes 100-199/${bytes.length}`);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);

  const picture = await fetch(`${origin}/media/thumbnail/${id}/500.jpg`, { headers: { cookie } });
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(0, 2)
      .toString('hex'),
  ).toBe('ffd8');

  expect((await fetch(`${origin}/media/video/${id}x`, { headers: { cookie } })).status).toBe(404);
  expect((await fetch(`${origin}/media/video/${id}`)).status).toBe(401);
  stop.abort();
  await listening;
});

test('a second program cannot open the same library, and says who has it', async () => {
  const second = spawn(
    process.execPath,
    [path.join(programPath, 'electron/cli/launch.mjs'), 'serve', '--data', path.join(folder, 'data')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, INIT_CWD: folder, VIDEOMIND_RENDERER_DIR: path.join(folder, 'renderer') },
    },
  );
  let said = '';
  second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(second, 'close')) as [number];
  expect(code).toBe(1);
  expect(said).toContain('STORE_BUSY');
});

test('SIGINT ends the server, the engine and the open windows, and is no failure', async () => {
  const client = connect();
  await client.call('doctor', {});
  const children = await childrenOf(served.child.pid ?? 0);
  expect(children).not.toEqual([]);
  const listening = expect(client.call('subscribe', {})).rejects.toMatchObject({ code: 'CANCELLED' });
  served.child.kill('SIGINT');
  const [code] = (await once(served.child, 'exit')) as [number];
  expect(code).toBe(0);
  await listening;
  for (const processId of children) expect(() => process.kill(processId, 0)).toThrow('ESRCH');
});
