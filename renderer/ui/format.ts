/** `1.2 GB`: decimal units, two digits where they tell something. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toPrecision(2)} ${units[unit] ?? ''}`;
}

/** How long something took: `0.8 s`, `12 s`, `3 min 5 s`, `1 h 2 min`. */
export function formatSpan(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A share of one as `87 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How much is done, as `40 %`; undefined until something is: what has just begun is not at 0 %, its end is not known. */
export function formatProgress(done: number, total: number): string | undefined {
  return done > 0 && total > 0 ? `${Math.floor((100 * Math.min(done, total)) / total)} %` : undefined;
}

/** `3 lines`, or `1 of 3 lines` where some are left out. */
export function formatShown(shown: number, all: number, [one, several]: readonly [string, string]): string {
  return `${shown === all ? '' : `${shown} of `}${all} ${all === 1 ? one : several}`;
}

/** `today 14:05`-like: the time of today, else day and month. */
export function formatMoment(atMs: number, nowMs: number = Date.now()): string {
  const at = new Date(atMs);
  const sameDay = at.toDateString() === new Date(nowMs).toDateString();
  return sameDay
    ? at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
