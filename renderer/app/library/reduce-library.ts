import type { Annotation, AnnotationsChanged } from '../../../electron/host/contract/annotations.ts';
import type { HostEvent } from '../../../electron/host/contract/events.ts';
import type { HostResult } from '../../../electron/host/contract/methods.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { AnnotationSet } from './annotation-set.ts';
import type { ById, LibraryState, Notice, PendingEdit } from './library-state.ts';

/** Everything that changes the library's copy. */
export type LibraryAction =
  | { readonly type: 'snapshot'; readonly snapshot: HostResult<'snapshot'> }
  | { readonly type: 'events'; readonly events: readonly HostEvent[] }
  /** Another project is open: its runs and annotations come next. */
  | { readonly type: 'projectOpened'; readonly projectId: string | null }
  /** The newest runs (`older` false), or those before the ones here. */
  | {
      readonly type: 'runsLoaded';
      readonly projectId: string;
      readonly runs: readonly Run[];
      readonly more: boolean;
      readonly older: boolean;
    }
  | {
      readonly type: 'annotationsLoaded';
      readonly projectId: string;
      readonly annotations: readonly Annotation[];
    }
  | { readonly type: 'editBegun'; readonly edit: PendingEdit }
  /** One that was not sent yet does more now. */
  | { readonly type: 'editGrown'; readonly edit: PendingEdit }
  /** Confirmed (with what became of it) or refused (without). */
  | { readonly type: 'editEnded'; readonly editId: number; readonly change?: AnnotationsChanged }
  | { readonly type: 'annotationsChanged'; readonly change: AnnotationsChanged }
  | { readonly type: 'noticed'; readonly notice: Omit<Notice, 'noticeId'> }
  | { readonly type: 'noticeDismissed'; readonly noticeId: number }
  | { readonly type: 'interruptedSeen' };

/** Notices kept at once; older ones go. */
const mostNotices = 5;

/** The next state; the same object when nothing changed. */
export function reduceLibrary(state: LibraryState, action: LibraryAction): LibraryState {
  switch (action.type) {
    case 'snapshot':
      return takeSnapshot(state, action.snapshot);
    case 'events':
      return action.events.reduce(applyEvent, state);
    case 'projectOpened':
      if (action.projectId === state.projectId) return state;
      return { ...withoutProject(state), projectId: action.projectId };
    case 'runsLoaded': {
      if (action.projectId !== state.projectId) return state;
      const runs = byId(action.runs);
      return {
        ...state,
        runs: action.older ? { ...state.runs, ...runs } : runs,
        moreRuns: action.more,
        runsLoaded: true,
      };
    }
    case 'annotationsLoaded':
      if (action.projectId !== state.projectId) return state;
      return {
        ...state,
        annotations: AnnotationSet.of(action.annotations),
        annotationsLoaded: true,
      };
    case 'editBegun':
      return { ...state, pendingEdits: [...state.pendingEdits, action.edit] };
    case 'editGrown':
      return {
        ...state,
        pendingEdits: state.pendingEdits.map((edit) =>
          edit.editId === action.edit.editId ? action.edit : edit,
        ),
      };
    case 'editEnded': {
      const pendingEdits = state.pendingEdits.filter((edit) => edit.editId !== action.editId);
      const next = { ...state, pendingEdits };
      return action.change === undefined ? next : applyChange(next, action.change);
    }
    case 'annotationsChanged':
      return applyChange(state, action.change);
    case 'noticed':
      return addNotice(state, action.notice);
    case 'noticeDismissed':
      return { ...state, notices: state.notices.filter((notice) => notice.noticeId !== action.noticeId) };
    case 'interruptedSeen':
      return { ...state, interruptedRunIds: [] };
  }
}

function takeSnapshot(state: LibraryState, snapshot: HostResult<'snapshot'>): LibraryState {
  const { videos, projects, jobs, ...rest } = snapshot;
  const next = {
    ...state,
    ...rest,
    loaded: true,
    videos: byId(videos),
    projects: byId(projects),
    jobs: byId(jobs),
  };
  const open = state.projectId !== null && next.projects[state.projectId] === undefined;
  return open ? { ...withoutProject(next), projectId: null } : next;
}

function applyEvent(state: LibraryState, event: HostEvent): LibraryState {
  switch (event.type) {
    case 'runChanged':
      if (event.run.question.projectId !== state.projectId) return state;
      return { ...state, runs: { ...state.runs, [event.run.id]: event.run } };
    case 'updateCheck':
      return { ...state, checkingForUpdates: event.running };
    case 'runRemoved':
      return { ...state, runs: without(state.runs, event.runId) };
    case 'runEvents':
      // Only the views of runs that are shown take these.
      return state;
    case 'annotationsChanged':
      return applyChange(state, event.change);
    case 'videoChanged':
      return { ...state, videos: { ...state.videos, [event.video.id]: event.video } };
    case 'videoRemoved':
      return { ...state, videos: without(state.videos, event.videoId) };
    case 'projectChanged':
      return { ...state, projects: { ...state.projects, [event.project.id]: event.project } };
    case 'projectRemoved': {
      const next = { ...state, projects: without(state.projects, event.projectId) };
      return event.projectId === state.projectId ? { ...withoutProject(next), projectId: null } : next;
    }
    case 'modelsChanged':
      return { ...state, models: event.models };
    case 'jobChanged':
      return { ...state, jobs: { ...state.jobs, [event.job.id]: event.job } };
    case 'settingsChanged':
      return { ...state, settings: event.settings };
    case 'engineChanged':
      return { ...state, engine: event.engine };
    case 'notice': {
      const { level, message, remedy } = event;
      return addNotice(state, { level, message, ...(remedy === undefined ? {} : { remedy }) });
    }
  }
}

function applyChange(state: LibraryState, change: AnnotationsChanged): LibraryState {
  if (change.projectId !== state.projectId) return state;
  return { ...state, annotations: state.annotations.with(change) };
}

function addNotice(state: LibraryState, notice: Omit<Notice, 'noticeId'>): LibraryState {
  const last = state.notices.at(-1);
  const { about } = notice;
  if (about === undefined && last?.message === notice.message && last.level === notice.level) return state;
  const added = { ...notice, noticeId: (last?.noticeId ?? 0) + 1 };
  const others = state.notices.filter((each) => about === undefined || each.about !== about);
  return { ...state, notices: [...others, added].slice(-mostNotices) };
}

/** Pending edits stay: they belong to their project and are sent all the same. */
function withoutProject(state: LibraryState): LibraryState {
  return {
    ...state,
    runs: {},
    moreRuns: false,
    runsLoaded: false,
    annotations: AnnotationSet.none,
    annotationsLoaded: false,
  };
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ById<Row> {
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

function without<Row>(rows: ById<Row>, id: string): ById<Row> {
  if (!Object.hasOwn(rows, id)) return rows;
  const rest = { ...rows };
  Reflect.deleteProperty(rest, id);
  return rest;
}
