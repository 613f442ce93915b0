/** An event of Chromium's trace; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor, without the time that other processes had it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
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

/** Script time per frame, in milliseconds. */
export interface ScriptTimes {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  readonly count: number;
}

/**
 * Script time between two marks of this name, on the thread that set them; nested events count once. `clock` `processor`
 * leaves out what other processes had of the processor meanwhile.
 */
export function scriptTimePerFrame(
  events: readonly TraceEvent[],
  mark: string,
  clock: 'wall' | 'processor',
): ScriptTimes {
  const marks = events
    .filter((event) => event.name === mark && event.cat.includes('blink.user_timing'))
    .toSorted((a, b) => a.ts - b.ts);
  const { pid, tid } = marks[0] ?? { pid: -1, tid: -1 };
  const running = events
    .filter(
      (event) => event.ph === 'X' && event.pid === pid && event.tid === tid && scriptEvents.has(event.name),
    )
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames = new Array<number>(Math.max(0, marks.length - 1)).fill(0);
  let coveredUntil = -Infinity;
  let frame = 0;
  for (const { ts, dur = 0, tdur } of running) {
    if (ts < coveredUntil) continue;
    coveredUntil = ts + dur;
    // What begins in a frame belongs to it: the mark itself is set within the frame's callback.
    while (frame + 1 < marks.length && (marks[frame + 1]?.ts ?? Infinity) <= coveredUntil) frame += 1;
    const spent = clock === 'wall' ? dur : (tdur ?? dur);
    if (frame < frames.length) frames[frame] = (frames[frame] ?? 0) + spent / 1000;
  }
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95), longestMs: sorted.at(-1) ?? 0, count: frames.length };
}

/** Processor time of the tasks of the window's main thread in milliseconds, longest first. */
export function longestTasks(events: readonly TraceEvent[]): number[] {
  const windows = new Set(
    events
      .filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
      .map((event) => `${event.pid}:${event.tid}`),
  );
  return events
    .filter(
      (event) => event.ph === 'X' && /RunTask$/.test(event.name) && windows.has(`${event.pid}:${event.tid}`),
    )
    .map((event) => (event.tdur ?? event.dur ?? 0) / 1000)
    .sort((a, b) => b - a);
}
