import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import { askRequestSchema } from '../protocol/ask-request.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { createAgent } from './agent.ts';
import { expectedRuns, packPath } from './test-support/reference-pack.ts';

/** The software Vulkan driver that .ci/software-vulkan puts there. */
const driver = fileURLToPath(new URL('../../.cache/software-vulkan/icd.json', import.meta.url));
const hasDriver = existsSync(driver);
if (hasDriver) process.env['VK_ICD_FILENAMES'] = driver;
else process.stdout.write('Left out: WebGPU on software Vulkan (run .ci/software-vulkan first).\n');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-webgpu-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe.skipIf(!hasDriver)('pack-2b on WebGPU, no operator elsewhere', () => {
  test.each([
    { precision: 'fp32', moment: 0.05, score: 0.005 },
    { precision: 'int4', moment: 0.5, score: 0.08 },
  ] as const)('agrees with the reference at $precision', async ({ precision, moment, score }) => {
    const outPath = join(folder, precision);
    const paths = { basePath: packPath('pack-2b', 'base'), adaptersPath: packPath('pack-2b', 'model') };
    await importCheckpoint(importRequestSchema.parse({ ...paths, outPath, precision }));
    const model = await openPackage(outPath, { device: 'webgpu', threads: 2, onDeviceOnly: true });
    const [expected] = expectedRuns('pack-2b');
    const { video, question, options } = expected!.ask;
    const { record, trace } = await createAgent(model).ask(
      askRequestSchema.parse({
        videoPath: packPath('pack-2b', `videos/${video}`),
        modelPath: outPath,
        question,
        ...(options === null ? {} : { options }),
        trace: true,
      }),
    );
    await model.dispose();
    expect(record.device).toBe('webgpu');
    expect(record.plan?.response).toBe(expected!.planner?.response);
    expect(record.answer?.text).toBe(expected!.answerer?.response);
    const { grounder, verifier, transfer } = trace!;
    expect(Math.abs(grounder!.pred[0]![0] - expected!.grounder!.pred[0]![0])).toBeLessThan(moment);
    const first = verifier!.candidates[0]!.score;
    expect(Math.abs(first - expected!.verifier!.candidates[0]!.score)).toBeLessThan(score);
    for (const { toDevice, fromDevice, steps } of Object.values(transfer!))
      expect((toDevice.bytes + fromDevice.bytes) / steps).toBeLessThan(64 * 1024);
  });
});
