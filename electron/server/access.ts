import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/**
 * Who may speak to the browser shell: windows of the person who started it, and nobody else. The address that is printed
 * carries a token; the first request exchanges it for a cookie that scripts cannot read and that other sites do not send.
 * The Host header keeps names away that were pointed at this machine (DNS rebinding), the Origin header keeps away
 * other pages of the same browser, on this machine too.
 */
export class Access {
  /** Part of the printed address. */
  readonly token: string;
  readonly #session: string;
  readonly #hostNames: ReadonlySet<string>;
  #cookieName = 'videomind';

  /**
   * @param hostNames names besides this machine's own that it may be reached by, of a proxy in front for example.
   * @param token the one of an earlier start: windows that were opened then stay known; absent: a new one.
   */
  constructor(hostNames: readonly string[] = [], token = newToken()) {
    this.token = token;
    this.#session = createHash('sha256').update(`session ${token}`).digest('base64url');
    this.#hostNames = new Set(
      ['localhost', '127.0.0.1', '[::1]', hostname(), ...ownAddresses(), ...hostNames].map((name) =>
        name.toLowerCase(),
      ),
    );
  }

  /** Cookies are shared by all ports of a machine: each server needs a name of its own. */
  listensOn(port: number): void {
    this.#cookieName = `videomind-${port}`;
  }

  /** What the first request gets in exchange for the token. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** True when the token of the printed address is given. */
  knowsToken(token: string | null | undefined): boolean {
    return typeof token === 'string' && sameSecret(token, this.token);
  }

  /** Checks the name that the server was called by and, where the request can change something, who sent it. */
  refuseSender(request: Pick<IncomingMessage, 'headers' | 'method'>): Refusal | undefined {
    const { host, origin, upgrade } = request.headers;
    if (host === undefined || !this.#hostNames.has(nameOf(host))) {
      return { status: 403, reason: 'This server is not known by that name (Host header).' };
    }
    const changes = upgrade !== undefined || !['GET', 'HEAD'].includes(request.method ?? '');
    if (origin === undefined ? changes : !isOriginOf(origin, host)) {
      return { status: 403, reason: 'Other pages may not use this server (Origin header).' };
    }
    return undefined;
  }

  /** Checks the cookie. */
  refuseStranger(request: Pick<IncomingMessage, 'headers'>): Refusal | undefined {
    const value = readCookie(request.headers.cookie, this.#cookieName);
    if (value !== undefined && sameSecret(value, this.#session)) return undefined;
    return { status: 401, reason: 'Open the address that `videomind serve` printed, with its token.' };
  }
}

/** A secret that cannot be guessed. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that tells nothing of how much agrees. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** The name or address in a Host header, without its port: a tunnel may well give it another port. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function isOriginOf(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && url.host === host.toLowerCase();
}

/** This machine's addresses. Names that resolve to them are another matter: those anybody can make. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => (isIP(address) === 6 ? `[${address}]` : address));
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key = '', ...value] = pair.split('=');
    if (key.trim() === name) return value.join('=').trim();
  }
  return undefined;
}
