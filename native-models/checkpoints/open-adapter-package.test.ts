import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsInMemory } from '../architectures/device-rows.ts';
import { openAskTensors, packJson, packPath, relativeDifference } from '../fixtures/reference-pack.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { adapterConfigFile, adapterWeightsFile } from './adapters/adapter.ts';
import { openCheckpoint } from './checkpoint.ts';
import { importCheckpoint } from './import-checkpoint.ts';
import { inspectFolder } from './inspect-folder.ts';
import { openPackage } from './open-package.ts';
import { openShardedWeights } from './safetensors/sharded-weights.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';
import { engineErrorOf } from './testing/engine-error.ts';
import { fedFrames } from './testing/fed-frames.ts';
import { copyReasonerCheckpoint, makeTemporaryFolder } from './testing/temporary-checkpoint.ts';

const rank = 4;
const alpha = 8;
const adapted =
  /(?:layers\.\d+\.(?:self_attn\.[qv]_proj|mlp\.down_proj)|visual\.blocks\.\d+\.attn\.qkv)\.weight$/;

/** Names as PEFT saves them of either family: under those that transformers gives the modules. */
function peftName(saved: string): string {
  const inner = saved.replace(/^model\.(?:visual\.|language_model\.)?/, '').replace(/^visual\./, '');
  const part = saved.includes('visual.') ? 'visual' : 'language_model';
  return `base_model.model.model.${part}.${inner.replace(/\.weight$/, '')}`;
}

interface Matrix {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const write = (path: string, matrices: readonly Matrix[]) =>
  writeSafetensors(
    path,
    matrices.map(({ name, shape, values }) => ({
      ...{ name, shape, dtype: 'F32' as const },
      data: () => [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
    })),
  );

/** A LoRA of made matrices beside a checkpoint, and a copy of the checkpoint in which it is merged. */
async function makeAdapter(
  pack: 'pack-qwen2.5' | 'pack-qwen3',
): Promise<{ adapter: string; merged: string }> {
  const adapter = join(await makeTemporaryFolder(), 'adapter');
  await mkdir(adapter);
  const merged = await copyReasonerCheckpoint(pack);
  const weights = await openShardedWeights(merged);
  const lora: Matrix[] = [];
  const whole: Matrix[] = [];
  for (const [place, name] of weights.names().entries()) {
    const { shape } = weights.get(name);
    const values = await weights.readFloat32(name);
    const [outputs = 0, inputs = 0] = shape;
    if (adapted.test(name)) {
      const made = (count: number, phase: number) =>
        Float32Array.from({ length: count }, (_, at) => 0.3 * Math.sin(at * 1.7 + place + phase));
      const [a, b] = [made(rank * inputs, 0), made(outputs * rank, 1)];
      lora.push(
        { name: `${peftName(name)}.lora_A.weight`, shape: [rank, inputs], values: a },
        { name: `${peftName(name)}.lora_B.weight`, shape: [outputs, rank], values: b },
      );
      for (let row = 0; row < outputs; row++)
        for (let column = 0; column < inputs; column++)
          for (let inner = 0; inner < rank; inner++)
            values[row * inputs + column]! +=
              (alpha / rank) * b[row * rank + inner]! * a[inner * inputs + column]!;
    }
    whole.push({ name, shape, values });
  }
  for (const file of weights.files) await rm(file);
  await rm(join(merged, 'model.safetensors.index.json'));
  await write(join(merged, 'model.safetensors'), whole);
  await write(join(adapter, adapterWeightsFile), lora);
  const config = {
    peft_type: 'LORA',
    r: rank,
    lora_alpha: alpha,
    base_model_name_or_path: packPath(pack, 'checkpoint'),
  };
  await writeFile(join(adapter, adapterConfigFile), JSON.stringify(config));
  return { adapter, merged };
}

describe.each(['pack-qwen2.5', 'pack-qwen3'] as const)(
  'an adapter of a model that reasons aloud, on %s',
  (pack) => {
    it('computes what the checkpoint does in which it is merged', async () => {
      const { adapter, merged } = await makeAdapter(pack);
      const expected = await openAskTensors(pack, 0);
      const [run] = packJson(pack, 'expected', 'runs.json') as {
        inputIds: number[];
        fedSize: [number, number];
      }[];
      const { frames, size } = await fedFrames(expected, run!.fedSize);
      const folder = await makeTemporaryFolder();
      const computed = [];
      for (const [name, paths] of Object.entries({
        whole: { basePath: merged },
        adapted: { basePath: packPath(pack, 'checkpoint'), adaptersPath: adapter },
        bare: { basePath: packPath(pack, 'checkpoint') },
      })) {
        const outPath = join(folder, name);
        await importCheckpoint(importRequestSchema.parse({ ...paths, outPath, precision: 'fp32' }));
        const model = await openPackage(outPath, { device: 'cpu', threads: 1 });
        expect(model).toMatchObject({ roles: [], reasoner: { maxFrames: 128 } });
        const pairs = await model.vision.encode('answerer', frames, size);
        const text = run!.inputIds.filter((id) => id < 440).slice(0, 20);
        const rows = await model.language.embed('answerer', text);
        const positions = Int32Array.from({ length: 3 * text.length }, (_, at) => at % text.length);
        const cache = model.language.createCache(text.length);
        const { lastState } = await model.language.forward('answerer', rows, positions, cache);
        computed.push({
          features: rowsInMemory(pairs[0]!),
          logits: await model.language.logits('answerer', rowsInMemory(lastState)),
        });
        await model.dispose();
      }
      const [whole, alone, bare] = computed;
      for (const part of ['features', 'logits'] as const) {
        expect(relativeDifference(alone![part], whole![part]), part).toBeLessThan(1e-5);
        expect(relativeDifference(bare![part], whole![part]), part).toBeGreaterThan(0.01);
      }
    });

    it('brings the instructions that lie beside it, and is found its base', async () => {
      const { adapter } = await makeAdapter(pack);
      await writeFile(join(adapter, 'instructions.json'), '{"choice": "Pick.", "open": "Say."}');
      const { reasoner, roles, baseFolder } = await openCheckpoint({ adaptersPath: adapter });
      expect(reasoner?.instructions).toEqual({ choice: 'Pick.', open: 'Say.' });
      expect([roles, baseFolder]).toEqual([[], packPath(pack, 'checkpoint')]);
    });
  },
);

it('is told from the adapter of a role: on a base of VideoMind the folder above is asked for', async () => {
  const { adapter } = await makeAdapter('pack-qwen2.5');
  const error = await engineErrorOf(() =>
    openCheckpoint({ basePath: packPath('pack-2b', 'base'), adaptersPath: adapter }),
  );
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  const inspected = await inspectFolder(adapter);
  expect(inspected).toMatchObject({ kind: 'adapter', basePath: packPath('pack-qwen2.5', 'checkpoint') });
  expect(inspected.adapters).toMatchObject([{ rank: [rank, rank], scale: [alpha / rank, alpha / rank] }]);
});
