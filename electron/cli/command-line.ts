import { Command, CommanderError } from 'commander';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import { makeOptionalFolder } from '../host/files/make-folder.ts';
import { cachePath } from '../host/paths.ts';
import { programVersion } from '../host/program-version.ts';
import { addAnnotationsCommand } from './annotations-command.ts';
import { addAskCommand } from './ask-command.ts';
import { addBenchCommand } from './bench-command.ts';
import { addCatalogueCommand } from './catalogue-command.ts';
import { addDemoCommand } from './demo-command.ts';
import { addDevicesCommand } from './devices-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addDownloadCommand } from './download-command.ts';
import { addEvalCommand } from './eval-command.ts';
import { exitCodes } from './exit-codes.ts';
import { addImportCommand } from './import-command.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addProbeCommand } from './probe-command.ts';
import { addProjectCommand } from './project-command.ts';
import { addServeCommand } from './serve-command.ts';
import { addPrepareCommand } from './prepare-command.ts';
import { addSubtitlesCommand } from './subtitles-command.ts';
import { Terminal } from './terminal.ts';
import { addUpdateCommand } from './update-command.ts';

const examples = `
Examples:
  videomind demo
  videomind download videomind-2b
  videomind import --base Qwen2-VL-2B-Instruct --adapters VideoMind-2B --out packages/videomind-2b
  videomind ask talk.mp4 "When does she show the map?" --model packages/videomind-2b

From a checkout, videomind is: npm run -s videomind -- <command> …
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.`;

/**
 * Runs one command line (without `node` and the script) and sets the exit code of the process (command-line contract).
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const terminal = new Terminal();
  try {
    makeOptionalFolder(cachePath());
    await createProgram(terminal).parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Help and version end with 0; everything else that commander ends with is wrong usage, already explained.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      return;
    }
    terminal.fail(toEngineError(error), args.includes('--json'));
    process.exitCode = exitCodes.failed;
  }
}

/** The command line with all its commands. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('videomind')
    .description(
      'Ask a long video a question: the answer, and the moment that proves it. All on this machine.',
    )
    .version(programVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('Add --help to see how the command is used.')
    .addHelpText('after', examples);
  addAskCommand(program, terminal);
  addCatalogueCommand(program, terminal);
  addDownloadCommand(program, terminal);
  addImportCommand(program, terminal);
  addInspectCommand(program, terminal);
  addProbeCommand(program, terminal);
  addPrepareCommand(program, terminal);
  addSubtitlesCommand(program, terminal);
  addAnnotationsCommand(program, terminal, programVersion());
  addProjectCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addDevicesCommand(program, terminal);
  addDemoCommand(program, terminal);
  addServeCommand(program, terminal);
  addBenchCommand(program);
  addEvalCommand(program, terminal);
  addUpdateCommand(program, terminal);
  return program;
}
