/** `00:01:02,345` (SRT) or `00:01:02.345` (WebVTT), rounded to the millisecond. */
export function clockTime(timeSec: number, decimalMark: ',' | '.'): string {
  const totalMs = Math.round(timeSec * 1000);
  const parts = [
    Math.floor(totalMs / 3_600_000),
    Math.floor(totalMs / 60_000) % 60,
    Math.floor(totalMs / 1000) % 60,
  ];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}${decimalMark}${String(totalMs % 1000).padStart(3, '0')}`;
}
