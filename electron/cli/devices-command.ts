import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ProviderStatus } from '../../native-models/protocol/doctor-report.ts';
import { deviceSchema } from '../../native-models/protocol/roles.ts';
import { DeviceStore } from '../host/devices/device-store.ts';
import type { AddedParts } from '../host/contract/device-parts.ts';
import { devicesPath } from '../host/paths.ts';
import { byteSize } from './text-layout.ts';
import { autoLines, deviceLines } from './report-view.ts';
import { runSession } from './session.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind devices
  videomind devices add cuda
  videomind devices remove cuda

Libraries are fetched as pinned wheels from the Python package index (PIP_INDEX_URL names another), checked, and unpacked into
the program's data folder; nothing of them is installed elsewhere. Interrupted, add goes on where it stopped.`;

interface DevicesOptions {
  readonly json?: boolean;
}

/** `devices [add|remove NAME]`: what models can run on, and the libraries that a device needs. */
export function addDevicesCommand(program: Command, terminal: Terminal): void {
  program
    .command('devices')
    .description('List what models can run on; add or remove the libraries that a device needs.')
    .argument('[action]', 'add or remove')
    .argument('[name]', 'cuda or cann')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(
      async (
        action: string | undefined,
        name: string | undefined,
        options: DevicesOptions,
        command: Command,
      ) => {
        if (action !== undefined && action !== 'add' && action !== 'remove') {
          command.error(`error: there is no action '${action}'; give add or remove, or nothing to list`);
        }
        if (action !== undefined && name === undefined) command.error(`error: say which device to ${action}`);
        const json = options.json ?? false;
        await runSession(terminal, json, async (session) => {
          const store = new DeviceStore(devicesPath());
          if (action === undefined) await listDevices(terminal, session, store, json);
          else if (action === 'add') await addDevice(terminal, session, store, known(name ?? ''), json);
          else await removeDevice(terminal, store, known(name ?? ''), json);
        });
      },
    );
}

/** @throws EngineError ARGUMENT_INVALID */
function known(name: string): string {
  const devices: readonly string[] = deviceSchema.exclude(['auto']).options;
  if (devices.includes(name)) return name;
  throw new EngineError('ARGUMENT_INVALID', `"${name}" is no device.`, {
    remedy: `There are ${devices.join(', ')}.`,
  });
}

async function listDevices(
  terminal: Terminal,
  { engine, signal }: Session,
  store: DeviceStore,
  json: boolean,
): Promise<void> {
  terminal.progress('Trying the devices …');
  const { providers, auto } = await engine.call('doctor', {}, { signal });
  const parts = await store.list();
  const partsOf = (device: string) => parts.find((each) => each.device === device);
  if (json) {
    terminal.printJson({
      devices: providers.map((provider) => withParts(provider, partsOf(provider.device))),
      auto,
    });
    return;
  }
  const { columns, style } = terminal;
  terminal.print(
    ...providers.flatMap((provider) => [
      ...deviceLines(provider, columns, style),
      ...partsLines(partsOf(provider.device)).map((line) => style.faint(line)),
    ]),
    ...autoLines({ auto }, columns, style),
  );
}

async function addDevice(
  terminal: Terminal,
  { engine, signal }: Session,
  store: DeviceStore,
  device: string,
  json: boolean,
): Promise<void> {
  const parts = await store.add(device, {
    signal,
    report: ({ done, total, detail }) =>
      terminal.progress(`${byteSize(done)} of ${byteSize(total)}  ${detail}`),
  });
  terminal.progress('Trying the device …');
  const { providers } = await engine.call('doctor', {}, { signal });
  const provider = providers.find((each) => each.device === device);
  if (provider === undefined) throw new EngineError('INTERNAL', `No provider for ${device}.`);
  if (json) {
    terminal.printJson(withParts(provider, parts));
    return;
  }
  terminal.print(
    `Added ${parts.version}: ${byteSize(parts.bytes)} in ${parts.folder}`,
    provider.available
      ? `${device} works. Ask with --device ${device}, or let the program choose by itself.`
      : (provider.reason ?? ''),
  );
}

async function removeDevice(
  terminal: Terminal,
  store: DeviceStore,
  device: string,
  json: boolean,
): Promise<void> {
  const freedBytes = await store.remove(device);
  if (json) terminal.printJson({ device, freedBytes });
  else if (freedBytes === 0) terminal.print(`Nothing was added for ${device}.`);
  else terminal.print(`Removed the libraries of ${device}: ${byteSize(freedBytes)} are free again.`);
}

function withParts(provider: ProviderStatus, parts: AddedParts | undefined): object {
  return { ...provider, ...(parts === undefined ? {} : { parts }) };
}

function partsLines(parts: AddedParts | undefined): string[] {
  if (parts === undefined) return [];
  const { device, state, version, bytes, downloadBytes } = parts;
  const hang = ' '.repeat(14);
  switch (state) {
    case 'added':
      return [`${hang}added: ${version}, ${byteSize(bytes)}`];
    case 'begun':
      return [
        `${hang}added in part: ${byteSize(bytes)} of ${byteSize(downloadBytes)}; go on with: devices add ${device}`,
      ];
    case 'absent':
      return [];
  }
}
