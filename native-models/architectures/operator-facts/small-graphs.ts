import { copyGraph, zerosGraph } from '../../runtime/copy-graphs.ts';
import { float32, int64, type DeviceMemory, type Runtime } from '../../runtime/runtime.ts';
import { noTransfers } from '../../runtime/transfer-meter.ts';
import { DeviceLogits } from '../decoder/device-logits.ts';
import { DeviceRows } from '../device-rows.ts';

/** For checks: the graphs of one node or a few that move rows about on a device, and choose tokens there. */
export async function smallGraphs(): Promise<Uint8Array[]> {
  const models: Uint8Array[] = [];
  const one = float32(Float32Array.of(1), [1]);
  const given = { best: one, sums: one, picked: one, token: int64([0], [1]) };
  const runtime: Runtime = {
    name: 'noting',
    device: 'cuda',
    transfers: noTransfers,
    createSession: (model) => {
      models.push(model as Uint8Array);
      return Promise.resolve({
        ...{ inputNames: [], outputNames: [] },
        run: () => Promise.resolve(given),
        release: () => Promise.resolve(),
      });
    },
  };
  const tensor = (type: 'float32' | 'float16', dims: readonly number[]) =>
    ({ place: 'device', type, dims, bytes: 0, release: () => undefined }) as const;
  const memory = {
    allocate: (type: 'float32', dims: number[]) => Promise.resolve(tensor(type, dims)),
  } as unknown as DeviceMemory;
  const rows = new DeviceRows(runtime, memory, 8);
  const some = tensor('float32', [4, 8]);
  await rows.gather([some, some], Int32Array.of(0, 5));
  await rows.accumulate(some, new Float32Array(16), some, some);
  for (const type of ['float32', 'float16'] as const)
    await rows.enlarge(tensor(type, [1, 2, 8, 4]), tensor(type, [1, 2, 16, 4]));
  const logits = new DeviceLogits(rows.graphs, rows.memory, 700);
  const penalty = { ids: [1, 2], factor: 1.1 };
  for (const temperature of [0, 1]) await logits.choose({ temperature, random: 0.5, penalty });
  for (const type of ['float32', 'float16'] as const) {
    models.push(zerosGraph(type, 2), copyGraph('float32', type, 2), copyGraph(type, 'float32', 2));
  }
  return models;
}
