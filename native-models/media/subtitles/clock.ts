import type { Subtitle } from './subtitle.ts';

/** Subtitles counted from the first picture instead of a player's 0; those before it are gone. */
export function fromFirstPicture(cues: readonly Subtitle[], playerStartSec: number): readonly Subtitle[] {
  if (playerStartSec === 0) return cues;
  return cues
    .filter(({ endSec }) => endSec > playerStartSec)
    .map(({ startSec, endSec, text }) => ({
      startSec: Math.max(0, startSec - playerStartSec),
      endSec: endSec - playerStartSec,
      text,
    }));
}
