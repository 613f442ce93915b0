import { syncBuiltinESMExports } from 'node:module';
import fsPromises from 'node:fs/promises';

/**
 * Keeps features while the file system fails or the process is killed. What is done to the disk is counted (a folder, a name, a
 * piece of a file, a removal); of a piece that is written when it goes wrong, half arrives. It says for each round what was served.
 *
 *     faulty-keeping.ts FOLDER kill N   the N-th thing is followed by a SIGKILL
 *     faulty-keeping.ts FOLDER full     a round for each N: from the N-th thing on the disk is full
 *     faulty-keeping.ts FOLDER          one round, on the small disk that FOLDER lies on
 */
const [folder = '', fault = '', killedAt = '0'] = process.argv.slice(2);
const real = { ...fsPromises };
let nth = Number(killedAt);
let done = 0;

/** Counts one thing that is done to the disk; true for the one that goes wrong. */
function isFaulted(): boolean {
  done++;
  if (fault === 'full') return done >= nth;
  return fault === 'kill' && done === nth;
}

function goWrong(): void {
  if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

/** Does it, unless it goes wrong. */
function guarded<Given extends unknown[], Result>(operation: (...given: Given) => Promise<Result>) {
  return async (...given: Given): Promise<Result> => {
    if (isFaulted()) goWrong();
    return operation(...given);
  };
}

/** Pieces one after another, the last one half where it goes wrong. */
function* piecesOf(data: string | Iterable<Uint8Array>): Generator<string | Uint8Array> {
  for (const piece of typeof data === 'string' ? [data] : data) {
    if (!isFaulted()) yield piece;
    else {
      yield piece.slice(0, piece.length / 2);
      goWrong();
    }
  }
}

Object.assign(fsPromises, {
  mkdir: guarded(real.mkdir),
  rename: guarded(real.rename),
  utimes: guarded(real.utimes),
  // What frees room does not fail for want of it.
  rm: fault === 'kill' ? guarded(real.rm) : real.rm,
  writeFile: async (path: string, data: string | Iterable<Uint8Array>, options: { flag: string }) => {
    if (isFaulted()) goWrong();
    return real.writeFile(path, piecesOf(data), options);
  },
});
syncBuiltinESMExports();

// Only now: it takes its functions from the module as it is.
const { KeptFeatures } = await import('../caches/kept-features/kept-features.ts');
const { budgetBytes, isRight, keptPairs } = await import('./kept-pairs.ts');

/** What came of one round: whether anything went wrong, and what was served to questions afterwards. */
export interface KeepingRound {
  readonly faulted: boolean;
  readonly served: readonly ('right' | 'wrong')[];
}

async function keepAll(under: string): Promise<KeepingRound> {
  done = 0;
  // Others may take what the disk has between a look at it and a write: the look is not to be relied on.
  const kept = new KeptFeatures({ folder: under, budgetBytes, reservedBytes: -budgetBytes });
  const served: KeepingRound['served'][number][] = [];
  for (const { group, pairs } of keptPairs) {
    await kept.open(group);
    await kept.write(group, pairs);
    const keys = pairs.map(({ key }) => key);
    for (const [key, values] of await kept.read(group, keys))
      served.push(isRight(group, key, values) ? 'right' : 'wrong');
  }
  return { faulted: done >= nth, served };
}

const rounds: KeepingRound[] = [];
if (fault !== 'full') rounds.push(await keepAll(folder));
else
  do rounds.push(await keepAll(`${folder}/${++nth}`));
  while (rounds.at(-1)?.faulted === true);
process.stdout.write(JSON.stringify(rounds));
