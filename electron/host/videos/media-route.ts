import path from 'node:path';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import { longestRun } from '../contract/shell-bridge.ts';
import { peaksPerSec } from '../contract/waveform.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { KnownFacts } from './known-facts.ts';
import type { MediaRequest, MediaResponse } from './media-response.ts';
import { refuse, respondWithBytes, respondWithFile, respondWithMade } from './media-response.ts';
import { contentTypeOf } from './media-types.ts';
import type { Thumbnails } from './thumbnails.ts';
import { VideoFiles, openInside } from './video-files.ts';
import type { Waveforms } from './waveforms.ts';
import { readAsWebVtt } from './web-subtitles.ts';
import type { SubtitlesOnDisk } from './web-subtitles.ts';

/** A video of the library, as files. */
export interface ServedVideo {
  /** The file to decode. */
  readonly path: string;
  /** The one to play: the same, or its proxy. */
  readonly playedPath: string;
  /** False while its frames are being counted. */
  readonly counted: boolean;
}

/** What of the library the route can be asked for. Ids that are unknown give undefined. */
export interface MediaLibrary {
  videoFile(videoId: string): Promise<ServedVideo | undefined>;
  subtitles(videoId: string, subtitlesId: string): Promise<SubtitlesOnDisk | undefined>;
  /** A file that an export wrote into the host's own folder of exports. */
  exportFile(exportId: string): Promise<{ readonly path: string; readonly fileName: string } | undefined>;
}

export interface MediaRouteParts {
  readonly library: MediaLibrary;
  readonly thumbnails: Thumbnails;
  readonly waveforms: Waveforms;
  /** The one folder that exports are served from. */
  readonly exportsPath: string;
  /** Lists the frames of a video: where the first one lies moves its subtitles. */
  readonly open?: (videoPath: string, signal?: AbortSignal) => Promise<Pick<Video, 'playerStartSec'>>;
  /** What is known of the files from opening them. */
  readonly facts?: KnownFacts;
}

const id = '([A-Za-z0-9_-]{1,64})';
const patterns = {
  video: new RegExp(`^video/${id}$`),
  thumbnail: new RegExp(`^thumbnail/${id}/(\\d{1,12})\\.jpg$`),
  waveform: new RegExp(`^waveform/${id}/(${peaksPerSec.join('|')})\\.peaks$`),
  subtitles: new RegExp(`^subtitles/${id}/${id}\\.vtt$`),
  export: new RegExp(`^export/${id}/([^/\\\\]{1,1000})$`),
};
const widestThumbnail = 640;
const narrowestThumbnail = 16;

/**
 * The media route of both shells (paths: `contract/shell-bridge.ts`). Nothing in an address is ever a path: files are found
 * by the ids of what was opened, and addresses of any other form are refused.
 */
export function createMediaRoute(parts: MediaRouteParts): (request: MediaRequest) => Promise<MediaResponse> {
  const files = new VideoFiles(parts.facts);

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD.');
    const [address = '', query = ''] = request.path.split('?', 2);
    try {
      return (await find(address, new URLSearchParams(query), request)) ?? refuse(404, 'Nothing is there.');
    } catch (thrown) {
      const error = toEngineError(thrown);
      return refuse(statusOf(error.code), `${error.code}: ${error.message}`);
    }
  };

  async function find(
    address: string,
    query: URLSearchParams,
    request: MediaRequest,
  ): Promise<MediaResponse | undefined> {
    const matched = (pattern: RegExp): string[] | undefined => pattern.exec(address)?.slice(1);
    const [videoId] = matched(patterns.video) ?? [];
    if (videoId !== undefined) return await sendVideo(videoId, request);

    const [shownId, timeMs] = matched(patterns.thumbnail) ?? [];
    if (shownId !== undefined) return await sendThumbnail(shownId, Number(timeMs) / 1000, query, request);

    const [heardId, perSec] = matched(patterns.waveform) ?? [];
    if (heardId !== undefined) return await sendWaveform(heardId, Number(perSec), request);

    const [spokenId, subtitlesId = ''] = matched(patterns.subtitles) ?? [];
    if (spokenId !== undefined) return await sendSubtitles(spokenId, subtitlesId, request);

    const [exportId, fileName = ''] = matched(patterns.export) ?? [];
    if (exportId !== undefined) return await sendExport(exportId, fileName, request);
    return undefined;
  }

  async function sendVideo(videoId: string, request: MediaRequest): Promise<MediaResponse | undefined> {
    const video = await parts.library.videoFile(videoId);
    if (video === undefined) return undefined;
    const file = await files.open(video.playedPath, request.signal);
    return await respondWithFile(request, file, {
      'content-type': contentTypeOf(video.playedPath),
      'cache-control': 'private, no-cache',
    });
  }

  async function sendThumbnail(
    videoId: string,
    timeSec: number,
    query: URLSearchParams,
    request: MediaRequest,
  ): Promise<MediaResponse | undefined> {
    const width = query.get('w');
    const run = query.get('run')?.split(',') ?? [];
    if (run.length > longestRun || !run.every((timeMs) => /^\d{1,12}$/.test(timeMs))) {
      return refuse(400, `A run is up to ${longestRun} times in milliseconds.`);
    }
    const wanted = width === null ? 160 : Number(width);
    if (!(wanted >= narrowestThumbnail && wanted <= widestThumbnail)) {
      return refuse(400, `A width is ${narrowestThumbnail} to ${widestThumbnail} pixels.`);
    }
    const video = await parts.library.videoFile(videoId);
    if (video === undefined) return undefined;
    const picture = video.counted
      ? await parts.thumbnails.get(
          ...([video.path, timeSec, wanted, request.signal] as const),
          run.map((timeMs) => Number(timeMs) / 1000),
        )
      : await parts.thumbnails.beforeCounted(video.path, timeSec, wanted, request.signal);
    return respondWithBytes(request, picture, {
      'content-type': 'image/jpeg',
      'cache-control': video.counted ? 'private, max-age=86400' : 'private, no-store',
    });
  }

  async function sendWaveform(
    videoId: string,
    perSec: number,
    request: MediaRequest,
  ): Promise<MediaResponse | undefined> {
    const video = await parts.library.videoFile(videoId);
    if (video === undefined) return undefined;
    const peaks = await parts.waveforms.get(video.path, perSec, request.signal);
    return peaks && respondWithMade(request, peaks, { 'content-type': 'application/octet-stream' });
  }

  async function sendSubtitles(
    videoId: string,
    subtitlesId: string,
    request: MediaRequest,
  ): Promise<MediaResponse | undefined> {
    const subtitles = await parts.library.subtitles(videoId, subtitlesId);
    if (subtitles === undefined) return undefined;
    const video = await parts.library.videoFile(videoId);
    const opened = video && (await parts.open?.(video.path, request.signal));
    const text = await readAsWebVtt(subtitles, opened?.playerStartSec);
    return respondWithBytes(request, Buffer.from(text), {
      'content-type': 'text/vtt; charset=utf-8',
      'cache-control': 'private, no-cache',
    });
  }

  async function sendExport(
    exportId: string,
    encodedName: string,
    request: MediaRequest,
  ): Promise<MediaResponse | undefined> {
    const written = await parts.library.exportFile(exportId);
    if (written === undefined || written.fileName !== decoded(encodedName)) return undefined;
    const file = await openInside(parts.exportsPath, written.path);
    const name = encodeURIComponent(written.fileName).replace(
      /['()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    );
    return await respondWithFile(request, file, {
      'content-type': contentTypeOf(path.basename(written.path)),
      // A report is a page: opened here it would be a page of this server.
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
    });
  }
}

function decoded(encodedName: string): string | undefined {
  try {
    return decodeURIComponent(encodedName);
  } catch {
    return undefined;
  }
}

function statusOf(code: string): MediaResponse['status'] {
  if (['VIDEO_NOT_FOUND', 'VIDEO_UNREADABLE', 'NOT_FOUND'].includes(code)) return 404;
  if (code === 'CANCELLED') return 503;
  if (/^(VIDEO|SUBTITLES)_/.test(code)) return 422;
  return 500;
}
