import type { Transport } from '../../../native-models/protocol/transport.ts';

/**
 * Paths below the media route, which both shells serve with range requests, under the page’s own
 * origin as `/media/<path>`. `<t>` is a presentation time in milliseconds.
 *
 *     video/<videoId>                       the file, or its proxy once there is one
 *     thumbnail/<videoId>/<t>.jpg           the frame shown at t, 160 pixels wide; `?w=` for another width (to 640);
 *                                           `?run=` with times by commas: pictures that will be asked for,
 *                                           too (`longestRun` at most)
 *     waveform/<videoId>/<n>.peaks          n peaks a second of its sound (`contract/waveform.ts`), as they become known
 *     subtitles/<videoId>/<subtitlesId>.vtt as WebVTT
 *     export/<exportId>/<fileName>          what `exportsWrite` made
 */
export type MediaPath =
  | `video/${string}`
  | `thumbnail/${string}`
  | `waveform/${string}`
  | `subtitles/${string}`
  | `export/${string}`;

/** Pictures of a video that are asked for together at most. */
export const longestRun = 64;

/** What a native or our own file dialog is to choose. */
export interface ChooseFiles {
  readonly title: string;
  readonly kind: 'video' | 'subtitles' | 'annotations' | 'project' | 'folder' | 'prompts';
  readonly several: boolean;
}

/** Commands of native menus, which the renderer carries out like those of its palette. */
export type MenuCommand = string;

/**
 * All that a window may ask of its shell, besides the host's methods: the one typed bridge. Electron's preload puts it
 * on `window.videomind`; the browser shell makes it from the page's address.
 */
export interface ShellBridge {
  readonly kind: 'electron' | 'browser';
  /** `linux`, `win32`, `darwin`: of the machine that the window is on, for the names of keys. */
  readonly platform: string;
  /** A new connection to the host. After it closes, another one may be made. */
  connect(): Transport;
  mediaUrl(path: MediaPath): string;
  /** Native dialog; undefined where there is none and the renderer shows its own (`foldersList`). Empty: cancelled. */
  chooseFiles?(options: ChooseFiles): Promise<readonly string[]>;
  /** Native "save as"; undefined where there is none: the export is downloaded from the media route. */
  chooseSavePath?(fileName: string): Promise<string | undefined>;
  /** The path of a dropped file, where the shell knows it. */
  pathOfDroppedFile?(file: File): string;
  /** Sends a dropped file to the host's machine; gives its path there. Where `pathOfDroppedFile` is missing. */
  uploadDroppedFile?(
    file: File,
    onProgress: (sentBytes: number) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Files that the system asked to open (double click, "open with"), as they come; also those from before, and those that a
   * page was told of and ended before it had opened them.
   */
  onOpenPaths?(listener: (paths: readonly string[]) => Promise<void>): void;
  onMenuCommand?(listener: (command: MenuCommand) => void): void;
  /**
   * Opens an address on the page of the program's releases in the person's browser, and no other; undefined where the window
   * is in a browser itself.
   */
  openReleasePage?(url: string): Promise<void>;
  /** Shows a file in the system's file manager. */
  revealPath?(path: string): Promise<void>;
}
