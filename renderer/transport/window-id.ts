const key = 'videomind.window';

/**
 * The name of a window among those of the program: the same after a reload, another one in a copy of its tab. Made up
 * anew where nothing can be kept.
 */
export function windowIdOf(page: Window): string {
  // Pages from insecure addresses have no `randomUUID`.
  const fresh = Array.from(page.crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  try {
    const [navigation] = page.performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const known = navigation?.type === 'reload' ? page.sessionStorage.getItem(key) : null;
    page.sessionStorage.setItem(key, known ?? fresh);
    return known ?? fresh;
  } catch {
    return fresh;
  }
}
