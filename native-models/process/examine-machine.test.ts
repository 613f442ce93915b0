import { describe, expect, it } from 'vitest';
import { doctorReportSchema } from '../protocol/doctor-report.ts';
import { countPhysicalCores, examineMachine } from './examine-machine.ts';

describe('examining the machine', () => {
  it('gives a report of the agreed shape, with the devices and where ffmpeg was looked for', async () => {
    const report = doctorReportSchema.parse(await examineMachine('/caches'));
    expect(report.cachePath).toBe('/caches');
    expect(report.onnxruntime.version).toMatch(/^\d+\.\d+/);
    expect(report.providers.map((provider) => provider.device)).toContain('cann');
    expect(report.ffmpeg.tried.length + (report.ffmpeg.problem?.length ?? 0)).toBeGreaterThan(0);
    expect(report.memory.availableBytes).toBeLessThanOrEqual(report.memory.totalBytes);
  });

  it('counts two threads of one core once', () => {
    const thread = (socket: number, core: number) =>
      `processor: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}`;
    const listing = [thread(0, 0), thread(0, 0), thread(0, 1), thread(1, 0)].join('\n\n');
    expect(countPhysicalCores(listing)).toBe(3);
    expect(countPhysicalCores('processor: 0\nBogoMIPS: 50\n')).toBeUndefined();
  });
});
