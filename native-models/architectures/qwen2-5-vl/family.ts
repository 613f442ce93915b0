import type { ArchitectureFamily } from '../architecture-family.ts';
import { networkShape, qwenNetwork, qwenTensorName } from '../qwen-network.ts';
import { readQwen25VlConfig } from './config.ts';
import { timedPositions } from './positions.ts';

/** Qwen2.5-VL: windowed attention in its tower, and positions that advance with the seconds of a video. */
export const qwen25Vl: ArchitectureFamily = {
  name: 'qwen2.5-vl',
  title: 'Qwen2.5-VL',
  modelTypes: ['qwen2_5_vl'],
  agent: 'reasoner',
  tensorName: qwenTensorName,
  readNetwork(sources) {
    const config = readQwen25VlConfig(sources);
    const shape = networkShape(config);
    return qwenNetwork(config, {
      name: qwen25Vl.name,
      pairTimes: 'positions',
      coordinates: 'pixels',
      limitsCount: 'frame',
      values: 'bytes',
      positions: (tokenIds, blocks) => timedPositions(tokenIds, blocks, shape, config.tokensPerSecond),
    });
  },
};
