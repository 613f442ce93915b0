import { playerCommands } from '../../player/player-commands.ts';
import { timelineCommands } from '../../timeline/timeline-commands.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import { timelineContextOf } from '../timeline-context.ts';
import { hasVideo } from './command.ts';
import type { Command } from './command.ts';
import { keysOf } from './key-map.ts';
import { itemCommands } from './item-commands.ts';
import { isUsedByWriting } from './keys.ts';
import { reviewCommands } from './review-commands.ts';
import { videoCommands } from './video-commands.ts';
import { windowCommands } from './window-commands.ts';

/** Commands of the window, of review, of what a video holds, of the player and of the timeline, with the keys that they have of themselves. */
export const commands: readonly Command[] = [
  ...windowCommands,
  ...itemCommands,
  ...reviewCommands,
  ...videoCommands,
  ...playerCommands.map((command) => ({
    ...command,
    group: appTexts.groups.player,
    isPossible: hasVideo,
    run: (app: Application) => command.run(app.player),
  })),
  ...timelineCommands.map((command) => ({
    ...command,
    group: appTexts.groups.timeline,
    isPossible: hasVideo,
    run: (app: Application) => command.run(timelineContextOf(app)),
  })),
];

/** Carries out a command by its id, where it is possible; unknown ones are passed over. */
export function runCommand(app: Application, id: string): void {
  const command = commands.find((each) => each.id === id);
  if (command !== undefined && command.isPossible?.(app) !== false) command.run(app);
}

/** The command that a chord means now; while text is written none that the text needs, whoever gave it to a command. */
export function commandOf(app: Application, chord: string, writing: boolean): Command | undefined {
  const { keys } = app.library.getState().settings;
  return commands.find(
    (command) =>
      keysOf(keys, command).includes(chord) &&
      (!writing || (command.whileWriting === true && !isUsedByWriting(chord))) &&
      command.isPossible?.(app) !== false,
  );
}
