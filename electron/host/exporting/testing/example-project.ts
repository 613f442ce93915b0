import type { Annotation } from '../../contract/annotations.ts';
import type { LibraryVideo } from '../../contract/library.ts';
import type { ProjectExport } from '../../contract/project-export.ts';
import type { Run } from '../../contract/runs.ts';

const hourMs = 3_600_000;

/** A video of 100 s at 29.97 frames a second. */
export function exampleVideo(id: string, name: string): LibraryVideo {
  return {
    id,
    path: `/videos/${name}`,
    name,
    bytes: 1000,
    addedAtMs: hourMs,
    state: 'ready',
    picture: {
      durationSec: 100,
      fps: 30_000 / 1001,
      totalFrames: 2997,
      width: 640,
      height: 360,
      codec: 'h264',
      variableFrameRate: false,
      hasAudio: true,
      mediaStartSec: 0,
    },
    playback: 'direct',
    subtitles: [],
  };
}

/** An accepted annotation of `video-1`, with changes. */
export function exampleAnnotation(id: string, changes: Partial<Annotation> = {}): Annotation {
  return {
    id,
    projectId: 'project-1',
    videoId: 'video-1',
    startSec: 1.5,
    endSec: 4.25,
    text: 'a cat jumps',
    note: '',
    provenance: 'human',
    state: 'accepted',
    createdAtMs: hourMs,
    updatedAtMs: hourMs,
    ...changes,
  };
}

/** A finished run on `video-1` that chose 20–30 s. */
export function exampleRun(): Run {
  const candidate = { startSec: 20, endSec: 30, confidence: 0.8, verifierScore: 0.7 };
  return {
    id: 'run-1',
    question: {
      projectId: 'project-1',
      videoId: 'video-1',
      modelId: 'model-1',
      question: 'What does the dog do?',
      candidates: 5,
      temperature: 0,
      device: 'auto',
    },
    state: 'done',
    createdAtMs: hourMs,
    modelName: 'VideoMind-2B',
    review: 'open',
    note: '',
    record: {
      schemaVersion: 1,
      question: 'What does the dog do?',
      roles: ['planner', 'grounder', 'verifier', 'answerer'],
      precision: 'int8',
      device: 'cpu',
      model: { name: 'VideoMind-2B', path: '/models/2b', checksum: 'abc' },
      video: { path: '/videos/a.mp4', durationSec: 100, fps: 30, totalFrames: 3000, width: 640, height: 360 },
      plan: { response: '{}', query: 'the dog runs', grounding: true },
      candidates: [candidate],
      moment: { startSec: 20, endSec: 30 },
      answer: { text: 'It runs away.' },
      timings: { totalSec: 12.5 },
      tokens: {},
      warnings: [],
    },
  };
}

/** A project of two videos, with changes. */
export function exampleProject(changes: Partial<ProjectExport> = {}): ProjectExport {
  return {
    format: 'videomind-project',
    schemaVersion: 1,
    program: '0.1.0',
    exportedAtMs: hourMs,
    project: {
      id: 'project-1',
      name: 'Animals',
      createdAtMs: hourMs,
      tracks: [],
      labels: [{ id: 'label-1', name: 'jump', color: 1 }],
      notes: '',
      videoIds: ['video-1', 'video-2'],
      videoStatus: {},
      counts: { runs: 1, annotations: 2, reviewed: 2, conflicts: 0 },
    },
    videos: [exampleVideo('video-1', 'a.mp4'), exampleVideo('video-2', 'b.mkv')],
    runs: [exampleRun()],
    annotations: [
      exampleAnnotation('one', { labelId: 'label-1' }),
      exampleAnnotation('two', { videoId: 'video-2', startSec: 0, endSec: 2, text: 'rain' }),
    ],
    ...changes,
  };
}
