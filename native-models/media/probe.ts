import path from 'node:path';
import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { identifyVideo } from './file-identity.ts';
import type { FirstFrame } from './first-frame.ts';
import { decodeFirstFrame } from './first-frame.ts';
import type { FrameTable } from './frame-table.ts';
import { buildFrameTable } from './frame-table.ts';
import type { IsoOutline } from './iso-packets.ts';
import { listIsoPackets, readIsoOutline } from './iso-packets.ts';
import { listDecodedFrames, listPackets } from './listed-packets.ts';
import type { Video } from './video.ts';

/**
 * Finds out what a video file holds: the frames that a person sees, in presentation order, and how to reach them.
 * Only the first frame is decoded. Plain mp4 and mov files are listed from their index; all others by ffmpeg, which reads
 * them through once; those without presentation times by decoding them.
 * @throws EngineError one of the VIDEO_ codes, FFMPEG_MISSING, FFMPEG_TOO_OLD, CANCELLED.
 */
export async function probeVideo(
  videoPath: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Video> {
  const { signal } = options;
  throwIfCancelled(signal);
  const absolutePath = path.resolve(videoPath);
  const identity = await identifyVideo(absolutePath);
  const ffmpeg = await locateFfmpeg();
  const outline = await readIsoOutline(absolutePath);
  if (outline?.hasMovie === false) {
    throw new EngineError('VIDEO_TRUNCATED', `${absolutePath} has no index: it breaks off before its end.`);
  }
  const first = await decodeFirstFrame(ffmpeg, absolutePath, signal);
  const { table, truncated } = await listFrames(ffmpeg, absolutePath, first, outline, signal);
  const warnings: RunWarning[] = truncated
    ? [{ code: 'VIDEO_TRUNCATED', message: `${absolutePath} breaks off; what is there was used.` }]
    : [];
  return {
    path: absolutePath,
    identity,
    totalFrames: table.frameTimesSec.length,
    width: first.width,
    height: first.height,
    warnings,
    ...table,
  };
}

/** Takes the first way of listing that agrees with the first decoded frame about the clock. */
async function listFrames(
  ffmpeg: Ffmpeg,
  videoPath: string,
  first: FirstFrame,
  outline: IsoOutline | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly table: FrameTable; readonly truncated: boolean }> {
  const indexed = outline?.movie && !outline.truncated ? listIsoPackets(outline.movie) : undefined;
  const fromIndex = indexed && buildFrameTable(indexed, first.timeSec);
  if (fromIndex) return { table: fromIndex, truncated: false };

  const seeking = /^(mov|matroska)/.test(first.container) ? 'exact' : 'nearby';
  const listed = await listPackets(ffmpeg, videoPath, { signal, seeking });
  throwIfCancelled(signal);
  const truncated = outline?.truncated === true || listed.truncated === true;
  const fromPackets = buildFrameTable(listed, first.timeSec);
  if (fromPackets) return { table: fromPackets, truncated };

  const decoded = await listDecodedFrames(ffmpeg, videoPath, { signal });
  throwIfCancelled(signal);
  const fromFrames = buildFrameTable(decoded, first.timeSec);
  if (fromFrames) return { table: fromFrames, truncated };
  throw new EngineError('VIDEO_DECODE_FAILED', `The frames of ${videoPath} cannot be put in order.`);
}
