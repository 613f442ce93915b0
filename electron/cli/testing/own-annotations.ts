import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { programPath } from '../../host/paths.ts';

/** The bundled toy package. */
export const toyPackagePath = path.join(programPath, 'assets', 'example', 'package');

const queries = ['a square moves', 'a circle rises', 'a triangle turns', 'something appears'];

/** Writes own annotations on copies of the bundled clip: `videos` clips with four samples each, half of them questions. */
export async function writeOwnAnnotations(dataDir: string, videos: number): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const lines: string[] = [];
  for (let video = 0; video < videos; video++) {
    const name = `clip-${video}.mp4`;
    await copyFile(path.join(programPath, 'assets', 'example', 'clip.mp4'), path.join(dataDir, name));
    for (const [index, query] of queries.entries()) {
      const start = (video * 3 + index * 4) % 20;
      const grounding = { id: `${video}-${index}`, video: name, query, spans: [[start, start + 4]] };
      const options = ['red', 'blue', 'green', 'yellow'];
      const asked = { question: `What colour is ${query}?`, options, answer: options[index] };
      lines.push(`${JSON.stringify(index % 2 === 0 ? grounding : { ...grounding, ...asked })}\n`);
    }
  }
  await writeFile(path.join(dataDir, 'annotations.jsonl'), lines.join(''));
}
