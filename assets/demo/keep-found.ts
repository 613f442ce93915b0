/**
 * Keeps of demo.json's questions those whose moment the demo model finds (intersection over union of at least 0.5), three a
 * clip at most: `node assets/demo/keep-found.ts`, after make-package.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { overlap } from '../../bench/demo-quality/figures.ts';
import { forkEngine } from '../../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../../electron/host/engine/supervisor.ts';
import { cachePath, engineEntryPath } from '../../electron/host/paths.ts';

const questionSchema = z.looseObject({
  question: z.string(),
  truth: z.object({ startSec: z.number(), endSec: z.number() }),
});
const demoSchema = z.looseObject({
  clips: z.array(z.looseObject({ file: z.string(), questions: z.array(questionSchema) })),
});

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const demo = demoSchema.parse(JSON.parse(await readFile(here('demo.json'), 'utf8')));
const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath() }));
let asked = 0;
let found = 0;
try {
  for (const clip of demo.clips) {
    const kept: z.infer<typeof questionSchema>[] = [];
    for (const each of clip.questions) {
      const { question, truth } = each;
      const request = { videoPath: here(clip.file), modelPath: here('package'), question };
      const { moment } = (await engine.call('ask', request)).record;
      asked++;
      if (moment === undefined) continue;
      if (overlap([moment.startSec, moment.endSec], [truth.startSec, truth.endSec]) < 0.5) continue;
      found++;
      if (kept.length < 3) kept.push(each);
    }
    clip.questions = kept;
  }
} finally {
  await engine.dispose();
}
demo.clips = demo.clips.filter(({ questions }) => questions.length > 0);
await writeFile(here('demo.json'), `${JSON.stringify(demo, undefined, 2)}\n`);
process.stdout.write(`${found} of ${asked} moments found\n`);
