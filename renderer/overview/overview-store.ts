import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type {
  Agreement,
  AgreementSide,
  Disagreement,
  Sameness,
} from '../../electron/host/contract/agreement.ts';
import { anyMoment } from './moments/moment-rows.ts';
import type { MomentFilter } from './moments/moment-rows.ts';
import { anyRun } from './runs/run-rows.ts';
import type { RunFilter } from './runs/run-rows.ts';
import type { VideoStatus } from './videos/video-rows.ts';
import { noSelection } from './table/row-selection.ts';
import type { RowSelection } from './table/row-selection.ts';
import type { Sorting } from './table/sort-rows.ts';

/** Pages of the overview. */
export type OverviewTab = 'moments' | 'runs' | 'videos' | 'agreement';

/** How a table is looked at. */
export interface TableView {
  readonly sorting: Sorting | null;
  readonly selection: RowSelection;
}

/** What is compared, and what came of it. */
export interface AgreementView {
  readonly one: AgreementSide | null;
  readonly other: AgreementSide | null;
  readonly sameness: Sameness;
  readonly minIou: number;
  readonly measured: Agreement | null;
  /** The disagreement that is looked at; below 0: none. */
  readonly at: number;
}

/** What of the whole project is looked at, kept while one goes to a video and comes back. */
export interface OverviewState {
  readonly tab: OverviewTab;
  readonly momentFilter: MomentFilter;
  readonly runFilter: RunFilter;
  readonly videoWords: string;
  /** '' is any. */
  readonly videoStatus: VideoStatus | '';
  readonly tables: Readonly<Record<'moments' | 'runs' | 'videos', TableView>>;
  readonly agreement: AgreementView;
}
export type OverviewStore = StoreApi<OverviewState>;

const plainView: TableView = { sorting: null, selection: noSelection };

/** Nothing is looked for. */
export function createOverviewStore(): OverviewStore {
  return createStore<OverviewState>()(() => ({
    tab: 'moments',
    momentFilter: anyMoment,
    runFilter: anyRun,
    videoWords: '',
    videoStatus: '',
    tables: { moments: plainView, runs: plainView, videos: plainView },
    agreement: { one: null, other: null, sameness: 'label', minIou: 0.5, measured: null, at: -1 },
  }));
}

/** Changes how a table is looked at. */
export function changeTable(
  store: OverviewStore,
  name: keyof OverviewState['tables'],
  changes: Partial<TableView>,
): void {
  store.setState(({ tables }) => ({ tables: { ...tables, [name]: { ...tables[name], ...changes } } }));
}

/** The disagreement that is looked at. */
export function currentDisagreement({ agreement }: OverviewState): Disagreement | undefined {
  return agreement.measured?.disagreements[agreement.at];
}
