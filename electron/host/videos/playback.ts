import type { StreamFacts } from './stream-facts.ts';

/** Containers that Chromium opens, by ffmpeg's names. */
const containers = /^(mov|matroska)/;

/** Video codecs that Chromium (with the codecs that Electron carries) decodes, with the pixel formats it shows. */
const videoCodecs: Readonly<Record<string, readonly string[]>> = {
  h264: ['yuv420p', 'yuvj420p'],
  vp8: ['yuv420p'],
  vp9: ['yuv420p', 'yuv420p10le'],
  av1: ['yuv420p', 'yuv420p10le'],
};

const audioCodecs = new Set(['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm_s16le']);

/** True when Chromium plays these pictures as they are. */
export function browsersShow(facts: Pick<StreamFacts, 'videoCodec' | 'pixelFormat'>): boolean {
  return videoCodecs[facts.videoCodec]?.includes(facts.pixelFormat) === true;
}

/**
 * Where the first frame (given on the container's clock) lies on the clock of a browser's media element. Chromium plays a file on the container's own clock,
 * whatever that starts with; a copy starts with the earliest of its streams, as recordings of broadcasts may start at hours.
 */
export function mediaStartSec(firstFrameSec: number, facts: StreamFacts): number {
  if (browsersPlay(firstFrameSec, facts)) return firstFrameSec;
  const afterStartSec = firstFrameSec - facts.startSec;
  // ffmpeg prints six decimals.
  return afterStartSec < 1e-5 ? 0 : Math.round(afterStartSec * 1e6) / 1e6;
}

/**
 * True when Chromium plays the file: its container, its pictures, and its first audio. Where it would drop the sound
 * (AC-3, DTS) it does not: a person would take the silence for the video's. What starts before zero would lose frames.
 */
export function browsersPlay(firstFrameSec: number, facts: StreamFacts): boolean {
  const [audio] = facts.audioCodecs;
  return (
    firstFrameSec >= 0 &&
    containers.test(facts.container) &&
    browsersShow(facts) &&
    (audio === undefined || audioCodecs.has(audio))
  );
}
