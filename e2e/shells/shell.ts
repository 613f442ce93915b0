import type { Page } from '@playwright/test';

/** What scenarios need of a shell: its window, and the program behind it. */
export interface Shell {
  /** The window; another one after `restart`. */
  readonly page: Page;
  /** The process that the engine is a child of. */
  readonly processId: number;
  /** Ends the program and starts it again on the same library. */
  restart(): Promise<void>;
  /** Lets the next file dialog give these paths, after `open` was done to make it come. */
  chooseFiles(paths: readonly string[], open: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** How a shell is started. */
export interface ShellStart {
  readonly executablePath: string;
  /** For the library, the caches and everything else of this scenario. */
  readonly folder: string;
  /** Called with each window before it loads anything. */
  readonly prepare: (page: Page) => Promise<void>;
}
