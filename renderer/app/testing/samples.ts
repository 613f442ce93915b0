import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { LibraryVideo, Project } from '../../../electron/host/contract/library.ts';
import type { HostResult } from '../../../electron/host/contract/methods.ts';
import type { Model } from '../../../electron/host/contract/models.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { settingsSchema } from '../../../electron/host/contract/settings.ts';

/** A project of tests. */
export const sampleProject: Project = {
  id: 'p1',
  name: 'Shapes',
  createdAtMs: 1,
  labels: [{ id: 'l1', name: 'Moves', color: 1 }],
  tracks: [{ id: 'own', name: 'Annotations', kind: 'own', hidden: false, locked: false }],
  notes: '',
  videoIds: ['v1'],
  videoStatus: {},
  counts: { runs: 0, annotations: 0, reviewed: 0, conflicts: 0 },
};

/** A video that is ready. */
export const sampleVideo: LibraryVideo = {
  id: 'v1',
  path: '/videos/clip.mp4',
  name: 'clip.mp4',
  bytes: 1000,
  addedAtMs: 1,
  state: 'ready',
  picture: {
    durationSec: 24,
    fps: 25,
    totalFrames: 600,
    width: 320,
    height: 180,
    codec: 'h264',
    variableFrameRate: false,
    hasAudio: false,
    mediaStartSec: 0,
  },
  playback: 'direct',
  subtitles: [],
};

/** The toy chain. */
export const sampleModel: Model = {
  id: 'm1',
  name: 'toy',
  path: '/models/toy',
  state: 'ready',
  agent: 'chain',
  roles: ['planner', 'grounder', 'verifier', 'answerer'],
  precision: 'int8',
  architecture: 'qwen2-vl',
  bytes: 1_000_000,
  memoryBytes: 2_000_000,
  demo: true,
  addedAtMs: 1,
};

/** What a window begins with. */
export const sampleSnapshot: HostResult<'snapshot'> = {
  videos: [sampleVideo],
  projects: [sampleProject],
  models: [sampleModel],
  jobs: [],
  settings: settingsSchema.parse({ projectId: 'p1', modelId: 'm1' }),
  engine: { state: 'idle' },
  interruptedRunIds: [],
  version: '0.1.0',
  platform: 'linux',
};

/** A run of the sample video in the sample project. */
export function sampleRun(changes: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    question: {
      projectId: 'p1',
      videoId: 'v1',
      modelId: 'm1',
      question: 'Which shape moves?',
      candidates: 5,
      temperature: 0,
      device: 'auto',
    },
    state: 'running',
    createdAtMs: 10,
    modelName: 'toy',
    review: 'open',
    note: '',
    ...changes,
  };
}

/** An open moment of the sample video. */
export function sampleAnnotation(changes: Partial<Annotation> = {}): Annotation {
  return {
    id: 'a1',
    projectId: 'p1',
    videoId: 'v1',
    startSec: 2,
    endSec: 4,
    text: 'a shape moves',
    note: '',
    provenance: 'model',
    state: 'open',
    createdAtMs: 1,
    updatedAtMs: 1,
    ...changes,
  };
}
