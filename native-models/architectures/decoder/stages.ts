import { float32 } from '../../runtime/runtime.ts';
import type { LayerStage } from '../architecture-family.ts';
import type { DecoderConfig } from './config.ts';
import {
  buildDecoderLayerGraph,
  buildFinalNormGraph,
  decoderInputName,
  decoderProductInputs,
} from './decoder-graph.ts';
import { stepFeeds } from './step-feeds.ts';

/** The decoder's layers by themselves, for rows at `positions`, (3, rows), without a past. */
export function decoderStages(config: DecoderConfig, positions: Int32Array): LayerStage[] {
  const none = float32(new Float32Array(0), [0, config.keyValueHeads, config.headSize]);
  const feeds = { ...stepFeeds(config, positions, 0), past_keys: none, past_values: none };
  const sizes = {
    attention_input: config.hidden,
    attention_output: config.heads * config.headSize,
    mlp_input: config.hidden,
    mlp_hidden: config.intermediate,
  };
  return Array.from({ length: config.layers }, (_, layer) => ({
    name: `model.layers.${layer}`,
    part: 'decoder',
    kind: 'decoder-layer',
    result: 'state',
    width: config.hidden,
    feeds,
    productInputs: decoderProductInputs.map((output) => ({
      output,
      name: decoderInputName(layer, output),
      size: sizes[output],
    })),
    build: (options) => buildDecoderLayerGraph(config, options, layer),
  }));
}

/** The norm after the last layer, by itself. */
export function finalNormStage(config: DecoderConfig): LayerStage {
  return {
    name: 'model.norm',
    part: 'decoder',
    kind: 'final-norm',
    result: 'state',
    width: config.hidden,
    feeds: {},
    productInputs: [],
    build: (options) => buildFinalNormGraph(config, options),
  };
}
