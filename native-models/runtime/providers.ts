import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { ProviderStatus } from '../protocol/doctor-report.ts';
import type { Device, DeviceRequest, Precision, RuntimeName } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { ProbedMachine } from './probe.ts';
import { probe, probeAll } from './probe.ts';
import { providerOf } from './provider-table.ts';
import { thisMachine } from './this-machine.ts';

/** The device that a model runs on, with what its sessions are created with. */
export interface DeviceChoice {
  readonly device: Device;
  /** The machine's name for it. */
  readonly deviceName: string;
  /** Its driver's version, where that is known. */
  readonly driver?: string | undefined;
  /** What computes: the libraries that were added for it, or the version of onnxruntime-node. */
  readonly libraries: string;
  /** The binding that its sessions are made by. */
  readonly runtime: RuntimeName;
  /** The options of sessions in onnxruntime-node: providers in the order of preference, and what else the device needs. */
  readonly sessionOptions: ort.InferenceSession.SessionOptions;
  /** Why this device, in a sentence or two. */
  readonly reason: string;
  /** Why it is not the device that was asked for, or not one that is there. */
  readonly warnings: readonly RunWarning[];
}

/** How a device is chosen otherwise than by default. */
export interface DeviceWishes {
  /** Absent: whichever the device needs. */
  readonly runtime?: RuntimeName | undefined;
  /** Memory that the package will take on a device. */
  readonly neededBytes?: number | undefined;
  /** Devices that are not to be used, with the reason in words. */
  readonly avoided?: Partial<Record<Device, string>> | undefined;
  readonly machine?: ProbedMachine;
}

/** onnxruntime-node's version. */
export const onnxruntimeVersion: string = ort.env.versions.node ?? ort.env.versions.common;

/** Devices that `auto` prefers to the processor, the best first. */
const preferred: readonly Device[] = ['cuda', 'cann', 'webgpu'];

/**
 * Chooses where to run a package of `precision`. `auto` takes the best device that works and has room for the package: cuda, cann,
 * WebGPU on a real GPU, then the processor; a software adapter never. A device that was asked for and cannot be had, or does not
 * compute this precision, is replaced by the CPU with a warning `DEVICE_FALLBACK` that says why; so is one that `auto` found there
 * but cannot use.
 */
export async function chooseDevice(
  request: DeviceRequest,
  precision: Precision,
  { runtime, neededBytes = 0, avoided = {}, machine = thisMachine }: DeviceWishes = {},
): Promise<DeviceChoice> {
  if (request === 'auto') return chooseBest(precision, { runtime, neededBytes, avoided, machine });
  if (request === 'cpu') return choice('cpu', { runtime, machine, reason: 'It was asked for.' });
  const reason =
    unsuitableRuntime(request, runtime) ??
    unsuitablePrecision(request, precision) ??
    avoided[request] ??
    (await probe(providerOf(request), machine)).reason;
  if (reason !== undefined) return cpuInstead(request, reason, runtime, machine);
  return choice(request, { runtime, machine, reason: 'It was asked for.' });
}

/** What `auto` would take for a package of any precision, and why: for those who want to know before they ask. */
export function chooseAutomatically(machine: ProbedMachine = thisMachine): Promise<DeviceChoice> {
  return chooseBest('fp32', { neededBytes: 0, avoided: {}, machine });
}

/** The CPU in place of a device, with a warning `DEVICE_FALLBACK` that says why. */
export function cpuInstead(
  device: DeviceRequest,
  reason: string,
  runtime?: RuntimeName,
  machine: ProbedMachine = thisMachine,
): DeviceChoice {
  const message = `Running on the CPU instead of ${device}. ${reason}`;
  return choice('cpu', {
    runtime: runtime !== undefined && providerOf('cpu').runtimes.includes(runtime) ? runtime : undefined,
    machine,
    reason: message,
    warnings: [{ code: 'DEVICE_FALLBACK', message }],
  });
}

/** What this machine has of each device, with what is missing. */
export function probeProviders(machine: ProbedMachine = thisMachine): Promise<ProviderStatus[]> {
  return probeAll(machine);
}

/** The wishes with their defaults. */
interface SettledWishes {
  readonly runtime?: RuntimeName | undefined;
  readonly neededBytes: number;
  readonly avoided: Partial<Record<Device, string>>;
  readonly machine: ProbedMachine;
}

async function chooseBest(precision: Precision, wishes: SettledWishes): Promise<DeviceChoice> {
  const { runtime, machine } = wishes;
  const unsuitable = unsuitablePrecision('cuda', precision);
  if (unsuitable !== undefined) return choice('cpu', { runtime, machine, reason: unsuitable });
  const passedOver: string[] = [];
  const warnings: RunWarning[] = [];
  for (const device of preferred) {
    const looked = await lookAt(device, precision, wishes);
    if (looked.isGood) {
      const reason = [`${device} works and has room.`, ...passedOver].join(' ');
      return choice(device, { runtime, machine, reason, warnings });
    }
    passedOver.push(`${device}: ${looked.reason}`);
    if (looked.isThere) {
      const message = `${device} is there and not used. ${looked.reason}`;
      warnings.push({ code: 'DEVICE_FALLBACK', message });
    }
  }
  return choice('cpu', { runtime, machine, reason: passedOver.join(' '), warnings });
}

/** Whether `auto` takes a device; `isThere`: a person would expect it to be used. */
async function lookAt(
  device: Device,
  precision: Precision,
  { runtime, neededBytes, avoided, machine }: SettledWishes,
): Promise<{ readonly isGood: boolean; readonly isThere: boolean; readonly reason: string }> {
  const provider = providerOf(device);
  const passed = (reason: string, isThere: boolean) => ({ isGood: false, isThere, reason });
  const unsuitable = unsuitableRuntime(device, runtime) ?? unsuitablePrecision(device, precision);
  if (unsuitable !== undefined) return passed(unsuitable, false);
  const facts = provider.platforms.includes(machine.platform) ? machine.facts(device) : undefined;
  // Looked at before it is started: a software adapter is no reason to load a graphics driver.
  if (device === 'webgpu') {
    if (facts === undefined) return passed('no GPU was found.', false);
    if (facts.isSoftware) return passed(`${facts.name} is the processor in a GPU’s clothes.`, false);
  }
  const distrusted = avoided[device];
  if (distrusted !== undefined) return passed(distrusted, true);
  const room = facts?.freeBytes ?? facts?.memoryBytes;
  if (room !== undefined && room < neededBytes) {
    return passed(
      `${facts?.name ?? device} has ${inGigabytes(room)} GB free; this package needs ${inGigabytes(neededBytes)} GB.`,
      true,
    );
  }
  const { reason } = await probe(provider, machine);
  if (reason === undefined) return { isGood: true, isThere: true, reason: '' };
  const isAdded = machine.added(device) !== undefined;
  return passed(reason, isAdded || (device === 'webgpu' && facts !== undefined));
}

function inGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

function unsuitableRuntime(device: Device, runtime: RuntimeName | undefined): string | undefined {
  const { runtimes } = providerOf(device);
  if (runtime === undefined || runtimes.includes(runtime)) return undefined;
  return `It is had through ${runtimes.join(' or ')}, not through ${runtime}.`;
}

/** Why a package of a precision does not run on a device, and what to import instead. */
function unsuitablePrecision(device: Device, precision: Precision): string | undefined {
  const { packages } = providerOf(device);
  if (packages.includes(precision)) return undefined;
  const why =
    precision === 'int8'
      ? 'An int8 package holds integer products that only the CPU computes.'
      : `An ${precision} package holds operators that ${device} does not compile.`;
  const others = packages.join(', ').replace(/, ([^,]*)$/u, ' or $1');
  return `${why} Import the checkpoint with --precision ${others} for this device.`;
}

interface ChoiceParts {
  readonly runtime?: RuntimeName | undefined;
  readonly machine: ProbedMachine;
  readonly reason: string;
  readonly warnings?: readonly RunWarning[];
}

function choice(device: Device, { runtime, machine, reason, warnings = [] }: ChoiceParts): DeviceChoice {
  const { label, runtimes, sessionOptions } = providerOf(device);
  const facts = machine.facts(device);
  return {
    device,
    deviceName: facts?.name ?? label,
    ...(facts?.driver === undefined ? {} : { driver: facts.driver }),
    libraries: machine.added(device)?.version ?? onnxruntimeVersion,
    runtime: runtime ?? runtimes[0] ?? 'onnxruntime-node',
    sessionOptions,
    reason,
    warnings,
  };
}
