import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importCheckpoint } from '../../checkpoints/import-checkpoint.ts';
import { openPackage } from '../../checkpoints/open-package.ts';
import { askRequestSchema } from '../../protocol/ask-request.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { importRequestSchema } from '../../protocol/import-request.ts';
import type { RunTrace } from '../../protocol/run-trace.ts';
import { createAgent } from '../agent.ts';
import { expectedReplies, reasonerPackPath } from '../test-support/reasoner-pack.ts';
import { estimateRun } from './estimate-run.ts';
import { replyTrace } from '../test-support/traces.ts';

const example = (name: string) => fileURLToPath(new URL(`../../../assets/example/${name}`, import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-estimate-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Asks, and gives what each role was told beforehand beside what it was shown then. */
async function told(request: AskRequest): Promise<{ before: object; then: object }> {
  const { roles } = await estimateRun(request);
  const model = await openPackage(request.modelPath, { device: 'cpu', threads: 2 });
  try {
    const { trace = {} } = await createAgent(model).ask({ ...request, trace: true });
    const compared = (['planner', 'grounder', 'answerer', 'reasoner'] as const).filter(
      (role) => trace[role] !== undefined,
    );
    const before = compared.map((name) => {
      const estimate = roles.find(({ role }) => role === name);
      return [name, estimate?.frames, estimate?.promptTokens];
    });
    return { before, then: compared.map((name) => [name, ...shownTo(trace, name)]) };
  } finally {
    await model.dispose();
  }
}

function shownTo(trace: RunTrace, role: 'planner' | 'grounder' | 'answerer' | 'reasoner'): number[] {
  const shown = role === 'reasoner' ? replyTrace(trace) : trace[role];
  return [shown?.frameIndices?.length ?? 0, shown?.inputIds.length ?? 0];
}

test.each([[['planner', 'grounder']], [['grounder', 'answerer']], [['answerer']]] as const)(
  'what is told of %j is what they are shown then',
  async (roles) => {
    const { before, then } = await told(
      askRequestSchema.parse({
        videoPath: example('clip.mp4'),
        modelPath: example('package'),
        question: 'Which shape moves to the right?',
        options: ['a circle', 'a square'],
        maxTokens: 8,
        roles,
      }),
    );
    // The planner may rephrase what the grounder looks for.
    const settled = ([name]: readonly unknown[]) => name !== 'grounder' || roles[0] !== 'planner';
    expect((before as unknown[][]).filter(settled)).toEqual((then as unknown[][]).filter(settled));
  },
);

test('what is told of a model that reasons aloud is what it is shown then', async () => {
  const outPath = join(folder, 'qwen3');
  const basePath = reasonerPackPath('pack-qwen3', 'checkpoint');
  await importCheckpoint(importRequestSchema.parse({ basePath, outPath, precision: 'int8' }));
  const asked = expectedReplies('pack-qwen3').find(({ ask }) => ask.video !== null);
  const { before, then } = await told(
    askRequestSchema.parse({
      videoPath: reasonerPackPath('pack-qwen3', `videos/${asked?.ask.video ?? ''}`),
      modelPath: outPath,
      question: asked?.ask.question,
      maxTokens: 2,
    }),
  );
  expect(before).toEqual(then);
  expect(before).toMatchObject([['reasoner', expect.any(Number), expect.any(Number)]]);
});
