/** The reference divides by this many steps, so that fewer pictures are an error there. */
export const fewestFrames = 31;
const mostFrames = 32;

/**
 * The pictures of a video that is a folder of them, as every role sees them: every k-th from the first, k = ⌊count / 31⌋,
 * at most 32; where there are fewer than 31, all (fixtures/README.md, MVBench Episodic Reasoning).
 */
export function chooseFrames(names: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(names.length / fewestFrames));
  return names.filter((_, index) => index % step === 0).slice(0, mostFrames);
}
