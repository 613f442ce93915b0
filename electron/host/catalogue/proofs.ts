import type { CatalogueCheckpoint } from '../contract/catalogue.ts';
import type { PublishedNetwork } from './networks.ts';

type Proof = CatalogueCheckpoint['proof'];

const chainTest = 'native-models/agent/chain.system.test.ts';
const reasonerTest = 'native-models/agent/reasoner/reasoner.system.test.ts';

/** The tiny checkpoints of each family, and the test that asks them and compares with the reference, token by token. */
const ofFamily: Readonly<Record<PublishedNetwork['family'], Proof>> = {
  'qwen2-vl': { fixtures: ['native-models/fixtures/pack-2b'], tests: [chainTest] },
  'qwen2.5-vl': { fixtures: ['native-models/fixtures/pack-qwen2.5'], tests: [reasonerTest] },
  'qwen3-vl': { fixtures: ['native-models/fixtures/pack-qwen3'], tests: [reasonerTest] },
};

/** The larger VideoMind has proportions of its own. */
const ofNetwork: Readonly<Record<string, Proof>> = {
  'qwen2-vl-7b': { fixtures: ['native-models/fixtures/pack-7b'], tests: [chainTest] },
};

/** The loop of tools, and the presets of protocols that come with the program. */
const ofTools: Readonly<Record<NonNullable<CatalogueCheckpoint['tools']>, Proof>> = {
  longvt: {
    fixtures: ['native-models/fixtures/pack-tools', 'native-models/fixtures/pack-tools-qwen3'],
    tests: [
      'native-models/agent/reasoner/tools/tool-packs.system.test.ts',
      'native-models/agent/reasoner/tools/presets/presets.test.ts',
    ],
  },
  // Its prompts are written by the published template; no reply of its own is held by a reference.
  videozoomer: {
    fixtures: [],
    tests: [
      'native-models/agent/reasoner/tools/user-turns.test.ts',
      'native-models/agent/reasoner/tools/presets/presets.test.ts',
    ],
  },
};

/** What holds that a checkpoint of this network runs, and its tools with it. */
export function proofOf(
  network: string,
  family: PublishedNetwork['family'],
  tools: CatalogueCheckpoint['tools'],
): Proof {
  const own = ofNetwork[network] ?? ofFamily[family];
  if (tools === undefined) return own;
  const { fixtures, tests } = ofTools[tools];
  return { fixtures: [...own.fixtures, ...fixtures], tests: [...own.tests, ...tests] };
}
