import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { planDecoding } from '../../../native-models/media/decode-plan.ts';
import type { Ffmpeg } from '../../../native-models/media/ffmpeg.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { inputArguments, seekArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ClipRequest, VideoWork } from '../videos-service.ts';
import type { Encoding } from './encoders.ts';
import { chooseEncoding } from './encoders.ts';
import { filmOf, playedFile } from './playback.ts';
import { toneMapping, videoFilters } from './tone-mapping.ts';
import { writeWithFfmpeg } from './write-with-ffmpeg.ts';

const formats: Readonly<Record<string, { readonly format: string; readonly encoding: 'mp4' | 'webm' }>> = {
  '.mp4': { format: 'mp4', encoding: 'mp4' },
  '.m4v': { format: 'mp4', encoding: 'mp4' },
  '.mov': { format: 'mov', encoding: 'mp4' },
  '.mkv': { format: 'matroska', encoding: 'mp4' },
  '.webm': { format: 'webm', encoding: 'webm' },
};

/**
 * Writes a moment as a file of its own: from the frame shown at its start up to its end, or as a copy that begins at the
 * key frame before.
 * @throws EngineError ARGUMENT_INVALID for an ending that is no container's, RANGE_INVALID, else as `writeWithFfmpeg`.
 */
export async function cutClip(video: Video, request: ClipRequest, work: VideoWork): Promise<void> {
  const container = formats[path.extname(request.outputPath).toLowerCase()];
  if (container === undefined) {
    const known = Object.keys(formats).join(', ');
    throw new EngineError('ARGUMENT_INVALID', `A clip is written as ${known}, not ${request.outputPath}.`);
  }
  const startSec = Math.max(0, request.startSec);
  const endSec = Math.min(video.durationSec, request.endSec);
  if (!(startSec < endSec)) {
    throw new EngineError('RANGE_INVALID', `From ${startSec} to ${endSec} s there is nothing in the video.`);
  }
  const ffmpeg = await locateFfmpeg();
  const encoding = await chooseEncoding(ffmpeg, container.encoding);
  await writeWithFfmpeg(
    {
      args: [
        ...(request.mode === 'encode'
          ? encodeArguments(ffmpeg, encoding, video, startSec, endSec)
          : copyArguments(video, startSec, endSec)),
        ...['-map_metadata', '-1', '-map_chapters', '-1', '-avoid_negative_ts', 'make_zero'],
        ...(container.format === 'mp4' ? ['-movflags', '+faststart'] : []),
      ],
      outputPath: request.outputPath,
      format: container.format,
      totalSec: endSec - startSec,
    },
    work,
  );
}

/** The frames of the moment, told apart by times half-way to their neighbours: clocks round. */
function encodeArguments(
  ffmpeg: Ffmpeg,
  encoding: Encoding,
  video: Video,
  startSec: number,
  endSec: number,
): string[] {
  const times = video.seekIndex?.decodedTimesSec ?? video.frameTimesSec;
  const mapping = toneMapping(filmOf(playedFile(video)));
  const origin = originOf(video);
  const first = lastFrameStartingBy(video.frameTimesSec, startSec);
  const last = Math.max(first, lastFrameStartingBy(video.frameTimesSec, endSec - 1e-6));
  const firstSec = times[first] ?? 0;
  const fromSec = origin + (firstSec + (times[first - 1] ?? firstSec - 0.02)) / 2;
  const toSec = origin + ((times[last] ?? 0) + (times[last + 1] ?? video.durationSec)) / 2;
  const [task] = planDecoding(video, [first]);
  return [
    ...[...seekArguments(task?.seekSec), ...inputArguments(video.path, video.input), '-map', '0:a:0?'],
    '-vf',
    [`trim=start=${fromSec.toFixed(6)}:end=${toSec.toFixed(6)}`, ...videoFilters(mapping)].join(','),
    ...(mapping?.tags ?? []),
    ...['-af', `atrim=start=${(origin + firstSec).toFixed(6)}:end=${(origin + endSec).toFixed(6)}`],
    ...[...encoding.video, ...encoding.audio, ...ffmpeg.passthroughArguments],
  ];
}

/** From the key frame before the moment. */
function copyArguments(video: Video, startSec: number, endSec: number): string[] {
  const origin = originOf(video);
  const seek = ['-seek_timestamp', '1', '-ss', (origin + startSec).toFixed(6)];
  return [
    ...(startSec > 0 ? seek : []),
    ...['-to', (origin + endSec).toFixed(6), ...inputArguments(video.path, video.input)],
    ...['-map', '0:a:0?', '-c', 'copy'],
  ];
}

/** Where the first frame lies on the container's clock, which ffmpeg counts by here. */
function originOf(video: Video): number {
  return video.seekIndex?.startTimeSec ?? 0;
}
