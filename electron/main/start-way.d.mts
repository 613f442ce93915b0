/** Which way the app can be opened here, and why not in Electron. */
export function wayToStart(machine: {
  readonly hasElectron: boolean;
  readonly hasScreen: boolean;
  readonly platform: string;
  readonly userId: number | undefined;
  readonly args: readonly string[];
}): { readonly way: 'electron' } | { readonly way: 'browser'; readonly reason: string };

/** The arguments for the browser shell: those that Electron alone understands are left out. */
export function browserArguments(args: readonly string[]): string[];

/**
 * Runs Electron to its end. Where Chromium finds no sandbox or no screen it ends before any code of ours runs: then
 * `started` is false.
 */
export function runElectron(
  command: string,
  args: readonly string[],
  workingFolder: string,
): Promise<{ readonly code: number; readonly started: boolean }>;
