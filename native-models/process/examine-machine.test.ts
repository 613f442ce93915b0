import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepVerdict, verdictsFile, type DeviceVerdict } from '../checkpoints/self-check/device-verdicts.ts';
import { makeTemporaryFolder } from '../checkpoints/testing/temporary-checkpoint.ts';
import { doctorReportSchema } from '../protocol/doctor-report.ts';
import { countPhysicalCores, examineMachine } from './examine-machine.ts';

describe('examining the machine', () => {
  it('gives a report of the agreed shape, with the devices and where ffmpeg was looked for', async () => {
    const report = doctorReportSchema.parse(await examineMachine('/caches'));
    expect(report.cachePath).toBe('/caches');
    expect(report.keptFeatures).toMatchObject({ path: '/caches/features', bytes: 0 });
    expect(report.onnxruntime.version).toMatch(/^\d+\.\d+/);
    expect(report.providers.map((provider) => provider.device)).toContain('cann');
    expect(report.ffmpeg.tried.length + (report.ffmpeg.problem?.length ?? 0)).toBeGreaterThan(0);
    expect(report.memory.availableBytes).toBeLessThanOrEqual(report.memory.totalBytes);
  });

  it('says of each device which packages it has been checked with, and what came of it', async () => {
    const folder = await makeTemporaryFolder();
    const { providers } = await examineMachine('/caches');
    const { deviceName = '' } = providers.find(({ device }) => device === 'cpu')!;
    const verdict: DeviceVerdict = {
      ...{ device: 'cpu', deviceName, runtime: '1', fingerprint: 'f', packageName: 'Two', precision: 'fp16' },
      ...{ deviation: 0.31, bound: 0.02, problem: 'It computes wrongly.', checkedAt: '2026-01-01' },
    };
    const path = join(folder, verdictsFile);
    await keepVerdict(path, verdict);
    await keepVerdict(path, { ...verdict, deviceName: 'another one' });
    const report = await examineMachine('/caches', folder);
    expect(report.providers.find(({ device }) => device === 'cpu')?.checks).toEqual([
      {
        ...{ packageName: 'Two', precision: 'fp16', deviation: 0.31, bound: 0.02 },
        ...{ problem: 'It computes wrongly.', checkedAt: '2026-01-01' },
      },
    ]);
  });

  it('counts two threads of one core once', () => {
    const thread = (socket: number, core: number) =>
      `processor: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}`;
    const listing = [thread(0, 0), thread(0, 0), thread(0, 1), thread(1, 0)].join('\n\n');
    expect(countPhysicalCores(listing)).toBe(3);
    expect(countPhysicalCores('processor: 0\nBogoMIPS: 50\n')).toBeUndefined();
  });
});
