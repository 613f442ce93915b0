import type { ProviderStatus } from '../protocol/doctor-report.ts';
import type { Device } from '../protocol/roles.ts';
import type { AddedLibraries } from './devices/added-parts.ts';
import type { DeviceFacts } from './devices/device-facts.ts';
import type { Provider } from './provider-table.ts';
import { providers } from './provider-table.ts';

/** What is asked of the machine when a provider is probed; replaced in tests. */
export interface ProbedMachine {
  /** As Node names them, for example `linux/x64`. */
  readonly platform: string;
  /** Backends that onnxruntime-node was built with. */
  readonly backends: readonly string[];
  /** Of these libraries of the machine, the missing ones. */
  missingLibraries(names: readonly string[]): Promise<string[]>;
  /** What was added for a device. */
  added(device: Device): AddedLibraries | undefined;
  /** What the machine says of a device, without starting it; undefined where it says nothing. */
  facts(device: Device): DeviceFacts | undefined;
  /** Runs a small graph on the provider; the error's message when it does not work. */
  tryProvider(provider: Provider): Promise<string | undefined>;
}

/** What this machine has of each device, with what is missing. */
export async function probeAll(machine: ProbedMachine): Promise<ProviderStatus[]> {
  const statuses: ProviderStatus[] = [];
  // One after another: drivers that start at the same time have been seen to disturb each other.
  for (const provider of providers) statuses.push(await probe(provider, machine));
  return statuses;
}

/** What this machine has of one device. */
export async function probe(provider: Provider, machine: ProbedMachine): Promise<ProviderStatus> {
  const { device, label, measured } = provider;
  const canHave = provider.platforms.includes(machine.platform);
  const reason = canHave ? await findProblem(provider, machine) : elsewhere(provider, machine);
  const facts = canHave ? machine.facts(device) : undefined;
  return {
    ...{ device, label, measured, available: reason === undefined },
    ...(reason === undefined ? {} : { reason }),
    ...(facts === undefined ? {} : { deviceName: facts.name, isSoftware: facts.isSoftware }),
    ...(facts?.memoryBytes === undefined ? {} : { memoryBytes: facts.memoryBytes }),
    ...(facts?.freeBytes === undefined ? {} : { freeBytes: facts.freeBytes }),
    ...(reason !== undefined && canHave ? { howToAdd: stepsLeft(provider, machine) } : {}),
  };
}

/** What is still to be done: what was added need not be added again. */
function stepsLeft({ device, howToAdd }: Provider, machine: ProbedMachine): string[] {
  const isAdded = machine.added(device) !== undefined;
  return howToAdd.filter((step) => !(isAdded && step.includes(`devices add ${device}`)));
}

function elsewhere({ platforms }: Provider, { platform }: ProbedMachine): string {
  return `It is to be had on ${platforms.join(', ')}, not on ${platform}.`;
}

async function findProblem(provider: Provider, machine: ProbedMachine): Promise<string | undefined> {
  const { device, driver, backend } = provider;
  const isAdded = provider.added === undefined || machine.added(device) !== undefined;
  const missing = await machine.missingLibraries(driver?.libraries ?? []);
  const lacks = [
    ...(missing.length === 0 ? [] : [`${driver?.name ?? ''} (${missing.join(', ')})`]),
    ...(isAdded ? [] : [`ONNX Runtime’s part for it (videomind devices add ${device})`]),
  ];
  if (lacks.length > 0) return `Missing: ${lacks.join(', and ')}.`;
  if (backend !== undefined && !machine.backends.includes(backend)) {
    return `onnxruntime-node was built without it for ${machine.platform}.`;
  }
  return machine.tryProvider(provider);
}
