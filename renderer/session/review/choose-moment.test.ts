import { expect, test } from 'vitest';
import { sampleAnnotation, sampleVideo } from '../../app/testing/samples.ts';
import { scriptedWindow } from '../../app/testing/scripted-window.ts';
import { chooseMoment } from './choose-moment.ts';

const moments = [1, 2, 3, 4].map((number) =>
  sampleAnnotation({
    ...{ id: `a${number}`, startSec: number, endSec: number + 0.5 },
    state: number === 4 ? 'accepted' : 'open',
  }),
);
const [, second = sampleAnnotation(), third = sampleAnnotation()] = moments;

function inReview() {
  const { app } = scriptedWindow({});
  app.library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations: moments });
  app.player.actions.open(sampleVideo);
  app.workspace.setState({ rightTab: 'review', reviewFilter: 'open' });
  return { app, selected: () => app.timeline.getState().selection };
}

test('a range goes from the moment that was selected first, either way, and that one stays first', () => {
  const { app, selected } = inReview();
  app.timeline.actions.select(['a1']);
  chooseMoment(app, third, 'range');
  expect(selected()).toEqual(['a1', 'a2', 'a3']);
  app.timeline.actions.select(['a3']);
  chooseMoment(app, second, 'range');
  expect(selected()).toEqual(['a3', 'a2']);
});

test('where the moment that was selected first is not in the list, the one that is chosen is selected alone', () => {
  const { app, selected } = inReview();
  app.timeline.actions.select(['a4', 'a1']);
  chooseMoment(app, third, 'range');
  expect(selected()).toEqual(['a3']);
});
