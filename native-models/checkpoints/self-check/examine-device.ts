import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { DescribedPackage } from '../package-network.ts';
import { isFile } from '../read-file.ts';
import { deviationBounds, hasBlocks, problemOf, worstOf } from './bounds.ts';
import {
  checkedPair,
  findVerdict,
  fingerprintOf,
  keepVerdict,
  verdictsFile,
  type DeviceVerdict,
} from './device-verdicts.ts';
import { makeSelfCheck } from './make-self-check.ts';
import type { TrustedOpening } from './open-trusted.ts';
import { runSelfCheck } from './run-self-check.ts';
import { readSelfCheck, writeSelfCheck, type SelfCheck } from './self-check.ts';

/** Where what devices were found to be worth is kept; undefined: nowhere, they are checked each time. */
interface Kept {
  readonly folder: string | undefined;
  readonly threads: number | undefined;
}

/** What makes devices trusted with a package: verdicts that are kept, and the package's self-check where there is none. */
export function trustIn(described: DescribedPackage, kept: Kept): Pick<TrustedOpening, 'known' | 'examine'> {
  const path = kept.folder === undefined ? undefined : join(kept.folder, verdictsFile);
  const fingerprint = fingerprintOf(described.manifest);
  const pairOf = (choice: DeviceChoice) => checkedPair(choice, fingerprint);
  return {
    known: async (choice) => (path === undefined ? undefined : findVerdict(path, pairOf(choice))),
    async examine(model, choice) {
      const check = await selfCheckOf(described, kept, fingerprint);
      const verdict: DeviceVerdict = { ...pairOf(choice), ...(await examine(model, check)) };
      if (path !== undefined) await keepVerdict(path, verdict);
      return verdict;
    },
  };
}

/** Has the device that a package was opened on reproduce its self-check. @throws EngineError what the device fails with */
async function examine(
  model: LoadedModel,
  check: SelfCheck,
): Promise<Omit<DeviceVerdict, keyof ReturnType<typeof checkedPair>>> {
  const { precision, name: packageName } = model;
  const deviations = await runSelfCheck(model, check);
  const bounds = deviationBounds(model, check.rounding);
  const { deviation, bound } = worstOf(deviations, bounds);
  const problem = problemOf(deviations, bounds);
  return {
    ...{ packageName, precision },
    ...(Number.isFinite(deviation) ? { deviation } : {}),
    bound,
    ...(problem === undefined ? {} : { problem }),
    checkedAt: new Date().toISOString(),
  };
}

/**
 * The self-check of a package: its own, or, where it was made by a version that wrote none (or no rounding), one that is made now on
 * the processor and kept under the package's fingerprint.
 */
async function selfCheckOf(
  { folder, manifest, network, groundingHeadConfig: config }: DescribedPackage,
  { folder: keptFolder, threads }: Kept,
  fingerprint: string,
): Promise<SelfCheck> {
  const { precision, heads, embeddings, groundingHead: file, selfCheck } = manifest;
  const isWhole = ({ rounding }: SelfCheck) => rounding !== undefined || !hasBlocks(precision);
  if (selfCheck !== undefined) {
    const own = await readSelfCheck(join(folder, selfCheck));
    if (isWhole(own)) return own;
  }
  const path = keptFolder === undefined ? undefined : join(keptFolder, `${fingerprint}.safetensors`);
  if (path !== undefined && (await isFile(path))) {
    // A damaged one is made again.
    const known = await readSelfCheck(path).catch(() => undefined);
    if (known !== undefined && isWhole(known)) return known;
  }
  const groundingHead = file === undefined || config === undefined ? undefined : { file, config };
  const check = await makeSelfCheck(
    { folder, network, precision, heads, embeddings, groundingHead },
    { threads },
  );
  if (path !== undefined && keptFolder !== undefined) {
    // Where it cannot be kept, it is made again next time.
    await mkdir(keptFolder, { recursive: true })
      .then(() => writeSelfCheck(path, check))
      .catch(() => undefined);
  }
  return check;
}
