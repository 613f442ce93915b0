import { expect, test } from 'vitest';
import type { Track } from '../../../electron/host/contract/library.ts';
import { sampleAnnotation, sampleProject, sampleVideo } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { AnnotationSet } from '../library/annotation-set.ts';
import { goOnBehind, nextOpen } from './go-on.ts';

const own = sampleProject.tracks;
const at = (id: string, startSec: number, changes: Parameters<typeof sampleAnnotation>[0] = {}) =>
  sampleAnnotation({ id, startSec, endSec: startSec + 1, ...changes });

test('what is decided next is the next open one, then one behind, then one of the next video, round to the first', () => {
  const moments = [
    at('a', 2),
    at('b', 6, { state: 'accepted' }),
    at('c', 9),
    at('d', 1, { videoId: 'v2' }),
    at('e', 3, { videoId: 'v0' }),
  ];
  const left = [...moments];
  const order: string[] = [];
  for (let after = at('x', 5); ;) {
    const next = nextOpen(AnnotationSet.of(left), own, ['v0', 'v1', 'v2'], after);
    if (next === undefined) break;
    order.push(next.id);
    left.splice(left.indexOf(next), 1);
    after = next;
  }
  expect(order).toEqual(['c', 'a', 'd', 'e']);
});

test('tracks that are hidden, locked or for reference are passed over', () => {
  const tracks: Track[] = [
    { id: 'own', name: 'Mine', kind: 'own', hidden: true, locked: false },
    { id: 'locked', name: 'Done', kind: 'own', hidden: false, locked: true },
    { id: 'truth', name: 'Truth', kind: 'reference', hidden: false, locked: false },
  ];
  const moments = [at('a', 2), at('b', 3, { trackId: 'locked' }), at('c', 4, { trackId: 'truth' })];
  expect(nextOpen(AnnotationSet.of(moments), tracks, ['v1'], at('x', 0))).toBeUndefined();
});

test('going on to another video shows it with the moment selected and sought at once', () => {
  const { app } = scriptedWindow({});
  const other = { ...sampleVideo, id: 'v2', name: 'other.mp4' };
  const project = { ...sampleProject, videoIds: ['v1', 'v2'] };
  app.library.dispatch({
    type: 'events',
    events: [
      { type: 'videoChanged', video: other },
      { type: 'projectChanged', project },
    ],
  });
  const annotations = [at('a', 2), at('b', 7, { videoId: 'v2' })];
  app.library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations });
  goOnBehind(app, [{ videoId: 'v1', startSec: 2, endSec: 3 }]);
  expect(app.timeline.getState().selection).toEqual(['a']);
  app.edits.edit('p1', 'Accept', [{ op: 'update', id: 'a', changes: { state: 'accepted' } }]);
  goOnBehind(app, [{ videoId: 'v1', startSec: 2, endSec: 3 }]);
  expect(app.workspace.getState().videoId).toBe('v2');
  expect(app.timeline.getState()).toMatchObject({ videoId: 'v2', selection: ['b'] });
  expect(app.player.getState()).toMatchObject({ videoId: 'v2', wantedSec: 7 });
});

test('that nothing is left is said', () => {
  const { app } = scriptedWindow({});
  goOnBehind(app, [{ videoId: 'v1', startSec: 2, endSec: 3 }]);
  expect(app.library.getState().notices.at(-1)?.message).toContain('decided on');
});
