import { float32, type Tensor } from '../runtime/runtime.ts';
import { openSafetensors } from './safetensors/weight-set.ts';

/** A role's adapter matrices by the name of the graph input that they go into. */
export type RoleAdapters = Readonly<Record<string, Tensor<'float32'>>>;

/** Reads a package's adapter file: A (in, rank) and B (rank, out) in float32. */
export async function loadRoleAdapters(path: string): Promise<RoleAdapters> {
  const weights = await openSafetensors(path);
  const adapters: Record<string, Tensor<'float32'>> = {};
  for (const name of weights.names()) {
    adapters[name] = float32(await weights.readFloat32(name), weights.get(name).shape);
  }
  return adapters;
}
