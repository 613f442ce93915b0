import type { DownloadChoices, PartialDownload } from '../host/contract/downloads.ts';
import type { DownloadableModel } from '../host/contract/models.ts';
import { wantedRepositories } from '../host/downloads/bring-checkpoint.ts';
import type { DownloadNetwork } from '../host/downloads/download-network.ts';
import { placesAsked } from '../host/downloads/published-prompts.ts';
import type { Style } from './terminal.ts';
import { bar, byteSize, labelled, table } from './text-layout.ts';

interface View {
  readonly columns: number;
  readonly style: Style;
}

/** What can be downloaded, and what has begun. */
export function downloadListLines(
  models: readonly DownloadableModel[],
  unfinished: readonly PartialDownload[],
  command: string,
  { style, columns }: View,
): string[] {
  const rows = models.map(({ key, title, downloadBytes, diskBytes, modelScope, licence }) => [
    ...[key, title, byteSize(downloadBytes), byteSize(diskBytes)],
    ...[modelScope === undefined ? 'hub' : 'hub, modelscope', licence],
  ]);
  const [heading = '', ...lines] = table(['Key', 'Model', 'Download', 'Disk', 'Sources', 'Licence'], rows);
  return [
    style.bold(heading),
    ...lines,
    ...(unfinished.length === 0 ? [] : ['', style.bold('Unfinished')]),
    ...unfinished.map((each) => unfinishedLine(each)),
    '',
    ...labelled('Next', `${command} download ${unfinished[0]?.key ?? models[0]?.key ?? 'KEY'}`, columns),
  ];
}

/** Where a model and its prompts are about to be taken from, and under which licences. */
export function originLines(
  model: DownloadableModel,
  choices: DownloadChoices,
  network: DownloadNetwork,
): string[] {
  const repositories = wantedRepositories(model, choices, network).map(
    ({ repository, source }) => `${repository} from ${new URL(source.url).host}`,
  );
  const { prompts } = model;
  return [
    `${model.title}: ${repositories.join('; ')}. Licence: ${model.licence}.`,
    ...(prompts === undefined
      ? []
      : choices.promptsFrom === 'file'
        ? [`Prompts: ${choices.promptsPath}, as they are.`]
        : [
            `Prompts: those of ${prompts.project} (${prompts.licence}), known by hash, from ${placesAsked(
              prompts,
              { from: choices.promptsFrom, hubUrl: network.sources.hub.url },
            )
              .map((url) => new URL(url).host)
              .join(' or ')}.`,
          ]),
  ];
}

/** How far a download is. */
export function downloadProgressLine({
  done,
  total,
  detail,
}: {
  readonly done: number;
  readonly total: number;
  readonly detail: string;
}): string {
  return `downloading ${bar(done, total, 24)} ${byteSize(done)} of ${byteSize(total)}  ${detail}`;
}

function unfinishedLine({ key, bytes, totalBytes, changedAtMs, isRunning }: PartialDownload): string {
  const amount = totalBytes === undefined ? byteSize(bytes) : `${byteSize(bytes)} of ${byteSize(totalBytes)}`;
  const when = isRunning ? 'being downloaded' : `last on ${new Date(changedAtMs).toISOString().slice(0, 10)}`;
  return `${key}  ${amount}, ${when}`;
}
