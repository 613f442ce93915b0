import path from 'node:path';
import type { Command } from 'commander';
import { describeSubtitles } from '../host/videos/describe-subtitles.ts';
import { encodingName } from './option-values.ts';
import { runSession } from './session.ts';
import { subtitlesLines } from './subtitles-view.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind subtitles talk.srt
  videomind subtitles talk.srt --encoding gbk --json`;

/** `subtitles FILE`: says what a file of subtitles holds, as the model is shown it. */
export function addSubtitlesCommand(program: Command, terminal: Terminal): void {
  program
    .command('subtitles')
    .description('Say what a file of subtitles holds, and what of it could not be read.')
    .argument('<file>', 'SRT, WebVTT, SubStation Alpha, SBV, MicroDVD, or lines as Whisper prints them')
    .option('--encoding <name>', 'how it is encoded, such as gbk; default: what it looks like', encodingName)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (file: string, options: { readonly encoding?: string; readonly json?: boolean }) => {
      const { encoding, json = false } = options;
      await runSession(terminal, json, async () => {
        const described = await describeSubtitles(path.resolve(file), encoding);
        for (const { code, message } of described.warnings) terminal.warn(code, message);
        if (json) terminal.printJson(described);
        else terminal.print(...subtitlesLines(described, terminal.columns, terminal.style));
      });
    });
}
