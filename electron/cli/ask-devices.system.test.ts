import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import type { RunTrace } from '../../native-models/protocol/run-trace.ts';
import { programPath } from '../host/paths.ts';
import { importPack, type ImportedPack } from './testing/imported-pack.ts';
import { runCli } from './testing/run-cli.ts';

/** The software Vulkan driver that .ci/software-vulkan puts there. */
const driver = path.join(programPath, '.cache', 'software-vulkan', 'icd.json');
const hasDriver = existsSync(driver);
if (!hasDriver) process.stdout.write('Left out: ask --device webgpu (run .ci/software-vulkan first).\n');

let pack: ImportedPack;
let onProcessor: RunRecord;
beforeAll(async () => {
  pack = await importPack('fp32');
  onProcessor = await ask('--device', 'cpu');
});
afterAll(() => pack.remove());

async function ask(...more: readonly string[]): Promise<RunRecord> {
  const question = 'Which shape moves to the right?';
  const { code, stdout, stderr } = await runCli(
    ['ask', pack.videoPath, question, '--model', pack.packagePath, '--json', ...more],
    { environment: { VIDEOMIND_DATA_DIR: pack.folder, ...(hasDriver ? { VK_ICD_FILENAMES: driver } : {}) } },
  );
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as RunRecord;
}

/** What was found and said. */
const said = ({ plan, answer, candidates }: RunRecord): object => ({ plan, answer, candidates });

it('answers through the C API as through onnxruntime-node', async () => {
  const record = await ask('--device', 'cpu', '--runtime', 'c-api');
  expect([onProcessor.runtime, record.runtime, record.device]).toEqual(['onnxruntime-node', 'c-api', 'cpu']);
  expect(said(record)).toEqual(said(onProcessor));
});

it.skipIf(!hasDriver)(
  'answers on WebGPU as on the processor, and leaves what lasts on the device',
  async () => {
    const tracePath = path.join(pack.folder, 'trace.json');
    const record = await ask('--device', 'webgpu', '--trace', tracePath);
    expect(record).toMatchObject({ device: 'webgpu', warnings: onProcessor.warnings });
    expect(record.deviceReason).toContain('It reproduced the package’s self-check');
    expect([record.plan, record.answer]).toEqual([onProcessor.plan, onProcessor.answer]);
    expect(record.candidates.length).toBeGreaterThan(0);
    expect(record.candidates).toHaveLength(onProcessor.candidates.length);
    record.candidates.forEach(({ startSec, endSec }, index) => {
      expect(Math.abs(startSec - onProcessor.candidates[index]!.startSec)).toBeLessThan(0.05);
      expect(Math.abs(endSec - onProcessor.candidates[index]!.endSec)).toBeLessThan(0.05);
    });
    const { transfer } = JSON.parse(await readFile(tracePath, 'utf8')) as RunTrace;
    expect(Object.keys(transfer!).sort()).toEqual(Object.keys(record.tokens).sort());
    for (const { steps, toDevice, fromDevice } of Object.values(transfer!))
      expect((toDevice.bytes + fromDevice.bytes) / steps).toBeLessThan(64 * 1024);
  },
);

it.skipIf(!hasDriver)('takes no software adapter by itself, and says why', async () => {
  const record = await ask('--device', 'auto');
  expect([record.device, said(record)]).toEqual(['cpu', said(onProcessor)]);
  expect(record.deviceReason).toMatch(/webgpu: .+ is the processor in a GPU’s clothes/);
});
