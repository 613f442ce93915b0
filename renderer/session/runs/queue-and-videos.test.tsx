import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { sampleRun } from '../../app/testing/samples.ts';
import { scriptedWindow } from '../../app/testing/scripted-window.ts';
import { ApplicationContext } from '../../app/use-app.ts';
import { QueueList } from '../asking/QueueList.tsx';
import { AcrossVideos } from './AcrossVideos.tsx';

const question = { ...sampleRun().question, togetherId: 't' };
const found = { startSec: 3, endSec: 8, confidence: 0.5, verifierScore: 0.75 };
const record = { candidates: [found] } as unknown as NonNullable<Run['record']>;

test('the queue says what waits in its order; only what waits changes places, and not beyond the ends', () => {
  const runs = ['runs', 'first', 'second'].map((id, queuePlace) =>
    sampleRun({
      ...{ id, queuePlace, state: id === 'runs' ? 'running' : 'queued' },
      question: { ...question, question: id },
    }),
  );
  const shown = shownWith(runs, <QueueList />);
  const rows = shown.split('<li').slice(1);
  expect(rows.map((row) => ['runs', 'first', 'second'].find((id) => row.includes(`>${id}<`)))).toEqual([
    'runs',
    'first',
    'second',
  ]);
  const buttons = rows.map((row) =>
    [...row.matchAll(/<button[^>]*aria-label="(Ask sooner|Ask later)"[^>]*>/gu)].map(
      ([tag, name = '']) => `${name}${tag.includes('disabled') ? ' (off)' : ''}`,
    ),
  );
  expect(buttons).toEqual([[], ['Ask sooner (off)', 'Ask later'], ['Ask sooner', 'Ask later (off)']]);
  expect(shown).toContain('Stop all');
});

test('moments of all videos are listed with the video, the time and the score, and how far the looking is', () => {
  const done = sampleRun({ id: 'a', state: 'done', question, record });
  const open = sampleRun({ id: 'b', question: { ...question, videoId: 'v2' } });
  const shown = shownWith([done, open], <AcrossVideos run={open} />);
  expect(shown).toContain('1 of 2 videos looked through');
  expect(shown).toMatch(/Go to [\d:.]+ to [\d:.]+ in clip\.mp4/u);
  expect(shown).toContain('75 %');
});

/** What a part of the window looks like with these runs. */
function shownWith(runs: readonly Run[], part: ReactElement): string {
  const { app } = scriptedWindow({});
  app.library.dispatch({ type: 'events', events: runs.map((run) => ({ type: 'runChanged', run })) });
  // Markup is made from what a store was begun with.
  Object.assign(app.library, { getInitialState: app.library.getState });
  return renderToStaticMarkup(<ApplicationContext value={app}>{part}</ApplicationContext>);
}
