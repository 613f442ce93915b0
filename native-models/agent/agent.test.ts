import { describe, expect, test, vi } from 'vitest';
import type { LanguageModel } from '../architectures/vision-language-model.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { runEventSchema } from '../protocol/run-events.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import { runRecordSchema } from '../protocol/run-record.ts';
import { runTraceSchema } from '../protocol/run-trace.ts';
import { createAgent } from './agent.ts';
import { request, setUp } from './test-support/fake-agent.ts';
import { fakeVideo } from './test-support/fake-video.ts';

describe('a whole run', async () => {
  const { agent } = await setUp();
  const events: RunEvent[] = [];
  const { record, trace } = await agent.ask(request({ options: ['red', 'blue'] }), {
    onEvent: (event) => events.push(event),
  });

  test('gives a record and a trace that their schemas accept', () => {
    expect(runRecordSchema.parse(record)).toEqual(record);
    expect(runTraceSchema.parse(trace)).toEqual(trace);
    expect(record.roles).toEqual(['planner', 'grounder', 'verifier', 'answerer']);
    expect(record.plan).toMatchObject({ query: 'a shape rises', grounding: true });
    expect(record.answer).toEqual({ text: 'B) Blue', option: 'B' });
    expect(Object.keys(record.timings)).toEqual([
      'probe',
      'planner',
      'grounder',
      'verifier',
      'answerer',
      'totalSec',
    ]);
  });

  test('of moments that are only judged says which were given, to ask the same again', async () => {
    const claims = [{ startSec: 2, endSec: 6 }];
    const judged = runRecordSchema.parse((await agent.ask(request({ claims }))).record);
    expect(judged).toMatchObject({ roles: ['verifier'], settings: { claims } });
  });

  test('ranks the candidates by the verifier and answers from the best of them', () => {
    const scores = record.candidates.map((candidate) => candidate.verifierScore!);
    expect(scores).toHaveLength(5);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(5);
    const ranked = trace!.verifier!.ranks.map((rank) => trace!.verifier!.candidates[rank]!.score);
    expect(scores).toEqual(ranked);
    const [start, end] = trace!.answerer!.span;
    expect(end - start).toBeCloseTo(8, 9);
    expect(record.moment!.startSec).toBeGreaterThanOrEqual(start);
  });

  test('weighs what the verifier says with the confidence of the grounder, where the package wants that', async () => {
    const { model, agent } = await setUp();
    Object.assign(model, { promptSet: { ...model.promptSet, confidenceWeight: 2 } });
    const weighed = await agent.ask(request());
    for (const { candidate, yesProb, noProb, score } of weighed.trace!.verifier!.candidates) {
      const [startSec, endSec] = candidate;
      const { confidence } = weighed.record.candidates.find(
        (each) => each.startSec === startSec && each.endSec === endSec,
      )!;
      expect(confidence).toBeGreaterThan(0);
      expect(Math.log(score / (1 - score))).toBeCloseTo(yesProb - noProb + 2 * confidence, 9);
    }
    const scores = weighed.record.candidates.map((candidate) => candidate.verifierScore!);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('warns when the verifier says No of every candidate, whatever the confidence adds to its score', async () => {
    const { model, agent } = await setUp();
    const { language } = model;
    let yesLogit = 24;
    const saysNo: LanguageModel = {
      ...language,
      logits: async (role, state) => {
        const logits = await language.logits(role, state);
        if (role === 'verifier') {
          logits[model.tokenizer.tokenId('Yes')!] = yesLogit;
          logits[model.tokenizer.tokenId('No')!] = 25;
        }
        return logits;
      },
    };
    Object.assign(model, { language: saysNo, promptSet: { ...model.promptSet, confidenceWeight: 2 } });
    const doubted = await agent.ask(request());
    expect(Math.max(...doubted.record.candidates.map((each) => each.verifierScore!))).toBeGreaterThan(0.5);
    expect(doubted.record.warnings).toMatchObject([{ code: 'CANDIDATES_DOUBTED' }]);
    expect(doubted.record.moment).toBeDefined();
    yesLogit = 26;
    expect((await agent.ask(request({ question: 'What falls?' }))).record.warnings).toEqual([]);
  });

  test('settles the bounds of the best candidate where the package wants that, and answers from it as found', async () => {
    const { model, agent } = await setUp();
    // All five candidates count alike: they differ by less than this is sharp.
    Object.assign(model, { promptSet: { ...model.promptSet, boundsSharpness: 0.01 } });
    const settled = await agent.ask(request());
    const { candidates, ranks } = settled.trace!.verifier!;
    const [startSec, endSec] = candidates[ranks[0]!]!.candidate;
    const { moment } = settled.record;
    expect(moment).not.toEqual({ startSec, endSec });
    expect(settled.record.candidates[0]).toMatchObject(moment!);
    expect(settled.trace!.answerer!.span).toEqual(trace!.answerer!.span);
    expect(settled.record.candidates.slice(1)).toEqual(record.candidates.slice(1));
  });

  test('tells what happens in order, in events that their schema accepts', () => {
    for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
    const told = events.map((event) => event.type).filter((type) => type !== 'progress' && type !== 'token');
    const judged = Array.from({ length: 5 }, () => ['verifying', 'verified']).flat();
    expect(told).toEqual([
      ...['started', 'planning', 'planned', 'grounding', 'grounded'],
      ...judged,
      ...['ranked', 'answering', 'answered'],
    ]);
    const said = events.flatMap((event) =>
      event.type === 'token' && event.role === 'planner' ? event.text : [],
    );
    expect(said.join('')).toBe(record.plan!.response);
  });

  test('reports progress up to the end of each stage', () => {
    const last = events.findLast((event) => event.type === 'progress' && event.role === 'grounder');
    expect(last).toMatchObject({ stage: 'prefill', done: trace!.grounder!.inputIds.length });
  });
});

describe('which roles run', () => {
  test('a plan that answers directly shows the answerer the whole video', async () => {
    const { model, agent } = await setUp();
    model.replies.planner = '{"type": "answerer"}';
    const { record, trace } = await agent.ask(request());
    expect(record.candidates).toEqual([]);
    expect(record.moment).toBeUndefined();
    expect(trace!.grounder).toBeUndefined();
    expect(trace!.answerer!.span).toEqual([0, 24]);
  });

  test('that plan grounds all the same where no answerer was asked for', async () => {
    const { model, agent } = await setUp();
    model.replies.planner = '{"type": "answerer"}';
    const { record } = await agent.ask(request({ roles: ['planner', 'grounder'], candidates: 2 }));
    expect(record.plan).toMatchObject({ grounding: true, query: 'What rises?' });
    expect(record.candidates).toHaveLength(2);
    expect(record.answer).toBeUndefined();
  });

  test('one candidate is not verified', async () => {
    const { agent } = await setUp();
    const { record, trace } = await agent.ask(request({ candidates: 1 }));
    expect(trace!.verifier).toBeUndefined();
    expect(record.roles).not.toContain('verifier');
    expect(record.warnings.filter(({ code }) => code === 'ROLE_LEFT_OUT')).toEqual([
      { code: 'ROLE_LEFT_OUT', message: expect.stringContaining('one candidate') as string },
    ]);
    expect(record.candidates).toHaveLength(1);
    expect(record.candidates[0]).not.toHaveProperty('verifierScore');
  });
});

test('a role whose reply reaches its limit is told with its name', async () => {
  const { agent } = await setUp();
  const { record } = await agent.ask(request({ maxTokens: 2, roles: ['grounder', 'answerer'] }));
  const cut = record.warnings.filter(({ code }) => code === 'REPLY_CUT');
  expect(cut.map(({ message }) => message)).toEqual(
    ['grounder', 'answerer'].map((role) => `The ${role}’s reply was cut at 2 tokens.`),
  );
});

describe('a grounder that names no moment', () => {
  test('has windows over the video judged', async () => {
    const { model, agent } = await setUp();
    model.replies.grounder = 'Nowhere.';
    const { record, trace } = await agent.ask(request());
    expect(trace!.grounder).toMatchObject({ success: false, rows: [], conf: [0, 0, 0, 0, 0] });
    expect(trace!.grounder!.pred).toEqual([0, 4, 8, 12, 16].map((start) => [start, start + 8]));
    expect(record.candidates).toHaveLength(5);
  });

  test('means the whole video without a verifier', async () => {
    const { model, agent } = await setUp();
    model.replies.grounder = 'Nowhere.';
    const { record } = await agent.ask(request({ roles: ['grounder'] }));
    expect(record.candidates).toEqual([{ startSec: 0, endSec: 24, confidence: 0 }]);
  });

  test('is one that says <|reg|> first, before any other token', async () => {
    const { model, agent } = await setUp();
    model.replies.grounder = '<|reg|>';
    const { trace } = await agent.ask(request({ roles: ['grounder'] }));
    expect(trace!.grounder).toMatchObject({ success: false, response: '<|reg|>' });
  });
});

describe('a range of a video', () => {
  test('is all that the chain sees, in times of the whole video', async () => {
    const { agent, reader } = await setUp();
    const { record, trace } = await agent.ask(request({ startSec: 4, endSec: 12 }));
    expect(Math.min(...reader.decoded)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...reader.decoded)).toBeLessThanOrEqual(300);
    const times = [
      ...record.candidates.flatMap(({ startSec, endSec }) => [startSec, endSec]),
      ...trace!.verifier!.candidates.flatMap(({ window }) => window),
      ...trace!.answerer!.span,
    ];
    expect(Math.min(...times)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...times)).toBeLessThanOrEqual(12);
    expect(record.video.durationSec).toBe(24);
  });

  test.each([{ startSec: 24 }, { endSec: 30 }, { startSec: 5, endSec: 5 }, { startSec: 9, endSec: 3 }])(
    'that is not inside it is refused: %j',
    async (range) => {
      const { agent } = await setUp();
      await expect(agent.ask(request(range))).rejects.toMatchObject({ code: 'RANGE_INVALID' });
    },
  );
});

test('with a variable rate, moments are presentation times', async () => {
  const frames = 600;
  // The first half of the frames takes 6 s, the second half 18 s.
  const frameTimesSec = Float64Array.from({ length: frames }, (_, frame) =>
    frame < 300 ? frame * 0.02 : 6 + (frame - 300) * 0.06,
  );
  const video = fakeVideo({ frameTimesSec, durationSec: 24, constantRate: false });
  const { agent } = await setUp(undefined, video);
  const { trace } = await agent.ask(request({ roles: ['grounder'] }));
  const { rows, pred } = trace!.grounder!;
  rows.forEach(([start], index) => {
    const frame = start! * frames;
    expect(pred[index]![0]).toBeCloseTo(frame < 300 ? frame * 0.02 : 6 + (frame - 300) * 0.06, 9);
  });
});

test('forced lengths stop at exactly so many tokens, and the last of the grounder stands for <|reg|>', async () => {
  const { model, agent } = await setUp();
  model.replies.planner = '{"type": "answerer"}';
  model.replies.grounder = 'Nowhere.';
  const { record, trace } = await agent.ask(
    request({ forcedTokens: { planner: 32, grounder: 8, answerer: 3 }, maxTokens: 4 }),
  );
  expect(record.plan).toMatchObject({ query: 'What rises?', grounding: true });
  expect(trace!.planner!.outputIds).toHaveLength(32);
  expect(trace!.grounder!.outputIds).toHaveLength(8);
  expect(trace!.grounder!.success).toBe(true);
  expect(trace!.answerer!.outputIds).toHaveLength(3);
});

test('temperature draws by seed, but never for the grounder', async () => {
  const { agent } = await setUp();
  const hot = { temperature: 1e6, maxTokens: 8 };
  const draw = async (seed: number) => (await agent.ask(request({ ...hot, seed }))).trace!;
  const first = await draw(1);
  expect((await draw(1)).planner!.outputIds).toEqual(first.planner!.outputIds);
  expect((await draw(2)).planner!.outputIds).not.toEqual(first.planner!.outputIds);
  expect(first.grounder!.response).toBe('The moment is at <|reg|>.');
});

describe('what cannot be asked', () => {
  test.each([
    ['QUESTION_EMPTY', { question: ' \n' }],
    ['QUESTION_TOO_LONG', { question: 'x'.repeat(20_001) }],
    ['QUESTION_TOO_LONG', { question: 'x'.repeat(2_000), maxTokens: 4_000 }],
    ['ROLES_INVALID', { roles: ['verifier'] }],
    ['ARGUMENT_INVALID', { options: ['one'] }],
  ] as [string, Partial<AskRequest>][])('is refused with %s', async (code, changes) => {
    const { agent, reader } = await setUp();
    await expect(agent.ask(request(changes))).rejects.toMatchObject({ code });
    expect(reader.decoded).toEqual([]);
  });

  test('is a video of three frames', async () => {
    const { agent } = await setUp(undefined, fakeVideo({ totalFrames: 3 }));
    await expect(agent.ask(request())).rejects.toMatchObject({ code: 'VIDEO_TOO_SHORT' });
  });

  test('is a video that breaks off before its frames are there', async () => {
    const { model, reader } = await setUp();
    const broken = { ...reader, readFrames: vi.fn(() => (async function* () {})()) };
    const agent = createAgent(model, { reader: broken });
    await expect(agent.ask(request())).rejects.toMatchObject({ code: 'VIDEO_DECODE_FAILED' });
  });
});

test('subtitles of the span reach the answerer, as text', async () => {
  const { agent, model } = await setUp();
  const { trace } = await agent.ask(request({ subtitlesPath: '/subtitles.srt', roles: ['answerer'] }));
  const { text, inputIds } = trace!.answerer!;
  expect(text).toContain('[1.0s - 23.0s] A voice <|im_end|> speaks\n\nWhat rises?');
  const end = model.tokenizer.tokenId('<|im_end|>');
  expect(inputIds.filter((id) => id === end)).toHaveLength(2);
});

test('a question that names control tokens is asked, with a warning', async () => {
  const { agent } = await setUp();
  const { record } = await agent.ask(request({ question: 'Is <|video_pad|> a word?' }));
  expect(record.warnings.map((warning) => warning.code)).toEqual(['CONTROL_TOKENS_AS_TEXT']);
  expect(record.question).toBe('Is <|video_pad|> a word?');
});

test('a moment that was found before is shown to an answerer without a grounder, widened as ever', async () => {
  const { agent } = await setUp();
  const found = await agent.ask(request());
  const moment = found.record.moment!;
  const { trace } = await agent.ask(request({ roles: ['answerer'], moment }));
  expect(trace!.answerer!.span).toEqual(found.trace!.answerer!.span);
  expect(trace!.answerer!.frameIndices).toEqual(found.trace!.answerer!.frameIndices);
});

test('where moments of other videos will be ranked beside it, a single one is verified, too', async () => {
  const { model, agent } = await setUp();
  Object.assign(model, {
    groundingHead: { ground: () => Promise.resolve({ rows: [[0.2, 0.4, 0.9]], saliency: [] }) },
  });
  const alone = await agent.ask(request());
  expect(alone.record.candidates).toHaveLength(1);
  expect(alone.record.candidates[0]).not.toHaveProperty('verifierScore');
  const amongOthers = await agent.ask(request({ isOneOfMany: true }));
  expect(amongOthers.record.candidates[0]!.verifierScore).toBeGreaterThan(0);
});
