import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { listDecodedFrames } from '../../../native-models/media/listed-packets.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ProxyRequest, VideoWork } from '../videos-service.ts';
import { chooseEncoding } from './encoders.ts';
import type { PlayedFile } from './playback.ts';
import { browsersPlay, browsersShow, filmOf, mediaStartSec, playedFile } from './playback.ts';
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
  // Where a browser plays such files, one is copied for what it stopped at: a broken picture.
  if (browsersShow(file) && canBeCopied(file) && !browsersPlay(firstFrameSec, file)) {
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

/**
 * @throws EngineError VIDEO_DECODE_FAILED when the copy does not show the original's frames at the original's times. It may
 * lack those alone that cannot be decoded: the one before stands for them, as the model has it, too.
 */
async function requireSameTimes(
  video: Video,
  startSec: number,
  copyPath: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const copy = await probeVideo(copyPath, { signal });
  const shows = (timesSec: Float64Array): boolean =>
    copy.totalFrames === timesSec.length &&
    timesSec.every((timeSec, index) => isSame(timeSec, copy.frameTimesSec[index]));
  if (
    !isSame(startSec, copy.seekIndex?.startTimeSec ?? 0) ||
    (!shows(video.frameTimesSec) && !shows(await decodedTimesSec(video, signal)))
  ) {
    throw new EngineError('VIDEO_DECODE_FAILED', `A copy of ${video.path} would show other times.`);
  }
}

function isSame(expectedSec: number, timeSec: number | undefined): boolean {
  return timeSec !== undefined && Math.abs(timeSec - expectedSec) <= sameTimeSec;
}

/** Times of the frames that decode, all of which the video must know. */
async function decodedTimesSec(video: Video, signal: AbortSignal | undefined): Promise<Float64Array> {
  const ffmpeg = await locateFfmpeg();
  const { input } = playedFile(video);
  const { packets, tickSec } = await listDecodedFrames(ffmpeg, video.path, { signal, input });
  throwIfCancelled(signal);
  const startSec = video.seekIndex?.startTimeSec ?? 0;
  const timesSec = packets.map(({ time }) => (time * tickSec.numerator) / tickSec.denominator - startSec);
  const isKnown = (timeSec: number): boolean => {
    const at = lastFrameStartingBy(video.frameTimesSec, timeSec + sameTimeSec);
    return isSame(timeSec, video.frameTimesSec[at]);
  };
  return timesSec.every(isKnown) ? Float64Array.from(timesSec) : video.frameTimesSec;
}
