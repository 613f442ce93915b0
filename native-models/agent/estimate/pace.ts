import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { Speaker } from '../../protocol/roles.ts';
import { noWork, workKinds } from './amounts.ts';
import type { Amounts } from './amounts.ts';

const amount = z.number().nonnegative();
const amountsSchema = z.object({ decoded: amount, encoded: amount, read: amount, said: amount });

/** What was planned of a role lately, and the seconds that it took; what is older counts less. */
const rolePaceSchema = z.object({ planned: amountsSchema, seconds: amountsSchema });

const paceSchema = z.object({
  /** Names the weights on disk and in the tower by role: what is kept can be looked for without opening the package. */
  weights: z.string(),
  towerKeys: z.record(z.string(), z.string()),
  /** Seconds to open the package. */
  openSec: z.number().nonnegative(),
  usedMs: z.number(),
  /** By role, search and speed. */
  roles: z.record(z.string(), rolePaceSchema),
});
/** How fast one package is on this machine. */
export type Pace = z.infer<typeof paceSchema>;

const bookSchema = z.record(z.string(), paceSchema);

/** Of an earlier run so much counts when another one is measured. */
const memory = 0.5;
/** Packages that are remembered, those that were used last. */
const mostPaces = 50;

/** What pace is measured of: a package, and how it is run. */
export type PacedRequest = Pick<AskRequest, 'device' | 'runtime' | 'threads'>;

/**
 * How fast packages were on this machine: one small file, that may be deleted at any time. Where it is damaged or gone, nothing is
 * known; where it cannot be written, nothing is learnt.
 */
export class PaceBook {
  readonly #path: string;

  constructor(filePath: string) {
    this.#path = filePath;
  }

  /** What is known of a package. `checksum` is the manifest's. */
  async find(checksum: string, request: PacedRequest): Promise<Pace | undefined> {
    return (await this.#read())[keyOf(checksum, request)];
  }

  /** Writes what was measured. */
  async keep(checksum: string, request: PacedRequest, pace: Pace): Promise<void> {
    const all = { ...(await this.#read()), [keyOf(checksum, request)]: pace };
    const kept = Object.entries(all)
      .toSorted(([, one], [, other]) => other.usedMs - one.usedMs)
      .slice(0, mostPaces);
    const draft = `${this.#path}.${process.pid}.part`;
    try {
      await mkdir(path.dirname(this.#path), { recursive: true });
      await writeFile(draft, `${JSON.stringify(Object.fromEntries(kept))}\n`);
      await rename(draft, this.#path);
    } catch {
      return;
    }
  }

  async #read(): Promise<z.infer<typeof bookSchema>> {
    try {
      return bookSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return {};
    }
  }
}

/** The name of a role's pace: how it looks decides how long it takes. */
export function paceKey(
  role: Speaker,
  { search, speed }: Pick<AskRequest, 'search' | 'speed'>,
  windows: boolean,
): string {
  return [role, search === undefined || !windows ? 'whole' : 'windows', speed ?? 'exact'].join('/');
}

/**
 * Seconds that planned work will take; undefined where nothing like it was ever measured. Where a role has not done such work in
 * this way, the same role in another way stands in, and where it never has, any other: a verifier has nothing to do until there
 * are two candidates.
 */
export function secondsOf(pace: Pace | undefined, key: string, planned: Amounts): number | undefined {
  const [role = ''] = key.split('/');
  const rank = (other: string) => (other === key ? 0 : other.startsWith(`${role}/`) ? 1 : 2);
  const nearest = Object.entries(pace?.roles ?? {}).toSorted(([one], [other]) => rank(one) - rank(other));
  let seconds = 0;
  for (const kind of workKinds) {
    if (planned[kind] === 0) continue;
    const known = nearest.map(([, each]) => each).find((each) => each.planned[kind] > 0);
    if (known === undefined) return undefined;
    seconds += (planned[kind] * known.seconds[kind]) / known.planned[kind];
  }
  return seconds;
}

/** A pace with what a role took for what was planned; of what was not planned nothing is learnt. */
export function learnt(pace: Pace, key: string, planned: Amounts, seconds: Amounts): Pace {
  const before = pace.roles[key] ?? { planned: noWork, seconds: noWork };
  const mixed = (now: Amounts, old: Amounts): Amounts => {
    const each = (kind: keyof Amounts) => (planned[kind] > 0 ? now[kind] + memory * old[kind] : old[kind]);
    return { decoded: each('decoded'), encoded: each('encoded'), read: each('read'), said: each('said') };
  };
  const role = { planned: mixed(planned, before.planned), seconds: mixed(seconds, before.seconds) };
  return { ...pace, roles: { ...pace.roles, [key]: role } };
}

function keyOf(checksum: string, { device, runtime, threads }: PacedRequest): string {
  return [checksum, device, runtime ?? '', threads ?? ''].join('/');
}
