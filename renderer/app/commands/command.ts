import type { Application } from '../application.ts';

/** Something that can be done by a key, the palette or a native menu. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** Heading in the keyboard map. */
  readonly group: string;
  /** Chords (`chordOf`); the first one is shown. */
  readonly keys: readonly string[];
  /** Also while text is written. */
  readonly whileWriting?: boolean;
  /** Absent: always. */
  readonly isPossible?: (app: Application) => boolean;
  readonly run: (app: Application) => void;
}

/** Whether a video is shown, so that keys of player and timeline mean something. */
export function hasVideo(app: Application): boolean {
  const { page, videoId } = app.workspace.getState();
  return page === 'workspace' && videoId !== null;
}
