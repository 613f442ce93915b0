/** An event of Chromium's trace; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly cat: string;
}

/** What of a trace is JavaScript running, or its garbage being collected. */
const scriptEvents = new Set([
  'FunctionCall',
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'TimerFire',
  'RunMicrotasks',
  'MinorGC',
  'MajorGC',
]);

export interface FrameTimes {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  readonly count: number;
}

/** Script time between two marks of this name, on the thread that set them; nested events count once. */
export function scriptTimePerFrame(events: readonly TraceEvent[], mark: string): FrameTimes {
  const marks = events
    .filter((event) => event.name === mark && event.cat.includes('blink.user_timing'))
    .toSorted((a, b) => a.ts - b.ts);
  const { pid, tid } = marks[0] ?? { pid: -1, tid: -1 };
  const running = events
    .filter(
      (event) => event.ph === 'X' && event.pid === pid && event.tid === tid && scriptEvents.has(event.name),
    )
    .toSorted((a, b) => a.ts - b.ts);
  const frames = new Array<number>(Math.max(0, marks.length - 1)).fill(0);
  let coveredUntil = -Infinity;
  let frame = 0;
  for (const { ts, dur = 0 } of running) {
    const from = Math.max(ts, coveredUntil);
    const until = ts + dur;
    if (until <= from) continue;
    coveredUntil = until;
    // What begins in a frame belongs to it: the mark itself is set within the frame's callback.
    while (frame + 1 < marks.length && (marks[frame + 1]?.ts ?? Infinity) <= until) frame += 1;
    if (frame < frames.length) frames[frame] = (frames[frame] ?? 0) + (until - from) / 1000;
  }
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95), longestMs: sorted.at(-1) ?? 0, count: frames.length };
}
