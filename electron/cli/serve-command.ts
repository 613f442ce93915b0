import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { deviceSchema } from '../../native-models/protocol/roles.ts';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import { EngineSupervisor } from '../host/engine/supervisor.ts';
import { openProgram } from '../host/open-program.ts';
import { cachePath, dataPath } from '../host/paths.ts';
import { startChatApi } from '../server/api/start-chat-api.ts';
import { ensureRenderer, rendererPath } from '../server/build-renderer.ts';
import { AddressFile } from '../server/kept-address.ts';
import { openInBrowser } from '../server/open-in-browser.ts';
import { startServer } from '../server/start-server.ts';
import { engineLauncher } from './engine-launcher.ts';
import { exitCodes } from './exit-codes.ts';
import { collect, wholeNumber } from './option-values.ts';
import { serveStdio } from './serve-stdio.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly knownAs: string[];
  readonly keepAddress?: boolean;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly api?: boolean;
  readonly stdio?: boolean;
  readonly model?: string;
  readonly name?: string;
  readonly videos: string[];
  readonly keyFrom?: string;
  readonly device: DeviceRequest;
}

const examples = `
Examples:
  videomind serve --open
  videomind serve --api --model packages/videokr-8b --videos data/videos --port 8000
  On a machine elsewhere: videomind serve --port 8080, and here: ssh -L 8080:127.0.0.1:8080 that-machine

Whoever has the printed address may use the program and read the videos it opened: keep it to yourself.`;

/** `serve`: the desktop app in a browser, on this machine or through a tunnel. */
export function addServeCommand(program: Command, terminal: Terminal): void {
  const command = program.command('serve');
  command
    .description('Open the app in a browser: the same windows, served by this machine.')
    .option('--port <n>', 'port to listen on; 0: any free one', wholeNumber(0, 65_535), 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--known-as <name>', 'a further name that it is reached by (repeatable)', collect, [])
    .option('--data <dir>', 'folder of the library (default: the system’s folder for data)')
    .option(
      '--keep-address',
      'listen on the port and with the token of the last start, so that open windows go on',
    )
    .option('--open', 'open it in the browser of this machine')
    .option('--json', 'print the address as JSON')
    .optionsGroup('For scripts and other programs, instead of the app:')
    .option('--api', 'answer OpenAI’s chat form (/v1/chat/completions), on this machine alone, with a key')
    .option(
      '--stdio',
      'speak the engine’s protocol on stdin and stdout, a frame a line (clients/python does)',
    )
    .option('--model <dir>', 'with --api: the model package that answers')
    .option('--name <name>', 'with --api: what clients call the model (default: the package’s name)')
    .option('--videos <dir>', 'with --api: folder whose videos requests may name (repeatable)', collect, [])
    .option(
      '--key-from <name>',
      'with --api: environment variable that holds the key (default: one is drawn)',
    )
    .addOption(
      new Option('--device <name>', 'with --api: what to compute on')
        .choices(deviceSchema.options)
        .default('auto'),
    )
    .addHelpText('after', examples)
    .action(async (options: ServeOptions) => {
      const json = options.json ?? false;
      const { api = false, stdio = false, model } = options;
      if (api && stdio) command.error('error: give either --api or --stdio');
      if (stdio) {
        await runSession(terminal, false, ({ engine, signal }) => serveStdio(engine, signal));
        return;
      }
      if (api !== (model !== undefined)) command.error('error: --api and --model go together');
      try {
        if (model === undefined) await run(options, terminal);
        else await serveApi({ ...options, model }, terminal);
      } catch (thrown) {
        terminal.fail(toEngineError(thrown), json);
        process.exitCode = exitCodes.failed;
      }
    });
}

/** `serve --api`: one model, asked by programs of this machine. */
async function serveApi(
  options: ServeOptions & { readonly model: string },
  terminal: Terminal,
): Promise<void> {
  const ended = nextEnd();
  const modelPath = path.resolve(options.model);
  const key = options.keyFrom === undefined ? undefined : process.env[options.keyFrom];
  if (options.keyFrom !== undefined && (key ?? '') === '') {
    throw new EngineError('ARGUMENT_INVALID', `The environment variable ${options.keyFrom} is not set.`);
  }
  await using resources = new AsyncDisposableStack();
  const engine = new EngineSupervisor(engineLauncher.launch);
  resources.defer(() => engine.dispose());
  const { device } = options;
  const { name: packageName, roles, reasons = false } = await engine.call('load', { modelPath, device });
  const videoFolders = options.videos.map((folder) => path.resolve(folder));
  const name = options.name ?? packageName;
  const api = await startChatApi({
    model: { engine, modelPath, device, roles, reasons, videoFolders },
    ...{ name, port: options.port, key },
  });
  resources.defer(() => api.close());
  if (options.json === true) {
    terminal.printJson({ url: api.url, key: api.key, model: name, processId: process.pid });
  } else {
    terminal.print(`${name} answers at ${terminal.style.bold(api.url)}`, `Key: ${api.key}`);
    terminal.note('Keep the key to yourself: it lets whoever has it use the model. Ctrl-C ends it.');
  }
  await ended;
}

async function run(options: ServeOptions, terminal: Terminal): Promise<void> {
  const ended = nextEnd();
  await ensureRenderer((message) => terminal.note(message));
  const dataFolder = options.data === undefined ? dataPath() : path.resolve(options.data);
  await using resources = new AsyncDisposableStack();
  const program = await openProgram({
    dataPath: dataFolder,
    cachePath: cachePath(),
    launchEngine: engineLauncher.launch,
  });
  resources.defer(() => program.dispose());
  const file = options.keepAddress === true ? new AddressFile(dataFolder) : undefined;
  const kept = await file?.read();
  const startAt = (port: number) =>
    startServer(
      { ...program, rendererPath: rendererPath() },
      {
        address: options.host,
        port,
        token: kept?.token,
        hostNames: [options.host, ...options.knownAs],
        onRefusal: ({ reason }, request) =>
          terminal.warn('ACCESS_DENIED', `${request.socket.remoteAddress ?? 'somebody'}: ${reason}`),
      },
    );
  const wanted = options.port === 0 ? (kept?.port ?? 0) : options.port;
  const server = await startAt(wanted).catch(async (thrown: unknown) => {
    if (wanted === options.port) throw thrown;
    terminal.note(`Port ${wanted} of the last start is taken; another one is used.`);
    return startAt(0);
  });
  if (kept !== undefined) await file?.keep({ port: server.port, token: kept.token });
  resources.defer(() => server.close());
  if (options.json === true) {
    const { url, address, port } = server;
    terminal.printJson({ url, address, port, processId: process.pid, dataPath: dataFolder });
  } else {
    terminal.print(`VideoMind is at ${terminal.style.bold(server.url)}`);
    terminal.note('Keep this address to yourself: it lets whoever opens it use the program. Ctrl-C ends it.');
  }
  if (options.host !== '127.0.0.1' && options.host !== 'localhost' && options.host !== '::1') {
    terminal.warn(
      'NOT_ENCRYPTED',
      `Others in the network of ${options.host} can read along; a tunnel keeps them out.`,
    );
  }
  if (options.open === true && !(await openInBrowser(server.url))) {
    terminal.note('No browser could be started; open the address yourself.');
  }
  await ended;
  terminal.note('Ending …');
}

/** Resolves when somebody ends the program; a second time ends it at once. */
function nextEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(exitCodes.cancelled));
      });
    }
  });
}
