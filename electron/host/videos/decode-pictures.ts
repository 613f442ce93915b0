import type { DecodeTask } from '../../../native-models/media/decode-plan.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess, inputArguments, seekArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { selectFrames } from '../../../native-models/media/frame-selection.ts';
import { frameReport, parseFrameReport } from '../../../native-models/media/showinfo.ts';
import type { Video, VideoInput } from '../../../native-models/media/video.ts';
import { throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { JpegStream } from './jpeg-stream.ts';
import { filmOf, playedFile } from './playback.ts';
import type { ToneMapping } from './tone-mapping.ts';
import { toneMapping } from './tone-mapping.ts';

const patience = { silence: 20_000, total: 60_000 };

/**
 * Decodes the frames of one stretch of a video with one ffmpeg, as JPEG pictures of a width, each told as soon as it is
 * there. Frames that do not decode are not told.
 * @throws EngineError CANCELLED, FFMPEG_MISSING.
 */
export async function decodePictures(
  video: Video,
  task: DecodeTask,
  width: number,
  options: {
    readonly signal: AbortSignal;
    readonly onPicture: (frameIndex: number, jpeg: Uint8Array) => void;
  },
): Promise<void> {
  const { signal, onPicture } = options;
  const file = playedFile(video);
  const selection = selectFrames(video, task.frameIndices);
  const wanted = new Set(task.frameIndices);
  const timesSec: number[] = [];
  const pictures: Uint8Array[] = [];
  let told = 0;
  // Times and pictures come through different pipes, in the same order.
  const tell = (): void => {
    for (; told < Math.min(timesSec.length, pictures.length); told++) {
      const frameIndex = selection.find(timesSec[told] ?? 0);
      const jpeg = pictures[told];
      if (frameIndex === 'past') wanted.clear();
      else if (frameIndex !== undefined && jpeg !== undefined && wanted.delete(frameIndex))
        onPicture(frameIndex, jpeg);
    }
  };
  const child = await startPictures(
    video.path,
    {
      ...{
        seeking: seekArguments(task.seekSec),
        width,
        input: file.input,
        mapping: toneMapping(filmOf(file)),
      },
      filters: [`select='${selection.expression}'`, frameReport],
    },
    {
      signal,
      onLine: (line) => {
        const report = parseFrameReport(line);
        if (report === undefined) return;
        timesSec.push(report.timeSec);
        tell();
      },
    },
  );
  const stream = new JpegStream();
  try {
    while (wanted.size > 0) {
      const chunk = await child.readChunk();
      if (chunk === undefined) break;
      pictures.push(...stream.push(chunk));
      tell();
    }
  } finally {
    if (wanted.size === 0) child.kill();
    await child.ended;
  }
  tell();
  throwIfCancelled(signal);
}

/**
 * The first picture behind a place, by the container's own clock; undefined where there is none.
 * @param seeking arguments of ffmpeg in front of the file.
 * @throws EngineError CANCELLED, FFMPEG_MISSING.
 */
export async function decodePictureBehind(
  videoPath: string,
  seeking: readonly string[],
  width: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const child = await startPictures(videoPath, { seeking, width, output: ['-frames:v', '1'] }, { signal });
  const chunks: Uint8Array[] = [];
  for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
    chunks.push(chunk);
  }
  await child.ended;
  throwIfCancelled(signal);
  return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}

interface WantedPictures {
  /** Arguments of ffmpeg in front of the file. */
  readonly seeking: readonly string[];
  /** Filters that let the wanted frames through; all without them. */
  readonly filters?: readonly string[];
  /** Arguments behind the filters. */
  readonly output?: readonly string[];
  readonly width: number;
  readonly input?: VideoInput | undefined;
  readonly mapping?: ToneMapping | undefined;
}

async function startPictures(
  videoPath: string,
  { seeking, filters = [], output = [], width, input, mapping }: WantedPictures,
  options: { readonly signal: AbortSignal; readonly onLine?: (line: string) => void },
): Promise<FfmpegProcess> {
  throwIfCancelled(options.signal);
  const ffmpeg = await locateFfmpeg();
  return new FfmpegProcess(
    ffmpeg,
    [
      ...['-threads', '2', ...seeking, ...inputArguments(videoPath, input)],
      '-vf',
      [
        ...filters,
        `scale=w=${width}:h='max(2,trunc(${width}/dar/2+0.5)*2)':flags=bilinear`,
        ...(mapping?.filters ?? []),
        'setsar=1',
        'format=yuvj420p',
      ].join(','),
      ...[...ffmpeg.passthroughArguments, ...output, '-c:v', 'mjpeg', '-q:v', '4'],
      // Each picture is there as soon as it is coded.
      ...['-flush_packets', '1', '-f', 'image2pipe', '-'],
    ],
    { patience, ...options },
  );
}
