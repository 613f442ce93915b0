import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followUp } from '../../protocol/follow-up.ts';
import { reasonerRequestSchema } from '../../protocol/reasoner-request.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import { createAgent } from '../agent.ts';
import { KeptFeatures } from '../caches/kept-features/kept-features.ts';
import { request } from '../test-support/fake-agent.ts';
import { fakeReasoner, setUpReasoner } from '../test-support/fake-reasoner.ts';
import { readToolPackText } from '../test-support/tool-pack.ts';
import { replyTrace } from '../test-support/traces.ts';

const reply = '<think>It rises from 2 s to 4 s.</think>\n<answer>B</answer>';
const asked = (changes: Partial<ReasonerRequest> = {}) => ({
  reasoner: reasonerRequestSchema.parse(changes),
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-followed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As a process of its own, with what others have kept in the folder. */
async function startedWith(said: string) {
  const keptFeatures = new KeptFeatures({ folder, budgetBytes: 1e8, reservedBytes: 0 });
  const { reader } = await setUpReasoner(said);
  const model = await fakeReasoner(said);
  return { model, agent: createAgent(model, { reader, keptFeatures }) };
}

test('a conversation goes on from the kept prefix, with what was said before', async () => {
  const { agent, model } = await setUpReasoner(reply);
  const first = await agent.ask(request());
  const encoded = model.work.pairsEncoded;
  const turn = { question: 'What rises?', response: first.record.response! };
  const { record, trace } = await agent.ask(
    request({ question: 'And then?', ...asked({ conversation: [turn] }) }),
  );
  expect(replyTrace(trace).text).toContain(`${reply}<|im_end|>`);
  // The reply's last token was never read.
  const { prompt, generated } = first.record.tokens.reasoner!;
  expect(record.tokens.reasoner!.reused).toBeGreaterThanOrEqual(prompt + generated - 1);
  expect(model.work.pairsEncoded).toBe(encoded);
  agent.dropCaches();
  const cold = await agent.ask(request({ question: 'And then?', ...asked({ conversation: [turn] }) }));
  expect(replyTrace(cold.trace).outputIds).toEqual(replyTrace(trace).outputIds);
});

test('a conversation goes on in another process without reading the first look again, also behind what tools showed', async () => {
  const crop = `<tool_call>{"name": "crop_video", "arguments": {"video_path": "a.mp4", "start_time": 2, "end_time": 6}}</tool_call>`;
  const protocol = readToolPackText('pack-tools', 'tools.json');
  const tools = { protocol, shownPath: 'a.mp4', toolRounds: 0 };
  for (const [said, changes] of [
    [reply, {}],
    [crop, { tools }],
  ] as const) {
    const { record } = await (await startedWith(said)).agent.ask(request(asked(changes)));
    const { reasoner } = followUp(record);
    const next = await startedWith(said);
    const followed = await next.agent.ask(request({ question: 'And then?', reasoner }));
    const { prompt, reused } = followed.record.tokens.reasoner!;
    // A pair of the fake model takes one token at least, and 16 frames are shown first.
    expect(reused).toBeGreaterThan(8);
    expect(reused).toBeLessThan(prompt);
    // What the tool gave was shown to nobody yet.
    const given = record.turns?.at(-1)?.calls.flatMap(({ frameIndices = [] }) => frameIndices) ?? [];
    expect(next.model.work.pairsEncoded).toBe(given.length);
  }
});

test('nothing is found in another process of a prompt that told of other tools in front of the same frames', async () => {
  const protocol = readToolPackText('pack-tools', 'tools.json');
  const retold = protocol.replace('Shows a part of the film', 'Shows the part of a film');
  const reused: number[] = [];
  for (const told of [protocol, retold, protocol]) {
    const { agent, model } = await startedWith(reply);
    const tools = { protocol: told, shownPath: 'a.mp4', toolRounds: 0 };
    const { record } = await agent.ask(request(asked({ tools })));
    reused.push(record.tokens.reasoner!.reused);
    expect(model.work.pairsEncoded > 0).toBe(reused.length === 1);
  }
  expect(reused).toEqual([0, 0, expect.any(Number)]);
  expect(reused.at(-1)).toBeGreaterThan(8);
});
