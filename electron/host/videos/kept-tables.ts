import { open } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { fileIdentity, identityOfStream } from '../../../native-models/media/file-identity.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import type { Video } from '../../../native-models/media/video.ts';
import { DiskCache, placeOf } from './disk-cache.ts';

/** Raised when probing finds out more, or something else. */
const version = 3;
const limitBytes = 256 * 1024 * 1024;

const numbers = z.instanceof(Float64Array);
const streamSchema = z.object({
  index: z.number().int(),
  kind: z.enum(['video', 'audio', 'subtitle', 'other']),
  codec: z.string(),
  language: z.string().exactOptional(),
  default: z.boolean(),
  attachedPicture: z.boolean(),
  pixelFormat: z.string().exactOptional(),
  transfer: z.string().exactOptional(),
  width: z.number().exactOptional(),
  height: z.number().exactOptional(),
  fps: z.number().exactOptional(),
  rotation: z.number().exactOptional(),
  sampleRate: z.number().exactOptional(),
  mono: z.literal(true).exactOptional(),
});
const containerSchema = z.object({
  container: z.string(),
  startSec: z.number(),
  durationSec: z.number().exactOptional(),
  streams: z.array(streamSchema),
  timecode: z.string().exactOptional(),
  chapters: z
    .array(z.object({ startSec: z.number(), endSec: z.number(), title: z.string() }))
    .exactOptional(),
});
const videoSchema = z.object({
  identity: z.string(),
  fps: z.number(),
  totalFrames: z.number().int().nonnegative(),
  width: z.number().int(),
  height: z.number().int(),
  durationSec: z.number(),
  frameTimesSec: numbers,
  constantRate: z.boolean(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  container: containerSchema,
  input: z.object({
    videoStream: z.number().int(),
    clock: z.enum(['own', 'joined']),
    evenRate: z.string().optional(),
  }),
  playerStartSec: z.number(),
  seekIndex: z
    .object({
      startTimeSec: z.number(),
      decodedTimesSec: numbers.exactOptional(),
      keyFrames: z.array(z.number()),
      seekTimesSec: z.array(z.number().optional()),
    })
    .exactOptional(),
});

/**
 * Probes videos and keeps their frame tables on disk, by content: a container without an index has to be read through to
 * list its frames, which takes long for long files, but once is enough.
 */
export class KeptTables {
  readonly #cache: DiskCache;

  /** @param folder where they are kept. */
  constructor(folder: string) {
    this.#cache = new DiskCache(folder, limitBytes);
  }

  /** @throws EngineError as `probeVideo`. */
  async probe(
    videoPath: string,
    options: { readonly videoStream?: number | undefined } = {},
  ): Promise<Video> {
    const kept = await this.#find(videoPath, options.videoStream);
    if (kept !== undefined) return kept;
    const video = await probeVideo(videoPath, options);
    // Its path is where it lay this time; where its pictures lie in the file is for the engine, which probes by itself.
    const seekIndex = video.seekIndex && { ...video.seekIndex, avc: undefined };
    await this.#cache.write(nameOf(video.identity), serialize({ ...video, path: undefined, seekIndex }));
    return video;
  }

  async #find(videoPath: string, videoStream: number | undefined): Promise<Video | undefined> {
    try {
      await using file = await open(videoPath, 'r');
      const identityOfFile = await fileIdentity(file);
      const identity =
        videoStream === undefined ? identityOfFile : identityOfStream(identityOfFile, videoStream);
      const bytes = await this.#cache.read(nameOf(identity));
      if (bytes === undefined) return undefined;
      const video = videoSchema.parse(deserialize(bytes));
      return video.identity === identity ? { ...(video as Omit<Video, 'path'>), path: videoPath } : undefined;
    } catch {
      return undefined; // what is wrong with the file is for the probe to say; what is wrong with the cache, to nobody
    }
  }
}

function nameOf(identity: string): string {
  return `${placeOf(identity)}-${version}`;
}
