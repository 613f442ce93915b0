import { describe, expect, test } from 'vitest';
import { askRequestSchema } from '../../protocol/ask-request.ts';
import { followUp } from '../../protocol/follow-up.ts';
import { createAgent } from '../agent.ts';
import { createFakeModel } from '../test-support/fake-model.ts';
import { fakeReader, fakeVideo } from '../test-support/fake-video.ts';
import { followedBounds, relationOf } from './followed-range.ts';

const whole = { startSec: 0, endSec: 24 };
const followed = { question: 'When does it rise?', moment: { startSec: 8, endSec: 10 } };

test.each([
  ['And then?', 'after'],
  ['What happens after that?', 'after'],
  ['What comes next?', 'after'],
  ['What does she do afterwards?', 'after'],
  ['What was there before that?', 'before'],
  ['What happened earlier?', 'before'],
  ['Who is there at that moment?', 'there'],
  ['What colour is it?', undefined],
  ['What happens after the circle leaves?', undefined],
  ['Is it beautiful?', undefined],
] as const)('%s looks %s', (question, relation) => {
  expect(relationOf(question)).toBe(relation);
});

test('the stretch is what the last answer leaves, within what is looked at', () => {
  expect(followedBounds('And then?', followed, whole)).toEqual({ startSec: 10, endSec: 24 });
  expect(followedBounds('And before that?', followed, whole)).toEqual({ startSec: 0, endSec: 8 });
  expect(followedBounds('Who is there at that moment?', followed, whole)).toEqual({
    startSec: 8,
    endSec: 10,
  });
  expect(followedBounds('What colour is it?', followed, whole)).toEqual(whole);
  expect(followedBounds('And then?', { question: 'x' }, whole)).toEqual(whole);
  expect(followedBounds('And then?', { ...followed, moment: { startSec: 20, endSec: 24 } }, whole)).toEqual(
    whole,
  );
});

describe('a VideoMind package that is asked what comes after', () => {
  test('is shown what lies behind the moment of its last answer, and its planner is told what was found', async () => {
    const agent = createAgent(await createFakeModel(), { reader: fakeReader([fakeVideo()]) });
    const ask = (changes: object) =>
      agent.ask(
        askRequestSchema.parse({
          ...{ videoPath: '/fake.mp4', modelPath: '/fake', question: 'What rises?', trace: true },
          ...changes,
        }),
      );
    const first = await ask({});
    const { record, trace } = await ask({ question: 'And then?', ...followUp(first.record) });
    const behindSec = first.record.moment!.endSec;
    expect(record.follows).toMatchObject({ question: 'What rises?', moment: first.record.moment });
    expect(Math.min(...trace!.grounder!.frameIndices) / 25).toBeGreaterThanOrEqual(behindSec - 0.1);
    for (const { startSec } of record.candidates) expect(startSec).toBeGreaterThanOrEqual(behindSec - 1e-6);
    expect(trace!.planner!.text).toContain('What rises?');
    expect(trace!.planner!.text).toContain(first.record.answer!.text.trim());
    expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'FOLLOWED_RANGE' }));
  });
});
