import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const spanSchema = z.tuple([z.number(), z.number()]);
/** Start and end in seconds. */
export type Span = z.infer<typeof spanSchema>;

const questionSchema = z.object({
  question: z.string(),
  /** colour, shape, next, does, many, order, there or when. */
  kind: z.string(),
  /** 1 rephrase, ground, answer; 2 ground with the question, answer; 3 rephrase, ground; 4 answer. */
  route: z.number().int().min(1).max(4),
  query: z.string(),
  answer: z.string(),
  options: z.array(z.string()),
  span: spanSchema.nullable(),
});
/** A question about a film with its truth. */
export type FilmQuestion = z.infer<typeof questionSchema>;

const filmSchema = z.object({
  video: z.string(),
  seed: z.number().int(),
  duration: z.number(),
  queries: z.array(z.object({ query: z.string(), span: spanSchema })),
  questions: z.array(questionSchema),
});
/** A film with what is asked of it. */
export type Film = z.infer<typeof filmSchema>;

/** Reads the films that `python -m videomind_training.world` wrote into a folder; video paths are made absolute. */
export async function readFilms(folder: string): Promise<Film[]> {
  const films = z
    .array(filmSchema)
    .parse(JSON.parse(await readFile(path.join(folder, 'films.json'), 'utf8')));
  return films.map((film) => ({ ...film, video: path.resolve(folder, film.video) }));
}
