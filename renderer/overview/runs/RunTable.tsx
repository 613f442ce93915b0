import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import type { Project } from '../../../electron/host/contract/library.ts';
import type { RunState } from '../../../electron/host/contract/runs.ts';
import { loadOlderRuns, reviewRun, showRun } from '../../app/actions/run-actions.ts';
import { runsNewestFirst } from '../../app/library/selectors.ts';
import { commands } from '../../app/commands/command-table.ts';
import { decidedStates, decisionOf } from '../../app/commands/decision-keys.ts';
import { useShownKeys } from '../../app/commands/use-keys.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { sessionTexts } from '../../session/texts.ts';
import { FilterSelect } from '../FilterSelect.tsx';
import type { DrawnColumn } from '../table/DataTable.tsx';
import { OverviewTable } from '../table/OverviewTable.tsx';
import { sortRows } from '../table/sort-rows.ts';
import { useTable } from '../table/use-table.ts';
import { overviewTexts } from '../texts.ts';
import { anyRun, batchesOf, filterRunRows, runRows } from './run-rows.ts';
import type { RunFilter, RunRow } from './run-rows.ts';

const texts = overviewTexts.runs;
const titles = overviewTexts.columns;
const { states: verdicts } = sessionTexts.review;

const columns: readonly DrawnColumn<RunRow>[] = [
  {
    id: 'question',
    title: titles.question,
    width: 'minmax(160px, 2fr)',
    valueOf: ({ run }) => run.question.question,
  },
  { id: 'video', title: titles.video, width: 'minmax(110px, 1fr)', valueOf: ({ videoName }) => videoName },
  { id: 'model', title: titles.model, width: 'minmax(90px, 0.8fr)', valueOf: ({ run }) => run.modelName },
  { id: 'state', title: titles.state, width: '84px', valueOf: ({ run }) => texts.states[run.state] },
  {
    id: 'answer',
    title: titles.answer,
    width: 'minmax(140px, 2fr)',
    valueOf: ({ answer }) => answer,
    draw: ({ answer }) => <span title={answer}>{answer}</span>,
  },
  {
    id: 'moment',
    title: titles.moment,
    width: '120px',
    isNumber: true,
    valueOf: ({ run }) => run.record?.moment?.startSec,
    draw: ({ run }) => {
      const moment = run.record?.moment;
      return moment && `${formatSeconds(moment.startSec, 1)} – ${formatSeconds(moment.endSec, 1)}`;
    },
  },
  {
    id: 'score',
    title: titles.score,
    width: '70px',
    isNumber: true,
    valueOf: ({ score }) => score,
    draw: ({ score }) => score?.toFixed(2),
  },
  {
    id: 'took',
    title: titles.took,
    width: '76px',
    isNumber: true,
    valueOf: ({ tookSec }) => tookSec,
    draw: ({ tookSec }) => tookSec && `${tookSec.toFixed(1)} ${overviewTexts.units.seconds}`,
  },
  { id: 'verdict', title: titles.verdict, width: '84px', valueOf: ({ run }) => verdicts[run.review] },
  {
    id: 'asked',
    title: titles.asked,
    width: '140px',
    // Sorts by time and reads as such in a file.
    valueOf: ({ run }) => new Date(run.createdAtMs).toISOString(),
    draw: ({ run }) =>
      new Date(run.createdAtMs).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' }),
  },
  { id: 'note', title: titles.note, width: 'minmax(80px, 1fr)', valueOf: ({ run }) => run.note },
];

/** All runs of the project: found, ordered, judged by key. */
export function RunTable({ project }: { readonly project: Project }) {
  const app = useApp();
  const keyMap = useLibrary((state) => state.settings.keys);
  const keysFor = useShownKeys();
  const videos = useLibrary((state) => state.videos);
  const runs = runsNewestFirst(useLibrary((state) => state.runs));
  const more = useLibrary((state) => state.moreRuns);
  const filter = useStore(app.overview, (state) => state.runFilter);
  const { sorting, selection, onSort, onSelect } = useTable('runs');
  useEffect(() => {
    // The table is of all runs, page by page as they come.
    if (more) void loadOlderRuns(app);
  }, [app, more, runs]);
  const rows = useMemo(() => runRows(runs, videos), [runs, videos]);
  const shown = useMemo(
    () => sortRows(filterRunRows(rows, filter), columns, sorting),
    [rows, filter, sorting],
  );
  const batches = useMemo(() => batchesOf(runs), [runs]);
  const models = useMemo(() => [...new Set(runs.map(({ modelName }) => modelName))].sort(), [runs]);
  const change = (changes: Partial<RunFilter>): void =>
    app.overview.setState({ runFilter: { ...filter, ...changes } });
  const verdict = (review: ReviewState): true => {
    for (const id of selection.ids) void reviewRun(app, id, { review });
    return true;
  };
  const onKey = (chord: string): boolean => {
    const decision = decisionOf(commands, keyMap, chord);
    return typeof decision === 'string' && decision !== 'remove' && verdict(decidedStates[decision]);
  };
  const options = <Value extends string>(names: Readonly<Record<Value, string>>) =>
    Object.entries<string>(names).map(([value, label]) => ({ value, label }));
  return (
    <OverviewTable
      words={filter.words}
      onWords={(words) => change({ words })}
      all={rows.length}
      counted={texts.shown}
      filters={
        <>
          <FilterSelect
            label={titles.state}
            value={filter.state}
            options={options(texts.states)}
            onChange={(state) => change({ state: state as RunState | '' })}
          />
          <FilterSelect
            label={titles.verdict}
            value={filter.review}
            options={options(verdicts)}
            onChange={(review) => change({ review: review as ReviewState | '' })}
          />
          <FilterSelect
            label={titles.model}
            value={filter.model}
            options={models.map((name) => ({ value: name, label: name }))}
            onChange={(model) => change({ model })}
          />
          {batches.length > 0 && (
            <FilterSelect
              label={texts.batch}
              value={filter.question}
              options={batches.map(({ question, total, ended, failed }) => ({
                ...{ value: question, label: question },
                detail: texts.progress(ended, total, failed),
              }))}
              onChange={(question) => change({ question })}
            />
          )}
        </>
      }
      onClear={filter === anyRun ? undefined : () => app.overview.setState({ runFilter: anyRun })}
      name={`${project.name} ${overviewTexts.tabs.runs}`}
      label={texts.label}
      columns={columns}
      rows={shown}
      {...{ sorting, selection, onSort, onSelect, onKey }}
      onOpen={({ id }) => showRun(app, id)}
      whenEmpty={texts.none}
      keys={texts.keys(keysFor)}
    />
  );
}
