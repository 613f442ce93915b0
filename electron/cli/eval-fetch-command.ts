import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { counted } from '../../native-models/protocol/counted.ts';
import { splitSchema } from '../../native-models/protocol/eval-task.ts';
import { openNetwork } from '../host/downloads/download-network.ts';
import type {
  AnnotationPlan,
  FetchableFile,
} from '../host/evaluation/annotation-sources/fetch-annotations.ts';
import {
  fetchAnnotations,
  planAnnotations,
  stateOf,
} from '../host/evaluation/annotation-sources/fetch-annotations.ts';
import { makeFolder } from '../host/files/make-folder.ts';
import { exitCodes } from './exit-codes.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';
import { byteSize } from './text-layout.ts';

interface Options {
  readonly data: string;
  readonly split?: 'train' | 'valid' | 'test';
  readonly acceptLicences?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** A file with what lies at its place now. */
interface Planned extends FetchableFile {
  readonly state: Awaited<ReturnType<typeof stateOf>>;
}

const help = `
Without --accept-licences it says what would be fetched, from whom and on which terms, and checks what is there. Stopped at any
point, the same command goes on from there. Videos are not fetched: \`eval inspect\` says which are missing.
Network and gated data sets: as for \`download\` (HF_ENDPOINT, HTTPS_PROXY, HF_TOKEN).

Examples:
  videomind eval fetch qvhighlights --data data
  videomind eval fetch qvhighlights --data data --accept-licences`;

/** `eval fetch NAME`: the annotations of a benchmark from their publishers, checked by their checksums. */
export function addEvalFetchCommand(program: Command, terminal: Terminal): void {
  program
    .command('fetch')
    .description('Fetch the annotations of a benchmark from their publishers, or say where they are.')
    .argument('<name>', 'benchmark or data set, such as qvhighlights')
    .requiredOption('--data <dir>', 'the data folder; made if it is not there')
    .addOption(
      new Option('--split <name>', 'default: the one that results are published on').choices(
        splitSchema.options,
      ),
    )
    .option('--accept-licences', 'fetch: you have read the terms that are named and accept them')
    .option('--force', 'replace files that are there and are not the published ones')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const dataDir = path.resolve(options.data);
        makeFolder(dataDir);
        const { files: wanted } = await engine.call(
          'evalInspect',
          { benchmark: name, dataDir, split: options.split },
          { signal },
        );
        const network = await openNetwork({
          ...{ environment: process.env, hubUrl: '' },
          keptToken: () => Promise.resolve(undefined),
        });
        const plan = await planAnnotations(
          wanted.map(({ file }) => file),
          { network, signal },
        );
        const planned: Planned[] = await Promise.all(
          plan.files.map(async (file) => ({ ...file, state: await stateOf(file, dataDir) })),
        );
        // Before anything is fetched: these are what is accepted.
        if (!json) terminal.print(...planLines(planned, plan));
        const kept = planned.filter(({ state }) => state === 'different' && options.force !== true);
        const missing = planned.filter((file) => file.state !== 'as-published' && !kept.includes(file));
        const isAllowed = options.acceptLicences === true;
        const fetched = isAllowed
          ? await fetchAnnotations(missing, dataDir, { network, signal }, (place, done, bytes) =>
              terminal.progress(`${place}: ${byteSize(done)} of ${byteSize(bytes)}`),
            )
          : [];
        const isWhole = missing.length === fetched.length && kept.length === 0 && plan.elsewhere.length === 0;
        if (json) terminal.printJson(resultOf(planned, fetched, plan));
        else terminal.print(...endLines({ fetched, missing, kept, elsewhere: plan.elsewhere }));
        if (!isWhole) process.exitCode = exitCodes.doubtful;
      });
    });
}

function planLines(planned: readonly Planned[], { elsewhere }: AnnotationPlan): string[] {
  return [
    ...planned.flatMap(({ place, state, known, licence, terms, url }) => [
      `${place} (${byteSize(known.bytes)}, ${stateTexts[state]}) from ${new URL(url).hostname}, ${known.repository}`,
      `  licence: ${licence ?? 'not said by its publisher'}; terms: ${terms}`,
    ]),
    ...elsewhere.map(
      ({ place, why, where }) => `${place}: ${why}${where === undefined ? '' : ` See ${where}`}`,
    ),
  ];
}

const stateTexts = {
  missing: 'not there',
  'as-published': 'there, checksum right',
  different: 'another file is there',
} as const;

function endLines({
  fetched,
  missing,
  kept,
  elsewhere,
}: {
  readonly fetched: readonly string[];
  readonly missing: readonly Planned[];
  readonly kept: readonly Planned[];
  readonly elsewhere: AnnotationPlan['elsewhere'];
}): string[] {
  return [
    ...(fetched.length > 0 ? [`Fetched ${counted(fetched.length, 'file')}, checksums right.`] : []),
    ...(missing.length > fetched.length
      ? [
          `${counted(missing.length - fetched.length, 'file')} can be fetched: read the terms above, then add --accept-licences.`,
        ]
      : []),
    ...kept.map(
      ({ place }) => `${place} is not the published file and was left as it is (--force replaces it).`,
    ),
    ...(elsewhere.length > 0
      ? [`${counted(elsewhere.length, 'file')} must be got by yourself, as said above.`]
      : []),
    ...(missing.length + kept.length + elsewhere.length === 0
      ? ['All annotations are there, checksums right.']
      : []),
  ];
}

function resultOf(
  planned: readonly Planned[],
  fetched: readonly string[],
  { elsewhere }: AnnotationPlan,
): object {
  return {
    files: planned.map(({ place, known, url, licence, terms, state }) => ({
      ...{
        place,
        url,
        licence,
        terms,
        bytes: known.bytes,
        revision: known.revision,
        checksum: known.checksum,
      },
      state: fetched.includes(place) ? 'fetched' : state,
    })),
    elsewhere,
  };
}
