import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPackage } from '../../../checkpoints/open-package.ts';
import { askRequestSchema } from '../../../protocol/ask-request.ts';
import { claimStanding } from '../../../protocol/claim-standing.ts';
import { overlapOf } from '../../../protocol/overlap.ts';
import type { RunRecord } from '../../../protocol/run-record.ts';
import { createAgent } from '../../agent.ts';
import type { Agent } from '../../agent.ts';
import { fakeReasoner } from '../../test-support/fake-reasoner.ts';
import { readToolPackJson } from '../../test-support/tool-pack.ts';

const demo = join(import.meta.dirname, '../../../../assets/demo');
const videoPath = join(demo, 'shapes-01.mp4');
/** What happens in the clip, as assets/demo/demo.json has it. */
const truth = { description: 'the green star goes out', startSec: 9.04, endSec: 13.88 };

const published = readToolPackJson('pack-tools', 'tools.json') as { readonly tools: readonly object[] };
const protocol = JSON.stringify({
  ...published,
  toolKinds: {
    find: { kind: 'ground', description: 'what' },
    check: { kind: 'verify', description: 'what', start: 'from', end: 'to' },
  },
  limits: { toolRounds: 0, newTokens: 2000 },
});

/** Lets a model that says `reply` to everything use the package of the demo as its tools. */
async function askSaying(reply: string, videoMind: Agent): Promise<RunRecord> {
  const agent = createAgent(await fakeReasoner(reply));
  const reasoner = { tools: { protocol, packagePath: videoMind.workspace.model.path } };
  const request = { videoPath, modelPath: '/fake', question: 'When?', reasoner };
  const { record } = await agent.ask(askRequestSchema.parse(request), { videoMind });
  return record;
}

const call = (name: string, given: object) =>
  `<tool_call>${JSON.stringify({ name, arguments: given })}</tool_call>`;

test('a package grounds and verifies for a model that calls it, and judges what the model says at its end', async () => {
  const model = await openPackage(join(demo, 'package'), { device: 'cpu', threads: 2 });
  const videoMind = createAgent(model);
  const what = truth.description;
  const calls = [
    call('find', { what }),
    call('check', { what, from: truth.startSec, to: truth.endSec }),
    call('check', { what, from: 20.13, to: 24.32 }),
  ];
  const said = 'The green star goes out from 9.04 s to 13.88 s, not from 1 s to 3 s.';
  const record = await askSaying(`${calls.join('')}<answer>${said}</answer>`, videoMind);
  const [found, there, elsewhere] = record.turns![0]!.calls;

  // The very numbers that asking the package gives; with caches of its own: what is kept is rounded otherwise.
  const asked = { videoPath, modelPath: model.path, question: what };
  const grounded = await createAgent(model).ask(askRequestSchema.parse({ ...asked, roles: ['grounder'] }));
  expect(found!.candidates).toEqual(grounded.record.candidates);
  expect(overlapOf(found!.candidates![0]!, truth)).toBeGreaterThan(0.5);

  expect(claimStanding(there!.candidates![0]!.verifierScore)).toBe('verified');
  expect(claimStanding(elsewhere!.candidates![0]!.verifierScore)).toBe('doubted');

  expect(record.moments!.every(({ verifierScore }) => verifierScore !== undefined)).toBe(true);
});
