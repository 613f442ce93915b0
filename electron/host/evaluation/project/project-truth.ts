import type { CorrectedRun, MarkedMoments } from '../../../../native-models/protocol/eval-runs.ts';
import type { Annotation } from '../../contract/annotations.ts';
import type { ProjectExport } from '../../contract/project-export.ts';
import type { Run } from '../../contract/runs.ts';

/** What a project says is true: of its runs, and of moments that nobody asked a model for. */
export interface ProjectTruth {
  readonly runs: readonly CorrectedRun[];
  readonly moments: readonly MarkedMoments[];
  /** What could not be used, by reason. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

type Span = readonly [startSec: number, endSec: number];

/**
 * Reads the truth out of a project: moments that a person made, moved or accepted, or that a file brought, and runs that a
 * person judged. What a model found and nobody looked at is no truth, and neither is what was rejected.
 */
export function projectTruth({ runs, annotations, videos }: ProjectExport): ProjectTruth {
  const leftOut = new Map<string, number>();
  const leave = (reason: string): void => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  const truths = annotations.filter((annotation) => {
    if (isTrue(annotation)) return true;
    leave(annotation.state === 'rejected' ? 'rejected moments' : 'moments that nobody has judged');
    return false;
  });
  const corrected = runs.flatMap((run): CorrectedRun[] => {
    const judged = correctedRun(run, truths);
    if (run.record === undefined) leave('questions without an answer');
    else if (judged.length === 0) leave('questions that nobody has judged');
    return judged;
  });
  const usedRuns = new Set(corrected.map(({ id }) => id));
  const free = truths.filter(({ runId }) => runId === undefined || !usedRuns.has(runId));
  const groups = Map.groupBy(free, ({ videoId, text }) => JSON.stringify([videoId, text]));
  const moments = [...groups.values()].flatMap((group): MarkedMoments[] => {
    const [first] = group;
    const video = videos.find(({ id }) => id === first?.videoId);
    const durationSec = video?.picture?.durationSec ?? 0;
    if (first === undefined || video === undefined || durationSec === 0) {
      leave('moments of videos that cannot be read');
      return [];
    }
    if (first.text.trim() === '') {
      leave('moments without words');
      return [];
    }
    return [{ id: first.id, videoPath: video.path, durationSec, query: first.text, spans: spansOf(group) }];
  });
  return {
    runs: corrected,
    moments,
    leftOut: [...leftOut].map(([reason, count]) => ({ reason, count })),
  };
}

function isTrue({ state, provenance }: Annotation): boolean {
  return state === 'accepted' || (state === 'open' && provenance !== 'model');
}

/** A run that is done, with what is known to be right of it; runs that nothing is known of train nothing. */
function correctedRun(run: Run, truths: readonly Annotation[]): CorrectedRun[] {
  const { id, record, review } = run;
  if (record === undefined) return [];
  const marked = spansOf(truths.filter(({ runId }) => runId === id));
  const accepted = review === 'accepted';
  const [best] = record.candidates;
  const spans =
    marked.length > 0 || !accepted || best === undefined ? marked : [[best.startSec, best.endSec] as const];
  if (spans.length === 0 && !accepted) return [];
  const answer = accepted ? acceptedAnswer(run) : undefined;
  return [
    {
      id,
      record,
      correction: {
        ...(spans.length === 0 ? {} : { spans }),
        ...(answer === undefined ? {} : { answer }),
        // An accepted run was planned rightly too.
        ...(accepted && record.plan !== undefined
          ? { grounding: record.plan.grounding, ...(record.plan.grounding && { query: record.plan.query }) }
          : {}),
      },
    },
  ];
}

/** The text of the chosen option, or the answer as it was given. */
function acceptedAnswer({ record }: Run): string | undefined {
  const { answer, options } = record ?? {};
  if (answer === undefined) return undefined;
  if (options === undefined || answer.option === undefined)
    return options === undefined ? answer.text : undefined;
  return options[answer.option.charCodeAt(0) - 'A'.charCodeAt(0)];
}

function spansOf(annotations: readonly Annotation[]): Span[] {
  return annotations.map(({ startSec, endSec }): Span => [startSec, endSec]).sort(([a], [b]) => a - b);
}
