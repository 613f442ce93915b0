import type { Network, NetworkMemory } from './architecture-family.ts';
import type { ProcessorFields } from './config-fields.ts';
import type { DecoderConfig } from './decoder/config.ts';
import { buildDecoderGraph } from './decoder/decoder-graph.ts';
import { createDeviceLanguageModel } from './decoder/device-language-model.ts';
import { chunkRows, createLanguageModel } from './decoder/language-model.ts';
import { createStaticLanguageModel } from './decoder/static-language-model.ts';
import { decoderStages, finalNormStage } from './decoder/stages.ts';
import type { VisionConfig } from './vision-tower/config.ts';
import { createDeviceVisionEncoder } from './vision-tower/device-vision-encoder.ts';
import { framePatches } from './vision-tower/patches.ts';
import { visionStages } from './vision-tower/stages.ts';
import { buildVisionGraph } from './vision-tower/tower-graph.ts';
import { createVisionEncoder, pairFeatures } from './vision-tower/vision-encoder.ts';
import type { ClipSizing, FamilyTraits, NetworkShape } from './vision-language-model.ts';

/** What a family of Qwen's vision-language models reads from a configuration. */
export interface QwenConfig {
  readonly decoder: DecoderConfig;
  readonly vision: VisionConfig;
  readonly tied: boolean | undefined;
  readonly processor: ProcessorFields;
  /** For single images. */
  readonly imageProcessor: ProcessorFields;
  readonly maxPositions: number;
  readonly tokens: NetworkShape['tokens'];
}

/** How a family differs in what an agent sees of it. */
type QwenTraits = Pick<FamilyTraits, 'name' | 'pairTimes' | 'coordinates' | 'positions'> &
  Pick<ClipSizing, 'limitsCount' | 'values'>;

/** Sizes and ids as the agent sees them. */
export function networkShape({ decoder, vision, maxPositions, tokens }: QwenConfig): NetworkShape {
  return {
    hiddenSize: decoder.hidden,
    vocabularySize: decoder.vocabulary,
    maxPositions,
    patchSize: vision.patchSize,
    mergeSize: vision.mergeSize,
    temporalPatchSize: vision.temporalPatchSize,
    deepstackLevels: decoder.deepstackLevels,
    tokens,
  };
}

const floatBytes = Float32Array.BYTES_PER_ELEMENT;

/** Counted from the sizes of what a layer holds at once: its input and output, the widest product, the attention scores. */
function networkMemory({ decoder, vision }: QwenConfig): NetworkMemory {
  return {
    keyValueBytesPerToken: 2 * decoder.layers * decoder.keyValueHeads * decoder.headSize * floatBytes,
    visionBytes: (patches) =>
      patches * (4 * vision.width + 2 * vision.intermediate + vision.heads * patches) * floatBytes,
    decoderBytes: (tokens) =>
      Math.min(chunkRows, tokens) *
      (4 * decoder.hidden + 2 * decoder.intermediate + decoder.heads * tokens) *
      floatBytes,
  };
}

/** A network of Qwen's: a vision tower of frame pairs, a merger, and a decoder with three-row rotary positions. */
export function qwenNetwork(config: QwenConfig, { limitsCount, values, ...traits }: QwenTraits): Network {
  const { decoder, vision, processor, imageProcessor } = config;
  return {
    shape: networkShape(config),
    memory: networkMemory(config),
    traits: {
      ...traits,
      clipSizing: {
        factor: vision.patchSize * vision.mergeSize,
        minPixels: processor.minPixels,
        maxPixels: processor.maxPixels,
        limitsCount,
        values,
      },
      imageSizing: {
        factor: vision.patchSize * vision.mergeSize,
        minPixels: imageProcessor.minPixels,
        maxPixels: imageProcessor.maxPixels,
        limitsCount: 'frame',
        values: 'whole-numbers',
      },
    },
    layerCount: vision.layers + decoder.layers,
    tied: config.tied,
    buildVision: (options, weights) => buildVisionGraph(vision, options, weights),
    buildDecoder: (options, weights) => buildDecoderGraph(decoder, options, weights),
    patches: (frames, size) => framePatches(vision, processor, frames, size),
    visionStages: (size, pairs) => visionStages(vision, size, pairs),
    decoderStages: (positions) => decoderStages(decoder, positions),
    finalNormStage: () => finalNormStage(decoder),
    pairFeatures: (levels, size) => pairFeatures(vision, levels, size),
    createVisionEncoder: (session, adapters) => createVisionEncoder(session, vision, processor, adapters),
    createLanguageModel: (trunk, roles) => createLanguageModel(trunk, decoder, roles),
    createOnDevice: ({ rows, dialect, tower, towerAdapters, trunk, roles }) => ({
      vision: createDeviceVisionEncoder(tower, vision, processor, towerAdapters, { rows, dialect }),
      language: (dialect.name === 'plain' ? createStaticLanguageModel : createDeviceLanguageModel)(
        ...([trunk, decoder, roles, rows, dialect] as const),
      ),
    }),
  };
}

/** Names of the two ways in which Qwen's checkpoints are saved, brought to one: `visual.…`, `model.…`, `lm_head.…`. */
export function qwenTensorName(savedName: string): string {
  return savedName
    .replace(/^model\.visual\./, 'visual.')
    .replace(/^model\.language_model\./, 'model.')
    .replace(/^language_model\.(?=model\.|lm_head\.)/, '');
}
