import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { SampledFrames, SaliencyCurve, TimelineSegment, TimelineTrack } from '../timeline-model.ts';

/** Three hours. */
export const durationSec = 3 * 3600;

/** A long video with ten thousand moments, made up the same each time: what the timeline is measured with. */
export const crowdedVideo: LibraryVideo = {
  id: 'crowded',
  path: '/videos/crowded.mp4',
  name: 'crowded.mp4',
  bytes: 1,
  addedAtMs: 0,
  state: 'ready',
  playback: 'direct',
  subtitles: [],
  picture: {
    durationSec,
    fps: 30,
    totalFrames: durationSec * 30,
    width: 1280,
    height: 720,
    codec: 'h264',
    variableFrameRate: false,
    hasAudio: true,
    mediaStartSec: 0,
  },
};

/** Numbers that only look like chance: a linear congruential generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function segments(count: number, prefix: string, longestSec: number): TimelineSegment[] {
  const random = numbers(count);
  return Array.from({ length: count }, (_, index) => {
    const startSec = random() * (durationSec - longestSec);
    return {
      id: `${prefix}:${index}`,
      startSec,
      endSec: startSec + 0.5 + random() * longestSec,
      text: `${prefix} ${index}: someone opens the door`,
      value: random(),
      state: (['open', 'accepted', 'rejected'] as const)[index % 3] ?? 'open',
      ...(index % 4 === 0 ? { labelColor: index % 8, labelName: `label ${index % 8}` } : {}),
      origin: { type: 'fixed' },
    };
  });
}

export const crowdedTracks: readonly TimelineTrack[] = [
  { id: 'candidates', kind: 'candidates', title: 'Candidates', segments: segments(2000, 'candidate', 20) },
  { id: 'ranking', kind: 'ranking', title: 'Verified', segments: segments(1000, 'verified', 20) },
  { id: 'own', kind: 'own', title: 'Annotations', segments: segments(4500, 'own', 4) },
  { id: 'imported', kind: 'imported', title: 'truth.jsonl', segments: segments(2500, 'truth', 12) },
];

const steps = Array.from({ length: durationSec }, (_, index) => index);
export const crowdedSaliency: SaliencyCurve = {
  timesSec: steps,
  values: steps.map((step) => 0.5 + 0.5 * Math.sin(step / 40) * Math.sin(step / 7)),
};
export const crowdedFrames: readonly SampledFrames[] = ['grounder', 'verifier', 'answerer'].map((role) => ({
  role,
  timesSec: Array.from({ length: 150 }, (_, index) => (index * durationSec) / 150),
}));
