/**
 * Keeps of demo.json's questions those that the demo model answers rightly and whose moment it finds (intersection over union of
 * at least 0.5), three a clip at most and of different kinds where possible: `node assets/demo/keep-found.ts`, after
 * make-package.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { overlap } from '../../bench/demo-quality/figures.ts';
import { forkEngine } from '../../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../../electron/host/engine/supervisor.ts';
import { cachePath, engineEntryPath } from '../../electron/host/paths.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';

const questionSchema = z.looseObject({
  question: z.string(),
  kind: z.string(),
  options: z.array(z.string()).optional(),
  truth: z.object({
    answer: z.string().optional(),
    startSec: z.number().optional(),
    endSec: z.number().optional(),
  }),
});
type Question = z.infer<typeof questionSchema>;
const demoSchema = z.looseObject({
  clips: z.array(z.looseObject({ file: z.string(), questions: z.array(questionSchema) })),
});

const perClip = 3;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const demo = demoSchema.parse(JSON.parse(await readFile(here('demo.json'), 'utf8')));
const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath() }));
const counts = new Map<string, { right: number; asked: number }>();
try {
  for (const clip of demo.clips) {
    const right: Question[] = [];
    for (const each of clip.questions) {
      const options = each.options === undefined ? {} : { options: each.options };
      const request = { videoPath: here(clip.file), modelPath: here('package'), question: each.question };
      const { record } = await engine.call('ask', { ...request, ...options });
      const count = counts.get(each.kind) ?? { right: 0, asked: 0 };
      counts.set(each.kind, count);
      count.asked++;
      if (!isRight(record, each)) continue;
      count.right++;
      right.push(each);
    }
    clip.questions = ofDifferentKinds(right);
  }
} finally {
  await engine.dispose();
}
demo.clips = demo.clips.filter(({ questions }) => questions.length > 0);
await writeFile(here('demo.json'), `${JSON.stringify(demo, undefined, 2)}\n`);
for (const [kind, { right, asked }] of counts) process.stdout.write(`${kind}: ${right} of ${asked} right\n`);

/** Whether all that is known of the truth was found. */
function isRight(record: RunRecord, { truth, options }: Question): boolean {
  const { answer, startSec, endSec } = truth;
  if (answer !== undefined) {
    const said = options === undefined ? plain(record.answer?.text) : record.answer?.option;
    const wanted = options === undefined ? plain(answer) : 'ABCDEFGH'.charAt(options.indexOf(answer));
    if (said !== wanted) return false;
  }
  if (startSec === undefined || endSec === undefined) return true;
  const { moment } = record;
  return moment !== undefined && overlap([moment.startSec, moment.endSec], [startSec, endSec]) >= 0.5;
}

/** The first of each kind, then any others. */
function ofDifferentKinds(questions: readonly Question[]): Question[] {
  const firsts = questions.filter(
    ({ kind }, index) => questions.findIndex((other) => other.kind === kind) === index,
  );
  const others = questions.filter((each) => !firsts.includes(each));
  return [...firsts, ...others].slice(0, perClip);
}

function plain(text: string | undefined): string {
  return (text ?? '').trim().toLowerCase().replace(/\.$/u, '');
}
