import os from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { paradigmSchema, runsHere } from '../host/contract/catalogue.ts';
import type { Paradigm } from '../host/contract/catalogue.ts';
import { catalogue } from '../host/catalogue/catalogue.ts';
import { commandName } from '../host/paths.ts';
import { catalogueLines, dataSetLines, entryLines, sourceLine } from './catalogue-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly runs?: boolean;
  readonly paradigm?: Paradigm;
  readonly benchmarks?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind catalogue --runs
  videomind catalogue --paradigm interleaved
  videomind catalogue LongVT
  videomind catalogue --benchmarks

Facts come with the program; nothing is fetched. Memory is estimated at int8, for 64 frames of 256 tokens.`;

/** `catalogue [NAME]`: models and benchmarks of the field, and what of them this program runs. */
export function addCatalogueCommand(program: Command, terminal: Terminal): void {
  program
    .command('catalogue')
    .description(
      'List models for reasoning about videos, and say which of them run here, as what, or why not.',
    )
    .argument('[name]', 'a model or a benchmark, for all that is known of it')
    .option('--runs', 'only models that run here')
    .addOption(
      new Option('--paradigm <name>', 'only models that think in this way').choices(paradigmSchema.options),
    )
    .option('--benchmarks', 'benchmarks and training sets instead of models')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (name: string | undefined, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, () => {
        if (name !== undefined) showEntry(terminal, name, json);
        else showList(terminal, options);
        return Promise.resolve();
      });
    });
}

function showList(
  terminal: Terminal,
  { runs = false, paradigm, benchmarks = false, json = false }: Options,
): void {
  const memoryBytes = os.totalmem();
  const models = catalogue.models.filter(
    (model) =>
      (!runs || runsHere(model) === 'yes') && (paradigm === undefined || model.paradigms.includes(paradigm)),
  );
  const { survey, readOn, dataSets } = catalogue;
  if (json) terminal.printJson({ survey, readOn, memoryBytes, ...(benchmarks ? { dataSets } : { models }) });
  else {
    terminal.print(
      ...(benchmarks ? dataSetLines(dataSets, terminal) : catalogueLines(models, memoryBytes, terminal)),
      '',
      sourceLine(catalogue),
    );
  }
}

/** @throws EngineError ARGUMENT_INVALID */
function showEntry(terminal: Terminal, name: string, json: boolean): void {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z\d]/g, '');
  const all = [...catalogue.models, ...catalogue.dataSets];
  const found = all.find((entry) => plain(entry.name) === plain(name));
  if (found === undefined) {
    const alike = all.filter((entry) => plain(entry.name).includes(plain(name))).map((entry) => entry.name);
    throw new EngineError('ARGUMENT_INVALID', `The catalogue has no "${name}".`, {
      remedy:
        alike.length > 0
          ? `There are ${alike.join(', ')}.`
          : `\`${commandName()} catalogue\` lists models, with --benchmarks data sets.`,
    });
  }
  if (json) terminal.printJson(found);
  else terminal.print(...entryLines(found, os.totalmem(), terminal));
}
