import { expect, test } from 'vitest';
import { exampleAnnotation, exampleProject, exampleRun } from '../exporting/testing/example-project.ts';
import { agreementOf } from './agreement-handlers.ts';
import { momentsOf } from './compared-sides.ts';
import { reportAgreements } from './report-agreements.ts';

const track = (id: string, kind: 'own' | 'reference') => ({
  id,
  name: id,
  kind,
  hidden: false,
  locked: false,
});

const content = exampleProject({
  project: {
    ...exampleProject().project,
    tracks: [track('own', 'own'), track('Truth <b>', 'reference')],
    labels: [{ id: 'label-1', name: 'The dog runs', color: 1 }],
  },
  annotations: [
    exampleAnnotation('a1', { startSec: 20, endSec: 30, labelId: 'label-1', createdBy: 'Ada' }),
    exampleAnnotation('a2', { startSec: 50, endSec: 60, createdBy: 'Ada', changedBy: 'Bob' }),
    exampleAnnotation('a3', { startSec: 70, endSec: 80, createdBy: 'Ada', state: 'rejected' }),
    exampleAnnotation('t1', { startSec: 20, endSec: 28, labelId: 'label-1', trackId: 'Truth <b>' }),
  ],
});
const idsOf = (side: Parameters<typeof momentsOf>[0]) =>
  momentsOf(side, content, 'label').map(({ id }) => id);

test('a side is a track, or whoever had the last hand in a moment; what was rejected is nobody’s', () => {
  expect(idsOf({ kind: 'track', id: 'own' })).toEqual(['a1', 'a2']);
  expect(idsOf({ kind: 'track', id: 'Truth <b>' })).toEqual(['t1']);
  expect(idsOf({ kind: 'annotator', name: 'Ada' })).toEqual(['a1']);
  expect(idsOf({ kind: 'annotator', name: 'Bob' })).toEqual(['a2']);
});

test('a model is what the last run of each question found, under the label that its question names', () => {
  const again = { ...exampleRun(), id: 'run-2', createdAtMs: exampleRun().createdAtMs + 1 };
  const record = again.record && {
    ...again.record,
    candidates: [{ startSec: 21, endSec: 29, confidence: 0.5 }],
  };
  const asked = {
    ...content,
    runs: [again, exampleRun()].map((run) => (run === again && record ? { ...run, record } : run)),
  };
  const side = { kind: 'model', name: 'VideoMind-2B' } as const;
  expect(momentsOf(side, asked, 'label')).toEqual([
    { videoId: 'video-1', startSec: 21, endSec: 29, name: 'The dog runs', score: 0.5 },
  ]);
  expect(momentsOf(side, asked, 'text')[0]?.name).toBe('the dog runs');
  expect(momentsOf(side, asked, 'any')[0]?.name).toBe('');
  const request = {
    one: side,
    other: { kind: 'track', id: 'Truth <b>' },
    sameness: 'label',
    minIou: 0.5,
  } as const;
  expect(agreementOf(asked, request).whole).toMatchObject({ one: 1, other: 1, meanIou: 7 / 9 });
});

test('a report holds own tracks and models against the reference, with names as text', () => {
  const html = reportAgreements(content);
  expect(html.match(/<h3>.*<\/h3>/gu)).toEqual([
    '<h3>own against Truth &lt;b&gt;</h3>',
    '<h3>VideoMind-2B against Truth &lt;b&gt;</h3>',
  ]);
  expect(html).toContain('<tr><th>All videos</th><td>2 / 1</td><td>0.80</td>');
  expect(reportAgreements(exampleProject())).toBe('');
});
