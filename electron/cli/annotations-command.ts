import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { ReadAnnotations } from '../../native-models/annotation-forms/read-annotations.ts';
import { delimiters } from '../../native-models/annotation-forms/table/split-rows.ts';
import type { Delimiter } from '../../native-models/annotation-forms/table/split-rows.ts';
import { exportFormatSchema } from '../host/contract/exports.ts';
import type { ExportFormat } from '../host/contract/exports.ts';
import { convertAnnotations, readAnnotationFile } from '../host/exporting/annotation-files.ts';
import { createVideosService } from '../host/videos/create-videos-service.ts';
import { annotationLines, convertedLines } from './annotations-view.ts';
import { numberFrom } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const readExamples = `
Examples:
  videomind annotations read labels.csv --video talk.mp4
  videomind annotations read export.json --fps 25 --json`;
const convertExamples = `
Examples:
  videomind annotations convert labels.csv --video talk.mp4 --to elan --out talk.eaf
  videomind annotations convert talk.eaf --video talk.mov --to edl --out talk.edl`;

/** What a person says of the file. */
interface FileOptions {
  readonly video?: string;
  readonly fps?: number;
  readonly encoding?: string;
  readonly delimiter?: Delimiter | 'tab';
  readonly json?: boolean;
}

/** `annotations read` and `annotations convert`: files of annotations, read and written as the app does. */
export function addAnnotationsCommand(program: Command, terminal: Terminal, version: string): void {
  const annotations = program
    .command('annotations')
    .description(
      'Read files of annotations (tables, JSON, ELAN, Label Studio, CVAT, VIA, …), or convert them.',
    );
  const withFileOptions = (command: Command): Command =>
    command
      .option(
        '--fps <rate>',
        'what frames count by, where file and video do not say',
        numberFrom(Number.MIN_VALUE),
      )
      .option('--encoding <name>', 'encoding of the text, such as windows-1252 or gb18030')
      .addOption(
        new Option('--delimiter <sign>', 'what stands between the cells of a table').choices([
          ...delimiters,
          'tab',
        ]),
      )
      .option('--json', 'print the result as JSON');

  withFileOptions(
    annotations
      .command('read')
      .description('Say what a file of annotations holds: its moments, what was skipped, what was assumed.')
      .argument('<file>', 'file of annotations')
      .option('--video <file>', 'the video that it is about: gives duration and frame rate'),
  )
    .addHelpText('after', readExamples)
    .action(async (file: string, options: FileOptions) => {
      const { json = false } = options;
      await runSession(terminal, json, async ({ signal }) => {
        const { read } = await readAnnotationFile({ ...requestOf(file, options), signal });
        if (json) terminal.printJson(document(read));
        else terminal.print(...annotationLines(read, terminal.columns, terminal.style));
      });
    });

  withFileOptions(
    annotations
      .command('convert')
      .description('Write the moments of a file of annotations in another form.')
      .argument('<file>', 'file of annotations')
      .requiredOption('--video <file>', 'the video that it is about')
      .addOption(
        new Option('--to <form>', 'form to write').choices(exportFormatSchema.options).makeOptionMandatory(),
      )
      .requiredOption('--out <file>', 'file to write; a folder for clips'),
  )
    .addHelpText('after', convertExamples)
    .action(
      async (
        file: string,
        options: FileOptions & { readonly video: string; readonly to: ExportFormat; readonly out: string },
      ) => {
        const { json = false } = options;
        await runSession(terminal, json, async ({ signal }) => {
          const request = { ...requestOf(file, options), videoPath: path.resolve(options.video), signal };
          const service = createVideosService();
          const converted = await convertAnnotations(request, {
            ...{ form: options.to, outputPath: path.resolve(options.out), program: version },
            cutClip: (clip, work) => service.cutClip(clip, work),
          });
          const { read, files, moments } = converted;
          const { form, skipped, assumed } = read;
          if (json) terminal.printJson({ form, to: options.to, files, moments, skipped, assumed });
          else terminal.print(...convertedLines(converted, terminal.columns, terminal.style));
        });
      },
    );
}

function requestOf(file: string, { video, fps, encoding, delimiter }: FileOptions) {
  return {
    filePath: path.resolve(file),
    ...(video !== undefined && { videoPath: path.resolve(video) }),
    ...{ fps, encoding, delimiter: delimiter === 'tab' ? ('\t' as const) : delimiter },
  };
}

/** The contract's document: what is empty is left out. */
function document({ form, encoding, delimiter, moments, skipped, assumed }: ReadAnnotations): unknown {
  return {
    ...{ form, encoding },
    ...(delimiter !== undefined && { delimiter }),
    moments: moments.map(({ startSec, endSec, text, label, video, note, state }) => ({
      ...{ startSec, endSec },
      ...(text !== '' && { text }),
      ...(label !== '' && { label }),
      ...(video !== undefined && { video }),
      ...(note !== '' && { note }),
      ...(state !== 'open' && { state }),
    })),
    skipped,
    assumed,
  };
}
