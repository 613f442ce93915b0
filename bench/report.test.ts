import { describe, expect, it } from 'vitest';
import { formatReport, type BenchReport } from './report.ts';

const report: BenchReport = {
  schemaVersion: 1,
  startedAt: '2025-01-01T00:00:00.000Z',
  command: 'npm run bench',
  machine: {
    processor: 'Some Processor',
    instructionSets: ['avx2'],
    cores: 2,
    memoryBytes: 2 ** 34,
    system: 'linux',
    node: '24.0.0',
    onnxRuntime: '1.0.0',
  },
  threads: 2,
  loadAverage: { before: 0.1, after: 2.5 },
  rows: [
    {
      measure: 'clip',
      label: 'whole step',
      unit: 's',
      ours: 10,
      oursSamples: [10],
      peer: { name: 'reference bf16', value: 50, samples: [50], extrapolated: true },
      ratio: 5,
      target: { kind: 'ratioAtLeast', value: 8 },
      foreignCores: 1.2,
      notes: [],
    },
  ],
  failures: [{ measure: 'load', message: 'no package' }],
};

describe('the report', () => {
  it('says what was missed, extrapolated, disturbed and failed', () => {
    const text = formatReport(report);
    const line = text.split('\n').find((candidate) => candidate.startsWith('whole step'));
    expect(line).toMatch(
      /10\.0 s +50\.0 s +reference bf16 +5\.00× +≥ 8\.00× +NO +extrapolated, disturbed: 1\.2 cores/,
    );
    expect(text).toContain('load failed: no package');
    expect(text).toContain('2.50 after');
  });
});
