import type { Video } from './video.ts';

/** What the conversions between frames and seconds need to know of a video. */
export type TimelineVideo = Pick<
  Video,
  'fps' | 'totalFrames' | 'durationSec' | 'frameTimesSec' | 'constantRate'
>;

/**
 * Seconds of presentation at a place between the first (0) and the last frame's end (1), counted in frames: what a
 * network says in shares of N frames. With a constant rate exactly `share × (N ÷ fps)`; otherwise the frame position
 * share × N is looked up in the presentation times, linearly within a frame.
 */
export function shareToSeconds(video: TimelineVideo, share: number): number {
  if (video.constantRate) return share * (video.totalFrames / video.fps);
  return positionToSeconds(video, share * video.totalFrames);
}

/**
 * Seconds of presentation at a frame position (frame 3 starts at 3, its middle is 3.5), clamped to the video.
 * With a constant rate exactly `position ÷ fps`, unclamped.
 */
export function positionToSeconds(video: TimelineVideo, position: number): number {
  if (video.constantRate) return position / video.fps;
  const clamped = Math.min(Math.max(position, 0), video.totalFrames);
  const frame = Math.min(Math.floor(clamped), video.totalFrames - 1);
  const start = frameStart(video, frame);
  return start + (clamped - frame) * (frameStart(video, frame + 1) - start);
}

/**
 * Frame position at a time, the inverse of {@link positionToSeconds}. With a constant rate exactly `sec × fps`,
 * unclamped.
 */
export function secondsToPosition(video: TimelineVideo, sec: number): number {
  if (video.constantRate) return sec * video.fps;
  if (sec <= 0) return 0;
  if (sec >= video.durationSec) return video.totalFrames;
  const frame = lastFrameStartingBy(video.frameTimesSec, sec);
  const start = frameStart(video, frame);
  return frame + (sec - start) / (frameStart(video, frame + 1) - start);
}

/** Start of a frame; of the one after the last: the end of the video. */
function frameStart(video: TimelineVideo, frame: number): number {
  return video.frameTimesSec[frame] ?? video.durationSec;
}

/** Index of the last time that is not after `sec`; `times` ascend from at most `sec`. */
export function lastFrameStartingBy(times: Float64Array, sec: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((times[middle] ?? Infinity) <= sec) low = middle;
    else high = middle - 1;
  }
  return low;
}
