import type { Session, WebContents } from 'electron';

/** Where the renderer is loaded from: a scheme of our own, so that it has an origin and a policy like a site's. */
export const appOrigin = 'app://videomind';

/** The page of every window. */
export const ownPage = `${appOrigin}/index.html`;
/** Where media are, under the page's own origin: a policy of `'self'` covers them, and subtitles are no foreign track. */
export const mediaPrefix = `${appOrigin}/media/`;

/** What is guarded of a window's contents. */
export type GuardedContents = Pick<WebContents, 'setWindowOpenHandler' | 'on'>;
/** What is guarded of the session that windows share. */
export type GuardedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
>;

/** What is taken from the session that windows share, so that it stays offline. */
export type OfflineSession = Pick<
  Session,
  'setSpellCheckerLanguages' | 'setSpellCheckerEnabled' | 'setProxy'
>;

/** True for addresses of our own origin. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  // The origin of a scheme that Node does not know is "null"; its parts are still told.
  return url !== null && `${url.protocol}//${url.host}` === appOrigin && url.username === '';
}

/** True for the page itself: media and exports are of the same origin, and no page to be shown in a window. */
export function isOwnPage(address: string): boolean {
  return isOwnAddress(address) && ['/', '/index.html'].includes(new URL(address).pathname);
}

/**
 * Keeps contents where they are: no navigation elsewhere, no further windows, no embedded ones. What a question, a file
 * name or a model's reply may smuggle into a page can then lead nowhere.
 */
export function guardContents(contents: GuardedContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Chromium is to reach nothing but this machine; downloads are the host's. Nobody listens at that port, the discard service's. */
const nowhere = {
  mode: 'fixed_servers',
  proxyRules: 'http://127.0.0.1:9',
  proxyBypassRules: '<-loopback>',
} as const;

/**
 * Keeps Chromium off the network: left alone it fetches dictionaries for a spelling checker as soon as its session is there.
 * Done when whatever else it might want to fetch leads nowhere.
 */
export async function keepOffline(session: OfflineSession): Promise<void> {
  session.setSpellCheckerLanguages([]);
  session.setSpellCheckerEnabled(false);
  await session.setProxy(nowhere);
}

/** Refuses every permission but the two that a person asks for with a click of their own, and every foreign download. */
export function guardSession(session: GuardedSession): void {
  const granted = (permission: string, address: string): boolean =>
    ['fullscreen', 'clipboard-sanitized-write'].includes(permission) && isOwnAddress(address);
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(granted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    const address = item.getURL();
    if (!address.startsWith(mediaPrefix) && !address.startsWith(`blob:${appOrigin}/`)) event.preventDefault();
  });
}
