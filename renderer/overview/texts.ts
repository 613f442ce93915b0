import { decisionCommands, labelCommand } from '../app/commands/decision-keys.ts';
import { formatShown } from '../ui/format.ts';
import { keyLine } from '../ui/key-line.ts';

/** How the key of a command is shown now; undefined: it has none. */
type KeyOf = (commandId: string) => string | undefined;

const verdictKeys = (keyOf: KeyOf) =>
  [
    [keyOf(decisionCommands.accept), 'accept'],
    [keyOf(decisionCommands.reject), 'reject'],
    [keyOf(decisionCommands.reopen), 'reopen'],
  ] as const;

const range = (first: string | undefined, last: string | undefined): string | undefined =>
  first === undefined || last === undefined ? first : `${first}–${last}`;

/** Words of the overview of a project. */
export const overviewTexts = {
  title: 'Overview',
  back: 'Back to the video',
  tabs: { moments: 'Moments', runs: 'Questions', videos: 'Videos', agreement: 'Agreement' },
  sortBy: (column: string) => `Order by ${column}`,
  search: 'Search',
  any: 'Any',
  clear: 'Show all',
  csv: 'Save as CSV',
  selected: (count: number) => `${count} selected`,
  written: (name: string, rows: number) => `${name} is written: ${rows} rows.`,
  saved: (name: string) => `${name}.csv`,
  columns: {
    video: 'Video',
    start: 'Start',
    length: 'Length',
    label: 'Label',
    text: 'What is to be seen',
    state: 'State',
    track: 'Track',
    score: 'Score',
    overlap: 'Overlap',
    annotator: 'By',
    note: 'Note',
    question: 'Question',
    model: 'Model',
    answer: 'Answer',
    moment: 'Moment',
    took: 'Took',
    verdict: 'Verdict',
    asked: 'Asked',
    name: 'Name',
    moments: 'Moments',
    open: 'Open',
    decided: 'Decided',
    questions: 'Questions',
    status: 'Status',
  },
  units: { seconds: 's' },
  moments: {
    label: 'Moments of the project',
    shown: (shown: number, all: number) => formatShown(shown, all, ['moment', 'moments']),
    none: 'No moment is like that.',
    withoutLabel: 'Without a label',
    accept: 'Accept',
    reject: 'Reject',
    reopen: 'Reopen',
    remove: 'Remove',
    setLabel: 'Set label',
    change: 'Change…',
    from: (what: string) => `${what} from`,
    to: 'to',
    keys: (keyOf: KeyOf) =>
      keyLine([
        ['Enter', 'shows it'],
        ...verdictKeys(keyOf),
        [range(keyOf(labelCommand(1)), keyOf(labelCommand(8))), 'label'],
        [keyOf(decisionCommands.remove), 'removes'],
        ['Shift and ↓', 'select several'],
      ]),
  },
  runs: {
    label: 'Questions of the project',
    shown: (shown: number, all: number) => formatShown(shown, all, ['question', 'questions']),
    none: 'No question is like that.',
    batch: 'Asked several times',
    progress: (ended: number, total: number, failed: number) =>
      `${ended} of ${total}${failed === 0 ? '' : `, ${failed} failed`}`,
    keys: (keyOf: KeyOf) =>
      keyLine([['Enter', 'shows it'], ...verdictKeys(keyOf), ['Shift and ↓', 'select several']]),
    states: {
      queued: 'Waiting',
      running: 'Running',
      done: 'Done',
      failed: 'Failed',
      cancelled: 'Cancelled',
      interrupted: 'Interrupted',
    },
  },
  videos: {
    label: 'Videos of the project',
    shown: (shown: number, all: number) => formatShown(shown, all, ['video', 'videos']),
    none: 'No video is called like that.',
    statuses: {
      untouched: 'Untouched',
      begun: 'Begun',
      decided: 'All decided',
      done: 'Done',
      skipped: 'Left out',
    },
    done: 'Done',
    skip: 'Leave out',
    reset: 'By its moments',
    keys: 'Enter shows it · D done · S left out · U by its moments',
  },
  agreement: {
    one: 'Compare',
    other: 'with',
    tracks: 'Track',
    annotators: 'Annotator',
    models: 'Model',
    sameness: 'The same moment has',
    samenesses: { label: 'the same label', text: 'the same words', any: 'any label' },
    minIou: 'Bounds agree from an overlap of',
    none: 'Two tracks, annotators or models with moments are needed to compare.',
    whole: 'All videos',
    ofVideo: 'By video',
    ofName: { label: 'By label', text: 'By words', any: 'By label' },
    unnamed: 'Without a label',
    of: 'Of',
    counts: 'Moments',
    meanIou: 'Mean IoU',
    recallAtOne: (iou: number) => `R@1 ${iou}`,
    precision: (iou: number) => `Precision ${iou}`,
    recall: (iou: number) => `Recall ${iou}`,
    kappa: 'Kappa',
    disagreements: (count: number) =>
      count === 0 ? 'They agree everywhere.' : `${count} ${count === 1 ? 'disagreement' : 'disagreements'}`,
    only: (side: string) => `Only ${side}`,
    plainKinds: {
      missing: 'missing',
      extra: 'not in the other',
      bounds: 'Other bounds',
      label: 'Other label',
    },
    kind: 'What differs',
    list: 'Disagreements',
    walk: 'F8 and Shift F8 walk through them, over the videos too.',
    noneMeasured: 'Compare two sides first: Overview, Agreement.',
    at: (place: number, count: number, what: string) => `Disagreement ${place} of ${count}: ${what}`,
  },
} as const;
