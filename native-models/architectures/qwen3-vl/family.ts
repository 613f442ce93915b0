import type { ArchitectureFamily } from '../architecture-family.ts';
import { networkShape, qwenNetwork, qwenTensorName } from '../qwen-network.ts';
import { readQwen3VlConfig } from './config.ts';
import { pairwisePositions } from './positions.ts';

/** Qwen3-VL: features of several depths of its tower reach the decoder, and stamps in the text say when a pair was. */
export const qwen3Vl: ArchitectureFamily = {
  name: 'qwen3-vl',
  title: 'Qwen3-VL',
  modelTypes: ['qwen3_vl'],
  agent: 'reasoner',
  tensorName: qwenTensorName,
  readNetwork(sources) {
    const config = readQwen3VlConfig(sources);
    const shape = networkShape(config);
    return qwenNetwork(config, {
      name: qwen3Vl.name,
      pairTimes: 'stamps',
      coordinates: 'thousandths',
      limitsCount: 'clip',
      values: 'floats',
      positions: (tokenIds, blocks) => pairwisePositions(tokenIds, blocks, shape),
    });
  },
};
