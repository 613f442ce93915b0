import { expect, it } from 'vitest';
import {
  expectedFrames,
  openExpectedTensors,
  packJson,
  packNames,
  relativeDifference,
} from '../../fixtures/reference-pack.ts';
import { qwen2Vl } from '../qwen2-vl/family.ts';

it.each(packNames)('cuts the frames of %s into the patches of the reference', async (pack) => {
  const network = qwen2Vl.readNetwork({
    base: packJson(pack, 'base', 'config.json') as Record<string, unknown>,
    preprocessor: packJson(pack, 'base', 'preprocessor_config.json') as Record<string, unknown>,
  });
  const expected = await openExpectedTensors(pack, 'answerer');
  const { frames, size } = await expectedFrames(expected);
  const first = await expected.readFloat32('firstPatch'); // the first few patches of the clip
  expect(relativeDifference(network.patches(frames, size).slice(0, first.length), first)).toBeLessThan(1e-6);
});
