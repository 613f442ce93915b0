/**
 * How long a demo question takes, and a second one about the same clip, in one engine that has the package open:
 * `node bench/demo-quality/demo-times.ts [--model assets/demo/package]`. Seconds; the median over the clips.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { forkEngine } from '../../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../../electron/host/engine/supervisor.ts';
import { cachePath, engineEntryPath, programPath } from '../../electron/host/paths.ts';

const { values } = parseArgs({ options: { model: { type: 'string', default: 'assets/demo/package' } } });
const demoPath = path.join(programPath, 'assets', 'demo');
const demoSchema = z.object({
  clips: z.array(
    z.object({
      file: z.string(),
      questions: z.array(z.object({ question: z.string(), options: z.array(z.string()).optional() })),
    }),
  ),
});
const { clips } = demoSchema.parse(JSON.parse(await readFile(path.join(demoPath, 'demo.json'), 'utf8')));
const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath() }));
const firstSec: number[] = [];
const secondSec: number[] = [];
try {
  for (const { file, questions } of clips) {
    for (const [index, { question, options }] of questions.slice(0, 2).entries()) {
      const request = {
        videoPath: path.join(demoPath, file),
        modelPath: path.resolve(values.model),
        question,
      };
      const startMs = performance.now();
      await engine.call('ask', { ...request, ...(options === undefined ? {} : { options }) });
      (index === 0 ? firstSec : secondSec).push((performance.now() - startMs) / 1000);
    }
  }
} finally {
  await engine.dispose();
}
report('first question about a clip', firstSec);
report('second question about it', secondSec);

function report(name: string, seconds: readonly number[]): void {
  const sorted = seconds.toSorted((a, b) => a - b);
  const [median = 0, longest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  process.stdout.write(`${name}: median ${median.toFixed(2)} s, longest ${longest.toFixed(2)} s\n`);
}
