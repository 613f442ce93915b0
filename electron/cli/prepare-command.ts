import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import type { Preparation } from '../../native-models/protocol/preparation.ts';
import { deviceSchema } from '../../native-models/protocol/roles.ts';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import { everyVideo } from './every-video.ts';
import { exitCodes } from './exit-codes.ts';
import { wholeNumber } from './option-values.ts';
import { addSearchOptions, searchParams, searchUsageProblem } from './search-options.ts';
import type { SearchOptions } from './search-options.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface PrepareOptions extends SearchOptions {
  readonly model: string;
  readonly device: DeviceRequest;
  readonly threads?: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind prepare lecture.mp4 --model packages/videomind-2b --search windows
  videomind prepare *.mp4 --model packages/videomind-2b
  videomind prepare films/ --model packages/videomind-2b

What is prepared lies in the program's cache (\`videomind doctor\` shows where), the least recently used goes first.`;

/** `prepare VIDEO…`: decodes and encodes ahead what any question about the videos looks at. */
export function addPrepareCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('prepare')
    .description('Read videos ahead, so that the first question about them is answered sooner.')
    .argument('<videos...>', 'video files, and folders of them')
    .requiredOption('--model <dir>', 'model package, made with `videomind import`')
    .addOption(
      new Option('--device <name>', 'what to compute on').choices(deviceSchema.options).default('auto'),
    )
    .option('--threads <n>', 'processor threads; default: physical cores', wholeNumber(1))
    .option('--json', 'print what was prepared as JSON');
  addSearchOptions(command).addHelpText('after', examples);
  command.action(async (given: string[], options: PrepareOptions) => {
    const problem = searchUsageProblem(options);
    if (problem !== undefined) command.error(problem);
    const { model, device, threads, json = false } = options;
    await runSession(terminal, json, async ({ engine, signal }) => {
      const videos = await everyVideo(given);
      const prepared: Preparation[] = [];
      const failed: { videoPath: string; code: string; message: string }[] = [];
      for (const video of videos) {
        const name = path.basename(video);
        const videoPath = path.resolve(video);
        const request = { videoPath, modelPath: path.resolve(model), question: name };
        try {
          const preparation = await engine.call(
            'prepare',
            { ...request, device, threads, search: searchParams(options), speed: options.speed },
            {
              signal,
              onProgress: ({ donePairs, totalPairs }) =>
                terminal.progress(`${name}: ${donePairs} of ${totalPairs} frame pairs …`),
            },
          );
          prepared.push(preparation);
          if (!json) terminal.print(`${name}: ${wordsFor(preparation)}`);
        } catch (thrown) {
          const error = toEngineError(thrown);
          // One bad file of many does not keep the night's others from being read; of one alone it is the result.
          if (videos.length === 1 || !error.code.startsWith('VIDEO_')) throw error;
          failed.push({ videoPath, code: error.code, message: error.message });
          terminal.warn(error.code, `${name}: ${error.message}`);
          process.exitCode = exitCodes.failed;
        }
      }
      if (json) terminal.printJson({ prepared, failed });
    });
  });
}

function wordsFor({ pairs, encodedPairs }: Preparation): string {
  const known = pairs - encodedPairs;
  if (encodedPairs === 0) return `all ${pairs} frame pairs were there already`;
  return `${encodedPairs} frame pairs encoded${known > 0 ? `, ${known} were there already` : ''}`;
}
