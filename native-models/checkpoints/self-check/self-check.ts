import { rename, rm } from 'node:fs/promises';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import type { FrameSize } from '../../media/video.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Dtype } from '../safetensors/stored-tensor.ts';
import { readStoredBytes } from '../safetensors/weight-set.ts';
import { openSafetensors } from '../safetensors/weight-set.ts';
import type { Rounding } from './bounds.ts';
import { writeSafetensors, type TensorToWrite } from '../safetensors/write-safetensors.ts';

/** What a package's network makes of one small input, in float32: what a device has to reproduce before it is used. */
export interface SelfCheck {
  readonly frames: readonly TowerFrame[];
  readonly size: FrameSize;
  /** One prompt, with a video pad for each visual token of the frames. */
  readonly tokenIds: readonly number[];
  /** (3, tokens) */
  readonly positions: Int32Array;
  /** What the tower makes of the frames: (pairs, 1 + deepstack levels, visual tokens of a pair, hidden). */
  readonly features: Float32Array;
  /** The decoder's states before the final norm: (tokens, hidden). */
  readonly states: Float32Array;
  /** The base's logits after the last token, of these tokens. */
  readonly logitIds: readonly number[];
  readonly logits: Float32Array;
  /** What the grounding head makes of the first `groundedRows` states and the last one; absent without a head. */
  readonly saliency: Float32Array | undefined;
  /** How far rounding to 8 bits takes this package off; absent where weights are not block-quantised, and of older versions. */
  readonly rounding?: Rounding | undefined;
}

/** States that stand for those of frame pairs when the grounding head is checked: they fill four levels of its pyramid. */
export const groundedRows = 9;

/** Writes a self-check as a safetensors file, whole or not at all. */
export async function writeSelfCheck(path: string, check: SelfCheck): Promise<void> {
  const floats = (name: string, values: ArrayLike<number>): TensorToWrite => {
    const data = Float32Array.from(values);
    return tensor(name, 'F32', [data.length], new Uint8Array(data.buffer));
  };
  const { height, width } = check.size;
  const pixels = Uint8Array.from(check.frames.flatMap(({ rgb }) => [...rgb]));
  const temporary = `${path}.part`;
  try {
    await writeSafetensors(temporary, [
      tensor('frames', 'U8', [check.frames.length, height, width, 3], pixels),
      // Whole numbers below 2^24, which float32 holds exactly.
      floats('token_ids', check.tokenIds),
      floats('positions', check.positions),
      floats('features', check.features),
      floats('states', check.states),
      floats('logit_ids', check.logitIds),
      floats('logits', check.logits),
      ...(check.saliency === undefined ? [] : [floats('saliency', check.saliency)]),
      ...(check.rounding === undefined
        ? []
        : [floats('rounding', [check.rounding.features, check.rounding.states, check.rounding.scores])]),
    ]);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws EngineError PACKAGE_DAMAGED, SAFETENSORS_INVALID when the file is no self-check. */
export async function readSelfCheck(path: string): Promise<SelfCheck> {
  const tensors = await openSafetensors(path);
  const missing = ['frames', 'token_ids', 'positions', 'features', 'states', 'logit_ids', 'logits'].find(
    (name) => !tensors.has(name),
  );
  const { shape } = missing === undefined ? tensors.get('frames') : { shape: [] };
  const [count = 0, height = 0, width = 0, channels] = shape;
  if (missing !== undefined || channels !== 3)
    throw new EngineError('PACKAGE_DAMAGED', `${path} is no self-check: it has no ${missing ?? 'frames'}.`);
  const pixels = await readStoredBytes(tensors.get('frames'));
  const frameBytes = height * width * 3;
  const numbers = async (name: string) => [...(await tensors.readFloat32(name))];
  return {
    frames: Array.from({ length: count }, (_, frameIndex) => ({
      frameIndex,
      rgb: pixels.subarray(frameIndex * frameBytes, (frameIndex + 1) * frameBytes),
    })),
    size: { height, width },
    tokenIds: await numbers('token_ids'),
    positions: Int32Array.from(await numbers('positions')),
    features: await tensors.readFloat32('features'),
    states: await tensors.readFloat32('states'),
    logitIds: await numbers('logit_ids'),
    logits: await tensors.readFloat32('logits'),
    saliency: tensors.has('saliency') ? await tensors.readFloat32('saliency') : undefined,
    rounding: tensors.has('rounding') ? roundingOf(await tensors.readFloat32('rounding')) : undefined,
  };
}

function roundingOf([features = NaN, states = NaN, scores = NaN]: Float32Array): Rounding {
  return { features, states, scores };
}

function tensor(name: string, dtype: Dtype, shape: readonly number[], bytes: Uint8Array): TensorToWrite {
  return { name, dtype, shape, data: () => [bytes] };
}
