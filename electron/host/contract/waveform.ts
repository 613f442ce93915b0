/**
 * A waveform, as the media route sends it: one peak after another from the film's first picture on, each of them the lowest
 * and the highest sample of its stretch as two signed 16-bit numbers, little-endian.
 */
export const peakBytes = 4;

/** How many peaks a second each of its levels has, the coarsest first; each is a whole multiple of the one before. */
export const peaksPerSec = [2, 16, 128] as const;
