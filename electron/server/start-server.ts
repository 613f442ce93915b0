import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { HostMethods } from '../host/contract/methods.ts';
import { hostMethods } from '../host/contract/methods.ts';
import type { MediaRequest, MediaResponse } from '../host/videos/media-response.ts';
import { refuse } from '../host/videos/media-response.ts';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Handlers } from '../../native-models/protocol/server.ts';
import { serve } from '../../native-models/protocol/server.ts';
import type { Refusal } from './access.ts';
import { Access } from './access.ts';
import { RendererFiles } from './renderer-files.ts';
import { mediaRequestOf, sendResponse } from './send-response.ts';
import { securityHeaders } from './security-headers.ts';
import { receiveUpload } from './upload-route.ts';
import { closeFor, maxMessageBytes, webSocketTransport } from './websocket-transport.ts';

/** What the browser shell puts behind an address. */
export interface ServedProgram {
  readonly handlers: Handlers<HostMethods>;
  /** The media route, asked with the path after `/media/`. */
  readonly respondWithMedia: (request: MediaRequest) => Promise<MediaResponse>;
  /** The built renderer. */
  readonly rendererPath: string;
  /** Where dropped files are put. */
  readonly uploadsPath: string;
}

export interface ServerOptions {
  /** Address to listen on; loopback unless somebody chose another. */
  readonly address?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** The token of an earlier start; absent: a new one. */
  readonly token?: string | undefined;
  /** Further names that it is reached by. */
  readonly hostNames?: readonly string[];
  readonly onRefusal?: (refusal: Refusal, request: IncomingMessage) => void;
}

/** A running browser shell. */
export interface RunningServer {
  /** With the token: whoever opens it may use the program. */
  readonly url: string;
  readonly address: string;
  readonly port: number;
  /** Ends all connections; resolves when the last one is gone. */
  close(): Promise<void>;
}

/**
 * Serves the program to browsers: the renderer's files, its connection to the host (WebSocket at `/host`), the media
 * route (`/media/…`) and uploads of dropped files (`PUT /upload/<name>`).
 * @throws EngineError ARGUMENT_INVALID when the address cannot be listened on.
 */
export async function startServer(
  program: ServedProgram,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const address = options.address ?? '127.0.0.1';
  const access = new Access(options.hostNames, options.token);
  const renderer = new RendererFiles(program.rendererPath);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = access.refuseSender(request);
    if (refusal !== undefined) {
      await turnAway(refusal, request, response);
      return;
    }
    const url = URL.parse(request.url ?? '', 'http://host');
    if (url === null) {
      await sendResponse(response, refuse(400, 'This is no address.'));
      return;
    }
    if (url.pathname === '/' && url.searchParams.has('token')) {
      if (!access.knowsToken(url.searchParams.get('token'))) {
        await turnAway({ status: 401, reason: wrongToken }, request, response);
        return;
      }
      welcome(request, response, access.cookie);
      return;
    }
    const stranger = access.refuseStranger(request);
    if (stranger !== undefined) {
      await turnAway(stranger, request, response);
      return;
    }
    const target = request.url ?? '/';
    if (target.startsWith('/media/')) {
      const asked = mediaRequestOf(request, response, target.slice('/media/'.length));
      await sendResponse(response, await program.respondWithMedia(asked));
      return;
    }
    if (target.startsWith('/upload/')) {
      await receiveUpload(request, response, target.slice('/upload/'.length), program.uploadsPath);
      return;
    }
    await sendResponse(response, await renderer.respond(mediaRequestOf(request, response, target)));
  };

  const turnAway = async (
    refusal: Refusal,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    options.onRefusal?.(refusal, request);
    const page = refusal.status === 401 && request.headers['sec-fetch-dest'] === 'document';
    const body = page
      ? strangersPage
      : `${refusal.status === 401 ? 'ACCESS_DENIED: ' : ''}${refusal.reason}\n`;
    response.writeHead(refusal.status, {
      ...securityHeaders(),
      'content-type': `text/${page ? 'html' : 'plain'}; charset=utf-8`,
      'cache-control': 'no-store',
      connection: 'close',
    });
    await once(response.end(body), 'close');
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal =
      access.refuseSender(request) ??
      (request.url === '/host' ? undefined : { status: 403 as const, reason: 'There is no such socket.' });
    if (refusal !== undefined) {
      options.onRefusal?.(refusal, request);
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const stranger = access.refuseStranger(request);
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      if (stranger === undefined) {
        serve(hostMethods, webSocketTransport(accepted), program.handlers);
        return;
      }
      // A page of this server whose cookie is of an earlier start. A browser tells it why a socket closed, but not
      // why one did not open.
      options.onRefusal?.(stranger, request);
      closeFor(accepted, 'ACCESS_DENIED');
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else void sendResponse(response, refuse(500, error instanceof Error ? error.message : 'INTERNAL'));
    });
  });
  server.on('upgrade', upgrade);
  server.on('clientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, address, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  access.listensOn(port);
  return {
    url: `http://${urlHost(address)}:${port}/?token=${access.token}`,
    address,
    port,
    close: async () => {
      const closed = once(server, 'close');
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const wrongToken =
  'This token is of another start of `videomind serve`; open the address that it printed last.';

/** For people: what to do with a window whose address is of an earlier start. */
const strangersPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark light">
<title>VideoMind</title>
<main>
<h1>VideoMind does not know this window</h1>
<p>It was started again since this page was opened, or the address lacks its token.</p>
<p><strong>Open the address that <code>videomind serve</code> printed last; it holds <code>?token=</code>.</strong></p>
<p>Nothing is lost: videos, questions and annotations are where they were.</p>
</main>
</html>
`;

/** Hands out the cookie and takes the token out of the address, so that it is in no history and no bookmark. */
function welcome(request: IncomingMessage, response: ServerResponse, cookie: string): void {
  const headers = { ...securityHeaders(), 'set-cookie': cookie, 'cache-control': 'no-store' };
  if (request.headers['sec-fetch-site'] !== 'cross-site') {
    response.writeHead(303, { ...headers, location: '/' }).end();
    return;
  }
  // After a link on another page a redirect would still count as that page's, and the strict cookie would stay away.
  const page = '<!doctype html><title>VideoMind</title><meta http-equiv="refresh" content="0;url=/">';
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(page);
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : message;
    throw new EngineError('ARGUMENT_INVALID', `Cannot listen on ${address}, port ${port}: ${reason}.`, {
      remedy: 'Choose another --port (0: any free one) or --host.',
      cause: error,
    });
  }
}

/** The name of an address in an URL; all addresses are reached by the loopback one. */
function urlHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
