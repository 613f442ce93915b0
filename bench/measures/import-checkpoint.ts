import { Contestant } from '../contestants/contestant.ts';
import { importerCommand } from '../contestants/commands.ts';
import { checkpointFolders } from '../checkpoint/write-random-checkpoint.ts';
import { watchTreeMemory } from '../machine/process-memory.ts';
import type { Measure, MeasureRow } from './measure.ts';
import { comparisonRow, noSamples, sample } from './paired-comparison.ts';

const GIGABYTE = 1e9;

/** Importing the full-size checkpoint in int8: time and memory, in a process of its own. */
export const importMeasure: Measure = {
  name: 'import',
  summary: 'importing the checkpoint in int8: time, peak memory',
  needs: ['checkpoint'],
  hasPeers: false,
  async run(context) {
    const { paths } = context;
    const importer = await Contestant.start(importerCommand());
    const memory = watchTreeMemory(importer.pid);
    const taken = noSamples(importer.name);
    try {
      const request = {
        measure: 'import',
        ...checkpointFolders(paths.checkpoint),
        outPath: paths.modelPackage,
        precision: 'int8',
        threads: context.threads,
      };
      await sample(importer, request, taken);
    } finally {
      await importer.stop();
    }
    const treePeakBytes = memory.stop() ?? 0;
    const reply = taken.replies[0];
    const peakGigabytes = Math.max(reply?.peakBytes ?? 0, treePeakBytes) / GIGABYTE;
    const time = comparisonRow(taken, undefined, {
      label: 'import in int8',
      unit: 's',
      target: { kind: 'oursAtMost', value: 120 },
    });
    const peak: MeasureRow = {
      label: 'import in int8, peak memory',
      unit: 'GB',
      ours: peakGigabytes,
      oursSamples: [peakGigabytes],
      target: { kind: 'oursAtMost', value: 2 },
      notes: ['worker threads and child processes included, mapped files too'],
    };
    return [time, peak];
  },
};
