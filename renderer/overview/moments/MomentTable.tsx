import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Project } from '../../../electron/host/contract/library.ts';
import { showMoment } from '../../app/actions/show-moment.ts';
import { shownAnnotations } from '../../app/library/selectors.ts';
import { commands } from '../../app/commands/command-table.ts';
import { decidedStates, decisionOf } from '../../app/commands/decision-keys.ts';
import { useShownKeys } from '../../app/commands/use-keys.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { OverviewTable } from '../table/OverviewTable.tsx';
import { sortRows } from '../table/sort-rows.ts';
import { useTable } from '../table/use-table.ts';
import { overviewTexts } from '../texts.ts';
import { decideMoments, labelMoments, removeMoments } from './change-moments.ts';
import { MomentActions } from './MomentActions.tsx';
import { momentColumns } from './moment-columns.tsx';
import { MomentFilters } from './MomentFilters.tsx';
import { createMomentFilter } from './filter-moments.ts';
import { anyMoment, createRowMaker, overlapsWithReference } from './moment-rows.ts';
import type { MomentFilter } from './moment-rows.ts';

const texts = overviewTexts.moments;
const rowsOf = createRowMaker();
const filterRows = createMomentFilter();

/** All moments of the project: found, ordered, decided on and labelled, many at once. */
export function MomentTable({ project }: { readonly project: Project }) {
  const app = useApp();
  const keyMap = useLibrary((state) => state.settings.keys);
  const keysFor = useShownKeys();
  const videos = useLibrary((state) => state.videos);
  const annotations = useLibrary(shownAnnotations);
  const filter = useStore(app.overview, (state) => state.momentFilter);
  const { sorting, selection, onSort, onSelect } = useTable('moments');
  const rows = useMemo(() => rowsOf(annotations.all(), project, videos), [annotations, project, videos]);
  const overlaps = useMemo(() => overlapsWithReference(rows), [rows]);
  const columns = useMemo(() => momentColumns(overlaps), [overlaps]);
  const annotators = useMemo(
    () => [...new Set(rows.map(({ annotator }) => annotator))].filter((name) => name !== '').sort(),
    [rows],
  );
  const shown = useMemo(
    () => sortRows(filterRows(rows, filter, overlaps), columns, sorting),
    [rows, filter, overlaps, columns, sorting],
  );
  const change = useCallback(
    (changes: Partial<MomentFilter>): void =>
      app.overview.setState(({ momentFilter }) => ({ momentFilter: { ...momentFilter, ...changes } })),
    [app],
  );
  const { state, labelId, trackId, annotator, score, lengthSec, overlap } = filter;
  const choices = useMemo(
    () => ({ state, labelId, trackId, annotator, score, lengthSec, overlap }),
    [state, labelId, trackId, annotator, score, lengthSec, overlap],
  );
  const { ids } = selection;
  const onKey = (chord: string): boolean => {
    const decision = decisionOf(commands, keyMap, chord);
    if (decision === undefined) return false;
    if (decision === 'remove') removeMoments(app, ids);
    else if (typeof decision === 'string') decideMoments(app, ids, decidedStates[decision]);
    else {
      const label = project.labels[decision.labelIndex];
      if (label === undefined) return false;
      labelMoments(app, ids, label.id);
    }
    return true;
  };
  return (
    <OverviewTable
      words={filter.words}
      onWords={(words) => change({ words })}
      all={rows.length}
      counted={texts.shown}
      filters={<MomentFilters {...{ project, annotators }} filter={choices} onChange={change} />}
      actions={<MomentActions project={project} ids={ids} />}
      onClear={filter === anyMoment ? undefined : () => app.overview.setState({ momentFilter: anyMoment })}
      name={`${project.name} ${overviewTexts.tabs.moments}`}
      label={texts.label}
      columns={columns}
      rows={shown}
      {...{ sorting, selection, onSort, onSelect, onKey }}
      onOpen={({ annotation }) => {
        showMoment(app, annotation);
        app.workspace.setState({ rightTab: 'review' });
      }}
      whenEmpty={texts.none}
      keys={texts.keys(keysFor)}
    />
  );
}
