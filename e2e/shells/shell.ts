import type { Locator, Page } from '@playwright/test';
import type { ShellKind } from './find-shells.ts';

/** What scenarios need of a shell: its window, and the program behind it. */
export interface Shell {
  readonly kind: ShellKind;
  /** The window; another one after `restart`. */
  readonly page: Page;
  /** The process that the engine is a child of. */
  readonly processId: number;
  /** Ends the program and starts it again on the same library. */
  restart(): Promise<void>;
  /** Lets the next file dialog give these paths, after `open` was done to make it come. */
  chooseFiles(paths: readonly string[], open: () => Promise<void>): Promise<void>;
  /**
   * Has a file written: `write` does it where the system's dialog asks for a place beforehand, `offered` is clicked where
   * the page offers the file afterwards. Gives the path of what was saved.
   */
  saveFile(write: () => Promise<void>, offered?: Locator): Promise<string>;
  close(): Promise<void>;
}

/** How a shell is started. */
export interface ShellStart {
  readonly executablePath: string;
  /** The main script that Electron is started with; a packed program has its own. */
  readonly mainScript?: string | undefined;
  /** For the library, the caches and everything else of this scenario. */
  readonly folder: string;
  /** Further arguments of the program, for the first window alone; the desktop shell alone takes them. */
  readonly args?: readonly string[];
  /** Called with each window before it loads anything. */
  readonly prepare: (page: Page) => Promise<void>;
}
