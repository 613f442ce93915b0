/** Upper ends of the ranges of video length in seconds, as LongVideoBench and Video-MME divide them. */
const rangeEndsSec = [15, 60, 180, 600, 3600] as const;

/** Names of the ranges of video length, shortest first; the last is for samples that say none. */
export const videoLengthNames: readonly string[] = [
  ...rangeEndsSec.map((endSec, index) => `${rangeEndsSec[index - 1] ?? 0}-${endSec} s`),
  `over ${rangeEndsSec.at(-1) ?? 0} s`,
  'unknown',
];

/** Range of a video's length; each range holds its upper end. */
export function videoLengthName(durationSec: number | undefined): string {
  const index =
    durationSec === undefined
      ? videoLengthNames.length - 1
      : rangeEndsSec.findIndex((endSec) => durationSec <= endSec);
  return videoLengthNames.at(index === -1 ? rangeEndsSec.length : index) ?? 'unknown';
}
