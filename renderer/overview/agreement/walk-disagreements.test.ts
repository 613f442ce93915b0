import { expect, test } from 'vitest';
import type { Agreement, AgreementScores, Disagreement } from '../../../electron/host/contract/agreement.ts';
import { sampleAnnotation, sampleProject, sampleRun } from '../../app/testing/samples.ts';
import { scriptedWindow } from '../../app/testing/scripted-window.ts';
import { comparableSides, comparedSides } from './sides.ts';
import { walkDisagreements } from './walk-disagreements.ts';

const scores: AgreementScores = { one: 0, other: 0, pairs: 0, meanIou: null, kappa: null, at: [] };
const at = (startSec: number, changes: Partial<Disagreement> = {}): Disagreement => ({
  ...{ kind: 'extra', videoId: 'v1', startSec, endSec: startSec + 1, name: 'run', iou: 0 },
  ...changes,
});

test('disagreements are walked through round, with both moments selected, and each is said', () => {
  const { app } = scriptedWindow({});
  const told = () => app.library.getState().notices.at(-1)?.message;
  walkDisagreements(app, 1);
  expect(told()).toContain('Compare two sides first');
  const disagreements = [at(2, { oneId: 'a' }), at(5, { kind: 'bounds', oneId: 'b', otherId: 'c' })];
  const measured: Agreement = { whole: scores, videos: [], names: [], disagreements };
  app.overview.setState(({ agreement }) => ({ agreement: { ...agreement, measured } }));
  const seen = ([1, 1, 1, -1] as const).map((by) => {
    walkDisagreements(app, by);
    return app.timeline.getState().selection.join();
  });
  expect(seen).toEqual(['a', 'b,c', 'a', 'b,c']);
  expect(told()).toBe('Disagreement 2 of 2: Other bounds · run · 0:05.0 – 0:06.0');
});

test('own work is compared with the reference unless something else is chosen that is there', () => {
  const truth = { id: 'truth', name: 'Truth', kind: 'reference' as const, hidden: false, locked: false };
  const project = { ...sampleProject, tracks: [truth, ...sampleProject.tracks] };
  const moments = [sampleAnnotation({ createdBy: 'Ada' }), sampleAnnotation({ id: 't', trackId: 'truth' })];
  const sides = comparableSides(project, moments, [sampleRun()]);
  expect(sides.map(({ name }) => name)).toEqual(['Truth', 'Annotations', 'Ada']);
  const names = (chosen: Parameters<typeof comparedSides>[2]) =>
    comparedSides(sides, project, chosen)?.map(({ name }) => name);
  expect(names({ one: null, other: null })).toEqual(['Annotations', 'Truth']);
  expect(names({ one: { kind: 'annotator', name: 'Ada' }, other: null })).toEqual(['Ada', 'Truth']);
  expect(names({ one: { kind: 'model', name: 'gone' }, other: null })).toEqual(['Annotations', 'Truth']);
  expect(comparedSides([], project, { one: null, other: null })).toBeUndefined();
});
