import type { Run } from '../../../electron/host/contract/runs.ts';
import { candidatesDoubted } from '../../../native-models/protocol/run-record.ts';
import type { RunWarning, ToolCall } from '../../../native-models/protocol/run-record.ts';
import type { RunFindings } from '../../timeline/build-tracks.ts';
import type { RunView } from './run-view.ts';

/**
 * What the timeline shows of a run. Candidates stand in the order of the record (best first) as soon as that is known,
 * since annotations name them by their place there; before, in the grounder's.
 */
export function findingsOf(run: Run, view: RunView | undefined): RunFindings | undefined {
  const { record } = run;
  const ended = view?.ranked ?? (view === undefined ? record?.candidates : undefined);
  const candidates = ended ?? view?.candidates ?? [];
  const said = view?.saidMoments ?? record?.moments ?? [];
  const chosen = view === undefined ? record?.moment : view.moment;
  const searched = view?.searched ?? (record?.search?.mode === 'windows' ? record.search.windows : []);
  const looked = lookedAt(callsOf(run, view));
  const nothing = candidates.length === 0 && searched.length === 0 && looked.length === 0;
  if (nothing && said.length === 0 && chosen === undefined) return undefined;
  return {
    runId: run.id,
    videoId: run.question.videoId,
    query: view?.query ?? record?.plan?.query ?? run.question.question,
    candidates,
    ranking: ended === undefined ? [] : ended.map((candidate, index) => ({ ...candidate, index })),
    ...(chosen === undefined ? {} : { chosen }),
    ...(said.length > 0 ? { said } : {}),
    ...(looked.length > 0 ? { looked } : {}),
    ...(searched.length > 0 ? { searched } : {}),
  };
}

/** What tools were called and gave, as far as its view has come; of a run whose events are not here, as its record says. */
export function callsOf(run: Run, view: RunView | undefined): readonly ToolCall[] {
  if (view === undefined) return run.record?.turns?.flatMap(({ calls }) => calls) ?? [];
  return view.steps.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => (piece.type === 'call' && piece.result !== undefined ? piece.result : [])),
  );
}

/** The stretches of calls that gave something; what a tool found counts, not what it was asked. */
function lookedAt(calls: readonly ToolCall[]): NonNullable<RunFindings['looked']> {
  return calls.flatMap(({ ok, name, spanSec }, index) =>
    ok && spanSec !== undefined
      ? { startSec: spanSec[0], endSec: spanSec[1], text: `${index + 1} · ${name}` }
      : [],
  );
}

/** The moment that a run chose: as far as its view has come; of a run whose events are not here, the record's. */
export function momentOf(run: Run, view: RunView | undefined): RunView['moment'] {
  return view === undefined ? run.record?.moment : view.moment;
}

/** That the verifier takes none of the candidates for what was asked, likewise; it belongs beside the moment. */
export function doubtOf(run: Run, view: RunView | undefined): RunWarning | undefined {
  return warningsOf(run, view).find(({ code }) => code === candidatesDoubted);
}

/** What else should be known about the run, likewise. */
export function otherWarningsOf(run: Run, view: RunView | undefined): readonly RunWarning[] {
  return warningsOf(run, view).filter(({ code }) => code !== candidatesDoubted);
}

function warningsOf(run: Run, view: RunView | undefined): readonly RunWarning[] {
  return view?.warnings ?? run.record?.warnings ?? [];
}

/** The answer, likewise. */
export function answerOf(run: Run, view: RunView | undefined): RunView['answer'] {
  if (view !== undefined) return view.answer;
  const answer = run.record?.answer;
  if (answer === undefined) return undefined;
  return { text: answer.text, ...(answer.option === undefined ? {} : { option: answer.option }) };
}

/** The words of the choice that a letter names. */
export function chosenOption(run: Run, option: string | undefined): string | undefined {
  if (option === undefined) return undefined;
  return run.question.options?.[option.charCodeAt(0) - 'A'.charCodeAt(0)];
}
