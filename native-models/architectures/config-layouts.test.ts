import { describe, expect, it } from 'vitest';
import { packJson } from '../fixtures/reference-pack.ts';
import { readQwen25VlConfig } from './qwen2-5-vl/config.ts';
import { readQwen3VlConfig } from './qwen3-vl/config.ts';

type Fields = Record<string, unknown>;
const nested25 = packJson('pack-qwen2.5', 'checkpoint', 'config.json') as Fields & { text_config: Fields };
const nested3 = packJson('pack-qwen3', 'checkpoint', 'config.json') as Fields & { vision_config: Fields };

/** The layout of the published base models: text fields at the top, rope type `mrope`, few vision fields. */
const flat25: Fields = {
  ...nested25.text_config,
  ...nested25,
  text_config: undefined,
  rope_scaling: { type: 'mrope', mrope_section: [4, 6, 6] },
};

describe('readQwen25VlConfig', () => {
  it('reads nested and flat configurations alike', () => {
    expect(readQwen25VlConfig({ base: flat25 })).toEqual(readQwen25VlConfig({ base: nested25 }));
  });

  it('takes the top level where both levels have a field, and null for absent', () => {
    const text_config = { ...nested25.text_config, image_token_id: null, vocab_size: 9 };
    const { tokens, decoder } = readQwen25VlConfig({ base: { ...flat25, text_config } });
    expect(tokens.imagePad).toBe(461);
    expect(decoder.vocabulary).toBe(512);
  });

  it('reads rotation fields where newer libraries put them', () => {
    const { rope_scaling: rope, rope_theta: theta, ...text } = nested25.text_config;
    const text_config = { ...text, rope_parameters: { ...(rope as Fields), rope_theta: theta } };
    expect(readQwen25VlConfig({ base: { ...nested25, text_config } })).toEqual(
      readQwen25VlConfig({ base: nested25 }),
    );
  });

  it('fills in what equals the library’s defaults, which are not the published models’ values', () => {
    const vision_config = { hidden_size: 1280, in_chans: 3, tokens_per_second: 2 };
    const { vision, tokensPerSecond } = readQwen25VlConfig({ base: { ...flat25, vision_config } });
    expect(tokensPerSecond).toBe(2);
    expect(vision).toMatchObject({
      layers: 32,
      intermediate: 3420,
      heads: 16,
      patchSize: 14,
      windows: { cells: 4, fullBlocks: [7, 15, 23, 31] },
    });
    const bare = { ...flat25, rms_norm_eps: undefined, vision_config: { hidden_size: 1280 } };
    const config = readQwen25VlConfig({ base: bare });
    expect(config.tokensPerSecond).toBe(4);
    expect(config.decoder.epsilon).toBe(1e-5);
  });

  it.each([
    ['use_sliding_window', true],
    ['vision_config', { hidden_size: 64, hidden_act: 'gelu' }],
    ['vision_config', { hidden_size: 64, num_heads: 4, window_size: 20 }],
    ['num_attention_heads', 7],
    ['rope_scaling', { mrope_section: [4, 6, 7] }],
  ])('refuses a %s that cannot be: %j', (field, value) => {
    expect(() => readQwen25VlConfig({ base: { ...flat25, [field]: value } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('readQwen3VlConfig', () => {
  it('has a head size of its own', () => {
    const { decoder } = readQwen3VlConfig({ base: nested3 });
    expect(decoder).toMatchObject({ hidden: 160, heads: 8, headSize: 32, ropeLayout: 'interleaved' });
  });

  it('fills in the vision tower of the 8B model', () => {
    const { vision, decoder } = readQwen3VlConfig({ base: { ...nested3, vision_config: {} } });
    expect(vision).toMatchObject({ layers: 27, width: 1152, intermediate: 4304, positionGridSide: 48 });
    expect(vision.deepstackBlocks).toEqual([8, 16, 24]);
    expect(decoder.deepstackLevels).toBe(3);
  });

  it.each([
    { deepstack_visual_indexes: [2, 0] },
    { deepstack_visual_indexes: [0, 9] },
    { num_position_embeddings: 65 },
    { hidden_act: 'silu' },
  ])('refuses a vision tower that cannot be: %j', (fields) => {
    const base = { ...nested3, vision_config: { ...nested3.vision_config, ...fields } };
    expect(() => readQwen3VlConfig({ base })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
