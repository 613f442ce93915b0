import path from 'node:path';
import type { ProjectTruth } from './project-truth.ts';

/** A line of own annotations (`docs/evaluation.md`, "Your own"). */
export interface OwnLine {
  readonly id: string;
  readonly video: string;
  readonly query: string;
  readonly question?: string;
  readonly options?: readonly string[];
  readonly answer?: string;
  readonly spans?: readonly (readonly [startSec: number, endSec: number])[];
}

/**
 * A project's truth as own annotations, which `eval run own` asks any model: how good is it on this project?
 * @param folder where they are written to: videos are named from there, so that both may be moved together
 */
export function ownLines({ runs, moments }: ProjectTruth, folder: string): OwnLine[] {
  const fromFolder = (video: string): string => path.relative(folder, video).split(path.sep).join('/');
  const asked = runs.flatMap(({ id, record, correction }): OwnLine[] => {
    const { spans, answer } = correction;
    const options = record.options;
    const chosen =
      answer !== undefined && options?.includes(answer) === true ? { options, answer } : undefined;
    if (spans === undefined && chosen === undefined) return [];
    return [
      {
        id,
        video: fromFolder(record.video.path),
        query: correction.query ?? record.plan?.query ?? record.question,
        question: record.question,
        ...chosen,
        ...(spans === undefined ? {} : { spans }),
      },
    ];
  });
  const marked = moments.map(({ id, videoPath, query, spans }) => ({
    ...{ id, video: fromFolder(videoPath), query, spans },
  }));
  return [...asked, ...marked];
}
