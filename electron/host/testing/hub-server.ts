import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: how the hub treats a request for a file. */
export type FileTreatment =
  | 'whole'
  | 'damage'
  | 'ignore-range'
  | 'refuse'
  | 'hang'
  | 'fail'
  /** Half of it, then the connection is gone. */
  | 'cut'
  /** 429, to be asked again after the time that it names. */
  | 'too-many'
  /** To another host, which knows no tokens: as the hub sends large files. */
  | 'redirect';

interface HubFile {
  readonly content: Buffer;
  readonly lfs: boolean;
}

/** For tests: a hub on this machine, with repositories of files, that breaks connections and damages bytes when told to. */
export class HubServer {
  readonly #server: Server;
  readonly #repositories = new Map<string, Map<string, HubFile>>();
  /** Paths of files that were asked for, with the range. */
  readonly asked: {
    readonly path: string;
    readonly range: string | undefined;
    readonly authorization?: string | undefined;
  }[] = [];
  /** Where `redirect` sends: the address of another server with the same files. */
  elsewhere = '';
  /** Only who brings this token is given anything. */
  token: string | undefined;
  /** Files outside of repositories, by their path. */
  readonly plain = new Map<string, string | Buffer>();
  /** What happens to the next requests for a file; afterwards they are answered whole. */
  readonly treatments = new Map<string, FileTreatment[]>();
  /** Called when a file is asked for. */
  onAsked: (path: string) => void = () => undefined;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Adds a file; large ones are kept in large file storage. */
  add(repository: string, path: string, content: string | Buffer, lfs = false): void {
    const files = this.#repositories.get(repository) ?? new Map<string, HubFile>();
    files.set(path, { content: Buffer.from(content), lfs });
    this.#repositories.set(repository, files);
  }

  /** As when a cable is pulled. */
  breakConnections(): void {
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const address = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const plain = this.plain.get(address);
    if (plain !== undefined) {
      this.asked.push({ path: address, range: undefined, authorization: request.headers.authorization });
      this.#sendFile(address, Buffer.from(plain), undefined, response);
      return;
    }
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end('{"error":"gated"}');
      return;
    }
    const info = /^\/api\/models\/([^/]+\/[^/]+)\/revision\//.exec(address);
    const tree = /^\/api\/models\/([^/]+\/[^/]+)\/tree\//.exec(address);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/commit1\/(.+)$/.exec(address);
    const files = this.#repositories.get((info ?? tree ?? file)?.[1] ?? '');
    if (files === undefined) {
      response.writeHead(404).end('{"error":"not found"}');
      return;
    }
    if (info !== null) {
      sendJson(response, { _id: '1', id: info[1], sha: 'commit1', likes: 0, downloads: 0 });
      return;
    }
    if (tree !== null) {
      const entries = [...files].map(([path, content]) => entryOf(path, content));
      sendJson(response, entries);
      return;
    }
    const path = file?.[2] ?? '';
    const { range, authorization } = request.headers;
    this.asked.push({ path, range, ...(authorization === undefined ? {} : { authorization }) });
    this.onAsked(path);
    const found = files.get(path);
    if (found === undefined) response.writeHead(404).end();
    else this.#sendFile(path, found.content, request.headers.range, response);
  }

  #sendFile(path: string, content: Buffer, range: string | undefined, response: ServerResponse): void {
    const treatment = this.treatments.get(path)?.shift() ?? 'whole';
    if (treatment === 'too-many') {
      response.writeHead(429, { 'retry-after': '0.05' }).end();
      return;
    }
    if (treatment === 'redirect') {
      response.writeHead(302, { location: `${this.elsewhere}${response.req.url ?? ''}` }).end();
      return;
    }
    if (treatment === 'refuse' || treatment === 'fail') {
      response.writeHead(treatment === 'refuse' ? 403 : 503).end();
      return;
    }
    const from = treatment === 'ignore-range' ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const rest = Buffer.from(content.subarray(from));
    if (treatment === 'damage') rest[rest.length - 1] = (rest.at(-1) ?? 0) ^ 0xff;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (treatment === 'cut') {
      response.write(rest.subarray(0, Math.ceil(rest.length / 2)), () => response.destroy());
    } else if (treatment === 'hang') response.write(rest.subarray(0, Math.ceil(rest.length / 2)));
    else response.end(rest);
  }
}

function entryOf(path: string, { content, lfs }: HubFile): object {
  const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    ...{ type: 'file', path, size: content.length, oid },
    ...(lfs ? { lfs: { oid: sha256, size: content.length, pointerSize: 130 } } : {}),
  };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
