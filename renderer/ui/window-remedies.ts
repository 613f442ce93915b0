import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ErrorCode } from '../../native-models/protocol/errors.ts';

/** What to do in a window, where the usual remedy of an error speaks of the command line. */
const inWindows: Readonly<Partial<Record<ErrorCode, string>>> = {
  VIDEO_UNREADABLE: 'Check that you may read this file.',
  FFMPEG_MISSING: 'Install ffmpeg, or set FFMPEG_BIN to its path, and start the program again.',
  FFMPEG_TOO_OLD: 'Install a newer ffmpeg, or set FFMPEG_BIN to one, and start the program again.',
  NOT_A_PACKAGE: 'Import the folder on the Models screen.',
  PACKAGE_DAMAGED: 'Remove the model on the Models screen and import or download it again.',
  BASE_NOT_FOUND: 'Choose the base checkpoint, too.',
  OUTPUT_EXISTS: 'Choose another folder or name.',
  ARGUMENT_INVALID: '',
  RANGE_INVALID: 'Mark a range inside the video, its start before its end.',
  ACCESS_DENIED:
    'VideoMind was started again since. Open the address that it printed last; if only the token changed, this window then goes on by itself.',
  DEVICE_UNAVAILABLE: 'The Models screen shows what this machine has.',
  OUT_OF_MEMORY: 'Close other programs, import the model with precision int8, or use a smaller one.',
  ENGINE_CRASHED: 'Ask again: the engine was restarted.',
};

const byUsual: ReadonlyMap<string, string> = new Map(
  Object.entries(inWindows).map(([code, words]) => [new EngineError(code as ErrorCode, '').remedy, words]),
);

/** The remedy of an error as a window says it; empty: the message says it all, or it is for the command line alone. */
export function remedyInWindow(remedy: string): string {
  return byUsual.get(remedy) ?? (remedy.includes('`videomind ') ? '' : remedy);
}
