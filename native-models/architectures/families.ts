import type { ArchitectureFamily } from './architecture-family.ts';
import { qwen2Vl } from './qwen2-vl/family.ts';
import { qwen25Vl } from './qwen2-5-vl/family.ts';
import { qwen3Vl } from './qwen3-vl/family.ts';

/** The families whose checkpoints can be imported. */
export const families: readonly ArchitectureFamily[] = [qwen2Vl, qwen25Vl, qwen3Vl];

/** The family of a checkpoint's `model_type`; undefined for networks that are not supported. */
export function familyOfModelType(modelType: string): ArchitectureFamily | undefined {
  return families.find((family) => family.modelTypes.includes(modelType));
}

/** The family that a package's manifest names; undefined when this program has none of that name. */
export function familyNamed(name: string): ArchitectureFamily | undefined {
  return families.find((family) => family.name === name);
}
