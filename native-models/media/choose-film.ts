import type { StreamFacts } from './container-facts.ts';
import type { PacketList } from './packet.ts';

/** One of several video streams, and what its packets tell. */
export interface FilmCandidate {
  readonly stream: StreamFacts;
  readonly frames: number;
  readonly durationSec: number;
}

/** Shares of the longest stream and of the most frames from which on a stream can be the film. */
const nearlyAsLong = 0.9;
const halfAsMany = 0.5;

/** How long a stream is, by its packets. */
export function measureFilm(stream: StreamFacts, { packets, tickSec }: PacketList): FilmCandidate {
  let first = Infinity;
  let end = -Infinity;
  for (const { time, duration } of packets) {
    first = Math.min(first, time);
    end = Math.max(end, time + duration);
  }
  const ticks = packets.length === 0 ? 0 : end - first;
  return {
    stream,
    frames: packets.length,
    durationSec: (ticks * tickSec.numerator) / tickSec.denominator,
  };
}

/**
 * Which of several video streams is the film: thumbnails and previews are shorter or have far fewer pictures; of those left,
 * the one that the file marks as its default, else the one with the largest picture, else the first.
 */
export function chooseFilm(candidates: readonly FilmCandidate[]): FilmCandidate | undefined {
  const longestSec = Math.max(...candidates.map(({ durationSec }) => durationSec));
  const long = candidates.filter(({ durationSec }) => durationSec >= nearlyAsLong * longestSec);
  const mostFrames = Math.max(...long.map(({ frames }) => frames));
  const films = long.filter(({ frames }) => frames >= halfAsMany * mostFrames);
  const marked = films.filter(({ stream }) => stream.default);
  const pixels = ({ stream }: FilmCandidate): number => (stream.width ?? 0) * (stream.height ?? 0);
  const [best] = (marked.length > 0 ? marked : films).toSorted((a, b) => pixels(b) - pixels(a));
  return best;
}

/** Says which of several streams is used. */
export function filmChosen(chosen: FilmCandidate, candidates: readonly FilmCandidate[]): string {
  const describe = ({ stream, frames, durationSec }: FilmCandidate): string =>
    `stream ${stream.index} (${stream.codec}, ${stream.width ?? '?'}×${stream.height ?? '?'}, ${frames} frames, ${durationSec.toFixed(1)} s)`;
  const others = candidates.filter((candidate) => candidate !== chosen).map(describe);
  return `There are ${candidates.length} video streams: ${describe(chosen)} is used, not ${others.join(' or ')}.`;
}
