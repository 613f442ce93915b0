import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { ReactElement } from 'react';
import type { Application } from '../app/application.ts';
import { VideoRow } from '../app/frame/VideoRow.tsx';
import { sampleAnnotation, sampleRun, sampleVideo } from '../app/testing/samples.ts';
import { scriptedWindow } from '../app/testing/scripted-window.ts';
import { ApplicationContext } from '../app/use-app.ts';
import { MomentRow } from './review/MomentRow.tsx';
import { AnswerCard } from './runs/AnswerCard.tsx';
import { CandidateTable } from './runs/CandidateTable.tsx';
import { RunHead } from './runs/RunHead.tsx';
import { emptyRunView, foldRunEvents } from './runs/run-view.ts';
import { PlaceOverlay } from '../places/PlaceOverlay.tsx';
import { shownPlaces } from '../places/shown-places.ts';
import { SaidMoments } from './runs/SaidMoments.tsx';
import { SaidPlaces } from './runs/SaidPlaces.tsx';
import { StepList } from './runs/StepList.tsx';

const script = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

describe('script in untrusted text is shown as text, never run', () => {
  test('in the name of a file', () => {
    const video = { ...sampleVideo, name: script, path: `/videos/${script}` };
    expectText(scriptedWindow({}).app, <VideoRow video={video} />);
  });

  test('in a question and its choices', () => {
    const run = sampleRun({
      question: { ...sampleRun().question, question: script, options: [script, 'b'] },
    });
    expectText(scriptedWindow({}).app, <RunHead run={run} />);
  });

  test('in the reply of a model: plan, stream, answer and the words of a moment', () => {
    const run = sampleRun();
    const region = { kind: 'box', left: 0.1, top: 0.1, right: 0.5, bottom: 0.5 } as const;
    const view = foldRunEvents(
      emptyRunView,
      (
        [
          { type: 'started', roles: ['planner', 'reasoner'], durationSec: 24 },
          { type: 'planning' },
          { type: 'planned', plan: { response: script, query: script, grounding: true } },
          { type: 'token', role: 'reasoner', text: script, tokenId: 1, part: 'reasoning' },
          { type: 'token', role: 'reasoner', text: script, tokenId: 2, part: 'answer' },
          {
            type: 'reasoned',
            reasoning: script,
            moments: [{ startSec: 1, endSec: 2, text: script, saidIn: 'answer' }],
            places: [{ region, name: script, atSec: 1, text: script, saidIn: 'answer' }],
          },
          { type: 'answered', text: script },
        ] as const
      ).map((event, seq) => ({
        seq,
        atMs: seq,
        event: { ...event, ...('moments' in event ? { moments: [...event.moments] } : {}) } as never,
      })),
    );
    const { app } = scriptedWindow({});
    expectText(app, <AnswerCard run={run} view={view} />);
    expectText(app, <StepList run={run} view={view} />);
    expectText(app, <SaidMoments run={run} view={view} />);
    expectText(app, <SaidPlaces run={run} view={view} />);
    const places = shownPlaces([], { runId: run.id, videoId: 'v1', places: view.saidPlaces });
    const size = { width: 320, height: 180 };
    const unused = () => undefined;
    expectText(
      app,
      <PlaceOverlay {...{ places, size, selection: [], onReplace: unused, onChoose: unused }} />,
    );
  });

  test('in the words and the label of a moment', () => {
    const labels = [{ id: 'l1', name: script, color: 2 }];
    const moment = sampleAnnotation({ text: script, labelId: 'l1' });
    expectText(scriptedWindow({}).app, <MomentRow moment={moment} labels={labels} selected={false} />);
  });
});

test('a score beyond its scale does not break the table', () => {
  const view = {
    ...emptyRunView,
    candidates: [{ startSec: 1, endSec: 2, confidence: 7, state: 'found' as const }],
  };
  const html = markup(scriptedWindow({}).app, <CandidateTable run={sampleRun()} view={view} />);
  expect(html).toContain('scaleX(1)');
});

function expectText(app: Application, element: ReactElement): void {
  const html = markup(app, element);
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img src=x');
}

function markup(app: Application, element: ReactElement): string {
  return renderToStaticMarkup(<ApplicationContext value={app}>{element}</ApplicationContext>);
}
