import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../native-models/protocol/doctor-report.ts';
import type { ImportReport } from '../../native-models/protocol/import-request.ts';
import type { InspectReport } from '../../native-models/protocol/inspect-report.ts';
import { doctorLines, importLines, importProgressLine, inspectLines } from './report-view.ts';
import { plainStyle } from './terminal.ts';

const imported: ImportReport = {
  path: '/packages/toy',
  name: 'toy',
  precision: 'int8',
  roles: ['grounder', 'answerer'],
  bytes: 5e6,
  durationSec: 1.2,
  promptSource: 'built-in',
  layerErrors: [1, 3, 2, 6, 5, 4].map((share, layer) => ({
    layer: `layers.${layer}`,
    relativeError: share / 1000,
    outlierChannels: layer,
  })),
  warnings: [],
};

const machine: DoctorReport = {
  platform: 'Linux (linux/x64)',
  nodeVersion: 'v24.0.0',
  cpu: { model: 'A processor', logicalCores: 4, features: ['avx2'] },
  memory: { totalBytes: 16e9, availableBytes: 8e9 },
  onnxruntime: { version: '1.30.0' },
  providers: [
    { device: 'cpu', label: 'Processor', available: true, measured: 'everything' },
    {
      device: 'cuda',
      label: 'NVIDIA GPU',
      available: false,
      measured: 'never',
      reason: 'Missing: x.',
      howToAdd: ['Install x.'],
    },
  ],
  ffmpeg: { problem: 'No usable ffmpeg was found.', remedy: 'Install ffmpeg.', tried: [] },
  cachePath: '/caches',
};

describe('the report of an import', () => {
  it('names the package, the layers that lost most and the next command', () => {
    const lines = importLines(imported, 'videomind', 80, plainStyle);
    expect(lines).toContain('Package     /packages/toy');
    expect(lines).toContain('Error       6 layers against fp32: median 0.30 %, worst 0.60 %');
    const layers = lines.filter((line) => line.includes('layers.')).map((line) => line.trim().split(' ')[0]);
    expect(layers).toEqual(['layers.3', 'layers.4', 'layers.5', 'layers.1', 'layers.2']);
    expect(lines.at(-1)).toContain('videomind ask VIDEO "QUESTION" --model /packages/toy');
  });

  it('says nothing of errors where nothing was rounded', () => {
    const lines = importLines({ ...imported, layerErrors: [] }, 'videomind', 80, plainStyle);
    expect(lines.join('\n')).not.toContain('Error');
  });

  it('shows progress as a share of the bytes, also when there are none yet', () => {
    const progress = { stage: 'quantizing', item: 'layers.0', doneBytes: 1, totalBytes: 4 } as const;
    expect(importProgressLine(progress)).toBe('quantizing  ██████░░░░░░░░░░░░░░░░░░ 25.0 %  layers.0');
    expect(importProgressLine({ ...progress, doneBytes: 0, totalBytes: 0 })).toContain('░'.repeat(24));
  });
});

describe('the report on a folder', () => {
  it('says what it is, what is wrong with it and what to do', () => {
    const report: InspectReport = {
      path: '/m',
      kind: 'videomind',
      summary: 'A VideoMind checkpoint.',
      advice: 'Import it.',
      roles: ['planner'],
      adapters: [{ role: 'planner', rank: [16, 32], ownEmbeddings: true, ownHead: false }],
      groundingHead: false,
      bytes: 1000,
      problems: [{ code: 'BASE_NOT_FOUND', message: 'No base.' }],
    };
    const text = inspectLines(report, 80, plainStyle).join('\n');
    expect(text).toContain('What        A VideoMind checkpoint.');
    expect(text).toContain('planner: rank 16–32, own embeddings');
    expect(text).toContain('Problems    BASE_NOT_FOUND: No base.');
    expect(text).toContain('Next        Import it.');
  });
});

describe('the report on a machine', () => {
  it('says of each device whether it is there, why not and how to add it', () => {
    const lines = doctorLines(machine, 80, plainStyle);
    expect(lines).toContain('yes cpu       Processor');
    expect(lines).toContain('no  cuda      NVIDIA GPU');
    expect(lines).toContain('              Missing: x.');
    expect(lines).toContain('              → Install x.');
  });

  it('says what to do when there is no ffmpeg or no runtime', () => {
    const broken = { ...machine, onnxruntime: { problem: 'The binding does not load.' }, providers: [] };
    const text = doctorLines(broken, 80, plainStyle).join('\n');
    expect(text).toContain('No usable ffmpeg was found.');
    expect(text).toContain('Install ffmpeg.');
    expect(text).toContain('The binding does not load.');
  });
});
