import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicBytes, signAnnouncement } from '../updates/announcement.ts';
import type { Announcement } from '../updates/announcement.ts';
import type { ReleaseSource } from '../updates/release-source.ts';

/** For tests: the key of who publishes. */
export function makeReleaseKey(): { readonly privateKey: KeyObject; readonly key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: publicBytes(publicKey) };
}

/** For tests: an announcement of 0.2.0, signed at `nowMs`. */
export function sampleAnnouncement(pageUrl: string, nowMs: number): Announcement {
  const installer = (
    platform: 'linux' | 'win32',
    form: 'AppImage' | 'deb' | 'exe',
    arch = 'x64' as const,
  ) => ({
    name: `VideoMind-0.2.0-${platform}-${arch}.${form}`,
    url: `${pageUrl}download/v0.2.0/VideoMind-0.2.0-${platform}-${arch}.${form}`,
    ...{ platform, arch, form },
    sizeBytes: 187_000_000,
    sha256: 'b5'.repeat(32),
  });
  return {
    version: '0.2.0',
    releasedAt: new Date(nowMs).toISOString(),
    signedAt: new Date(nowMs).toISOString(),
    validUntil: new Date(nowMs + 45 * 24 * 60 * 60 * 1000).toISOString(),
    page: `${pageUrl}tag/v0.2.0`,
    installers: [installer('linux', 'AppImage'), installer('linux', 'deb'), installer('win32', 'exe')],
  };
}

/** For tests: a page of releases on this machine that announces what it is told to. */
export class ReleaseServer {
  readonly #server: Server;
  readonly #owner = makeReleaseKey();
  #pageUrl = '';
  /** What was asked for, with the names of all headers. */
  readonly asked: { readonly path: string; readonly headers: readonly string[] }[] = [];
  respond: (response: ServerResponse, path: string) => void = (response) => response.writeHead(404).end();
  /** What somebody on the way makes of an announcement. */
  changeWords: (text: string) => string = (text) => text;

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push({ path: request.url ?? '', headers: Object.keys(request.headers) });
      this.respond(response, request.url ?? '');
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#pageUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/releases/`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** As a program is built that belongs to this server. */
  get source(): ReleaseSource {
    return { pageUrl: this.#pageUrl, keys: [this.#owner.key] };
  }

  /** Announces 0.2.0 from now on, but for these changes, signed by the owner or by somebody else. */
  announce(changes: Partial<Announcement> = {}, signer: KeyObject = this.#owner.privateKey): void {
    const announcement = { ...sampleAnnouncement(this.#pageUrl, Date.now()), ...changes };
    const text = signAnnouncement(announcement, [signer]);
    this.respond = (response) => response.end(this.changeWords(text));
  }
}
