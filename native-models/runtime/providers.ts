import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { ProviderStatus } from '../protocol/doctor-report.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Device, DeviceRequest, Precision, RuntimeName } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import { bindingFolder } from './binding-files.ts';
import { doublingGraph } from './doubling-graph.ts';
import type { Provider } from './provider-table.ts';
import { providers } from './provider-table.ts';
import { missingLibraries } from './shared-libraries.ts';

/** What is asked of the machine when a provider is probed; replaced in tests. */
export interface ProbedMachine {
  /** As Node names them, for example `linux/x64`. */
  readonly platform: string;
  /** Backends that the binding was built with. */
  readonly backends: readonly string[];
  /** Of these files beside the binding, the missing ones. */
  missingBindingFiles(names: readonly string[]): string[];
  missingLibraries(names: readonly string[]): Promise<string[]>;
  /** Runs a small graph on the provider; the error's message when it does not work. */
  tryProvider(provider: Provider): Promise<string | undefined>;
}

/** The device that a model runs on, with what its sessions are created with. */
export interface DeviceChoice {
  readonly device: Device;
  /** The machine's name for it. */
  readonly deviceName: string;
  /** The binding that its sessions are made by. */
  readonly runtime: RuntimeName;
  /** In the order of preference, the CPU last. */
  readonly executionProviders: readonly ort.InferenceSession.ExecutionProviderConfig[];
  /** The providers above and what else the device needs. */
  readonly sessionOptions: ort.InferenceSession.SessionOptions;
  /** Why it is not the device that was asked for. */
  readonly warnings: readonly RunWarning[];
}

/** How a device is chosen otherwise than by default. */
export interface DeviceWishes {
  readonly runtime?: RuntimeName | undefined;
  readonly machine?: ProbedMachine;
}

/** onnxruntime-node's version. */
export const onnxruntimeVersion: string = ort.env.versions.node ?? ort.env.versions.common;

/**
 * Chooses where to run a package of `precision`. `auto` takes the CPU: of the devices only it has been measured with whole
 * answers, so the others are for those who ask for them. A device that cannot be had, or that does not compute this
 * precision, is replaced by the CPU with a warning `DEVICE_FALLBACK` that says why.
 */
export async function chooseDevice(
  request: DeviceRequest,
  precision: Precision,
  { runtime, machine = thisMachine }: DeviceWishes = {},
): Promise<DeviceChoice> {
  if (request === 'auto' || request === 'cpu') return choice('cpu', [], runtime);
  const reason =
    unsuitablePrecision(request, precision) ?? (await probe(providerOf(request), machine)).reason;
  return reason === undefined ? choice(request, [], runtime) : cpuInstead(request, reason, runtime);
}

/** The CPU in place of a device, with a warning `DEVICE_FALLBACK` that says why. */
export function cpuInstead(device: DeviceRequest, reason: string, runtime?: RuntimeName): DeviceChoice {
  const message = `Running on the CPU instead of ${device}. ${reason}`;
  return choice('cpu', [{ code: 'DEVICE_FALLBACK', message }], runtime);
}

/** What this machine has of each device, with what is missing. */
export async function probeProviders(machine: ProbedMachine = thisMachine): Promise<ProviderStatus[]> {
  const statuses: ProviderStatus[] = [];
  // One after another: drivers that start at the same time have been seen to disturb each other.
  for (const provider of providers) statuses.push(await probe(provider, machine));
  return statuses;
}

/**
 * Why a precision does not run on a device. int8 packages hold integer products (`MatMulIntegerToFloat`) that only the CPU
 * computes: on a GPU every one of them would be carried back and forth.
 */
function unsuitablePrecision(device: Device, precision: Precision): string | undefined {
  if (device === 'cpu' || precision !== 'int8') return undefined;
  return 'An int8 package holds integer products that only the CPU computes. Import the checkpoint with --precision fp32 or int4 for this device.';
}

async function probe(provider: Provider, machine: ProbedMachine): Promise<ProviderStatus> {
  const { device, label } = provider;
  const problem = await findProblem(provider, machine);
  if (problem === undefined) return { device, label, available: true };
  const canHave = provider.platforms.length === 0 || provider.platforms.includes(machine.platform);
  return {
    device,
    label,
    available: false,
    reason: problem,
    ...(canHave ? { howToAdd: [...provider.howToAdd] } : {}),
  };
}

async function findProblem(provider: Provider, machine: ProbedMachine): Promise<string | undefined> {
  if (provider.backend === undefined) {
    const missing = await machine.missingLibraries(provider.libraries);
    const runtime = 'Not part of onnxruntime-node';
    return missing.length === 0 ? `${runtime}.` : `${runtime}, and ${missing.join(', ')} is not installed.`;
  }
  if (!machine.backends.includes(provider.backend)) {
    return `onnxruntime-node has it on ${provider.platforms.join(', ')}, not on ${machine.platform}.`;
  }
  // Without the binding's own files there is nothing to try, and ONNX Runtime would only write about it to stderr.
  const missingFiles = machine.missingBindingFiles(provider.bindingFiles);
  const failure = missingFiles.length > 0 ? '' : await machine.tryProvider(provider);
  if (failure === undefined) return undefined;
  const missing = [...missingFiles, ...(await machine.missingLibraries(provider.libraries))];
  return missing.length > 0 ? `Missing: ${missing.join(', ')}.` : failure;
}

function choice(
  device: Device,
  warnings: readonly RunWarning[],
  runtime: RuntimeName = 'onnxruntime-node',
): DeviceChoice {
  const { sessionOptions } = providerOf(device);
  const executionProviders = sessionOptions.executionProviders ?? ['cpu'];
  const { label } = providerOf(device);
  const deviceName = device === 'cpu' ? processorName() : label;
  return { device, deviceName, runtime, executionProviders, sessionOptions, warnings };
}

function providerOf(device: Device): Provider {
  const provider = providers.find((candidate) => candidate.device === device);
  if (provider === undefined) throw new EngineError('INTERNAL', `No provider for ${device}.`);
  return provider;
}

const thisMachine: ProbedMachine = {
  platform: `${process.platform}/${process.arch}`,
  backends: ort.listSupportedBackends().map((backend) => backend.name),
  missingBindingFiles: (names) => names.filter((name) => !existsSync(path.join(bindingFolder(), name))),
  missingLibraries,
  tryProvider: async (provider) => {
    const silent = { logSeverityLevel: 4 } as const;
    try {
      const session = await ort.InferenceSession.create(doublingGraph, {
        ...provider.sessionOptions,
        ...silent,
      });
      await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) });
      await session.release();
      return undefined;
    } catch (error) {
      return firstSentence(error instanceof Error ? error.message : String(error));
    }
  },
};

/** The processor, as it names itself. */
function processorName(): string {
  return cpus()[0]?.model.trim() ?? process.arch;
}

/** ONNX Runtime's messages start with source positions and end in blank lines; what a person can use comes last. */
function firstSentence(message: string): string {
  const line = message.split('\n').find((part) => part.trim() !== '') ?? 'it does not start';
  const afterCondition = /was false\. (.*)$/.exec(line)?.[1] ?? line;
  return afterCondition.trim().replace(/\.?$/, '.');
}
