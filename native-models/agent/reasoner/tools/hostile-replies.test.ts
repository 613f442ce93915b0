import { expect, test } from 'vitest';
import { askRequestSchema } from '../../../protocol/ask-request.ts';
import { EngineError } from '../../../protocol/errors.ts';
import { runEventSchema } from '../../../protocol/run-events.ts';
import type { RunEvent } from '../../../protocol/run-events.ts';
import { runRecordSchema } from '../../../protocol/run-record.ts';
import type { RunRecord } from '../../../protocol/run-record.ts';
import { setUpReasoner } from '../../test-support/fake-reasoner.ts';
import { readToolPackJson } from '../../test-support/tool-pack.ts';
import { readProtocol } from './read-protocol.ts';

const published = readToolPackJson('pack-tools', 'tools.json') as Record<string, unknown> & {
  crop: object;
  limits: object;
  result: { messages: object };
};

const look = (start: unknown, end: unknown) =>
  `<tool_call>{"name":"crop_video","arguments":{"video_path":"film.mp4","start_time":${String(start)},"end_time":${String(end)}}}</tool_call>`;

async function ask(
  reply: string,
  changes: object = {},
): Promise<{ record: RunRecord; events: RunEvent[]; decoded: readonly number[] }> {
  const { agent, reader } = await setUpReasoner(reply, 'order');
  const events: RunEvent[] = [];
  const { record } = await agent.ask(
    askRequestSchema.parse({
      ...{ videoPath: '/fake.mp4', modelPath: '/fake', question: 'What rises?', maxTokens: 3500 },
      reasoner: { tools: { protocol: JSON.stringify({ ...published, ...changes }), shownPath: 'film.mp4' } },
    }),
    { onEvent: (event) => events.push(event) },
  );
  for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
  return { record: runRecordSchema.parse(record), events, decoded: reader.decoded };
}

test('a model that calls without end is stopped when its rounds are used up', async () => {
  const { record, events } = await ask(`<think>Again.</think>${look(1, 3)}`);
  expect(record.stop).toBe('rounds');
  expect(record.turns).toHaveLength(6);
  expect(record.answer).toBeUndefined();
  expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'TOOL_ROUNDS_USED' }));
  expect(events.filter(({ type }) => type === 'called')).toHaveLength(6);
  expect(record.reasoning).toBe(new Array(6).fill('Again.').join('\n\n'));
});

test('boxes of a reply are read as its protocol counts, in the pictures that it was shown', async () => {
  const reply = '<think><obj>cup</obj><box>[500,0,1000,500]</box>at<t>2</t>s</think><answer>x</answer>';
  const { record } = await ask(reply, { evidence: { coordinates: 'thousandths' } });
  const region = { kind: 'box', left: 0.5, top: 0, right: 1, bottom: 0.5 };
  expect(record.places).toMatchObject([{ region, name: 'cup', atSec: 2 }]);
  expect((await ask(reply)).record).not.toHaveProperty('places');
});

test('the same stretch again is not decoded again', async () => {
  const { record, decoded } = await ask(look(1, 3));
  expect(record.turns).toHaveLength(6);
  expect(decoded).toHaveLength(new Set(decoded).size);
});

test('of 50 calls in a row as many are run as the protocol allows, and the model is told so', async () => {
  const reply = '<tool_call>{"name":"c","arguments":{"p":"film.mp4","s":1,"e":2}}</tool_call>'.repeat(50);
  const { record } = await ask(reply, {
    toolKinds: { c: { kind: 'crop', path: 'p', start: 's', end: 'e' } },
    limits: { ...published.limits, toolRounds: 0 },
  });
  const [{ calls }] = record.turns as [NonNullable<RunRecord['turns']>[number]];
  expect(calls).toHaveLength(50);
  expect(calls.filter(({ ok }) => ok)).toHaveLength(16);
  expect(calls.at(-1)).toMatchObject({ ok: false, refusal: 'too-many' });
  expect(calls.at(-1)!.text).toMatch(/^Failed: too many calls/u);
});

test('a result that would not fit the context is refused, and the model goes on', async () => {
  const { record } = await ask(look(0, 24), { crop: { ...published.crop, fps: 25, maxFrames: 600 } });
  expect(record.turns!.length).toBeGreaterThan(1);
  expect(record.turns![0]!.calls).toMatchObject([{ ok: false, refusal: 'too-large' }]);
  expect(record.turns![1]!.tokens.prompt).toBeLessThan(4096);
});

test('a question that leaves no room is refused before anything is decoded', async () => {
  await expect(
    ask('x', { video: { fps: 25, minFrames: 1, maxFrames: 600, minPixels: 784, maxPixels: 50_176 } }),
  ).rejects.toMatchObject({ code: 'QUESTION_TOO_LONG' });
});

test.each([
  ['<tool_call>{"name": "crop_video", "arguments": </tool_call>', 'malformed', 'TOOL_CALL_MALFORMED'],
  ['<tool_call>'.repeat(200), 'malformed', 'TOOL_CALL_MALFORMED'],
  ['<think>Nothing.</think>', 'answered', 'NO_ANSWER'],
  ['', 'answered', 'NO_ANSWER'],
])('%j ends the run: %s, and that is said', async (reply, stop, code) => {
  const { record } = await ask(reply);
  expect(record.stop).toBe(stop);
  expect(record.warnings).toContainEqual(expect.objectContaining({ code }));
});

test.each([
  ['an unknown tool', '<tool_call>{"name":"rm","arguments":{}}</tool_call>', 'unknown-tool'],
  ['an end before the start', look(9, 4), 'range'],
  ['a stretch of no length', look(4, 4), 'range'],
  ['a time beyond the video', look('1e999', 2), 'start'],
  ['a text for a number', look('"4"', 5), 'number'],
])('%s is told, shown and survived', async (_, reply, refusal) => {
  const { record } = await ask(reply);
  expect(record.stop).toBe('rounds');
  for (const { calls } of record.turns!) expect(calls).toMatchObject([{ ok: false, refusal }]);
});

test('a stretch of a tenth of a second is shown', async () => {
  const { record } = await ask(look(2, 2.1));
  expect(record.turns![0]!.calls).toMatchObject([{ ok: true, frameIndices: [50, 52] }]);
});

test('a reply that holds control tokens of the network does not become part of the prompt’s form', async () => {
  const { record } = await ask(`<|image_pad|><|video_pad|>${look(1, 2)}`);
  // Its pads are read letter by letter: each image is still shown once.
  expect(record.turns!.length).toBeGreaterThan(1);
});

test.each([
  ['no JSON', '{', /not JSON/u],
  ['another version', JSON.stringify({ ...published, schemaVersion: 2 }), /schemaVersion/u],
  [
    'a placeholder without a value',
    JSON.stringify({ ...published, userText: '{question} {home}' }),
    /\{home\} has no value/u,
  ],
  [
    'a placeholder that reaches into values',
    JSON.stringify({ ...published, userText: '{question.x}' }),
    /no name/u,
  ],
  [
    'a budget that is none',
    JSON.stringify({ ...published, crop: { ...published.crop, minPixels: 1e9 } }),
    /minPixels/u,
  ],
  [
    'a kind that there is not',
    JSON.stringify({ ...published, toolKinds: { sh: { kind: 'shell' } } }),
    /toolKinds/u,
  ],
  ['a huge file', ' '.repeat(2_000_000), /characters/u],
])('a tools file with %s is refused', (_, text, message) => {
  expect(() => readProtocol(text)).toThrow(message);
  expect(() => readProtocol(text)).toThrow(EngineError);
});
