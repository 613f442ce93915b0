import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import { demoClipSchema } from '../contract/library.ts';
import type { DemoClip } from '../contract/library.ts';
import type { HostMethods } from '../contract/methods.ts';

const questionsSchema = z.array(demoClipSchema.shape.questions.element);
/** `assets/demo/demo.json`: clips by their file names. */
const demoSchema = z.object({
  clips: z.array(z.object({ name: z.string(), file: z.string(), questions: questionsSchema })),
});

/** @param assetsPath the program's assets. */
export function demoHandlers(assetsPath: string): Pick<Handlers<HostMethods>, 'demoList'> {
  return { demoList: async () => ({ clips: await demoClips(assetsPath) }) };
}

/** The demo's clips, where the program has a demo; else the toy example's. */
export async function demoClips(assetsPath: string): Promise<DemoClip[]> {
  const demoPath = path.join(assetsPath, 'demo');
  const demo = await read(path.join(demoPath, 'demo.json'), demoSchema);
  if (demo !== undefined) {
    return demo.clips.map(({ name, file, questions }) => ({
      name,
      path: path.join(demoPath, file),
      questions,
    }));
  }
  const examplePath = path.join(assetsPath, 'example');
  const questions = await read(path.join(examplePath, 'questions.json'), questionsSchema);
  if (questions === undefined) return [];
  return [{ name: 'Shapes', path: path.join(examplePath, 'clip.mp4'), questions }];
}

/** Undefined when there is no such file, or it is of another form. */
async function read<Schema extends z.ZodType>(
  filePath: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(filePath, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
