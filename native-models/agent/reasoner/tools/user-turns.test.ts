import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { askRequestSchema } from '../../../protocol/ask-request.ts';
import { runRecordSchema } from '../../../protocol/run-record.ts';
import { setUpReasoner } from '../../test-support/fake-reasoner.ts';
import videoZoomer from './presets/videozoomer.json' with { type: 'json' };

// The protocol of VideoZoomer with words of our own: a call of one tool as bare JSON, results in the user's turns.

const template = readFileSync(
  new URL('../../../fixtures/pack-qwen2.5/checkpoint/chat_template.jinja', import.meta.url),
  'utf8',
);
const { result, ...published } = videoZoomer.protocol;
const small = { minPixels: 784, maxPixels: 3136 };
const protocol = {
  ...{ ...published, chatTemplate: template, system: 'Look.' },
  ...{ video: { ...published.video, ...small }, crop: { ...published.crop, ...small } },
  result: {
    ...{
      role: result.role,
      before: 'Here: ',
      text: ' Go on.',
      lastRound: ' Answer now.',
      error: '{message} Again.',
    },
    unknownTool: result.unknownTool,
    messages: {
      ...{ arguments: 'No call.', missing: 'No {argument}.', path: '', number: 'No number: {argument}.' },
      ...{ start: 'Late: {start}.', range: 'Nothing: {start}, {end}.', tooDense: '{frames} of {most}.' },
    },
  },
};

async function ask(reply: string, conversation: object[] = [], changes: object = {}) {
  const { agent } = await setUpReasoner(reply, 'order');
  const { record, trace } = await agent.ask(
    askRequestSchema.parse({
      ...{ videoPath: '/fake.mp4', modelPath: '/fake', question: 'What rises?', maxTokens: 200, trace: true },
      reasoner: { conversation, tools: { protocol: JSON.stringify({ ...protocol, ...changes }) } },
    }),
    {},
  );
  const told = trace?.reasoner;
  return {
    record: runRecordSchema.parse(record),
    turns: told !== undefined && 'turns' in told ? told.turns : [],
  };
}

const zoom = (written: string) => `<think>Closer.</think><video_zoom>${written}</video_zoom>`;
const image = '<|vision_start|><|image_pad|><|vision_end|>';

test('each frame has its number and time, a reply stands as it was said, and the user shows what it asked for', async () => {
  const call = zoom('{"segment": [4, 6.0], "fps": 2}');
  const { record, turns } = await ask(`${call} and what was not yet seen`);
  const [first, second] = turns.map(({ text }) => text);
  expect(first).toMatch(
    /^<\|im_start\|>system\nLook\.<\|im_end\|>\n<\|im_start\|>user\n<frame0_time0\.00s><\|vision_start\|>/u,
  );
  expect(first).toContain(`<frame11_time22.00s>${image}What rises?<|im_end|>\n`);
  const shown = ['0_time4.00', '1_time4.64', '2_time5.32', '3_time6.00'].map(
    (name) => `<frame${name}s>${image}`,
  );
  expect(second).toBe(
    `${first!}${call}<|im_end|>\n<|im_start|>user\nHere: ${shown.join('')} Go on.<|im_end|>\n<|im_start|>assistant\n`,
  );
  expect(record.turns![0]!.calls).toMatchObject([
    { name: 'video_zoom', ok: true, spanSec: [4, 6], frameIndices: [100, 116, 133, 150] },
  ]);
  // Five replies, and before the last of them it is told so.
  expect(turns).toHaveLength(5);
  expect(turns[3]!.text).not.toContain('Answer now.');
  expect(turns[4]!.text).toContain(' Go on. Answer now.<|im_end|>');
});

test.each([
  ['{"segment": [4, ', 'arguments', 'No call. Again.'],
  ['[4, 6]', 'arguments', 'No call. Again.'],
  ['{"segment": [4, 6]}', 'missing', 'No fps. Again.'],
  ['{"segment": [4], "fps": 2}', 'number', 'No number: segment. Again.'],
  ['{"segment": "/etc/passwd", "fps": 2}', 'number', 'No number: segment. Again.'],
  ['{"segment": [4, 6], "fps": 0}', 'number', 'No number: fps. Again.'],
  ['{"segment": [4, 6], "fps": NaN}', 'number', 'No number: fps. Again.'],
  ['{"segment": [4, 14], "fps": 2}', 'too-dense', '20 of 16. Again.'],
  ['{"segment": [4, 6], "fps": 1e300}', 'too-dense', / of 16\. Again\.$/u],
  ['{"segment": [4, 6], "fps": 1e999}', 'number', 'No number: fps. Again.'],
  ['{"segment": [6, 4], "fps": 2}', 'range', 'Nothing: 6, 4. Again.'],
  ['{"segment": [4, 4], "fps": 2}', 'range', 'Nothing: 4, 4. Again.'],
  ['{"segment": [90, 91], "fps": 2}', 'start', 'Late: 90. Again.'],
])('%s is told in the user’s turn, and the model goes on', async (written, refusal, text) => {
  const { record, turns } = await ask(zoom(written));
  expect(record.stop).toBe('rounds');
  const [call] = record.turns![0]!.calls;
  expect(call).toMatchObject({ ok: false, refusal });
  expect(call!.text).toMatch(text);
  expect(turns[1]!.text).toContain(`<|im_start|>user\n${call!.text}<|im_end|>`);
});

test('a stretch of a tenth of a second is shown', async () => {
  const { record } = await ask(zoom('{"segment": [4, 4.1], "fps": 2}'));
  expect(record.turns![0]!.calls).toMatchObject([{ ok: true, frameIndices: [100] }]);
});

test('calls of two stretches and of no video’s name, those that cannot be read left out, are answered in a turn each', async () => {
  const form = {
    toolKinds: { crop: { kind: 'crop', start: 'from', end: 'to' } },
    call: { open: '<call>', close: '</call>', name: 'name', arguments: 'arguments', broken: 'skipped' },
    limits: { ...protocol.limits, callsPerReply: 5 },
  };
  const call = (from: number, to: number) =>
    `<call>{"name": "crop", "arguments": {"path": "/etc/passwd", "from": ${from}, "to": ${to}}}</call>`;
  const reply = `${call(4, 6)}<call>{"name": </call>${call(8, 9)}`;
  const { record, turns } = await ask(reply, [], form);
  expect(record.turns![0]!.calls).toMatchObject([
    { ok: true, spanSec: [4, 6] },
    { ok: true, spanSec: [8, 9] },
  ]);
  const shown = (text: string) => text.match(/<\|im_start\|>user\nHere: <frame0/gu)?.length;
  expect(turns[1]!.text).toContain(`${reply}<|im_end|>\n<|im_start|>user\nHere: `);
  expect(shown(turns[1]!.text)).toBe(2);
});

test('a question that goes on from another is shown the same turns as it was said in', async () => {
  const earlier = await ask(`${zoom('{"segment": [4, 6], "fps": 2}')} unseen`);
  const { response, turns } = earlier.record as { response?: string; turns: object[] };
  const conversation = [{ question: 'What rises?', response: response ?? '', turns: turns.slice(0, 1) }];
  const { turns: shown } = await ask('<answer>It.</answer>', conversation);
  const until = earlier.turns[1]!.text.replace(/<\|im_start\|>assistant\n$/u, '');
  expect(shown[0]!.text.startsWith(until)).toBe(true);
});
