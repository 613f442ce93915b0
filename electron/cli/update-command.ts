import type { Command } from 'commander';
import type { UpdateAnswer } from '../host/contract/updates.ts';
import { dataPath } from '../host/paths.ts';
import { programVersion } from '../host/program-version.ts';
import { releaseSource } from '../host/updates/release-source.ts';
import { Updates } from '../host/updates/updates.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Asks for one file that says which release is the newest, the same for everybody, and believes it only with the
signature of a key that this program knows. Nothing is downloaded or installed.

Examples:
  videomind update
  videomind update --json`;

const words: Readonly<Record<UpdateAnswer['state'], (answer: UpdateAnswer) => string>> = {
  newer: ({ version, thisVersion }) => `VideoMind ${version} is out; this is ${thisVersion}.`,
  current: ({ version }) => `VideoMind ${version} is the newest release.`,
  older: ({ version, thisVersion }) => `The newest release is ${version}, older than this ${thisVersion}.`,
};

/** `update`: asks whether a newer release is there. */
export function addUpdateCommand(program: Command, terminal: Terminal): void {
  program
    .command('update')
    .description('Ask whether a newer release is there, and where. Nothing is downloaded or installed.')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examples)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      await runSession(terminal, json, async ({ signal }) => {
        const updates = new Updates({
          source: releaseSource(),
          version: programVersion(),
          dataPath: dataPath(),
        });
        const answer = await updates.check(signal);
        if (json) terminal.printJson(answer);
        else terminal.print(...answerLines(answer));
      });
    });
}

/** The answer for people: what is out, and the addresses of this machine's installers with their checksums. */
export function answerLines(answer: UpdateAnswer): string[] {
  const first = words[answer.state](answer);
  if (answer.state !== 'newer') return [first];
  const installers = answer.installers.flatMap(({ url, sha256 }) => [`  ${url}`, `    SHA-256 ${sha256}`]);
  return [first, `  ${answer.pageUrl}`, ...installers];
}
