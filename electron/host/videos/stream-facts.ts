import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { Ffmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess, inputArguments } from '../../../native-models/media/ffmpeg-process.ts';

/** What ffmpeg says of a file's container and streams, without decoding. */
export interface StreamFacts {
  /** ffmpeg's names of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** Earliest start of any stream on the container's clock: a player's 0. */
  readonly startSec: number;
  readonly durationSec: number | undefined;
  readonly videoCodec: string;
  readonly pixelFormat: string;
  /** As the container declares or ffmpeg guesses from the first frames. */
  readonly fps: number | undefined;
  /** Codecs of the audio streams, in order. */
  readonly audioCodecs: readonly string[];
  readonly subtitles: readonly EmbeddedSubtitles[];
}

/** A track of subtitles inside a video file. */
export interface EmbeddedSubtitles {
  /** Among the file's subtitles, from 0. */
  readonly index: number;
  readonly codec: string;
  /** ISO 639 code, where the file has one. */
  readonly language: string | undefined;
}

const patience = { silence: 30_000, total: 60_000 };

/**
 * Reads the description that ffmpeg prints of a file it opens.
 * @throws EngineError VIDEO_NOT_RECOGNIZED, VIDEO_NO_VIDEO_STREAM, CANCELLED.
 */
export async function readStreamFacts(
  ffmpeg: Ffmpeg,
  videoPath: string,
  signal?: AbortSignal,
): Promise<StreamFacts> {
  const lines: string[] = [];
  const child = new FfmpegProcess(
    ffmpeg,
    [...inputArguments(videoPath), '-c', 'copy', '-t', '0', '-f', 'null', '-'],
    { patience, signal, onLine: (line) => lines.push(line) },
  );
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  throwIfCancelled(signal);
  const facts = parseStreamFacts(lines);
  if (facts === undefined || facts.container === textAsPictures) {
    throw new EngineError('VIDEO_NOT_RECOGNIZED', `${videoPath} is not a video that ffmpeg can read.`);
  }
  if (facts.videoCodec === '') {
    throw new EngineError('VIDEO_NO_VIDEO_STREAM', `${videoPath} has no video stream.`);
  }
  return facts;
}

/** ffmpeg would draw any text file as a terminal. */
const textAsPictures = 'tty';

const inputLine = /^Input #0, (.+), from /;
const timingLine = /^ +Duration: (?:(\d+):(\d+):([\d.]+)|N\/A)(?:, start: (-?[\d.]+))?/;
const streamLine = /^ +Stream #0:\d+(?:\[0x[\da-f]+\])?(?:\((\w+)\))?: (Video|Audio|Subtitle): (\w+)(.*)$/;

/** Reads the lines about the input; undefined when ffmpeg opened none. */
export function parseStreamFacts(lines: readonly string[]): StreamFacts | undefined {
  const end = lines.findIndex((line) => /^(Output #0|Stream mapping)/.test(line));
  const input = end === -1 ? lines : lines.slice(0, end);
  const container = firstMatch(input, inputLine)?.[1];
  if (container === undefined) return undefined;
  const [, hours, minutes, seconds, start] = firstMatch(input, timingLine) ?? [];
  const matches = input.map((line) => streamLine.exec(line)).filter((match) => match !== null);
  const ofKind = (kind: string): readonly RegExpExecArray[] => matches.filter((match) => match[2] === kind);
  const video = ofKind('Video').find((match) => !match[4]?.includes('(attached pic)'));
  return {
    container,
    startSec: Number(start ?? 0),
    durationSec:
      seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    videoCodec: video?.[3] ?? '',
    pixelFormat: pixelFormatIn(video?.[4] ?? ''),
    fps: frameRateIn(video?.[4] ?? ''),
    audioCodecs: ofKind('Audio').map((match) => match[3] ?? ''),
    subtitles: ofKind('Subtitle').map((match, index) => ({
      index,
      codec: match[3] ?? '',
      language: match[1] === 'und' ? undefined : match[1],
    })),
  };
}

/** The first field behind the codec and its remarks in parentheses, which may hold commas. */
function pixelFormatIn(description: string): string {
  const plain = description.replace(/\([^()]*\)/g, '');
  return /^ *,? *([a-z]\w*)/.exec(plain)?.[1] ?? '';
}

function frameRateIn(description: string): number | undefined {
  const fps = Number(/, ([\d.]+) fps\b/.exec(description)?.[1]);
  return fps > 0 ? fps : undefined;
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}
