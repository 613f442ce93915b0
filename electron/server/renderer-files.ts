import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { MediaRequest, MediaResponse } from '../host/videos/media-response.ts';
import { refuse, respondWithFile } from '../host/videos/media-response.ts';
import { contentTypeOf } from '../host/videos/media-types.ts';
import { securityHeaders } from './security-headers.ts';

/** Names with a hash of their content never change. */
const hashedName = /-[\w-]{8,}\.\w+$/;

/**
 * Serves the built renderer from its folder, in both shells. Only what lies inside the folder, after links are
 * followed, is there.
 */
export class RendererFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers `GET` and `HEAD`; `/` is the page. */
  async respond(request: MediaRequest): Promise<MediaResponse> {
    const answer = await this.#find(request);
    return { ...answer, headers: { ...answer.headers, ...securityHeaders() } };
  }

  async #find(request: MediaRequest): Promise<MediaResponse> {
    if (!['GET', 'HEAD'].includes(request.method)) return refuse(405, 'Only GET and HEAD.');
    const name = fileNameIn(request.path);
    if (name === undefined) return refuse(400, 'This is no address of a file.');
    try {
      const root = await realpath(this.#folder);
      const filePath = await realpath(path.join(root, name));
      if (!filePath.startsWith(root + path.sep)) return refuse(404, 'There is no such file.');
      const file = await open(filePath, 'r');
      if (!(await file.stat()).isFile()) {
        await file.close();
        return refuse(404, 'There is no such file.');
      }
      return await respondWithFile(request, file, {
        'content-type': contentTypeOf(name),
        'cache-control': hashedName.test(name) ? 'private, max-age=31536000, immutable' : 'no-cache',
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code)) {
        return refuse(404, 'There is no such file.');
      }
      throw error;
    }
  }
}

/** The file that an address names, relative to the folder; undefined for names that no build makes. */
function fileNameIn(address: string): string | undefined {
  const [encoded = ''] = address.split(/[?#]/);
  if (encoded === '' || encoded === '/') return 'index.html';
  const name = encoded.replace(/^\//, '');
  return /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name) ? name : undefined;
}
