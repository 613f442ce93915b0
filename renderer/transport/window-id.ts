import { randomId } from '../random-id.ts';

const key = 'videomind.window';

/**
 * The name of a window among those of the program: the same after a reload, another one in a copy of its tab. Made up
 * anew where nothing can be kept.
 */
export function windowIdOf(page: Window): string {
  const fresh = randomId(page.crypto);
  try {
    const [navigation] = page.performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const known = navigation?.type === 'reload' ? page.sessionStorage.getItem(key) : null;
    page.sessionStorage.setItem(key, known ?? fresh);
    return known ?? fresh;
  } catch {
    return fresh;
  }
}
