import { toggleFullScreen, typeTime } from './player-elements.ts';
import { commandedSec } from './player-state.ts';
import { playerTexts } from './player-texts.ts';
import type { PlayerStore } from './player-store.ts';

/** Something that a key, the palette or a menu does to the player. */
export interface PlayerCommand {
  readonly id: string;
  readonly title: string;
  /** As `KeyboardEvent.key`, with `Shift+` before it where it is held; letters in lower case. */
  readonly keys: readonly string[];
  readonly run: (player: PlayerStore) => void;
}

const shiftBy = (sec: number) => (player: PlayerStore) => {
  player.actions.seekToSec(commandedSec(player.getState()) + sec);
};

/** The player's part of the keyboard map. */
export const playerCommands: readonly PlayerCommand[] = [
  { id: 'player.togglePlay', title: playerTexts.play, keys: [' '], run: (p) => p.actions.togglePlay() },
  { id: 'player.backward', title: playerTexts.backward, keys: ['j'], run: (p) => p.actions.shuttle(-1) },
  { id: 'player.pause', title: playerTexts.pause, keys: ['k'], run: (p) => p.actions.pause() },
  { id: 'player.forward', title: playerTexts.forward, keys: ['l'], run: (p) => p.actions.shuttle(1) },
  {
    id: 'player.previousFrame',
    title: playerTexts.previousFrame,
    keys: ['ArrowLeft'],
    run: (p) => p.actions.stepFrames(-1),
  },
  {
    id: 'player.nextFrame',
    title: playerTexts.nextFrame,
    keys: ['ArrowRight'],
    run: (p) => p.actions.stepFrames(1),
  },
  { id: 'player.back', title: playerTexts.back, keys: ['Shift+ArrowLeft'], run: shiftBy(-1) },
  { id: 'player.ahead', title: playerTexts.ahead, keys: ['Shift+ArrowRight'], run: shiftBy(1) },
  { id: 'player.backFar', title: playerTexts.backFar, keys: ['PageUp'], run: shiftBy(-10) },
  { id: 'player.aheadFar', title: playerTexts.aheadFar, keys: ['PageDown'], run: shiftBy(10) },
  { id: 'player.toStart', title: playerTexts.toStart, keys: ['Home'], run: (p) => p.actions.seekToFrame(0) },
  {
    id: 'player.toEnd',
    title: playerTexts.toEnd,
    keys: ['End'],
    run: (p) => p.actions.seekToFrame(Number.MAX_SAFE_INTEGER),
  },
  { id: 'player.markIn', title: playerTexts.markIn, keys: ['i'], run: (p) => p.actions.mark('in') },
  { id: 'player.markOut', title: playerTexts.markOut, keys: ['o'], run: (p) => p.actions.mark('out') },
  {
    id: 'player.goToIn',
    title: playerTexts.goToIn,
    keys: ['Shift+i'],
    run: (p) => {
      const { markInSec } = p.getState();
      if (markInSec !== undefined) p.actions.seekToSec(markInSec);
    },
  },
  {
    id: 'player.goToOut',
    title: playerTexts.goToOut,
    keys: ['Shift+o'],
    run: (p) => {
      const { markOutSec } = p.getState();
      if (markOutSec !== undefined) p.actions.seekToSec(markOutSec);
    },
  },
  { id: 'player.clearMarks', title: playerTexts.clearMarks, keys: ['x'], run: (p) => p.actions.clearMarks() },
  { id: 'player.loop', title: playerTexts.loop, keys: ['/'], run: (p) => p.actions.toggleLoop() },
  { id: 'player.slower', title: playerTexts.slower, keys: ['['], run: (p) => p.actions.changeSpeed(-1) },
  { id: 'player.faster', title: playerTexts.faster, keys: [']'], run: (p) => p.actions.changeSpeed(1) },
  { id: 'player.fullScreen', title: playerTexts.fullScreen, keys: [], run: toggleFullScreen },
  { id: 'player.goTo', title: playerTexts.goTo, keys: [], run: typeTime },
  { id: 'player.mute', title: playerTexts.mute, keys: ['m'], run: (p) => p.actions.toggleMuted() },
];
