import type { ArchitectureFamily } from '../architecture-family.ts';
import { countedBlocks, rotaryPositions } from '../positions.ts';
import { networkShape, qwenNetwork, qwenTensorName } from '../qwen-network.ts';
import { readQwen2VlConfig } from './config.ts';

/** Qwen2-VL, the base of VideoMind: pairs of frames are told apart by their order alone. */
export const qwen2Vl: ArchitectureFamily = {
  name: 'qwen2-vl',
  title: 'Qwen2-VL',
  modelTypes: ['qwen2_vl'],
  agent: 'chain',
  tensorName: qwenTensorName,
  readNetwork(sources) {
    const config = readQwen2VlConfig(sources);
    const shape = networkShape(config);
    return qwenNetwork(config, {
      name: qwen2Vl.name,
      pairTimes: 'order',
      coordinates: 'thousandths',
      limitsCount: 'frame',
      values: 'bytes',
      positions: (tokenIds, blocks) => rotaryPositions(tokenIds, countedBlocks(blocks), shape),
    });
  },
};
