import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { FrameTimes } from '../../player/frame-times.ts';
import type { TimelineSegment, TimelineTrack } from '../timeline-model.ts';

/** A person's annotation, or what is said of it. */
export function annotation(
  id: string,
  startSec: number,
  endSec: number,
  more: Partial<Annotation> = {},
): Annotation {
  return {
    id,
    projectId: 'p',
    videoId: 'v',
    startSec,
    endSec,
    text: `moment ${id}`,
    note: '',
    provenance: 'human',
    state: 'open',
    createdAtMs: 1,
    updatedAtMs: 1,
    ...more,
  };
}

/** The segment of an annotation. */
export function kept(
  id: string,
  startSec: number,
  endSec: number,
  more: Partial<Annotation> = {},
): TimelineSegment {
  return {
    id,
    startSec,
    endSec,
    text: `moment ${id}`,
    origin: { type: 'annotation', annotation: annotation(id, startSec, endSec, more) },
  };
}

/** A candidate of a run. */
export function candidate(index: number, startSec: number, endSec: number): TimelineSegment {
  return {
    id: `r:${index}`,
    startSec,
    endSec,
    text: '90 %',
    value: 0.9,
    origin: {
      type: 'candidate',
      runId: 'r',
      videoId: 'v',
      candidateIndex: index,
      query: 'a red ball',
      confidence: 0.9,
      verifierScore: 0.7,
    },
  };
}

export function track(
  segments: readonly TimelineSegment[],
  kind: TimelineTrack['kind'] = 'own',
): TimelineTrack {
  return { id: kind, kind, title: kind, segments };
}

/** Frame times that are all known: 25 frames a second unless they are given. */
export function knownFrames(
  timesSec: readonly number[] = Array.from({ length: 2500 }, (_, index) => index / 25),
  durationSec = 100,
): FrameTimes {
  const frame = (index: number) => {
    const timeSec = timesSec[index];
    return timeSec === undefined ? undefined : { index, timeSec, endSec: timesSec[index + 1] ?? durationSec };
  };
  const frameAt = (timeSec: number) =>
    frame(
      Math.max(
        0,
        timesSec.findLastIndex((each) => each <= timeSec + 1e-6),
      ),
    );
  const sure = <T>(value: T | undefined): Promise<T> =>
    value === undefined ? Promise.reject(new Error('no such frame')) : Promise.resolve(value);
  return {
    frame,
    frameAt,
    timesBetween: (startSec, endSec) => timesSec.filter((each) => each >= startSec && each <= endSec),
    loadAt: (timeSec) => sure(frameAt(timeSec)),
    loadFrame: (index) => sure(frame(index)),
  };
}
