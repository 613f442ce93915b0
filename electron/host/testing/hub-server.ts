import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWithFile, kindOf } from './file-answer.ts';
import type { FileTreatment } from './file-answer.ts';

interface HubFile {
  readonly content: Buffer;
  readonly lfs: boolean;
}

/** What was asked for, and what was shown with it. */
interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/**
 * For tests: the hub and ModelScope on this machine, with repositories of files, that break connections and damage bytes when told to.
 * As the hub does it, large files are given by another host, to which it redirects with the size and checksum of what is linked, and
 * which refuses to be shown a token.
 */
export class HubServer {
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #largeFiles = createServer((request, response) => this.#answerLarge(request, response));
  readonly #repositories = new Map<string, Map<string, HubFile>>();
  readonly #signed = new Map<string, { readonly content: Buffer; readonly treatment: FileTreatment }>();
  #largeFilesUrl = '';
  /** Paths of files that were asked for. */
  readonly asked: Asked[] = [];
  /** The same, of the host of large files. */
  readonly askedElsewhere: Asked[] = [];
  /** How often the list of a repository was asked for. */
  listed = 0;
  /** Only who brings this token is given anything. */
  token: string | undefined;
  /** What cards say of licences, by repository. */
  readonly licences = new Map<string, string>();
  /** Files outside of repositories, by their path. */
  readonly plain = new Map<string, string | Buffer>();
  /** What happens to the next requests for a file; afterwards they are answered whole. */
  readonly treatments = new Map<string, FileTreatment[]>();
  /** Called when a file is asked for. */
  onAsked: (path: string) => void = () => undefined;

  async start(): Promise<string> {
    // Another name and port: another origin, as that of a network of servers.
    this.#largeFilesUrl = (await listen(this.#largeFiles)).replace('127.0.0.1', 'localhost');
    return await listen(this.#server);
  }

  async stop(): Promise<void> {
    await Promise.all(
      [this.#server, this.#largeFiles].map(async (server) => {
        if (!server.listening) return;
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }),
    );
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
    this.#largeFiles.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://hub');
    const address = decodeURIComponent(url.pathname);
    const plain = this.plain.get(address);
    if (plain !== undefined) {
      this.#sendFile(address, { content: Buffer.from(plain), lfs: false }, request, response);
      return;
    }
    const isShown = [`Bearer ${this.token ?? ''}`].includes(request.headers.authorization ?? '');
    if (this.token !== undefined && !isShown) {
      sendJson(response, { error: 'gated', Code: 401, Success: false, Message: 'no access' }, 401);
      return;
    }
    const matches = (pattern: RegExp): string[] => pattern.exec(address)?.slice(1) ?? [];
    const [listedOnModelScope] = matches(/^\/api\/v1\/models\/([^/]+\/[^/]+)\/repo\/files$/);
    const [onModelScope] = matches(/^\/api\/v1\/models\/([^/]+\/[^/]+)\/repo$/);
    const [info] = matches(/^\/api\/(?:models\/)?((?:datasets\/)?[^/]+\/[^/]+)\/revision\//);
    const [tree] = matches(/^\/api\/(?:models\/)?((?:datasets\/)?[^/]+\/[^/]+)\/tree\//);
    const [inHub, inHubPath = ''] = matches(/^\/((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/commit1\/(.+)$/);
    const name = listedOnModelScope ?? onModelScope ?? info ?? tree ?? inHub ?? '';
    const files = this.#repositories.get(name);
    if (files === undefined) {
      sendJson(response, { error: 'not found', Code: 404, Success: false, Message: 'no such model' }, 404);
    } else if (info !== undefined || tree !== undefined || listedOnModelScope !== undefined) {
      this.listed++;
      if (this.#disturb(`list ${name}`, request, response) === undefined) return;
      if (info !== undefined) {
        const cardData = { license: this.licences.get(info) };
        sendJson(response, { _id: '1', id: info, sha: 'commit1', likes: 0, downloads: 0, cardData });
      } else if (tree !== undefined) {
        sendJson(
          response,
          [...files].map(([path, file]) => hubEntry(path, file)),
        );
      } else {
        const entries = [...files].map(([path, file]) => modelScopeEntry(path, file));
        const Files = [{ Name: 'grounder', Path: 'grounder', Type: 'tree', Size: 0, Sha256: '' }, ...entries];
        sendJson(response, { Code: 200, Success: true, Message: 'success', Data: { Files } });
      }
    } else {
      const path = onModelScope === undefined ? inHubPath : (url.searchParams.get('FilePath') ?? '');
      const found = files.get(path);
      if (found !== undefined) this.#sendFile(path, found, request, response);
      else response.writeHead(404).end();
    }
  }

  #sendFile(path: string, file: HubFile, request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(askedOf(path, request));
    this.onAsked(path);
    const treatment = this.#disturb(path, request, response);
    if (treatment === undefined) return;
    const etag = `"${file.lfs ? sha256(file.content) : gitBlob(file.content)}"`;
    if (!file.lfs) {
      answerWithFile(request, response, file.content, treatment, { etag, 'x-repo-commit': 'commit1' });
      return;
    }
    const signature = String(this.#signed.size);
    if (kindOf(treatment) !== 'expired') this.#signed.set(signature, { content: file.content, treatment });
    response
      .writeHead(302, {
        location: `${this.#largeFilesUrl}/${sha256(file.content)}?Signature=${kindOf(treatment) === 'expired' ? 'old' : signature}`,
        'x-linked-size': file.content.length,
        'x-linked-etag': etag,
        'x-repo-commit': 'commit1',
      })
      .end();
  }

  /** @returns what is to happen to the file itself; undefined where the request has been answered already */
  #disturb(path: string, request: IncomingMessage, response: ServerResponse): FileTreatment | undefined {
    const treatment = this.treatments.get(path)?.shift() ?? 'whole';
    switch (kindOf(treatment)) {
      case 'silent':
        return undefined;
      case 'too-many':
        response.writeHead(429, { 'retry-after': '0.02' }).end();
        return undefined;
      case 'too-many-until':
        response.writeHead(429, { 'retry-after': new Date(Date.now() - 1000).toUTCString() }).end();
        return undefined;
      case 'refuse':
        response.writeHead(403).end();
        return undefined;
      case 'fail':
        response.writeHead(503).end();
        return undefined;
      case 'renamed':
        response.writeHead(307, { location: request.url ?? '' }).end();
        return undefined;
      default:
        return treatment;
    }
  }

  #answerLarge(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://large-files');
    const signed = this.#signed.get(url.searchParams.get('Signature') ?? '');
    this.askedElsewhere.push(askedOf(url.pathname, request));
    // Two ways to prove oneself at once are refused by such hosts.
    if (request.headers.authorization !== undefined) response.writeHead(400).end();
    else if (signed === undefined) response.writeHead(403).end();
    else {
      const headers = { etag: `"${sha256(signed.content)}"` };
      answerWithFile(request, response, signed.content, signed.treatment, headers);
    }
  }
}

function askedOf(path: string, { headers }: IncomingMessage): Asked {
  const { range, authorization, cookie } = headers;
  return {
    ...{ path, range },
    ...(authorization === undefined ? {} : { authorization }),
    ...(cookie === undefined ? {} : { cookie }),
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function hubEntry(path: string, { content, lfs }: HubFile): object {
  return {
    ...{ type: 'file', path, size: content.length, oid: gitBlob(content) },
    ...(lfs ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 130 } } : {}),
  };
}

function modelScopeEntry(path: string, { content, lfs }: HubFile): object {
  return {
    ...{ Name: path.split('/').at(-1), Path: path, Type: 'blob', Size: content.length, IsLFS: lfs },
    ...{ Revision: 'commit1', Sha256: sha256(content) },
  };
}

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
