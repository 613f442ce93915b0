import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { defaultDownloadChoices, promptsFromSchema, sourceKeySchema } from '../host/contract/downloads.ts';
import type { DownloadChoices, SourceKey } from '../host/contract/downloads.ts';
import type { DownloadableModel } from '../host/contract/models.ts';
import { everyDownload } from '../host/catalogue/catalogue.ts';
import { withCheckpoint } from '../host/downloads/bring-checkpoint.ts';
import { openNetwork } from '../host/downloads/download-network.ts';
import { downloadableModels } from '../host/downloads/downloadable-models.ts';
import { listPartialDownloads, removePartialDownload } from '../host/downloads/partial-downloads.ts';
import { hostFolders } from '../host/host-context.ts';
import { cachePath, commandName, dataPath } from '../host/paths.ts';
import { downloadListLines, downloadProgressLine, originLines } from './download-view.ts';
import { wholeNumber } from './option-values.ts';
import { importLines, importProgressLine } from './report-view.ts';
import { runSession } from './session.ts';
import type { Session } from './session.ts';
import { byteSize } from './text-layout.ts';
import type { Terminal } from './terminal.ts';

interface DownloadOptions {
  readonly out?: string;
  readonly precision: Precision;
  readonly source: SourceKey;
  readonly prompts: string;
  readonly threads?: number;
  readonly force?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind download
  videomind download videomind-2b
  videomind download videomind-2b --source modelscope --prompts constants.py --out packages/videomind-2b
  videomind download videomind-2b --remove

Stopped at any point, the same command goes on from there, also days later. Network: HF_ENDPOINT (a mirror of the hub),
HTTPS_PROXY, NO_PROXY. Gated repositories: HF_TOKEN or the hub's own token file, MODELSCOPE_API_TOKEN; only the desktop app
keeps a token itself.`;

/** `download [MODEL]`: lists what can be downloaded; brings a checkpoint with its prompts and makes a package of it. */
export function addDownloadCommand(program: Command, terminal: Terminal): void {
  program
    .command('download')
    .description(
      'Download a model with the prompts it was trained with, and make a package of it; or list what there is.',
    )
    .argument('[model]', 'key of a model; without one, the list of models and of unfinished downloads')
    .option('--out <dir>', 'where the package goes; default: the program’s own folder of models')
    .addOption(
      new Option(
        '--precision <name>',
        'int8 is fast on processors, int8-blocks on GPUs, fp32 is exact, int4 smallest',
      )
        .choices(precisionSchema.options)
        .default('int8'),
    )
    .addOption(
      new Option('--source <name>', 'where weights come from; what ModelScope has not comes from the hub')
        .choices(sourceKeySchema.options)
        .default(defaultDownloadChoices.source),
    )
    .option(
      '--prompts <place>',
      'where the prompts come from: github, hub, auto (whichever gives the text that is known), or a file of yours',
      'auto',
    )
    .option('--threads <n>', 'worker threads of the import; default: physical cores', wholeNumber(1))
    .option('--force', 'replace a finished package')
    .option('--remove', 'remove what has arrived of this model, or of all unfinished downloads')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (key: string | undefined, options: DownloadOptions) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async (session) => {
        if (options.remove === true) await removeUnfinished(terminal, key, json);
        else if (key === undefined) await listModels(terminal, json);
        else await download(terminal, session, known(key), options);
      });
    });
}

const downloadsFolder = (): string => hostFolders(dataPath(), cachePath()).downloads;

/** @throws EngineError ARGUMENT_INVALID */
function known(key: string): DownloadableModel {
  const found = everyDownload.find((model) => model.key === key);
  if (found !== undefined) return found;
  throw new EngineError('ARGUMENT_INVALID', `There is no model "${key}" to download.`, {
    remedy: `There are ${downloadableModels.map((model) => model.key).join(', ')}, and those of ${commandName()} catalogue --runs. Other checkpoints are imported from a folder (import).`,
  });
}

async function listModels(terminal: Terminal, json: boolean): Promise<void> {
  const unfinished = await listPartialDownloads(downloadsFolder(), everyDownload);
  if (json) terminal.printJson({ models: downloadableModels, unfinished });
  else terminal.print(...downloadListLines(downloadableModels, unfinished, commandName(), terminal));
}

async function removeUnfinished(terminal: Terminal, key: string | undefined, json: boolean): Promise<void> {
  const unfinished = await listPartialDownloads(downloadsFolder(), everyDownload);
  const chosen = unfinished.filter((each) => (key === undefined ? !each.isRunning : each.key === key));
  const removed: { key: string; freedBytes: number }[] = [];
  for (const each of chosen) {
    const freedBytes = await removePartialDownload(path.join(downloadsFolder(), each.key));
    removed.push({ key: each.key, freedBytes });
  }
  if (json) terminal.printJson({ removed });
  else if (removed.length === 0) terminal.print('There is no unfinished download to remove.');
  else {
    terminal.print(
      ...removed.map((each) => `Removed ${each.key}: ${byteSize(each.freedBytes)} are free again.`),
    );
  }
}

async function download(
  terminal: Terminal,
  { engine, signal }: Session,
  model: DownloadableModel,
  options: DownloadOptions,
): Promise<void> {
  const json = options.json ?? false;
  const choices = choicesOf(options);
  if (choices.source === 'modelscope' && model.modelScope === undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${model.title} is not on ModelScope.`, {
      remedy: 'Leave out --source; HF_ENDPOINT names a mirror of the hub.',
    });
  }
  const { models } = hostFolders(dataPath(), cachePath());
  const outPath = path.resolve(options.out ?? path.join(models, `${model.key}-${options.precision}`));
  // Better known before gigabytes are fetched than behind them.
  if (options.force !== true && existsSync(path.join(outPath, 'manifest.json'))) {
    throw new EngineError('OUTPUT_EXISTS', `${outPath} holds a finished package.`);
  }
  const network = await openNetwork({
    ...{ environment: process.env, hubUrl: '' },
    keptToken: () => Promise.resolve(undefined),
  });
  for (const line of originLines(model, choices, network)) terminal.note(line);
  const folder = path.join(downloadsFolder(), model.key);
  const report = await withCheckpoint(
    model,
    folder,
    {
      choices,
      network,
      precision: options.precision,
      signal,
      report: (progress) => terminal.progress(downloadProgressLine(progress)),
    },
    (checkpoint) =>
      engine.call(
        'import',
        {
          ...{ ...checkpoint, outPath, precision: options.precision, name: model.title },
          ...{ threads: options.threads, force: options.force },
        },
        { signal, onProgress: (progress) => terminal.progress(importProgressLine(progress)) },
      ),
  );
  await removePartialDownload(folder);
  for (const warning of report.warnings) terminal.warn(warning.code, warning.message);
  if (json) terminal.printJson(report);
  else terminal.print(...importLines(report, commandName(), terminal.columns, terminal.style));
}

function choicesOf({ source, prompts }: DownloadOptions): DownloadChoices {
  const place = promptsFromSchema.exclude(['file']).safeParse(prompts).data;
  if (place !== undefined) return { ...defaultDownloadChoices, source, promptsFrom: place };
  if (/^[a-z]+:\/\//iu.test(prompts)) {
    throw new EngineError('ARGUMENT_INVALID', '--prompts takes a place or a file, not an address.', {
      remedy: 'Download that file, look at it, and name it with --prompts FILE.',
    });
  }
  const promptsPath = path.resolve(prompts);
  if (!existsSync(promptsPath)) {
    throw new EngineError('PROMPTS_INVALID', `There is no file ${promptsPath}.`, {
      remedy: `Name a file, or one of ${promptsFromSchema.exclude(['file']).options.join(', ')}.`,
    });
  }
  return { ...defaultDownloadChoices, source, promptsFrom: 'file', promptsPath };
}
