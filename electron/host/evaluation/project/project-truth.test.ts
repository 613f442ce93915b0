import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleAnnotation, exampleProject, exampleRun } from '../../exporting/testing/example-project.ts';
import { ownLines } from './own-lines.ts';
import { projectTruth } from './project-truth.ts';
import { readProject } from './read-project.ts';

const noAnnotations = { annotations: [] };
const chosen = (review: 'open' | 'accepted' | 'rejected') => {
  const run = exampleRun();
  const options = ['It sleeps.', 'It runs.'];
  const { record } = run;
  if (record === undefined) throw new Error('The example has no record.');
  return { ...run, review, record: { ...record, options, answer: { text: '(B)', option: 'B' } } };
};

describe('what a project says is true', () => {
  it('is what people marked or accepted, grouped by video and words', () => {
    const annotations = [
      exampleAnnotation('b', { startSec: 8, endSec: 9 }),
      exampleAnnotation('a'),
      exampleAnnotation('model', { provenance: 'model', state: 'open', text: 'unseen' }),
      exampleAnnotation('wrong', { state: 'rejected', text: 'wrong' }),
      exampleAnnotation('imported', {
        provenance: 'imported',
        state: 'open',
        videoId: 'video-2',
        text: 'rain',
      }),
      exampleAnnotation('silent', { text: ' ' }),
    ];
    const { moments, runs, leftOut } = projectTruth(exampleProject({ annotations, runs: [] }));
    expect(runs).toEqual([]);
    expect(moments).toEqual([
      {
        id: 'b',
        videoPath: '/videos/a.mp4',
        durationSec: 100,
        query: 'a cat jumps',
        spans: [
          [1.5, 4.25],
          [8, 9],
        ],
      },
      { id: 'imported', videoPath: '/videos/b.mkv', durationSec: 100, query: 'rain', spans: [[1.5, 4.25]] },
    ]);
    expect(Object.fromEntries(leftOut.map(({ reason, count }) => [reason, count]))).toEqual({
      'moments that nobody has judged': 1,
      'rejected moments': 1,
      'moments without words': 1,
    });
  });

  it('is the moment, the answer and the plan of an accepted run', () => {
    const { runs } = projectTruth(exampleProject({ ...noAnnotations, runs: [chosen('accepted')] }));
    expect(runs).toMatchObject([
      {
        id: 'run-1',
        correction: { spans: [[20, 30]], answer: 'It runs.', query: 'the dog runs', grounding: true },
      },
    ]);
  });

  it('is the corrected moment of a run whose answer was not judged, and nothing of a rejected one', () => {
    const edited = exampleAnnotation('e', {
      runId: 'run-1',
      candidateIndex: 0,
      provenance: 'edited',
      state: 'open',
    });
    const corrected = projectTruth(exampleProject({ annotations: [edited], runs: [chosen('open')] }));
    expect(corrected.runs).toMatchObject([{ correction: { spans: [[1.5, 4.25]] } }]);
    expect(corrected.runs[0]?.correction).not.toHaveProperty('answer');
    expect(corrected.moments).toEqual([]);
    const rejected = projectTruth(exampleProject({ ...noAnnotations, runs: [chosen('rejected')] }));
    expect(rejected).toEqual({
      runs: [],
      moments: [],
      leftOut: [{ reason: 'questions that nobody has judged', count: 1 }],
    });
  });

  it('becomes lines of own annotations', () => {
    const project = exampleProject({ annotations: [exampleAnnotation('a')], runs: [chosen('accepted')] });
    expect(ownLines(projectTruth(project), path.resolve('/videos/own'))).toEqual([
      {
        id: 'run-1',
        video: '../a.mp4',
        query: 'the dog runs',
        question: 'What does the dog do?',
        options: ['It sleeps.', 'It runs.'],
        answer: 'It runs.',
        spans: [[20, 30]],
      },
      { id: 'a', video: '../a.mp4', query: 'a cat jumps', spans: [[1.5, 4.25]] },
    ]);
  });
});

it('a file that is no project is refused by the place where it is none', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-project-'));
  try {
    const file = path.join(folder, 'project.json');
    await expect(readProject(file)).rejects.toMatchObject({ code: 'ANNOTATIONS_NOT_FOUND' });
    await writeFile(file, '{"format":');
    await expect(readProject(file)).rejects.toMatchObject({ code: 'ANNOTATIONS_INVALID' });
    await writeFile(file, JSON.stringify({ ...exampleProject(), videos: [{}] }));
    await expect(readProject(file)).rejects.toThrow(/videos\.0/);
    await writeFile(file, JSON.stringify(exampleProject()));
    await expect(readProject(file)).resolves.toMatchObject({ project: { name: 'Animals' } });
  } finally {
    await rm(folder, { recursive: true });
  }
});
