import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createVideosService } from '../create-videos-service.ts';
import type { VideosServiceWithTables } from '../create-videos-service.ts';
import type { MediaRequest, MediaResponse } from '../media-response.ts';
import { createMediaRoute } from '../media-route.ts';
import { Thumbnails } from '../thumbnails.ts';
import { Waveforms } from '../waveforms.ts';

/** For tests: a media route over a library that a test fills. */
export interface MediaFixture {
  readonly folder: string;
  readonly exportsPath: string;
  readonly videos: VideosServiceWithTables;
  /** Paths by video id. */
  readonly opened: Map<string, string>;
  /** Ids of videos whose frames are being counted. */
  readonly uncounted: Set<string>;
  /** Paths by `videoId/subtitlesId`. */
  readonly subtitles: Map<string, string>;
  readonly exported: Map<string, { readonly path: string; readonly fileName: string }>;
  ask(address: string, request?: Partial<MediaRequest>): Promise<MediaResponse & { readonly bytes: Buffer }>;
  remove(): Promise<void>;
}

/** Makes one in a temporary folder. */
export async function createMediaFixture(): Promise<MediaFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'videomind-media-'));
  const exportsPath = path.join(folder, 'exports');
  await mkdir(exportsPath);
  const videos = createVideosService(path.join(folder, 'tables'));
  const opened = new Map<string, string>();
  const uncounted = new Set<string>();
  const subtitles = new Map<string, string>();
  const exported = new Map<string, { readonly path: string; readonly fileName: string }>();
  const route = createMediaRoute({
    library: {
      videoFile: (id) => {
        const found = opened.get(id);
        const counted = !uncounted.has(id);
        return Promise.resolve(found === undefined ? undefined : { path: found, playedPath: found, counted });
      },
      subtitles: (videoId, id) => {
        const path = subtitles.get(`${videoId}/${id}`);
        return Promise.resolve(path === undefined ? undefined : { path });
      },
      exportFile: (id) => Promise.resolve(exported.get(id)),
    },
    thumbnails: new Thumbnails(path.join(folder, 'thumbnails'), videos.open),
    waveforms: new Waveforms(path.join(folder, 'waveforms'), videos.open),
    open: videos.open,
    exportsPath,
  });
  return {
    folder,
    exportsPath,
    videos,
    opened,
    uncounted,
    subtitles,
    exported,
    ask: async (address, request = {}) => {
      const { signal } = new AbortController();
      const answer = await route({ method: 'GET', path: address, signal, ...request });
      const { body } = answer;
      const bytes = body instanceof Readable ? await buffer(body) : Buffer.from(body ?? []);
      return { ...answer, bytes };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
