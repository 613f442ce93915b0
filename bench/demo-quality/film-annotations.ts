import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readFilms } from './held-out-films.ts';
import type { Span } from './held-out-films.ts';

/** A multiple-choice question about a film, as a line of one's own annotations. */
export interface FilmLine {
  readonly id: string;
  readonly video: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: string;
  readonly spans?: readonly [Span];
}

/**
 * Writes the first multiple-choice questions of films as own annotations.
 * @param films what `python -m videomind_training.world FOLDER --split held-out` wrote
 * @param folder the data folder of `eval run own`
 */
export async function writeFilmAnnotations(
  films: string,
  folder: string,
  most: number,
): Promise<readonly FilmLine[]> {
  const lines = (await readFilms(path.resolve(films)))
    .flatMap(({ video, questions }) => questions.map((one, index) => ({ video, index, ...one })))
    .filter(({ options }) => options.length > 0)
    .slice(0, most)
    .map(({ video, index, question, options, answer, span }): FilmLine => ({
      ...{ id: `${path.basename(video)}-${index}`, video, question, options, answer },
      ...(span === null ? {} : { spans: [span] }),
    }));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeFile(path.join(folder, 'annotations.jsonl'), text);
  return lines;
}
