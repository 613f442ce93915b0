/**
 * Rewrites the times of a SciVideoBench question as frame numbers at one frame a second: `01:30` becomes `frame 90`,
 * `0:10-0:20` becomes `frame 10 to frame 20` (fixtures/README.md, "VideoKR").
 */
export function timesAsFrames(question: string): string {
  const time = String.raw`(\d{1,2}):(\d{2})`;
  const frame = (minutes: string, seconds: string): string =>
    `frame ${Number(minutes) * 60 + Number(seconds)}`;
  return question
    .replace(
      new RegExp(String.raw`\b${time}\s*[-–—]\s*${time}\b`, 'gu'),
      (_, m1: string, s1: string, m2: string, s2: string) => `${frame(m1, s1)} to ${frame(m2, s2)}`,
    )
    .replace(new RegExp(String.raw`\b${time}\b`, 'gu'), (_, m: string, s: string) => frame(m, s));
}
