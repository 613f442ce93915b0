/**
 * How long a package's vision tower takes for 160 frame pairs, by how many are encoded together, and whether the features
 * are the same: `node bench/demo-quality/pairs-at-once.ts [--model assets/demo/package] [--side 56]`. Best of three rounds.
 */
import { rowsInMemory } from '../../native-models/architectures/device-rows.ts';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TowerFrame } from '../../native-models/architectures/vision-language-model.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'assets/demo/package' },
    side: { type: 'string', default: '56' },
  },
});
const side = Number(values.side);
const pairs = 160;
const rounds = 3;
const model = await openPackage(path.resolve(values.model), { device: 'cpu', threads: 2 });
const frames = Array.from({ length: 2 * pairs }, (_, frameIndex): TowerFrame => ({
  frameIndex,
  rgb: Uint8Array.from({ length: side * side * 3 }, (_, byte) => (byte * 31 + frameIndex * 97) % 251),
}));

const bestMs = new Map<number, number>();
let alone: readonly Float32Array[] = [];
for (let round = 0; round < rounds; round++) {
  for (const atOnce of [1, 4, 16, 64]) {
    const startMs = performance.now();
    const features: Float32Array[] = [];
    for (let pair = 0; pair < pairs; pair += atOnce) {
      const together = frames.slice(2 * pair, 2 * (pair + atOnce));
      const encoded = await model.vision.encode('grounder', together, { height: side, width: side });
      features.push(...encoded.map(rowsInMemory));
    }
    bestMs.set(atOnce, Math.min(bestMs.get(atOnce) ?? Infinity, performance.now() - startMs));
    if (atOnce === 1) alone = features;
    const same = features.every((values, pair) => values.every((value, at) => value === alone[pair]?.[at]));
    if (!same) process.stdout.write(`${atOnce} at once give other features\n`);
  }
}
for (const [atOnce, ms] of bestMs) process.stdout.write(`${atOnce} at once: ${ms.toFixed(0)} ms\n`);
await model.dispose();
