import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { listKeptFeatures } from '../agent/caches/kept-features/kept-features.ts';
import { locateFfmpeg } from '../media/ffmpeg.ts';
import { readVerdicts, verdictsFile } from '../checkpoints/self-check/device-verdicts.ts';
import type { DeviceVerdict } from '../checkpoints/self-check/device-verdicts.ts';
import { deviceCheckSchema } from '../protocol/doctor-report.ts';
import type { DoctorReport, ProviderStatus } from '../protocol/doctor-report.ts';
import { toEngineError } from '../protocol/errors.ts';
import { keptFeaturesSetting } from './kept-features-setting.ts';

/** Instruction sets that decide how fast integer products are, as Linux names them. */
const telling = [
  'avx2',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'amx_int8',
  'amx_bf16',
  'asimddp',
  'i8mm',
  'sve',
];

/** Examines this machine: what it has and what it lacks for running models (`doctor`). Nothing here fails. */
export async function examineMachine(cachePath: string, verdictsFolder?: string): Promise<DoctorReport> {
  const [cpu, ffmpeg] = [await examineCpu(), await examineFfmpeg()];
  const runtime = await examineRuntime(verdictsFolder);
  return {
    platform: `${os.type()} ${os.release()} (${process.platform}/${process.arch})`,
    nodeVersion: process.version,
    cpu,
    memory: {
      // A container may be given less than the machine has.
      totalBytes: Math.min(os.totalmem(), process.constrainedMemory() || Infinity),
      availableBytes: process.availableMemory(),
    },
    ...runtime,
    ffmpeg,
    cachePath,
    keptFeatures: await examineKeptFeatures(cachePath),
  };
}

/** Loaded here and not with this file: a binding that does not load is something to report, not to end from. */
async function examineRuntime(
  verdictsFolder: string | undefined,
): Promise<Pick<DoctorReport, 'onnxruntime' | 'providers' | 'auto'>> {
  try {
    const { chooseAutomatically, onnxruntimeVersion, probeProviders } =
      await import('../runtime/providers.ts');
    const verdicts =
      verdictsFolder === undefined ? [] : await readVerdicts(path.join(verdictsFolder, verdictsFile));
    const providers = (await probeProviders()).map((status) => withChecks(status, verdicts));
    const { device, reason } = await chooseAutomatically();
    return { onnxruntime: { version: onnxruntimeVersion }, providers, auto: { device, reason } };
  } catch (error) {
    return { onnxruntime: { problem: toEngineError(error).message }, providers: [] };
  }
}

/** A device with the self-checks that it was put to under its name. */
function withChecks(status: ProviderStatus, verdicts: readonly DeviceVerdict[]): ProviderStatus {
  const { device, deviceName, label } = status;
  const checks = verdicts
    .filter((verdict) => verdict.device === device && verdict.deviceName === (deviceName ?? label))
    .map((verdict) => deviceCheckSchema.parse(verdict));
  return checks.length === 0 ? status : { ...status, checks };
}

async function examineKeptFeatures(cachePath: string): Promise<DoctorReport['keptFeatures']> {
  try {
    const { folder, budgetBytes } = keptFeaturesSetting(cachePath);
    const files = await listKeptFeatures(folder);
    return { path: folder, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), budgetBytes };
  } catch (error) {
    return { problem: toEngineError(error).message };
  }
}

async function examineFfmpeg(): Promise<DoctorReport['ffmpeg']> {
  try {
    const { path: ffmpegPath, version, tried, unpatched, jail } = await locateFfmpeg();
    const { kind, mechanisms, shortfall } = jail;
    return {
      ...{ path: ffmpegPath, version, tried: [...tried] },
      ...(unpatched !== undefined && { unpatched }),
      jail: { kind, mechanisms, ...(shortfall !== undefined && { shortfall }) },
    };
  } catch (error) {
    const { message, remedy } = toEngineError(error);
    return { tried: [], problem: message, remedy };
  }
}

async function examineCpu(): Promise<DoctorReport['cpu']> {
  const cores = os.cpus();
  const listing = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const features = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(listing)?.[1]?.split(' ') ?? [];
  const physicalCores = countPhysicalCores(listing);
  return {
    model: cores[0]?.model.trim() ?? process.arch,
    logicalCores: cores.length,
    ...(physicalCores === undefined ? {} : { physicalCores }),
    features: telling.filter((feature) => features.includes(feature)),
  };
}

/** Distinct (socket, core) pairs of /proc/cpuinfo; undefined where it does not say (not Linux, or an ARM processor). */
export function countPhysicalCores(listing: string): number | undefined {
  const cores = listing
    .split('\n\n')
    .map((block) => [/^physical id\s*:\s*(\d+)/m.exec(block)?.[1], /^core id\s*:\s*(\d+)/m.exec(block)?.[1]])
    .filter(([socket, core]) => socket !== undefined && core !== undefined)
    .map((pair) => pair.join('/'));
  return cores.length === 0 ? undefined : new Set(cores).size;
}
