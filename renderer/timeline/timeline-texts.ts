/** Words of the timeline, in one place. */
export const timelineTexts = {
  tracks: {
    candidates: 'Candidates',
    ranking: 'Verified',
    chosen: 'Chosen moment',
    own: 'Annotations',
    imported: 'Imported',
    said: 'Said by the model',
    looked: 'Looked at with tools',
    searched: 'Searched',
  },
  rows: {
    thumbnails: 'Pictures',
    saliency: 'Saliency',
    sampled: 'Seen by',
  },
  edits: {
    moveEdge: 'Move edge',
    move: 'Move moment',
    split: 'Split moment',
    merge: 'Merge moments',
    remove: 'Remove moment',
    add: 'Add moment',
    label: 'Set label',
    accept: 'Accept',
    reject: 'Reject',
    reopen: 'Reopen',
  },
  region: 'Timeline',
  list: 'Moments on the timeline',
  listHelp:
    'Up and down arrows choose a moment, Enter goes to it. Comma and full stop nudge its start by a frame, with Shift its end. S splits it at the playhead.',
  canvas: 'Timeline of the video. The moments are in the list beside it.',
  empty: 'No moments yet: ask a question, or mark one with I and O and press Enter.',
  fit: 'Fit the whole video',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomFrame: 'Zoom to the frame',
  snapping: 'Snap to frames, edges and the playhead',
  following: 'Follow the playhead',
  from: 'from',
  to: 'to',
  states: { open: 'open', accepted: 'accepted', rejected: 'rejected' },
} as const;

/** Names of the timeline's commands. */
export const timelineCommandTexts = {
  next: 'Next moment',
  previous: 'Previous moment',
  startBack: 'Start one frame earlier',
  startAhead: 'Start one frame later',
  endBack: 'End one frame earlier',
  endAhead: 'End one frame later',
  split: 'Split at the playhead',
  merge: 'Merge the selected moments',
  remove: 'Remove',
  accept: 'Accept',
  reject: 'Reject',
  add: 'Keep the marked moment',
  zoomSelection: 'Zoom to the selected moment',
  play: 'Play the selected moment in a loop',
} as const;

/** Why a key did nothing. */
export const timelineReasons = {
  selectFirst: 'Select a moment first, with ↓ or a click.',
  selectOne: 'Select one moment only for this.',
  selectTwo: 'Select two moments or more to merge them: Ctrl and click, or Shift and ↓.',
  fixed: 'This cannot be changed here: its track is locked or for reference. W makes it yours to work on.',
  candidatesStay: 'Candidates are part of their question; only moments that were kept can be removed.',
  markFirst: 'Mark a beginning with I and an end with O first.',
  outside: 'The playhead is not inside the selected moment.',
  noFurther: 'It cannot be moved further.',
  noMoments: 'There is no moment here.',
  lastMoment: 'This is the last moment.',
  firstMoment: 'This is the first moment.',
  noLabel: (key: number) => `There is no label for key ${key}.`,
} as const;
