import { runsHere } from '../host/contract/catalogue.ts';
import type { Catalogue, CatalogueDataSet, CatalogueModel } from '../host/contract/catalogue.ts';
import { paradigmWords, testWords, usageWords, whyNotWords } from '../host/contract/catalogue-words.ts';
import { commandName } from '../host/paths.ts';
import type { Style } from './terminal.ts';
import { byteSize, labelled, table, wrap } from './text-layout.ts';

interface View {
  readonly columns: number;
  readonly style: Style;
}

/** Models, newest first: what each is, what it takes, and whether it runs. */
export function catalogueLines(
  models: readonly CatalogueModel[],
  memoryBytes: number,
  { style }: View,
): string[] {
  const [heading = '', ...lines] = table(
    ['Model', 'Date', 'Thinks in', 'Base', 'Memory', 'Runs here'],
    models.map((model) => {
      const [first] = model.checkpoints;
      const needed = first === undefined ? '' : byteSize(first.memoryBytes);
      return [
        ...[model.name, model.date ?? '', model.paradigms.map((each) => paradigmWords[each]).join(', ')],
        ...[
          first?.base ?? '',
          first === undefined || first.memoryBytes <= memoryBytes ? needed : `${needed} !`,
        ],
        runsText(model),
      ];
    }),
  );
  return [style.bold(heading), ...lines];
}

function runsText(model: CatalogueModel): string {
  const runs = runsHere(model);
  if (runs === 'no') return `no: ${model.whyNot === undefined ? '' : whyNotWords(model.whyNot)}`;
  const tools = model.checkpoints[0]?.tools;
  return `${runs}${tools === undefined ? '' : `, tools: ${tools}`}`;
}

/** Benchmarks and training sets, newest first. */
export function dataSetLines(dataSets: readonly CatalogueDataSet[], { style }: View): string[] {
  const [heading = '', ...lines] = table(
    ['Data set', 'Date', 'Kind', 'For', 'eval'],
    dataSets.map(({ name, date, kind, purpose, evalKeys = [] }) => [
      ...[name, date ?? '', kind === 'benchmark' ? 'benchmark' : 'training set', purpose],
      evalKeys.length > 1 ? `${evalKeys[0] ?? ''} …` : (evalKeys[0] ?? ''),
    ]),
  );
  return [style.bold(heading), ...lines];
}

/** Where the facts come from. */
export function sourceLine({ survey, readOn }: Catalogue): string {
  const licence = survey.licence ?? 'names no licence; facts alone are taken';
  return `After ${survey.title} (${survey.url}, ${survey.commit.slice(0, 7)} of ${survey.date}; ${licence}), papers and code of each; ${readOn}.`;
}

/** All that is known of a model or a data set. */
export function entryLines(
  entry: CatalogueModel | CatalogueDataSet,
  memoryBytes: number,
  { columns, style }: View,
): string[] {
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : labelled(label, text, columns);
  const licence = 'codeLicence' in entry ? entry.codeLicence : undefined;
  return [
    style.bold(entry.name),
    ...('title' in entry && entry.title !== entry.name ? wrap(entry.title, columns) : []),
    ...line('For', entry.purpose),
    ...('paradigms' in entry
      ? line('Thinks in', entry.paradigms.map((each) => paradigmWords[each]).join(', '))
      : line('Tests', entry.tests.map((each) => testWords[each]).join(', '))),
    ...line('Date', entry.date),
    ...line('Paper', entry.paper),
    ...line(
      'Code',
      entry.code === undefined ? undefined : `${entry.code}${licence === undefined ? '' : ` (${licence})`}`,
    ),
    ...('data' in entry ? line('Data', entry.data) : []),
    ...('weights' in entry ? line('Weights', entry.weights) : []),
    ...('evalKeys' in entry
      ? line('eval', entry.evalKeys?.map((key) => `${commandName()} eval inspect ${key}`).join('; '))
      : []),
    ...('checkpoints' in entry ? checkpointLines(entry, memoryBytes, { columns, style }) : []),
  ];
}

function checkpointLines(
  { checkpoints, whyNot }: CatalogueModel,
  memoryBytes: number,
  { columns, style }: View,
): string[] {
  if (whyNot !== undefined) return ['', ...labelled('Runs', `no: ${whyNotWords(whyNot)}.`, columns)];
  return checkpoints.flatMap((each) => {
    const fits = each.memoryBytes <= memoryBytes ? 'this machine has' : 'more than this machine has:';
    const get =
      each.downloadKey === undefined
        ? `hf download ${each.repository} --local-dir DIR, then ${commandName()} inspect DIR`
        : `${commandName()} download ${each.downloadKey}`;
    return [
      '',
      style.bold(each.repository),
      ...labelled('Base', each.base, columns),
      ...labelled('Memory', `about ${byteSize(each.memoryBytes)}; ${fits} ${byteSize(memoryBytes)}`, columns),
      ...labelled(
        'Runs',
        `${each.unproven === undefined ? 'yes' : 'perhaps'}, ${usageWords(each).join('; ')}`,
        columns,
      ),
      ...labelled('Held by', [...each.proof.fixtures, ...each.proof.tests].join(', '), columns),
      ...labelled('Get it', get, columns),
    ];
  });
}
