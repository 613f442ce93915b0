import { useStore } from 'zustand';
import { useApp } from '../../app/use-app.ts';
import { changeTable } from '../overview-store.ts';
import type { OverviewState } from '../overview-store.ts';

/** How a table of the overview is looked at, and how that is changed. */
export function useTable(name: keyof OverviewState['tables']) {
  const { overview } = useApp();
  const view = useStore(overview, (state) => state.tables[name]);
  return {
    ...view,
    onSort: (sorting: typeof view.sorting) => changeTable(overview, name, { sorting }),
    onSelect: (selection: typeof view.selection) => changeTable(overview, name, { selection }),
  };
}
