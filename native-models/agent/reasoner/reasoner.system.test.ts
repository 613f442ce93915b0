import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../../checkpoints/loaded-model.ts';
import { openPackage } from '../../checkpoints/open-package.ts';
import { askRequestSchema } from '../../protocol/ask-request.ts';
import { importRequestSchema } from '../../protocol/import-request.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent.ts';
import { answerOf, askAs, comparable } from '../test-support/reasoner-agreement.ts';
import {
  expectedReplies,
  reasonerPackFacts,
  reasonerPackNames,
  reasonerPackPath,
} from '../test-support/reasoner-pack.ts';
import type { ReasonerPackName } from '../test-support/reasoner-pack.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-reasoner-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function importPack(pack: ReasonerPackName, precision: 'fp32' | 'int8'): Promise<LoadedModel> {
  const outPath = join(folder, `${pack}-${precision}`);
  const request = { basePath: reasonerPackPath(pack, 'checkpoint'), outPath, precision, force: true };
  await importCheckpoint(importRequestSchema.parse(request));
  return openPackage(outPath, { device: 'cpu', threads: 2 });
}

describe.each(reasonerPackNames)('%s in fp32', (pack) => {
  let model: LoadedModel;
  let agent: Agent;
  beforeAll(async () => {
    model = await importPack(pack, 'fp32');
    agent = createAgent(model);
  });
  afterAll(async () => model.dispose());

  describe.each(expectedReplies(pack))('agrees with the reference: $ask.video, $ask.question', (expected) => {
    test('in frames, sizes, times, tokens and reply, with seconds cut to whole ones as there', async () => {
      agent.dropCaches();
      const trace = await askAs(agent, pack, expected, { secondsPerPair: 'whole' });
      expect(comparable(trace)).toEqual(comparable(expected));
    });

    test('with exact seconds', async () => {
      const trace = await askAs(agent, pack, expected);
      expect(comparable(trace)).toEqual(comparable({ ...expected, ...expected.fraction }));
    });

    test.each(expected.penalized)(
      'with a repetition penalty of $repetitionPenalty',
      async ({ repetitionPenalty, outputIds, response }) => {
        const trace = await askAs(agent, pack, expected, { repetitionPenalty, secondsPerPair: 'whole' });
        expect(trace).toMatchObject({ outputIds, response });
      },
    );
  });

  test('the answer and the reasoning are taken out of the reply', async () => {
    const [expected] = expectedReplies(pack);
    const { record } = await agent.ask(
      askRequestSchema.parse({
        videoPath: reasonerPackPath(pack, `videos/${expected!.ask.video!}`),
        modelPath: folder,
        question: expected!.ask.question,
        options: expected!.ask.options,
        reasoner: {
          ...reasonerPackFacts(pack).budget,
          instructions: {
            choice: reasonerPackFacts(pack).suffix.mcq,
            open: reasonerPackFacts(pack).suffix.open,
          },
        },
      }),
    );
    expect(record.response).toBe(expected!.response);
    expect(record.answer).toEqual({ text: 'A', option: 'A' });
    expect(`<think>${record.reasoning!}</think>\n<answer>A</answer>`).toBe(expected!.response);
    expect(record.warnings).toEqual([]);
  });
});

describe.each(reasonerPackNames)('%s in int8', (pack) => {
  test('gives the same answers', async () => {
    const model = await importPack(pack, 'int8');
    const agent = createAgent(model);
    const replies: string[] = [];
    const asks = expectedReplies(pack);
    for (const expected of asks) replies.push((await askAs(agent, pack, expected)).response);
    await model.dispose();
    expect(replies.map(answerOf)).toEqual(
      asks.map((expected) => answerOf((expected.fraction ?? expected).response)),
    );
  });
});
