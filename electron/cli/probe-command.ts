import path from 'node:path';
import type { Command } from 'commander';
import { describeVideo } from '../host/videos/describe-video.ts';
import { wholeNumber } from './option-values.ts';
import { frameTimeLines, probeLines } from './probe-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind probe talk.mp4
  videomind probe recording.ts --json --frames`;

interface ProbeOptions {
  readonly frames?: boolean;
  readonly json?: boolean;
  readonly videoStream?: number;
}

/** `probe VIDEO`: says what a video file holds, as the app and the model see it. */
export function addProbeCommand(program: Command, terminal: Terminal): void {
  program
    .command('probe')
    .description('Say what a video holds: streams, the one that is used, frames and times, timecode.')
    .argument('<video>', 'video file')
    .option('--frames', "also list each frame's time")
    .option('--video-stream <n>', 'of several video streams look at this one', wholeNumber(0))
    .option('--json', 'print the description as JSON')
    .addHelpText('after', examples)
    .action(async (video: string, options: ProbeOptions) => {
      const { frames = false, json = false, videoStream } = options;
      await runSession(terminal, json, async ({ signal }) => {
        terminal.progress('Reading the video …');
        const described = await describeVideo(path.resolve(video), { frames, signal, videoStream });
        for (const { code, message } of described.warnings) terminal.warn(code, message);
        if (json) terminal.printJson(described);
        else {
          terminal.print(...probeLines(described, terminal.columns, terminal.style));
          if (frames) terminal.print('', ...frameTimeLines(described));
        }
      });
    });
}
