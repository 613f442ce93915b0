import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { requireWritable, writeAtomically } from '../host/files/write-atomically.ts';
import { ownLines } from '../host/evaluation/project/own-lines.ts';
import { projectTruth } from '../host/evaluation/project/project-truth.ts';
import type { ProjectTruth } from '../host/evaluation/project/project-truth.ts';
import { readProject } from '../host/evaluation/project/read-project.ts';
import { reportRequest } from '../host/evaluation/report-request.ts';
import { makeFolder } from '../host/files/make-folder.ts';
import { runSession } from './session.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly to: 'qvhighlights' | 'training' | 'own';
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const help = `
qvhighlights  a run's predictions as its server takes them: one file
training      an exported project (JSON): what people marked and judged, in the forms that roles are trained on: a folder
own           an exported project as own annotations, for \`eval run own\`: annotations.jsonl in a folder

Examples:
  videomind eval export runs/qvhighlights-test --to qvhighlights --out hl_test_submission.jsonl
  videomind eval export animals.json --to training --out training-data
  videomind eval export animals.json --to own --out animals-data`;

/** `eval export SOURCE --to FORM --out PATH`: predictions for a server, and projects as training data or annotations. */
export function addEvalExportCommand(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('Write predictions for a benchmark’s server, or a project as training data or annotations.')
    .argument('<source>', 'folder of `eval run` or of predictions; for training and own an exported project')
    .addOption(
      new Option('--to <form>', 'what to write')
        .choices(['qvhighlights', 'training', 'own'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'file to write; a folder for training and own')
    .option('--force', 'replace training files that are there')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (source: string, options: Options) => {
      await runSession(terminal, options.json ?? false, async (session) => {
        const sourcePath = path.resolve(source);
        if (options.to === 'qvhighlights') await exportSubmission(terminal, session, sourcePath, options);
        else await exportProject(terminal, session, sourcePath, options);
      });
    });
}

async function exportSubmission(
  terminal: Terminal,
  { engine, signal }: Session,
  folder: string,
  { out, json }: Options,
): Promise<void> {
  const outPath = path.resolve(out);
  await requireWritable(outPath);
  const request = await reportRequest(folder, { benchmark: 'qvhighlights' });
  const { predictionsPath } = request;
  const exported = await engine.call('evalExport', { predictionsPath, form: 'qvhighlights' }, { signal });
  await writeAtomically(outPath, exported.text);
  const { written, leftOut } = exported;
  if (leftOut > 0) terminal.warn('left-out', `${leftOut} predictions have no query id or no moments.`);
  if (json === true) terminal.printJson({ path: outPath, written, leftOut });
  else terminal.print(`${written} queries: ${outPath}`);
}

async function exportProject(
  terminal: Terminal,
  session: Session,
  projectPath: string,
  options: Options,
): Promise<void> {
  const truth = projectTruth(await readProject(projectPath));
  for (const { reason, count } of truth.leftOut) terminal.warn('left-out', `${count} ${reason}.`);
  const written =
    options.to === 'training'
      ? await writeTraining(session, truth, options)
      : await writeOwn(truth, path.resolve(options.out, 'annotations.jsonl'));
  if (options.json === true) terminal.printJson({ ...written, leftOut: truth.leftOut });
  else {
    const counts = Object.entries(written.written).map(([form, count]) => `${form} ${count}`);
    terminal.print(`${counts.join(', ')}: ${path.resolve(options.out)}`);
  }
}

interface Written {
  readonly paths: readonly string[];
  /** Items by form. */
  readonly written: Readonly<Record<string, number>>;
}

async function writeTraining(
  { engine, signal }: Session,
  { runs, moments }: ProjectTruth,
  { out, force }: Options,
): Promise<Written> {
  const { paths, written } = await engine.call(
    'evalExportRuns',
    { runs: [...runs], moments: [...moments], outPath: path.resolve(out), force: force ?? false },
    { signal },
  );
  return { paths, written };
}

async function writeOwn(truth: ProjectTruth, filePath: string): Promise<Written> {
  const lines = ownLines(truth, path.dirname(filePath));
  makeFolder(path.dirname(filePath));
  await requireWritable(filePath);
  await writeAtomically(filePath, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { paths: [filePath], written: { annotations: lines.length } };
}
