/** What ffmpeg's `showinfo` filter prints of a frame, behind {@link frameReport}. */
export interface FrameReport {
  /** Presentation time in the container's clock, seconds. */
  readonly timeSec: number;
  readonly width: number;
  readonly height: number;
}

/** Filters that print one line a frame to the log, times in whole microseconds. */
export const frameReport = 'settb=1/1000000,showinfo';

const reportLine = /\[Parsed_showinfo_\S+ @ [^\]]*\] n: *\d+ pts: *(-?\d+) .* s:(\d+)x(\d+) /;

/** Reads a log line; undefined when it is no frame's report, or the frame has no time. */
export function parseFrameReport(line: string): FrameReport | undefined {
  const [, pts, width, height] = reportLine.exec(line) ?? [];
  if (pts === undefined) return undefined;
  return { timeSec: Number(pts) / 1e6, width: Number(width), height: Number(height) };
}
