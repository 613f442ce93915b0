import { describe, expect, it } from 'vitest';
import {
  openTableTensors,
  packJson,
  readInt32,
  reasonerPackNames,
  relativeDifference,
} from '../fixtures/reference-pack.ts';
import { decoderRotary } from './decoder/rotary.ts';
import { readQwen25VlConfig } from './qwen2-5-vl/config.ts';
import { readQwen3VlConfig } from './qwen3-vl/config.ts';
import { patchOrder } from './vision-tower/patch-order.ts';
import { visionRotary } from './vision-tower/rotary.ts';

describe.each(reasonerPackNames)('rotary embedding of %s', (pack) => {
  const readConfig = pack === 'pack-qwen3' ? readQwen3VlConfig : readQwen25VlConfig;
  const base = packJson(pack, 'checkpoint', 'config.json') as Record<string, unknown>;
  const config = readConfig({ base });

  it('shares the frequencies of the decoder out as the reference does', async () => {
    const expected = await openTableTensors(pack);
    const { cos, sin } = decoderRotary(config.decoder, await readInt32(expected, 'rope.positions'));
    // At positions in the thousands an ulp of a float32 frequency is 1e-4 of an angle.
    expect(relativeDifference(cos, await expected.readFloat32('rope.cos'))).toBeLessThan(2e-4);
    expect(relativeDifference(sin, await expected.readFloat32('rope.sin'))).toBeLessThan(2e-4);
  });

  it('turns the patches of the tower by line and column', async () => {
    const angles = await (await openTableTensors(pack)).readFloat32('visionRope.2x4x6'); // (2 pairs × 24 patches, headSize / 2)
    const { places } = patchOrder(config.vision, { lines: 4, columns: 6 });
    const { cos, sin } = visionRotary(config.vision, [...places, ...places]);
    expect(relativeDifference(cos, angles.map(Math.cos))).toBeLessThan(1e-6);
    expect(relativeDifference(sin, angles.map(Math.sin))).toBeLessThan(1e-6);
  });
});
