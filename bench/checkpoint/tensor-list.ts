import type { CheckpointShape } from './network-shape.ts';

/** How a tensor's values are drawn: see random-values.ts. */
export type ValueKind = 'weight' | 'bias' | 'norm' | 'outlierNorm' | 'loraA' | 'loraB';

/** One tensor of a checkpoint, bf16. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ValueKind;
}

function linear(name: string, outputs: number, inputs: number, bias: boolean): TensorSpec[] {
  const weight: TensorSpec = { name: `${name}.weight`, shape: [outputs, inputs], values: 'weight' };
  return bias ? [weight, { name: `${name}.bias`, shape: [outputs], values: 'bias' }] : [weight];
}

function layerNorm(name: string, size: number, values: ValueKind = 'norm'): TensorSpec[] {
  return [
    { name: `${name}.weight`, shape: [size], values },
    { name: `${name}.bias`, shape: [size], values: 'bias' },
  ];
}

/** The four attention projections of a decoder layer with their (outputs, inputs). */
function attentionProjections(shape: CheckpointShape): [name: string, outputs: number, inputs: number][] {
  const keyValueSize = (shape.hiddenSize / shape.heads) * shape.keyValueHeads;
  return [
    ['q_proj', shape.hiddenSize, shape.hiddenSize],
    ['k_proj', keyValueSize, shape.hiddenSize],
    ['v_proj', keyValueSize, shape.hiddenSize],
    ['o_proj', shape.hiddenSize, shape.hiddenSize],
  ];
}

function decoderLayer(shape: CheckpointShape, layer: number): TensorSpec[] {
  const at = `model.layers.${layer}`;
  return [
    { name: `${at}.input_layernorm.weight`, shape: [shape.hiddenSize], values: 'outlierNorm' },
    { name: `${at}.post_attention_layernorm.weight`, shape: [shape.hiddenSize], values: 'outlierNorm' },
    ...attentionProjections(shape).flatMap(([name, outputs, inputs]) =>
      linear(`${at}.self_attn.${name}`, outputs, inputs, name !== 'o_proj'),
    ),
    ...linear(`${at}.mlp.gate_proj`, shape.intermediateSize, shape.hiddenSize, false),
    ...linear(`${at}.mlp.up_proj`, shape.intermediateSize, shape.hiddenSize, false),
    ...linear(`${at}.mlp.down_proj`, shape.hiddenSize, shape.intermediateSize, false),
  ];
}

function visionBlock(shape: CheckpointShape, block: number): TensorSpec[] {
  const at = `visual.blocks.${block}`;
  const width = shape.vision.embeddingSize;
  return [
    ...layerNorm(`${at}.norm1`, width, 'outlierNorm'),
    ...layerNorm(`${at}.norm2`, width, 'outlierNorm'),
    ...linear(`${at}.attn.qkv`, 3 * width, width, true),
    ...linear(`${at}.attn.proj`, width, width, true),
    ...linear(`${at}.mlp.fc1`, shape.vision.mlpRatio * width, width, true),
    ...linear(`${at}.mlp.fc2`, width, shape.vision.mlpRatio * width, true),
  ];
}

/** Tensors of the base checkpoint, sorted by name as its shards are. */
export function baseTensors(shape: CheckpointShape): TensorSpec[] {
  const { vision, hiddenSize, vocabularySize } = shape;
  const mergedSize = vision.embeddingSize * vision.mergeSize ** 2;
  const tensors: TensorSpec[] = [
    ...linear('model.embed_tokens', vocabularySize, hiddenSize, false),
    ...(shape.tiedEmbeddings ? [] : linear('lm_head', vocabularySize, hiddenSize, false)),
    ...Array.from({ length: shape.layers }, (_, layer) => decoderLayer(shape, layer)).flat(),
    { name: 'model.norm.weight', shape: [hiddenSize], values: 'norm' },
    {
      name: 'visual.patch_embed.proj.weight',
      shape: [vision.embeddingSize, 3, vision.temporalPatchSize, vision.patchSize, vision.patchSize],
      values: 'weight',
    },
    ...Array.from({ length: vision.depth }, (_, block) => visionBlock(shape, block)).flat(),
    ...layerNorm('visual.merger.ln_q', vision.embeddingSize),
    ...linear('visual.merger.mlp.0', mergedSize, mergedSize, true),
    ...linear('visual.merger.mlp.2', hiddenSize, mergedSize, true),
  ];
  return tensors.sort(byName);
}

/** Full paths of the modules that a published adapter changes: q, k, v and o of every decoder layer. */
export function adapterTargets(shape: CheckpointShape): string[] {
  return Array.from({ length: shape.layers }, (_, layer) =>
    attentionProjections(shape).map(([name]) => `model.layers.${layer}.self_attn.${name}`),
  ).flat();
}

/** Tensors of one PEFT adapter; `ownEmbeddings` adds the embedding table and lm_head that it saved in full. */
export function adapterTensors(shape: CheckpointShape, ownEmbeddings: boolean): TensorSpec[] {
  const prefix = 'base_model.model';
  const rank = shape.adapterRank;
  const tensors = Array.from({ length: shape.layers }, (_, layer) =>
    attentionProjections(shape).flatMap(([name, outputs, inputs]): TensorSpec[] => {
      const at = `${prefix}.model.layers.${layer}.self_attn.${name}`;
      return [
        { name: `${at}.lora_A.weight`, shape: [rank, inputs], values: 'loraA' },
        { name: `${at}.lora_B.weight`, shape: [outputs, rank], values: 'loraB' },
      ];
    }),
  ).flat();
  if (ownEmbeddings) {
    tensors.push(
      ...linear(`${prefix}.model.embed_tokens`, shape.vocabularySize, shape.hiddenSize, false),
      ...linear(`${prefix}.lm_head`, shape.vocabularySize, shape.hiddenSize, false),
    );
  }
  return tensors.sort(byName);
}

/** A convolution over the frame axis. */
function convolution(name: string, outputs: number, inputs: number, width: number): TensorSpec[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs, width], values: 'weight' },
    { name: `${name}.bias`, shape: [outputs], values: 'bias' },
  ];
}

/** Tensors of the grounding head (`pytorch_model.safetensors` of a VideoMind folder). */
export function groundingHeadTensors(shape: CheckpointShape): TensorSpec[] {
  const size = shape.groundingHeadSize;
  const transformerLayer = (layer: number): TensorSpec[] => [
    ...['q', 'k', 'v', 'm'].flatMap((name) => linear(`vis_fuse.${layer}.self_att.${name}`, size, size, true)),
    ...layerNorm(`vis_fuse.${layer}.self_att_norm`, size),
    ...linear(`vis_fuse.${layer}.ffn.mapping.0`, 4 * size, size, true),
    ...linear(`vis_fuse.${layer}.ffn.mapping.2`, size, 4 * size, true),
    ...layerNorm(`vis_fuse.${layer}.ffn_norm`, size),
  ];
  // Level n halves n times; each halving takes five places in the module list: move, convolve, move, norm, activate.
  const pyramidLevel = (level: number): TensorSpec[] =>
    Array.from({ length: level }, (_, step) => [
      ...convolution(`pyramid.blocks.${level}.${5 * step + 1}`, size, size, 2),
      ...layerNorm(`pyramid.blocks.${level}.${5 * step + 3}`, size),
    ]).flat();
  const outputHead = (name: string, outputs: number): TensorSpec[] => [
    ...convolution(`${name}.module.1`, size, size, 3),
    ...convolution(`${name}.module.3`, outputs, size, 3),
  ];
  const tensors: TensorSpec[] = [
    ...['vis_proj', 'reg_proj'].flatMap((name) => [
      ...layerNorm(`${name}.0`, shape.hiddenSize),
      ...linear(`${name}.1`, size, shape.hiddenSize, true),
    ]),
    { name: 'vis_emb.weights', shape: [1, 1, size], values: 'weight' },
    { name: 'reg_emb.weights', shape: [1, 1, size], values: 'weight' },
    ...[0, 1, 2].flatMap(transformerLayer),
    ...layerNorm('vis_norm', size),
    ...[1, 2, 3].flatMap(pyramidLevel),
    ...outputHead('class_head', 1),
    ...outputHead('coord_head', 2),
    { name: 'coef.scale', shape: [4], values: 'norm' },
  ];
  return tensors.map((tensor) => ({ ...tensor, name: `base_model.model.${tensor.name}` })).sort(byName);
}

function byName(a: TensorSpec, b: TensorSpec): number {
  return a.name < b.name ? -1 : 1;
}
