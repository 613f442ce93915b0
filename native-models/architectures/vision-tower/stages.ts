import type { FrameSize } from '../../media/video.ts';
import type { LayerStage } from '../architecture-family.ts';
import { patchLength, type VisionConfig } from './config.ts';
import { deepstackModule, mergerInputName, mergerModule, mergerProductInputs } from './merger.ts';
import { towerFeeds } from './tower-feeds.ts';
import {
  buildMergerGraph,
  buildPatchEmbeddingGraph,
  buildVisionBlockGraph,
  isWindowed,
} from './tower-graph.ts';
import { visionInputName, visionProductInputs } from './vision-block.ts';

/** The tower's parts by themselves, from patches to features, for some frame pairs of one size. */
export function visionStages(config: VisionConfig, size: FrameSize, pairs: number): LayerStage[] {
  const feeds = towerFeeds(config, size, pairs);
  const stages: LayerStage[] = [
    {
      name: 'visual.patch_embed',
      part: 'vision',
      kind: 'patch-embedding',
      result: 'state',
      width: patchLength(config),
      feeds: feeds.embedding,
      productInputs: [],
      build: () => buildPatchEmbeddingGraph(config),
    },
  ];
  for (let layer = 0; layer < config.layers; layer++) {
    const windowed = isWindowed(config, layer);
    stages.push({
      name: `visual.blocks.${layer}`,
      part: 'vision',
      kind: windowed ? 'windowed-block' : 'vision-block',
      result: 'state',
      width: config.width,
      feeds: windowed ? { ...feeds.blocks, ...feeds.windows } : feeds.blocks,
      productInputs: visionProductInputs.map((output) => ({
        output,
        name: visionInputName(layer, output),
        size: output === 'mlp_hidden' ? config.intermediate : config.width,
      })),
      build: (options) => buildVisionBlockGraph(config, options, layer),
    });
    const level = config.deepstackBlocks.indexOf(layer);
    if (level >= 0) stages.push(mergerStage(config, deepstackModule(level), 'deepstack-merger'));
  }
  stages.push(mergerStage(config, mergerModule, 'merger'));
  return stages;
}

function mergerStage(config: VisionConfig, module: string, kind: string): LayerStage {
  const joined = config.width * config.mergeSize ** 2;
  return {
    name: module,
    part: 'vision',
    kind,
    result: 'features',
    width: config.width,
    feeds: {},
    productInputs: mergerProductInputs.map((output) => ({
      output,
      name: mergerInputName(module, output),
      size: joined,
    })),
    build: (options) => buildMergerGraph(config, options, module),
  };
}
