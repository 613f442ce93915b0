import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ProxyRequest, VideoWork } from '../videos-service.ts';
import { chooseEncoding } from './encoders.ts';
import type { PlayedFile } from './playback.ts';
import { browsersShow, filmOf, mediaStartSec, playedFile } from './playback.ts';
import { toneMapping, videoFilters } from './tone-mapping.ts';
import { writeWithFfmpeg } from './write-with-ffmpeg.ts';

/** Longest side of a copy in pixels: larger ones cost hours and show no more in a window. */
const longestSide = 1920;

/** Times of frames may differ by this much: the clocks of two containers round differently. */
const sameTimeSec = 0.002;

/**
 * Makes a copy of a video that browsers play, whose frames are shown at the very same seconds. Pictures that browsers
 * know are copied as they are when only their container or sound is strange; all others are encoded. Each copy is held
 * against the original's frame times before it counts.
 * @throws EngineError a VIDEO_ code, DISK_FULL, OUTPUT_UNWRITABLE, CANCELLED.
 */
export async function makeProxy(
  open: (videoPath: string, signal?: AbortSignal) => Promise<Video>,
  request: ProxyRequest,
  work: VideoWork,
): Promise<void> {
  const video = await open(request.videoPath, work.signal);
  const ffmpeg = await locateFfmpeg();
  const file = playedFile(video);
  const encoding = await chooseEncoding(ffmpeg, 'mp4');
  const firstFrameSec = video.seekIndex?.startTimeSec ?? 0;
  const startSec = mediaStartSec(firstFrameSec, file);
  const write = (videoArguments: readonly string[]): Promise<void> =>
    writeWithFfmpeg(
      {
        args: [
          ...inputArguments(request.videoPath, video.input),
          ...['-map', '0:a:0?', ...videoArguments, ...encoding.audio],
          ...['-output_ts_offset', (startSec - firstFrameSec).toFixed(6)],
          ...['-map_metadata', '-1', '-map_chapters', '-1', '-movflags', '+faststart'],
        ],
        outputPath: request.outputPath,
        format: 'mp4',
        totalSec: video.durationSec,
        check: (copyPath) => requireSameTimes(video, startSec, copyPath, work.signal),
      },
      work,
    );
  if (browsersShow(file) && canBeCopied(file)) {
    try {
      await write(['-c:v', 'copy']);
      return;
    } catch (error) {
      if (toEngineError(error).code !== 'VIDEO_DECODE_FAILED') throw error;
    }
  }
  const mapping = toneMapping(filmOf(file));
  await write([
    ...encoding.video,
    '-vf',
    [
      `scale=w='max(2,trunc(min(1,${longestSide}/max(iw*sar,ih))*iw*sar/2)*2)':h='max(2,trunc(min(1,${longestSide}/max(iw*sar,ih))*ih/2)*2)'`,
      ...videoFilters(mapping),
      'setsar=1',
    ].join(','),
    ...(mapping?.tags ?? []),
    ...ffmpeg.passthroughArguments,
    '-enc_time_base',
    '-1',
  ]);
}

/** AVI has no presentation times that could be copied. */
function canBeCopied({ facts }: PlayedFile): boolean {
  return facts.container !== 'avi';
}

/** @throws EngineError VIDEO_DECODE_FAILED when the copy does not show the original's frames at the original's times. */
async function requireSameTimes(
  video: Video,
  startSec: number,
  copyPath: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const copy = await probeVideo(copyPath, { signal });
  const differs = video.frameTimesSec.some(
    (timeSec, index) => Math.abs((copy.frameTimesSec[index] ?? Infinity) - timeSec) > sameTimeSec,
  );
  const startDiffers = Math.abs((copy.seekIndex?.startTimeSec ?? 0) - startSec) > sameTimeSec;
  if (copy.totalFrames !== video.totalFrames || differs || startDiffers) {
    throw new EngineError('VIDEO_DECODE_FAILED', `A copy of ${video.path} would show other times.`);
  }
}
