import { EngineError } from '../../protocol/errors.ts';
import { formatShape } from '../safetensors/stored-tensor.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';
import type { Adapter } from './adapter.ts';

function mismatch(adapter: Adapter, base: WeightSet, problem: string): EngineError {
  return new EngineError(
    'ADAPTER_MISMATCH',
    `The ${adapter.role} adapter in ${adapter.folder} does not fit the base in ${base.label}: ${problem}`,
  );
}

/**
 * Checks that every matrix of an adapter fits the base network that it will be added to.
 * `vocabularySize` is that of the merged configuration; own embedding tables must have it.
 * Throws ADAPTER_MISMATCH naming both sides, ADAPTER_UNSUPPORTED for LoRA on a layer that is not linear.
 */
export function checkAdapterFits(
  adapter: Adapter,
  base: WeightSet,
  sizes: { readonly hiddenSize: number; readonly vocabularySize: number },
): void {
  for (const target of adapter.targets) {
    const weightName = `${target.module}.weight`;
    if (!base.has(weightName)) throw mismatch(adapter, base, `the base has no ${target.module}.`);
    const weight = base.get(weightName).shape;
    if (weight.length !== 2) {
      throw new EngineError(
        'ADAPTER_UNSUPPORTED',
        `The ${adapter.role} adapter in ${adapter.folder} has LoRA on ${target.module}, which is not a linear layer.`,
      );
    }
    const a = adapter.weights.get(target.a).shape;
    const b = adapter.weights.get(target.b).shape;
    if (a[1] !== weight[1] || b[0] !== weight[0]) {
      throw mismatch(
        adapter,
        base,
        `${target.module} is ${formatShape(weight)} in the base, ` +
          `but A is ${formatShape(a)} and B is ${formatShape(b)}.`,
      );
    }
  }
  const table = [sizes.vocabularySize, sizes.hiddenSize];
  for (const tensor of Object.values(adapter.modulesToSave)) {
    const { shape } = adapter.weights.get(tensor);
    if (formatShape(shape) !== formatShape(table)) {
      throw mismatch(adapter, base, `"${tensor}" is ${formatShape(shape)}, expected ${formatShape(table)}.`);
    }
  }
}
