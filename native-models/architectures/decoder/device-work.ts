import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import { int32, type Tensor } from '../../runtime/runtime.ts';
import type { DeviceRoleWeights } from '../architecture-family.ts';
import { rowsOnDevice, type DeviceRows, type Rows } from '../device-rows.ts';
import type { DeviceWork } from '../vision-language-model.ts';

/** Tokens whose scores a vocabulary head in `plain` gives at once: yes and no, with room. */
export const scoredTokens = 4;

/**
 * Runs a role's vocabulary head where the state is. `ids` are the tokens that `chosen_…` are of; where their number is settled
 * they are filled up with the first.
 */
export async function score(
  roles: DeviceRoleWeights,
  role: Role,
  lastState: Rows,
  { ids, outputs }: { readonly ids: readonly number[]; readonly outputs: readonly string[] },
  settled?: number,
): Promise<Record<string, Tensor>> {
  const head = await roles.head(role);
  const count = settled ?? ids.length;
  if (ids.length > count) throw new EngineError('INTERNAL', `Scores of ${ids.length} tokens were asked for.`);
  const all = Array.from({ length: count }, (_, index) => ids[index] ?? ids[0] ?? 0);
  return head.run({ state: rowsOnDevice(lastState), ids: int32(all, [count]) }, outputs);
}

/** What is chosen and read where states live. @param settled As in `score`. */
export function deviceWork(roles: DeviceRoleWeights, rows: DeviceRows, settled?: number): DeviceWork {
  return {
    rows,
    async mostLikely(role, lastState) {
      const wanted = { ids: [0], outputs: ['best', 'token'] };
      const { best, token } = await score(roles, role, lastState, wanted, settled);
      requireFinite(best?.data as Float32Array);
      return Number((token?.data as BigInt64Array)[0] ?? 0);
    },
    async probabilities(role, lastState, ids) {
      const wanted = { ids, outputs: ['best', 'chosen_logits', 'chosen_probabilities'] };
      const results = await score(roles, role, lastState, wanted, settled);
      requireFinite(results['best']?.data as Float32Array);
      const ofIds = (name: string) => [...(results[name]?.data as Float32Array).subarray(0, ids.length)];
      return { logits: ofIds('chosen_logits'), probabilities: ofIds('chosen_probabilities') };
    },
    async readLastRow(states) {
      const tensor = rowsOnDevice(states);
      const [count = 1] = tensor.dims;
      if (count === 1) return (await rows.memory.read(tensor)).data;
      const last = await rows.gather([tensor], Int32Array.of(count - 1));
      const { data } = await rows.memory.read(last);
      last.release();
      return data;
    },
  };
}

function requireFinite(best: Float32Array): void {
  if (Number.isFinite(best[0])) return;
  throw new EngineError('WEIGHTS_NOT_FINITE', 'The network returned no finite logits.', {
    remedy: 'Run on another device with --device cpu; if it happens there too, import the checkpoint again.',
  });
}
