import { pathToFileURL } from 'node:url';

/** A file's address: `file:///videos/my%20talk%20%231.mp4`; other programs find it by this again. */
export function fileAddress(absolutePath: string): string {
  // A path of another system (a project that has moved) has no address here.
  return /^(?:[/\\]|[a-z]:[/\\])/iu.test(absolutePath)
    ? pathToFileURL(absolutePath).href
    : relativeAddress(absolutePath);
}

/** A name as part of an address: `my%20talk%20%231.mp4`. */
export function relativeAddress(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}
