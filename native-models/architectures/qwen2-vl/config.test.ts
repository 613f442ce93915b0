import { describe, expect, it } from 'vitest';
import { packJson } from '../../fixtures/reference-pack.ts';
import { readQwen2VlConfig } from './config.ts';

const base = packJson('pack-2b', 'base', 'config.json') as Record<string, unknown>;
const adapters = packJson('pack-2b', 'model', 'config.json') as Record<string, unknown>;

describe('readQwen2VlConfig', () => {
  it('takes sizes from the base and token ids from the VideoMind folder', () => {
    const config = readQwen2VlConfig({ base, adapters: { ...adapters, hidden_size: 1 } });
    expect(config.decoder).toMatchObject({
      hidden: 192,
      heads: 12,
      keyValueHeads: 2,
      headSize: 16,
      layers: 3,
    });
    expect(config.tokens).toMatchObject({ reg: 598, segStart: 599, segEnd: 600, end: [584] });
  });

  it('fills in vision fields that equal the library’s defaults', () => {
    const { vision_config: vision } = base as { vision_config: Record<string, unknown> };
    const short = { embed_dim: vision['embed_dim'], depth: 2, num_heads: 4 };
    expect(readQwen2VlConfig({ base: { ...base, vision_config: short } }).vision).toMatchObject({
      patchSize: 14,
      mergeSize: 2,
      temporalPatchSize: 2,
      intermediate: 256,
    });
  });

  it.each([
    ['hidden_size', 'many'],
    ['num_attention_heads', 7],
    ['num_key_value_heads', 5],
    ['rope_scaling', { mrope_section: [2, 3, 4] }],
    ['hidden_act', 'gelu'],
    ['rms_norm_eps', -1],
    ['num_hidden_layers', 1e12],
  ])('refuses a %s that cannot be', (field, value) => {
    expect(() => readQwen2VlConfig({ base: { ...base, [field]: value } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
