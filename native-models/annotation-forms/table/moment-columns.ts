/** What a column, or a field of JSON, tells of a moment. */
export type MomentField =
  'video' | 'start' | 'end' | 'length' | 'fps' | 'text' | 'label' | 'note' | 'state' | 'provenance';

/** What the numbers of a time's column count. */
export type TimeUnit = 'seconds' | 'any' | 'milliseconds' | 'minutes' | 'frames';

/** The meaning of a column. */
export interface ColumnMeaning {
  readonly field: MomentField;
  /** Of times alone. */
  readonly unit: TimeUnit;
}

const names: Readonly<Record<MomentField, readonly string[]>> = {
  start: [
    'start',
    'begin',
    'beginning',
    'from',
    'onset',
    'in',
    'anfang',
    'beginn',
    'début',
    'debut',
    'inicio',
    'inizio',
    'início',
    'tmin',
    '开始',
    '开始时间',
    '起始',
  ],
  end: [
    'end',
    'ending',
    'stop',
    'to',
    'until',
    'finish',
    'offset',
    'out',
    'ende',
    'fin',
    'fine',
    'fim',
    'tmax',
    '结束',
    '结束时间',
  ],
  length: ['duration', 'length', 'dur', 'len', 'dauer', 'durée', '时长'],
  fps: ['fps', 'framerate', 'framespersecond'],
  video: [
    'video',
    'videoname',
    'vidname',
    'videoid',
    'videofile',
    'videofilename',
    'videopath',
    'vid',
    'file',
    'filename',
    'filepath',
    'media',
    'mediafile',
    'mediafilename',
    'clip',
    'clipname',
    'sourcefile',
    'url',
    '视频',
  ],
  text: [
    'text',
    'query',
    'sentence',
    'caption',
    'description',
    'annotation',
    'transcript',
    'transcription',
    'utterance',
    'title',
    'name',
    'segmentname',
    'markername',
    'desc',
    'beschreibung',
    'texte',
    'texto',
    'testo',
    'descripción',
    'descrizione',
    'descrição',
    '文本',
    '描述',
  ],
  label: [
    'label',
    'class',
    'classname',
    'category',
    'action',
    'activity',
    'event',
    'behavior',
    'behaviour',
    'tag',
    'tier',
    'type',
    'markertype',
    'etikett',
    'etiqueta',
    'étiquette',
    '标签',
  ],
  note: ['note', 'notes', 'comment', 'comments', 'remark', 'remarks'],
  state: ['state'],
  provenance: ['provenance'],
};

const fieldOfName = new Map<string, MomentField>(
  Object.entries(names).flatMap(([field, words]) =>
    words.map((word) => [word, field as MomentField] as const),
  ),
);

const unitWords: Readonly<Record<string, TimeUnit>> = {
  s: 'seconds',
  sec: 'seconds',
  secs: 'seconds',
  second: 'seconds',
  seconds: 'seconds',
  sekunden: 'seconds',
  ms: 'milliseconds',
  msec: 'milliseconds',
  millis: 'milliseconds',
  millisecond: 'milliseconds',
  milliseconds: 'milliseconds',
  min: 'minutes',
  mins: 'minutes',
  minute: 'minutes',
  minutes: 'minutes',
  minuten: 'minutes',
  frame: 'frames',
  frames: 'frames',
  framenumber: 'frames',
};

/** Words beside the name of a time that say nothing of it. */
const emptyWords = new Set([
  'time',
  'times',
  'timestamp',
  'timecode',
  'tc',
  'position',
  'pos',
  'point',
  'at',
  'segment',
  'moment',
  'clip',
  'zeit',
  'number',
  'no',
  'source',
]);

/** Headings of columns that only count rows: nothing of a moment is lost with them. */
const counting = new Set(['', 'id', 'index', 'no', 'nr', 'number', 'row', 'scenenumber']);

/** What a heading means (`startSec`, `Start Time (seconds)`, `END_MS`, `Start Frame`); nothing for one that is not known. */
export function meaningOf(heading: string): ColumnMeaning | undefined {
  const words = wordsOf(heading);
  const whole = fieldOfName.get(words.join(''));
  const unit = words.map((word) => unitWords[word]).find((found) => found !== undefined) ?? 'any';
  if (whole !== undefined) return { field: whole, unit };
  const rest = words.filter((word) => unitWords[word] === undefined && !emptyWords.has(word));
  const field = fieldOfName.get(rest.join(''));
  if (field === undefined && rest.length === 1) return joined(rest[0] ?? '');
  return field !== undefined && isTime(field) ? { field, unit } : undefined;
}

/** Columns that tell the same as one that is read: a second text, another name of the video. */
export function spareColumns(
  cells: readonly string[],
  { columns }: MomentColumns,
): readonly (readonly [column: number, field: MomentField])[] {
  const read = new Set(columns.values());
  return cells.flatMap((cell, column) => {
    const field = read.has(column) ? undefined : meaningOf(cell)?.field;
    return field === undefined || isTime(field) || field === 'fps' ? [] : [[column, field] as const];
  });
}

/** Headings, as they are written, of columns that mean nothing here and yet may say something. */
export function unknownColumns(cells: readonly string[]): readonly string[] {
  return cells.filter((cell) => meaningOf(cell) === undefined && !counting.has(wordsOf(cell).join('')));
}

/** ELAN names columns after how they write times. */
const clockPattern = /h+:m+:s+(?:[.,:;](?:ms|m?sec|f+))?/giu;
const secondsPattern = /\bss?[.,]m?sec\b/giu;

function wordsOf(heading: string): string[] {
  const words = heading
    .replaceAll(clockPattern, ' ')
    .replaceAll(secondsPattern, ' seconds ')
    .replaceAll(/(?<=[a-zà-ÿ])(?=[A-Z])/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
  // `Start time in milliseconds`: the word before a unit is no name of a time.
  return words.filter(
    (word, index) => !(word === 'in' && index > 0 && unitWords[words[index + 1] ?? ''] !== undefined),
  );
}

/** `starttime`, `endsec`, `startms`: words without a space between them. */
function joined(word: string): ColumnMeaning | undefined {
  const parts = /^(.*?)(time)?(secs?|seconds|ms|frames?)?$/u.exec(word);
  const field = fieldOfName.get(parts?.[1] ?? '');
  if (field === undefined || !isTime(field)) return undefined;
  return { field, unit: unitWords[parts?.[3] ?? ''] ?? 'any' };
}

export function isTime(field: MomentField): field is 'start' | 'end' | 'length' {
  return field === 'start' || field === 'end' || field === 'length';
}

/** Of several columns of times the better: seconds before clock times, those before frames. */
const unitOrder: readonly TimeUnit[] = ['seconds', 'any', 'milliseconds', 'minutes', 'frames'];

const otherFields = ['video', 'fps', 'text', 'label', 'note', 'state', 'provenance'] as const;

/** Which column holds which field. */
export interface MomentColumns {
  readonly columns: ReadonlyMap<MomentField, number>;
  readonly unit: TimeUnit;
  readonly known: number;
}

/**
 * The columns of a header: start with end or length in the best unit that has both.
 * @returns nothing for a row that names no start, or neither end nor length.
 */
export function momentColumns(cells: readonly string[]): MomentColumns | undefined {
  const meanings = cells.map(meaningOf);
  for (const unit of unitOrder) {
    const columnOf = (field: MomentField): number =>
      meanings.findIndex((meaning) => meaning?.field === field && (!isTime(field) || meaning.unit === unit));
    const end = columnOf('end');
    const ending = end === -1 ? (['length', columnOf('length')] as const) : (['end', end] as const);
    const start = columnOf('start');
    if (start === -1 || ending[1] === -1) continue;
    const others = otherFields
      .map((field) => [field, columnOf(field)] as const)
      .filter(([, column]) => column !== -1);
    const known = meanings.filter((meaning) => meaning !== undefined).length;
    return { columns: new Map([['start', start], ending, ...others]), unit, known };
  }
  return mixedUnits(meanings);
}

/** A start in one unit beside an end in another, each of which says by itself what it is. */
function mixedUnits(meanings: readonly (ColumnMeaning | undefined)[]): MomentColumns | undefined {
  const fields = meanings.map((meaning) => meaning?.field);
  const times = meanings.filter((meaning) => meaning !== undefined && isTime(meaning.field));
  const plain = times.every((meaning) => meaning?.unit === 'seconds' || meaning?.unit === 'any');
  const ending = fields.includes('end') ? 'end' : 'length';
  if (!plain || !fields.includes('start') || !fields.includes(ending)) return undefined;
  const wanted: readonly MomentField[] = ['start', ending, ...otherFields];
  return {
    columns: new Map(
      wanted.filter((field) => fields.includes(field)).map((field) => [field, fields.indexOf(field)]),
    ),
    unit: 'any',
    known: fields.filter((field) => field !== undefined).length,
  };
}
