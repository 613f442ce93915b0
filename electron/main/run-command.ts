import type { App, Dialog, utilityProcess } from 'electron';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import { engineEntryPath, engineEnvironment } from '../host/paths.ts';
import { launchUtilityEngine } from './utility-engine.ts';

/** What of Electron a command needs. */
export interface CommandParts {
  readonly app: Pick<App, 'whenReady' | 'exit' | 'disableHardwareAcceleration' | 'dock'>;
  readonly fork: typeof utilityProcess.fork;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly platform: NodeJS.Platform;
}

/**
 * Runs `videomind <command> …` inside the installed program, which cannot be started as Node: without a window, beside an
 * open one, and ending with the command's exit code.
 */
export async function runCommand(parts: CommandParts, args: readonly string[]): Promise<void> {
  try {
    await run(parts, args);
  } catch (thrown) {
    // What the commands themselves fail with, they have said; this is a program that cannot even begin.
    const { message, remedy } = toEngineError(thrown);
    const text = `${message}\n\n${remedy}`;
    process.stderr.write(`${text}\n`);
    // There a program with windows has no terminal to be read in; elsewhere a box would keep a script waiting.
    if (parts.platform === 'win32') parts.dialog.showErrorBox('VideoMind cannot start', text);
    parts.app.exit(1);
  }
}

async function run({ app, fork }: CommandParts, args: readonly string[]): Promise<void> {
  app.disableHardwareAcceleration();
  app.dock?.hide();
  const environment = engineEnvironment();
  await app.whenReady();
  const { engineLauncher } = await import('../cli/engine-launcher.ts');
  const { runCommandLine } = await import('../cli/command-line.ts');
  engineLauncher.launch = () => launchUtilityEngine(fork, engineEntryPath, environment);
  await runCommandLine(args);
  // What was written is on its way when a pipe has taken it.
  await Promise.all([process.stdout, process.stderr].map(written));
  app.exit(Number(process.exitCode ?? 0));
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
