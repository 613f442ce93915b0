import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ClipRequest, VideoWork } from '../videos-service.ts';
import { chooseEncoding } from './encoders.ts';
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
  const first = lastFrameStartingBy(video.frameTimesSec, startSec);
  const firstSec = video.frameTimesSec[first] ?? 0;
  const beforeSec = video.frameTimesSec[first - 1] ?? firstSec - 0.02;
  const origin = video.seekIndex?.startTimeSec ?? 0;
  const seek = ['-seek_timestamp', '1', '-ss', (origin + (firstSec + beforeSec) / 2).toFixed(6)];
  const exact = request.mode === 'encode';
  const encoding = await chooseEncoding(ffmpeg, container.encoding);
  // With the container's own clock in force, the end is a place on it.
  const until = ['-to', (origin + endSec).toFixed(6)];
  await writeWithFfmpeg(
    {
      args: [
        ...(exact || first > 0 ? seek : []),
        ...until,
        ...inputArguments(video.path),
        ...['-map', '0:a:0?', '-map_metadata', '-1', '-map_chapters', '-1'],
        ...(exact ? [...encoding.video, ...encoding.audio, ...ffmpeg.passthroughArguments] : ['-c', 'copy']),
        ...['-avoid_negative_ts', 'make_zero'],
        ...(container.format === 'mp4' ? ['-movflags', '+faststart'] : []),
      ],
      outputPath: request.outputPath,
      format: container.format,
      totalSec: endSec - startSec,
    },
    work,
  );
}
