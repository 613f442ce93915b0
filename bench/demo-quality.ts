/**
 * How good the demo model is on held-out films, asked through the engine process as `videomind ask` does:
 * `node bench/demo-quality.ts --films FOLDER [--model assets/demo/package] [--count 300] [--kinds when,colour] [--engines 2]
 * [--speed exact] [--json FILE]`
 *
 * The films: `python -m videomind_training.world FOLDER --split held-out --films 300` in training/. Their questions have options
 * only where one look at the film does not give the answer away (`world/glance.py` there).
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { forkEngine } from '../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../electron/host/engine/supervisor.ts';
import { cachePath, engineEntryPath } from '../electron/host/paths.ts';
import { readManifest } from '../native-models/checkpoints/read-manifest.ts';
import { speedSchema } from '../native-models/protocol/search-request.ts';
import { auroc, recalls } from './demo-quality/figures.ts';
import type { Share } from './demo-quality/figures.ts';
import { readFilms } from './demo-quality/held-out-films.ts';
import { measureFilm, Tally } from './demo-quality/measure-film.ts';
import type { Asker } from './demo-quality/measure-film.ts';

const { values } = parseArgs({
  options: {
    films: { type: 'string' },
    model: { type: 'string', default: 'assets/demo/package' },
    count: { type: 'string', default: '300' },
    kinds: { type: 'string', default: 'when,colour,shape,next,does,many,order,there' },
    threads: { type: 'string' },
    /** Engines that share the films among them. */
    engines: { type: 'string', default: '1' },
    speed: { type: 'string', default: 'exact' },
    json: { type: 'string' },
  },
});
if (values.films === undefined) throw new Error('Say where the films are: --films FOLDER');
const folder = path.resolve(values.films);
const modelPath = path.resolve(values.model);
const { confidenceWeight = 0 } = (await readManifest(modelPath)).promptSet;
const films = (await readFilms(folder)).slice(0, Number(values.count));

const grey = path.join(folder, 'grey.mp4');
const greyArgs = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=c=gray:s=112x112:r=5:d=60', grey];
await promisify(execFile)('ffmpeg', greyArgs);

const speed = speedSchema.parse(values.speed);
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
const tally = new Tally();
const startMs = performance.now();
let begun = 0;
let done = 0;
await Promise.all(Array.from({ length: Number(values.engines) }, measureFilms));

/** Measures films, the next one each time, until all are begun. */
async function measureFilms(): Promise<void> {
  // Features that an exact run had kept would be better than what is measured at fast.
  const caches = { VIDEOMIND_CACHE_DIR: cachePath(), VIDEOMIND_KEPT_FEATURES_MB: '0' };
  const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, caches));
  const ask: Asker = ({ options, ...request }) => {
    const choices = options === undefined ? {} : { options: [...options] };
    return engine.call('ask', { modelPath, speed, ...threads, ...request, ...choices });
  };
  try {
    for (let film = films[begun++]; film !== undefined; film = films[begun++]) {
      await measureFilm(film, grey, ask, tally, values.kinds.split(','), confidenceWeight);
      if (++done % 5 > 0) continue;
      const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
      process.stderr.write(`${done} of ${films.length} films, ${minutes} min\n`);
    }
  } finally {
    await engine.dispose();
  }
}

const unverified = recalls(tally.unverified);
const verified = tally.verified.length > 0 ? recalls(tally.verified) : undefined;
const ranked = tally.ranked.length > 0 ? recalls(tally.ranked) : undefined;
const alone = tally.verifiedAlone.length > 0 ? recalls(tally.verifiedAlone) : undefined;
const guessed = recalls(tally.guessed);
const { choice } = tally;
const figures: Record<string, number | undefined> = {
  films: films.length,
  'queries grounded': tally.unverified.length,
  'grounding R1@0.5': unverified.r5,
  'grounding R1@0.7': unverified.r7,
  'grounding mIoU': unverified.mIoU,
  'verified R1@0.5': verified?.r5,
  'verified R1@0.7': verified?.r7,
  'verified mIoU': verified?.mIoU,
  'verified, bounds as found R1@0.5': ranked?.r5,
  'verified, bounds as found R1@0.7': ranked?.r7,
  'verified, bounds as found mIoU': ranked?.mIoU,
  'by the verifier alone R1@0.5': alone?.r5,
  'by the verifier alone R1@0.7': alone?.r7,
  'by the verifier alone mIoU': alone?.mIoU,
  'verifier AUROC': auroc(tally.judged),
  'no candidate taken, of what happens': tally.doubted.present.value,
  'no candidate taken, of what does not': tally.doubted.absent.value,
  'plan route accuracy': tally.routes.value,
  'rephrased query usable (chain R1@0.5)': tally.usable.value,
  'questions planned': tally.routes.tries,
  'multiple choice, chain': choice.chain.value,
  'multiple choice, whole film': choice.whole.value,
  'multiple choice over 2 min, chain': choice.chainLong.value,
  'multiple choice over 2 min, whole film': choice.wholeLong.value,
  'multiple choice, blind': choice.blind.value,
  'multiple choice, one instant': choice.instant.value,
  'multiple-choice questions': choice.chain.tries,
  'blind guess R1@0.5': guessed.r5,
  'blind guess mIoU': guessed.mIoU,
  ...byKind('multiple choice, chain', tally.choiceByKind),
  ...byKind('answers', tally.open.chain),
  ...byKind('answers, blind', tally.open.blind),
  ...byKind('answers, one instant', tally.open.instant),
};
const width = Math.max(...Object.keys(figures).map((name) => name.length));
for (const [name, value] of Object.entries(figures)) {
  const shown =
    value === undefined ? '–' : Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3);
  process.stdout.write(`${name.padEnd(width)}  ${shown}\n`);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);

/** Kinds may be few: each says of how many it is. */
function byKind(what: string, shares: ReadonlyMap<string, Share>): Record<string, number | undefined> {
  return Object.fromEntries(
    [...shares].map(([kind, share]) => [`${what}: ${kind} (of ${share.tries})`, share.value]),
  );
}
