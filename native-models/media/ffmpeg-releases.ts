/**
 * The first release of each maintained branch of FFmpeg in which the memory faults that were published up to June 2026 are mended
 * (the last of them CVE-2026-8461, which a thumbnail is enough for). Raised whenever such a fault is published; branches
 * that are not named are not maintained, or are newer than all of these.
 */
const patchedReleases: Readonly<Record<string, string>> = {
  '5.1': '5.1.10',
  '6.1': '6.1.6',
  '7.1': '7.1.5',
  '8.1': '8.1.2',
};

/**
 * Why a build is not a patched one; undefined for one that is. Distributions may have mended what their number does not
 * tell: it is a warning, never a refusal.
 * @param version as the binary names it: `5.1.9-0+deb12u1`, `n8.1.2`, or a build number
 */
export function unpatchedReason(version: string): string | undefined {
  const patched = `patched releases are ${Object.values(patchedReleases).join(', ')} and newer`;
  const [, release, major, minor, patch] = /^n?((\d+)\.(\d+)(?:\.(\d+))?)/.exec(version) ?? [];
  if (release === undefined) return `the build ${version} carries no release number; ${patched}`;
  const floor = patchedReleases[`${major}.${minor}`];
  const [, , floorPatch = '0'] = floor?.split('.') ?? [];
  if (floor !== undefined && Number(patch ?? 0) >= Number(floorPatch)) return undefined;
  const newest = Object.keys(patchedReleases).at(-1)?.split('.').map(Number) ?? [];
  const [newestMajor = 0, newestMinor = 0] = newest;
  const isNewer =
    Number(major) > newestMajor || (Number(major) === newestMajor && Number(minor) > newestMinor);
  return isNewer
    ? undefined
    : `FFmpeg ${release} has known faults that a video can be made to use; ${patched}`;
}
