import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ProjectTaken } from '../host/contract/project-files.ts';
import type { Engine } from '../host/host-context.ts';
import { cachePath, dataPath } from '../host/paths.ts';
import { openLibrary } from '../host/project-files/open-library.ts';
import type { OpenLibrary } from '../host/project-files/open-library.ts';
import { openEvaluationRun } from '../host/project-files/open-evaluation-run.ts';
import { takeProjectFile } from '../host/project-files/take-project-file.ts';
import { writeProjectFile } from '../host/project-files/write-project-file.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';
import { printable, table } from './text-layout.ts';

const examples = `
Examples:
  videomind project save "Cats and dogs" --out cats.videomind
  videomind project show cats.videomind
  videomind project open cats.videomind`;

interface Options {
  readonly data?: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

/** `project save|show|open|list`: whole projects as files, in and out of a library that no window has open. */
export function addProjectCommand(program: Command, terminal: Terminal): void {
  const project = program
    .command('project')
    .description('Save a project with all but its videos into one file, and open or merge such files.')
    .addHelpText('after', examples);
  const withOptions = (command: Command): Command =>
    command
      .option('--data <dir>', 'folder of the library (default: the system’s folder for data)')
      .option('--json', 'print the result as JSON');

  withOptions(project.command('list').description('Say which projects the library has.')).action(
    async (options: Options) => {
      await inLibrary(terminal, options, async ({ context }) => {
        const projects = await context.store.call('listProjects');
        if (options.json === true) {
          terminal.printJson(projects.map(({ id, name, counts }) => ({ id, name, ...counts })));
          return;
        }
        const rows = projects.map(({ id, name, counts }) => [
          printable(name),
          String(counts.annotations),
          id,
        ]);
        terminal.print(...table(['Name', 'Moments', 'Id'], rows));
      });
    },
  );

  withOptions(
    project
      .command('save')
      .description('Write a project into a file.')
      .argument('<project>', 'its name, or its id')
      .requiredOption('--out <file>', 'file to write')
      .option('--force', 'replace a file that is there'),
  ).action(async (wanted: string, options: Options) => {
    await inLibrary(terminal, options, async ({ context, traces }) => {
      const outputPath = path.resolve(options.out ?? '');
      if (options.force !== true && (await exists(outputPath))) {
        throw new EngineError('OUTPUT_EXISTS', `${outputPath} is there already.`, {
          remedy: 'Choose another name, or replace it with --force.',
        });
      }
      const { id, name } = await findProject(context.store, wanted);
      const leftOut = await writeProjectFile(context, traces, id, outputPath);
      const { size: bytes } = await stat(outputPath);
      if (options.json === true) terminal.printJson({ id, name, path: outputPath, bytes, leftOut });
      else {
        terminal.print(`${printable(name)} is in ${printable(outputPath)}.`);
        if (leftOut.length > 0) terminal.print(`Gone, and not in it: ${leftOut.map(printable).join(', ')}`);
      }
    });
  });

  const taking = (isPreview: boolean) => async (file: string, options: Options) => {
    await inLibrary(terminal, options, async ({ context, traces }, engine) => {
      const openRun = (folder: string) => openEvaluationRun(folder, engine, new Map());
      const request = { path: path.resolve(file), isPreview, openRun };
      const { told } = await takeProjectFile(context, traces, request);
      if (options.json === true) terminal.printJson(told);
      else terminal.print(...takenLines(told, isPreview));
    });
  };
  withOptions(
    project
      .command('show')
      .description('Say what a project’s file would bring to the library; changes nothing.')
      .argument('<file>', 'project file, a project exported as JSON, or the folder of an `eval run`'),
  ).action(taking(true));
  withOptions(
    project
      .command('open')
      .description('Take a project’s file into the library, or merge it into the project that is there.')
      .argument('<file>', 'project file, a project exported as JSON, or the folder of an `eval run`'),
  ).action(taking(false));
}

async function inLibrary(
  terminal: Terminal,
  { data, json = false }: Options,
  work: (library: OpenLibrary, engine: Engine) => Promise<void>,
): Promise<void> {
  await runSession(terminal, json, async ({ engine }) => {
    const library = await openLibrary(data === undefined ? dataPath() : path.resolve(data), cachePath());
    try {
      await work(library, engine);
    } finally {
      await library.close();
    }
  });
}

async function findProject(
  store: OpenLibrary['context']['store'],
  wanted: string,
): Promise<{ readonly id: string; readonly name: string }> {
  const projects = await store.call('listProjects');
  const found = projects.filter(({ id, name }) => id === wanted || name === wanted);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const what =
    first === undefined ? `There is no project ${wanted}.` : `Several projects are named ${wanted}.`;
  throw new EngineError('NOT_FOUND', what, { remedy: '`videomind project list` names them with their ids.' });
}

function takenLines(taken: ProjectTaken, isPreview: boolean): string[] {
  const { name, isNew, steps, conflicts, missingVideos, missingSubtitles } = taken;
  const kinds = [
    ['Moments', taken.annotations],
    ['Questions', taken.runs],
    ['Labels', taken.labels],
    ['Tracks', taken.tracks],
  ] as const;
  const rows = kinds.map(([kind, { added, changed, removed }]) => [
    kind,
    ...[added, changed, removed].map(String),
  ]);
  const verb = isPreview ? 'would be' : 'was';
  return [
    `${printable(name)} ${verb} ${isNew ? 'added' : 'merged into the project that is here'}.`,
    ...table(['', 'New', 'Changed', 'Removed'], rows),
    `${steps} new in its history.`,
    ...(conflicts > 0
      ? [
          `${conflicts} changed on both sides: what stands here stays; choose in the window (project menu, differences).`,
        ]
      : []),
    ...(missingVideos.length > 0 ? [`Videos not found: ${missingVideos.map(printable).join(', ')}`] : []),
    ...(missingSubtitles.length > 0
      ? [`Subtitles not in the file: ${missingSubtitles.map(printable).join(', ')}`]
      : []),
  ];
}

async function exists(filePath: string): Promise<boolean> {
  return await access(filePath).then(
    () => true,
    () => false,
  );
}
