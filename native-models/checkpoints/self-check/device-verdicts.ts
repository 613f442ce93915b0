import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { deviceCheckSchema } from '../../protocol/doctor-report.ts';
import { deviceSchema } from '../../protocol/roles.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { Manifest } from '../manifest.ts';

/** What came of a device's self-check with a package. */
const verdictSchema = deviceCheckSchema.extend({
  device: deviceSchema.exclude(['auto']),
  deviceName: z.string(),
  /** The driver's version, where it is known, and what computes there: with another one it is checked anew. */
  driver: z.string().optional(),
  runtime: z.string(),
  /** Names the package by the content of all its files. */
  fingerprint: z.string(),
});
export type DeviceVerdict = z.infer<typeof verdictSchema>;

/** What a verdict is of: one device with its driver and binding, and one package. */
export type CheckedPair = Pick<DeviceVerdict, 'device' | 'deviceName' | 'driver' | 'runtime' | 'fingerprint'>;

/** The file of a folder in which verdicts are kept. */
export const verdictsFile = 'verdicts.json';

/** The most verdicts that are kept; the oldest go first. */
const mostVerdicts = 500;

/** Names a package by the content of all its files. */
export function fingerprintOf({ files }: Pick<Manifest, 'files'>): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of files) hash.update(`${path} ${sha256}\n`);
  return hash.digest('hex');
}

/** A device that was chosen, with a package, as verdicts name them. */
export function checkedPair(
  { device, deviceName, driver, libraries }: DeviceChoice,
  fingerprint: string,
): CheckedPair {
  return { device, deviceName, ...(driver === undefined ? {} : { driver }), runtime: libraries, fingerprint };
}

/** All verdicts of a file; none where there is no such file, or it is damaged: then devices are checked anew. */
export async function readVerdicts(path: string): Promise<DeviceVerdict[]> {
  try {
    return z.array(verdictSchema).parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return [];
  }
}

/** The verdict of a pair. */
export async function findVerdict(path: string, pair: CheckedPair): Promise<DeviceVerdict | undefined> {
  return (await readVerdicts(path)).find((verdict) => isOf(verdict, pair));
}

/** Keeps a verdict in place of an earlier one of the same pair. Where it cannot be written, the device is checked again next time. */
export async function keepVerdict(path: string, verdict: DeviceVerdict): Promise<void> {
  const others = (await readVerdicts(path)).filter((known) => !isOf(known, verdict));
  const temporary = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const kept = [...others, verdict].slice(-mostVerdicts);
    await writeFile(temporary, `${JSON.stringify(kept, undefined, 2)}\n`, { flush: true });
    await rename(temporary, path);
  } catch {
    return;
  }
}

function isOf(verdict: DeviceVerdict, pair: CheckedPair): boolean {
  const keys = ['device', 'deviceName', 'driver', 'runtime', 'fingerprint'] as const;
  return keys.every((key) => verdict[key] === pair[key]);
}
