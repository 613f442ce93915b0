import { join } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import { peftPrefix } from './adapters/adapter.ts';
import { isFile } from './read-file.ts';
import { openSafetensors, type WeightSet } from './safetensors/weight-set.ts';

const headFiles = ['pytorch_model.safetensors', 'model.safetensors'] as const;

/**
 * The grounding head of a VideoMind folder, its tensors named without PEFT's prefix (e.g. `class_head.module.1.weight`);
 * undefined where there is none.
 * Throws CHECKPOINT_INCOMPLETE when it is there as a PyTorch .bin file only.
 */
export async function openGroundingHead(folder: string): Promise<WeightSet | undefined> {
  for (const name of headFiles) {
    const path = join(folder, name);
    if (await isFile(path)) {
      const weights = await openSafetensors(path);
      return weights.renamed((key) => (key.startsWith(peftPrefix) ? key.slice(peftPrefix.length) : key));
    }
  }
  const pickled = join(folder, 'pytorch_model.bin');
  if (await isFile(pickled)) {
    throw new EngineError('CHECKPOINT_INCOMPLETE', `The grounding head is only there as ${pickled}.`, {
      remedy: `Download ${headFiles[0]} of this checkpoint: PyTorch .bin files run code and are not read.`,
    });
  }
  return undefined;
}
