import type { CheckpointShape } from './network-shape.ts';
import { FIRST_SPECIAL_TOKEN_ID, baseSpecialTokens, videoMindSpecialTokens } from './random-tokenizer.ts';
import { adapterTargets } from './tensor-list.ts';

const specialTokens = [...baseSpecialTokens, ...videoMindSpecialTokens] as const;

function tokenId(token: (typeof specialTokens)[number]): number {
  return FIRST_SPECIAL_TOKEN_ID + specialTokens.indexOf(token);
}

function decoderConfig(shape: CheckpointShape): Record<string, unknown> {
  return {
    attention_dropout: 0,
    bos_token_id: tokenId('<|endoftext|>'),
    eos_token_id: tokenId('<|im_end|>'),
    hidden_act: 'silu',
    hidden_size: shape.hiddenSize,
    image_token_id: tokenId('<|image_pad|>'),
    initializer_range: 0.02,
    intermediate_size: shape.intermediateSize,
    max_position_embeddings: 32_768,
    max_window_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.keyValueHeads,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    sliding_window: 32_768,
    tie_word_embeddings: shape.tiedEmbeddings,
    torch_dtype: 'bfloat16',
    transformers_version: '4.45.2',
    use_cache: true,
    use_sliding_window: false,
    video_token_id: tokenId('<|video_pad|>'),
    vision_end_token_id: tokenId('<|vision_end|>'),
    vision_start_token_id: tokenId('<|vision_start|>'),
    vision_token_id: tokenId('<|vision_pad|>'),
    vocab_size: shape.vocabularySize,
  };
}

/** config.json of the base folder. */
export function baseConfig(shape: CheckpointShape): unknown {
  const { vision } = shape;
  return {
    architectures: ['Qwen2VLForConditionalGeneration'],
    model_type: 'qwen2_vl',
    ...decoderConfig(shape),
    rope_scaling: { type: 'mrope', mrope_section: shape.ropeSections },
    vision_config: {
      depth: vision.depth,
      embed_dim: vision.embeddingSize,
      mlp_ratio: vision.mlpRatio,
      num_heads: vision.heads,
      in_chans: 3,
      hidden_size: shape.hiddenSize,
      patch_size: vision.patchSize,
      spatial_merge_size: vision.mergeSize,
      spatial_patch_size: vision.patchSize,
      temporal_patch_size: vision.temporalPatchSize,
    },
  };
}

/** config.json of the VideoMind folder, as the authors' library saves it: rope type renamed, default fields left out. */
export function videoMindConfig(shape: CheckpointShape, basePath: string): unknown {
  return {
    architectures: ['AgentQwen2VLForConditionalGeneration'],
    model_type: 'agent_qwen2_vl',
    role: 'grounder',
    base_model: 'qwen2_vl',
    base_model_path: basePath,
    conv_type: 'chatml',
    ...decoderConfig(shape),
    reg_token_id: tokenId('<|reg|>'),
    seg_s_token_id: tokenId('<|seg_start|>'),
    seg_e_token_id: tokenId('<|seg_end|>'),
    rope_scaling: { mrope_section: shape.ropeSections, rope_type: 'default', type: 'default' },
    vision_config: { hidden_size: shape.hiddenSize, in_chans: 3, model_type: 'qwen2_vl' },
  };
}

/** adapter_config.json of one adapter. */
export function adapterConfig(shape: CheckpointShape, ownEmbeddings: boolean): unknown {
  return {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: '',
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: shape.adapterRank,
    lora_dropout: 0,
    modules_to_save: ownEmbeddings ? ['embed_tokens', 'lm_head'] : null,
    peft_type: 'LORA',
    r: shape.adapterRank,
    rank_pattern: {},
    revision: null,
    target_modules: adapterTargets(shape),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  };
}

/** preprocessor_config.json: CLIP's mean and deviation, patches of 2×14×14. */
export function preprocessorConfig(shape: CheckpointShape): unknown {
  const { vision } = shape;
  const size = { max_pixels: 12_845_056, min_pixels: 3136 };
  return {
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_processor_type: 'Qwen2VLImageProcessor',
    image_std: [0.26862954, 0.26130258, 0.27577711],
    ...size,
    merge_size: vision.mergeSize,
    patch_size: vision.patchSize,
    processor_class: 'Qwen2VLProcessor',
    resample: 3,
    rescale_factor: 1 / 255,
    size,
    temporal_patch_size: vision.temporalPatchSize,
  };
}

/** generation_config.json: greedy in effect, ends at either end token. */
export function generationConfig(): unknown {
  return {
    bos_token_id: tokenId('<|endoftext|>'),
    do_sample: true,
    eos_token_id: [tokenId('<|im_end|>'), tokenId('<|endoftext|>')],
    pad_token_id: tokenId('<|endoftext|>'),
    temperature: 0.01,
    top_k: 1,
    top_p: 0.001,
    transformers_version: '4.45.2',
  };
}
