import { z } from 'zod';

/** Versions of releases: three numbers, and nothing behind them. */
export const versionSchema = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/);

/**
 * Below zero where a program of version `left` is older than the release `right`, above where it is newer. What is on its way
 * to a release (`0.2.0-beta.1`) comes before it (semver.org, 11).
 */
export function compareVersions(left: string, right: string): number {
  const [leftNumbers, rightNumbers] = [numbersOf(left), numbersOf(right)];
  for (const index of [0, 1, 2]) {
    const difference = (leftNumbers[index] ?? 0) - (rightNumbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.includes('-')) - Number(left.includes('-'));
}

function numbersOf(version: string): number[] {
  const [core = ''] = version.split(/[-+]/);
  return core.split('.').map(Number);
}
