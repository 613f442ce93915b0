import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { HostMethods } from '../../host/contract/methods.ts';
import type { MediaRequest, MediaResponse } from '../../host/videos/media-response.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { RunningServer, ServerOptions } from '../start-server.ts';
import { startServer } from '../start-server.ts';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** For tests: a server with a page, one host method, and what a browser would need to use it. */
export interface TestServer {
  readonly server: RunningServer;
  readonly folder: string;
  readonly uploadsPath: string;
  readonly token: string;
  /** The cookie that the token is exchanged for. */
  readonly cookie: string;
  /** `Host` header of an honest browser. */
  readonly host: string;
  ask(method: string, target: string, headers?: OutgoingHttpHeaders, body?: string): Promise<Answer>;
  /** A WebSocket as the page itself would open it, with other headers where given. */
  connect(headers?: Record<string, string>): WebSocket;
  close(): Promise<void>;
}

/** Starts one in a temporary folder. */
export async function startTestServer(
  options: ServerOptions & {
    readonly media?: (request: MediaRequest) => Promise<MediaResponse>;
    readonly handlers?: Partial<Handlers<HostMethods>>;
  } = {},
): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'videomind-server-'));
  const rendererPath = path.join(folder, 'renderer');
  const uploadsPath = path.join(folder, 'uploads');
  await mkdir(path.join(rendererPath, 'assets'), { recursive: true });
  await writeFile(path.join(rendererPath, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(path.join(rendererPath, 'assets', 'index-abcdef12.js'), 'export {};');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  const server = await startServer(
    {
      rendererPath,
      uploadsPath,
      respondWithMedia:
        options.media ?? (() => Promise.reject(new EngineError('NOT_FOUND', 'There is no media here.'))),
      handlers: new Proxy((options.handlers ?? {}) as Handlers<HostMethods>, {
        get: (handlers, name): unknown =>
          Reflect.get(handlers, name) ??
          (() => Promise.reject(new EngineError('NOT_FOUND', `The test has no ${String(name)}.`))),
      }),
    },
    options,
  );
  const host = `127.0.0.1:${server.port}`;
  const ask: TestServer['ask'] = (method, target, headers = {}, body) =>
    send(server.port, method, target, { host, ...headers }, body);
  const token = new URL(server.url).searchParams.get('token') ?? '';
  const welcome = await ask('GET', `/?token=${token}`);
  const cookie = String(welcome.headers['set-cookie']).split(';')[0] ?? '';
  return {
    server,
    folder,
    uploadsPath,
    token,
    cookie,
    host,
    ask,
    connect: (headers = {}) =>
      new WebSocket(`ws://127.0.0.1:${server.port}/host`, {
        headers: { host, cookie, origin: `http://${host}`, ...headers },
      }),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a request as it is written: no client tidies up its address. */
function send(
  port: number,
  method: string,
  target: string,
  headers: OutgoingHttpHeaders,
  body: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}
