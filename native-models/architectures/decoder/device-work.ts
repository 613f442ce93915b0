import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import { int32, type DeviceTensor, type Tensor } from '../../runtime/runtime.ts';
import type { DeviceRoleWeights } from '../architecture-family.ts';
import { rowsOnDevice, type DeviceRows, type Rows } from '../device-rows.ts';
import type { DeviceWork } from '../vision-language-model.ts';
import { DeviceLogits, requireFinite } from './device-logits.ts';

/** Tokens whose scores a vocabulary head in `plain` gives at once: yes and no, with room. */
export const scoredTokens = 4;

/**
 * Runs a role's vocabulary head where the state is. `ids` are the tokens that `chosen_…` are of; where their number is settled
 * they are filled up with the first. Outputs in `into` are written there.
 */
export async function score(
  roles: DeviceRoleWeights,
  role: Role,
  lastState: Rows,
  {
    ids,
    outputs,
    into,
  }: {
    readonly ids: readonly number[];
    readonly outputs: readonly string[];
    readonly into?: Readonly<Record<string, DeviceTensor>>;
  },
  settled?: number,
): Promise<Record<string, Tensor>> {
  const head = await roles.head(role);
  const count = settled ?? ids.length;
  if (ids.length > count) throw new EngineError('INTERNAL', `Scores of ${ids.length} tokens were asked for.`);
  const all = Array.from({ length: count }, (_, index) => ids[index] ?? ids[0] ?? 0);
  return head.run({ state: rowsOnDevice(lastState), ids: int32(all, [count]) }, outputs, into);
}

/** What is chosen and read where states live. @param settled As in `score`. */
export function deviceWork(
  roles: DeviceRoleWeights,
  rows: DeviceRows,
  vocabulary: number,
  settled?: number,
): DeviceWork {
  const logits = new DeviceLogits(rows.graphs, rows.memory, vocabulary);
  const mostLikely: DeviceWork['mostLikely'] = async (role, lastState) => {
    const wanted = { ids: [0], outputs: ['best', 'token'] };
    const { best, token } = await score(roles, role, lastState, wanted, settled);
    requireFinite(best);
    return Number((token?.data as BigInt64Array)[0] ?? 0);
  };
  return {
    rows,
    mostLikely,
    async choose(role, lastState, rule) {
      if (rule.temperature === 0 && rule.penalty === undefined) return mostLikely(role, lastState);
      const wanted = { ids: [0], outputs: [], into: { logits: await logits.raw() } };
      await score(roles, role, lastState, wanted, settled);
      return logits.choose(rule);
    },
    async probabilities(role, lastState, ids) {
      const wanted = { ids, outputs: ['best', 'chosen_logits', 'chosen_probabilities'] };
      const results = await score(roles, role, lastState, wanted, settled);
      requireFinite(results['best']);
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
