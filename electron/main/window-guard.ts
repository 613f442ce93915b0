import type { Session, WebContents } from 'electron';

/** Where the renderer is loaded from: a scheme of our own, so that it has an origin and a policy like a site's. */
export const appOrigin = 'app://videomind';

/** What is guarded of a window's contents. */
export type GuardedContents = Pick<WebContents, 'setWindowOpenHandler' | 'on'>;
/** What is guarded of the session that windows share. */
export type GuardedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
>;

/** True for addresses of the renderer itself. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  // The origin of a scheme that Node does not know is "null"; its parts are still told.
  return url !== null && `${url.protocol}//${url.host}` === appOrigin && url.username === '';
}

/**
 * Keeps contents where they are: no navigation elsewhere, no further windows, no embedded ones. What a question, a file
 * name or a model's reply may smuggle into a page can then lead nowhere.
 */
export function guardContents(contents: GuardedContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
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
    if (!/^(media|blob):/.test(item.getURL())) event.preventDefault();
  });
}
