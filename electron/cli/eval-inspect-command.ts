import path from 'node:path';
import type { Command } from 'commander';
import { readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { inspectionLines } from './eval-inspect-view.ts';
import type { SourceOptions } from './eval-source-options.ts';
import { addSourceOptions } from './eval-source-options.ts';
import { taskDataFolder } from './eval-task-options.ts';
import { exitCodes } from './exit-codes.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options extends Partial<SourceOptions> {
  readonly openVideos?: boolean;
  readonly checksums?: string;
  readonly json?: boolean;
}

const help = `
Benchmarks: cgbench, rextime, nextgqa, charades_sta, activitynet_captions, qvhighlights, tacos, ego4d_nlq,
activitynet_rtl, videomme, mlvu, lvbench, mvbench, longvideobench, qa_ego4d, star, nextqa, videokr_eval,
video_mmmu_perception, video_mmmu_comprehension, video_mmmu_adaptation, scivideobench; your own annotations: own.
Training sets, role sets and the layout of each: docs/data-sets.md.

Examples:
  videomind eval inspect charades_sta --data data
  videomind eval inspect nextgqa --data data --split valid --open-videos`;

/** `eval inspect NAME`: what is there of a benchmark, what is missing, and what a run would leave out and why. */
export function addEvalInspectCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('inspect')
    .description(
      'Say what was found of a benchmark, what is missing, and which samples would be skipped and why.',
    );
  addSourceOptions(command, 'folder-optional')
    .option('--open-videos', 'also open every video: slow, finds damaged ones')
    .option('--checksums <file>', 'hold the videos against a list as sha256sum or md5sum writes it')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      const json = options.json ?? false;
      const data = options.data ?? taskDataFolder(name);
      if (data === undefined) command.error("error: required option '--data <dir>' not specified");
      await runSession(terminal, json, async ({ engine, signal }) => {
        const inspection = await engine.call(
          'evalInspect',
          {
            benchmark: await readBenchmarkName(name),
            dataDir: path.resolve(data ?? ''),
            split: options.split,
            limit: options.limit,
            asPublished: options.asPublished ?? false,
            openVideos: options.openVideos ?? false,
            checksumsPath: options.checksums === undefined ? undefined : path.resolve(options.checksums),
          },
          { signal },
        );
        if (json) terminal.printJson(inspection);
        else terminal.print(...inspectionLines(inspection, terminal.style));
        if (!inspection.trustworthy) process.exitCode = exitCodes.doubtful;
      });
    });
}
