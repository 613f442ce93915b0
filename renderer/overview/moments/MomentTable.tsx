import { useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Project } from '../../../electron/host/contract/library.ts';
import { showMoment } from '../../app/actions/show-moment.ts';
import { shownAnnotations } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { OverviewTable } from '../table/OverviewTable.tsx';
import { sortRows } from '../table/sort-rows.ts';
import { useTable } from '../table/use-table.ts';
import { overviewTexts } from '../texts.ts';
import { decideMoments, labelMoments, removeMoments } from './change-moments.ts';
import { MomentActions } from './MomentActions.tsx';
import { momentColumns } from './moment-columns.tsx';
import { MomentFilters } from './MomentFilters.tsx';
import { anyMoment, createRowMaker, filterMoments, overlapsWithReference } from './moment-rows.ts';
import type { MomentFilter } from './moment-rows.ts';

const texts = overviewTexts.moments;
const rowsOf = createRowMaker();

/** All moments of the project: found, ordered, decided on and labelled, many at once. */
export function MomentTable({ project }: { readonly project: Project }) {
  const app = useApp();
  const videos = useLibrary((state) => state.videos);
  const annotations = useLibrary((state) =>
    shownAnnotations(state.annotations, state.pendingEdits, state.projectId),
  );
  const filter = useStore(app.overview, (state) => state.momentFilter);
  const { sorting, selection, onSort, onSelect } = useTable('moments');
  const rows = useMemo(
    () => rowsOf(Object.values(annotations), project, videos),
    [annotations, project, videos],
  );
  const overlaps = useMemo(() => overlapsWithReference(rows), [rows]);
  const columns = useMemo(() => momentColumns(overlaps), [overlaps]);
  const annotators = useMemo(
    () => [...new Set(rows.map(({ annotator }) => annotator))].filter((name) => name !== '').sort(),
    [rows],
  );
  // Typing does not wait for a long table.
  const wanted = useDeferredValue(filter);
  const shown = useMemo(
    () => sortRows(filterMoments(rows, wanted, overlaps), columns, sorting),
    [rows, wanted, overlaps, columns, sorting],
  );
  const change = (changes: Partial<MomentFilter>): void =>
    app.overview.setState({ momentFilter: { ...filter, ...changes } });
  const { ids } = selection;
  const onKey = (key: string): boolean => {
    const label = /^[1-8]$/.test(key) ? project.labels[Number(key) - 1] : undefined;
    if (label !== undefined) labelMoments(app, ids, label.id);
    else if (key === 'Delete') removeMoments(app, ids);
    else if (key === 'a') decideMoments(app, ids, 'accepted');
    else if (key === 'r') decideMoments(app, ids, 'rejected');
    else if (key === 'u') decideMoments(app, ids, 'open');
    else return false;
    return true;
  };
  return (
    <OverviewTable
      words={filter.words}
      onWords={(words) => change({ words })}
      all={rows.length}
      filters={<MomentFilters {...{ filter, project, annotators }} onChange={change} />}
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
      keys={texts.keys}
    />
  );
}
