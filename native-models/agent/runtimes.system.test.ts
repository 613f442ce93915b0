import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import { askRequestSchema } from '../protocol/ask-request.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { runtimeNameSchema } from '../protocol/roles.ts';
import type { RuntimeName } from '../protocol/roles.ts';
import { createAgent } from './agent.ts';
import { expectedReplies, reasonerPackNames, reasonerPackPath } from './test-support/reasoner-pack.ts';
import { expectedRuns, packNames, packPath } from './test-support/reference-pack.ts';

/** One package and what it is asked, whatever family it is of. */
interface Questioned {
  readonly name: string;
  readonly checkpoint: { readonly basePath: string; readonly adaptersPath?: string };
  readonly asks: readonly {
    readonly videoPath: string;
    readonly question: string;
    readonly options?: string[];
    readonly maxTokens?: number;
  }[];
}

const chains: Questioned[] = packNames.map((pack) => ({
  name: pack,
  checkpoint: { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model') },
  asks: expectedRuns(pack).map(({ ask: { video, question, options } }) => ({
    videoPath: packPath(pack, `videos/${video}`),
    question,
    ...(options === null ? {} : { options }),
  })),
}));
const reasoners: Questioned[] = reasonerPackNames.map((pack) => ({
  name: pack,
  checkpoint: { basePath: reasonerPackPath(pack, 'checkpoint') },
  asks: expectedReplies(pack).flatMap(({ ask: { video, question, options } }) =>
    video === null
      ? []
      : [
          {
            videoPath: reasonerPackPath(pack, `videos/${video}`),
            question,
            maxTokens: 16,
            ...(options === undefined ? {} : { options }),
          },
        ],
  ),
}));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-runtimes-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Everything that a package says to all its questions through one binding, without what depends on the clock. */
async function sayings(outPath: string, { asks }: Questioned, runtime: RuntimeName): Promise<unknown> {
  const model = await openPackage(outPath, { device: 'cpu', runtime, threads: 2 });
  const agent = createAgent(model);
  const said: unknown[] = [];
  for (const ask of asks) {
    agent.dropCaches();
    const { record, trace } = await agent.ask(
      askRequestSchema.parse({ ...ask, modelPath: outPath, trace: true }),
    );
    expect(record).toMatchObject({ device: 'cpu', runtime });
    said.push({ ...record, timings: undefined, runtime: undefined, trace });
  }
  await model.dispose();
  return said;
}

describe.each([...chains, ...reasoners])('$name', (questioned) => {
  test.each(['fp32', 'fp16', 'int8', 'int8-blocks', 'int4'] as const)(
    'says the same in %s through either binding, to the last bit',
    async (precision) => {
      const outPath = join(folder, `${questioned.name}-${precision}`);
      const request = { ...questioned.checkpoint, outPath, precision, force: true };
      await importCheckpoint(importRequestSchema.parse(request));
      const [first = 'onnxruntime-node', ...others] = runtimeNameSchema.options;
      const expected = await sayings(outPath, questioned, first);
      for (const other of others) expect(await sayings(outPath, questioned, other)).toEqual(expected);
    },
  );
});
