import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import type { PinnedWheel } from '../device-parts.ts';

/** For tests: a package index on this machine, in either of its forms. */
export class WheelIndexServer {
  readonly #server: Server;
  readonly #wheels = new Map<string, { readonly wheel: PinnedWheel; content: Uint8Array }>();
  /** Files that were asked for, with the range. */
  readonly asked: { readonly file: string; readonly range: string | undefined }[] = [];
  /** Of these files only half is sent, then the connection breaks. */
  readonly breaking = new Set<string>();
  /** Where it says that files are. */
  filesAt = '../../files/';
  /** `Authorization` of each request, as it came. */
  readonly authorizations: (string | undefined)[] = [];
  /** Hosts that were asked for through it as a proxy. */
  readonly tunnelled: string[] = [];
  form: 'json' | 'links' = 'json';
  /** `Authorization` that is wanted of those who ask; none is. */
  wanted: string | undefined;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    // Also a proxy to itself, whatever host is asked for.
    this.#server.on('connect', (request, socket) => {
      this.tunnelled.push(request.url ?? '');
      const { port } = this.#server.address() as AddressInfo;
      const itself = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        itself.pipe(socket).pipe(itself);
      });
      for (const end of [itself, socket]) end.on('error', () => end.destroy());
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Adds a wheel with these files, and pins it. */
  add(project: string, files: Zippable, libraries: RegExp): PinnedWheel {
    return this.addBytes(project, zipSync(files, { level: 1 }), libraries);
  }

  addBytes(project: string, content: Uint8Array, libraries: RegExp): PinnedWheel {
    const file = `${project.replaceAll('-', '_')}-1.0-py3-none-any.whl`;
    const sha256 = createHash('sha256').update(content).digest('hex');
    const wheel = { project, file, bytes: content.length, sha256, libraries };
    this.#wheels.set(file, { wheel, content });
    return wheel;
  }

  /** From now on other bytes come under the wheel's name. */
  replace({ file }: PinnedWheel): void {
    const held = this.#wheels.get(file);
    if (held !== undefined) held.content = held.content.map((byte) => byte ^ 1);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    this.authorizations.push(request.headers.authorization);
    if (this.wanted !== undefined && request.headers.authorization !== this.wanted)
      response.writeHead(401).end();
    else if (kind === 'simple') this.#list(name, response);
    else this.#send(name, request.headers.range, response);
  }

  #list(project: string, response: ServerResponse): void {
    const files = [...this.#wheels.values()]
      .filter(({ wheel }) => wheel.project === project)
      .map(({ wheel }) => ({ filename: wheel.file, url: `${this.filesAt}${wheel.file}` }));
    if (files.length === 0) response.writeHead(404).end();
    else if (this.form === 'json') {
      response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
      response.end(JSON.stringify({ files }));
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(files.map(({ filename, url }) => `<a href="${url}#sha256=0">${filename}</a>`).join('\n'));
    }
  }

  #send(file: string, range: string | undefined, response: ServerResponse): void {
    this.asked.push({ file, range });
    const content = this.#wheels.get(file)?.content;
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const headers = {
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    };
    response.writeHead(range === undefined ? 200 : 206, headers);
    if (!this.breaking.has(file)) response.end(content.subarray(start));
    else response.write(content.subarray(0, content.length >> 1), () => response.destroy());
  }
}
