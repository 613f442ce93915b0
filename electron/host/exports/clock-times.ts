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

/**
 * `01:02:03:04`: hours, minutes, seconds and frames without dropped numbers, as edit decision lists count: a second has
 * the whole number of frames next to the frame rate, and the frame of a time is its index in the video.
 */
export function frameTimecode(timeSec: number, fps: number): string {
  const framesPerSecond = Math.max(1, Math.round(fps));
  const frame = Math.round(timeSec * fps);
  const seconds = Math.floor(frame / framesPerSecond);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % framesPerSecond]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
