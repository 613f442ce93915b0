import type { Packet, PacketList } from './packet.ts';
import type { AvcFrames, SeekIndex } from './video.ts';

/** The frames of a video in presentation order, and how to reach them. */
export interface FrameTable {
  readonly fps: number;
  readonly frameTimesSec: Float64Array;
  readonly durationSec: number;
  readonly constantRate: boolean;
  readonly seekIndex: SeekIndex;
  /** Pictures at the beginning that do not decode, from the first one on that should have. */
  readonly brokenFirst: number;
}

/** A listed time and a decoded frame's are the same when they are closer than this (and than half a frame). */
const sameTimeSec = 0.005;

/**
 * Puts listed packets into presentation order, starting at the first frame that decodes: what comes before it (pictures
 * whose references the file lacks) is never seen.
 * Undefined when the list does not have the first decoded frame, that is, when it is on another clock; and when several
 * packets have one time, unless the list was made by decoding: only that tells whether each of them is a picture.
 */
export function buildFrameTable(list: PacketList, firstDecodedSec: number): FrameTable | undefined {
  const { numerator, denominator } = list.tickSec;
  const toSec = (ticks: number): number => (ticks * numerator) / denominator;
  const ordered = list.packets.toSorted((a, b) => a.time - b.time);
  const timesRepeat = ordered.some((packet, index) => packet.time === ordered[index - 1]?.time);
  if (timesRepeat && list.decoded !== true) return undefined;
  const firstIndex = nearest(ordered, (firstDecodedSec * denominator) / numerator);
  const frames = ordered.slice(firstIndex);
  const [first] = frames;
  const last = frames.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const meanTicks = frames.length > 1 ? (last.time - first.time) / (frames.length - 1) : last.duration;
  const tolerance = Math.min(sameTimeSec, toSec(meanTicks) / 2 || sameTimeSec);
  if (Math.abs(toSec(first.time) - firstDecodedSec) > tolerance) return undefined;

  const lastTicks =
    last.duration > 0 ? last.duration : meanTicks > 0 ? meanTicks : denominator / numerator / 25;
  const totalTicks = last.time + lastTicks - first.time;
  const steady = (slackTicks: number): boolean =>
    Math.abs(lastTicks - meanTicks) <= slackTicks &&
    frames.every((frame, index) => Math.abs(frame.time - first.time - index * meanTicks) <= slackTicks);
  const constantRate = steady(1);
  const measuredFps = (frames.length * denominator) / (totalTicks * numerator);
  const fps =
    firstIndex === 0 && list.fps !== undefined
      ? list.fps
      : constantRate && !steady(0)
        ? nominalRate(measuredFps, frames.length, toSec(totalTicks), toSec(1))
        : measuredFps;
  const decodedTimesSec = Float64Array.from(frames, (frame) => toSec(frame.time - first.time));
  const durationSec = toSec(totalTicks);
  return {
    fps,
    frameTimesSec: timesRepeat ? spreadTimes(decodedTimesSec, durationSec) : decodedTimesSec,
    durationSec,
    constantRate,
    brokenFirst: brokenFirst(ordered.slice(0, firstIndex)),
    seekIndex: {
      ...buildSeekIndex(frames, list.seeking, toSec),
      ...(timesRepeat && { decodedTimesSec }),
      ...avcFrames(frames, list),
    },
  };
}

/** Those before the first key frame lack what they refer to, as where a broadcast is tuned into: nothing of them is broken. */
function brokenFirst(undecoded: readonly Packet[]): number {
  const key = undecoded.findIndex((packet) => packet.key);
  return key === -1 ? 0 : undecoded.length - key;
}

/** Pictures of one time share the stretch up to the next time evenly: each is shown. */
function spreadTimes(timesSec: Float64Array, durationSec: number): Float64Array {
  const spread = Float64Array.from(timesSec);
  for (let start = 0, end = 0; start < timesSec.length; start = end) {
    const timeSec = timesSec[start] ?? 0;
    while (end < timesSec.length && timesSec[end] === timeSec) end++;
    const nextSec = timesSec[end] ?? durationSec;
    for (let index = start; index < end; index++) {
      spread[index] = timeSec + ((index - start) * (nextSec - timeSec)) / (end - start);
    }
  }
  return spread;
}

function avcFrames(frames: readonly Packet[], list: PacketList): { readonly avc?: AvcFrames } {
  if (list.avcLengthBytes === undefined) return {};
  return {
    avc: {
      offsets: Float64Array.from(frames, (frame) => frame.place?.offset ?? 0),
      sizes: Uint32Array.from(frames, (frame) => frame.place?.bytes ?? 0),
      lengthBytes: list.avcLengthBytes,
    },
  };
}

/** Index of the packet nearest in time. */
function nearest(ordered: readonly Packet[], time: number): number {
  const after = ordered.findIndex((packet) => packet.time >= time);
  if (after === -1) return Math.max(ordered.length - 1, 0);
  const before = ordered[after - 1];
  const next = ordered[after];
  return before !== undefined && next !== undefined && time - before.time < next.time - time
    ? after - 1
    : after;
}

/**
 * The rate that a stream was made at, where the container's clock is too coarse to show it (29.97 frames a second in
 * milliseconds): a whole number or its 1000/1001 that fits the duration to a tick, else what was measured.
 */
function nominalRate(measured: number, frameCount: number, durationSec: number, tickSec: number): number {
  const candidates = [Math.round(measured), (Math.round(measured * 1.001) * 1000) / 1001];
  const misfit = (rate: number): number => Math.abs(frameCount / rate - durationSec);
  const [best] = candidates.filter((rate) => rate > 0).toSorted((a, b) => misfit(a) - misfit(b));
  return best !== undefined && misfit(best) <= 1.5 * tickSec ? best : measured;
}

/**
 * ffmpeg moves the target of a seek back by up to this much where pictures are reordered (3/23 s), so aim that far behind
 * the key frame, provided that the next one is well out of reach.
 */
const seekMarginSec = 0.14;
const safeDistanceSec = 0.5;

function buildSeekIndex(
  frames: readonly Packet[],
  seeking: PacketList['seeking'],
  toSec: (ticks: number) => number,
): SeekIndex {
  const startTimeSec = toSec(frames[0]?.time ?? 0);
  if (seeking === 'none') return { startTimeSec, keyFrames: [0], seekTimesSec: [undefined] };
  const keyFrames = frames.flatMap((frame, index) => (frame.key || index === 0 ? [index] : []));
  const timeOf = (frameIndex: number): number => toSec(frames[frameIndex]?.time ?? Infinity);
  const justAfter = (frameIndex: number): number => (timeOf(frameIndex) + timeOf(frameIndex + 1)) / 2;
  const seekTimesSec = keyFrames.map((frameIndex, key) => {
    // Where a seek may land late, one key frame earlier is aimed at; what was decoded of it is passed over.
    const target = seeking === 'exact' ? frameIndex : (keyFrames[key - 1] ?? 0);
    if (target === 0) return undefined;
    const roomSec = timeOf(keyFrames[key + 1] ?? frames.length - 1) - timeOf(target);
    if (seeking === 'exact' && roomSec > safeDistanceSec) return timeOf(target) + seekMarginSec;
    return target + 1 < frames.length ? justAfter(target) : timeOf(target);
  });
  return { startTimeSec, keyFrames, seekTimesSec };
}
