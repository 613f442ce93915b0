import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import { scriptedWindow } from '../../app/testing/scripted-window.ts';
import { ApplicationContext } from '../../app/use-app.ts';
import { sessionTexts } from '../texts.ts';
import { emptyRunView } from './run-view.ts';
import type { StepView } from './run-view.ts';
import { StepCard } from './StepCard.tsx';

/** A role's card after the run was stopped while it was at work. */
function stopped(changes: Partial<StepView>): string {
  const step: StepView = {
    ...{
      role: 'answerer',
      startedMs: 0,
      endedMs: 10,
      wasStopped: true,
      reply: '',
      reasoning: '',
      pieces: [],
    },
    ...changes,
  };
  return renderToStaticMarkup(
    <ApplicationContext value={scriptedWindow({}).app}>
      <StepCard step={step} run={sampleRun({ state: 'cancelled' })} view={emptyRunView} prompts={[]} />
    </ApplicationContext>,
  );
}

test('a role that was stopped before it said anything is told to be stopped', () => {
  expect(stopped({})).toContain(sessionTexts.run.stepStopped);
});

test('what a grounder had written when it was stopped is no moment yet', () => {
  const shown = stopped({ role: 'grounder', reply: 'From' });
  expect(shown).toContain(sessionTexts.run.stepStopped);
  expect(shown).not.toContain(sessionTexts.run.foundMoments(0));
});

test('the answer that was begun when it was stopped stands without that', () => {
  const shown = stopped({ reply: 'A red ball' });
  expect(shown).toContain(sessionTexts.run.reply);
  expect(shown).not.toContain(sessionTexts.run.stepStopped);
});
