import { pictureRegionSchema } from '../../protocol/picture-region.ts';
import type { PictureRegion } from '../../protocol/picture-region.ts';
import type { Moment } from '../../protocol/run-record.ts';
import type { Findings } from '../findings.ts';
import type { FoundMoment, VideoReference } from '../found-moment.ts';
import type { JsonObject as Json } from '../json-values.ts';
import { isObject } from '../json-values.ts';
import { baseName, decoded } from '../match-videos.ts';
import { placeThatStays, regionInShares } from '../read-region.ts';
import { frameBounds } from '../times/frame-bounds.ts';
import { parseNumber } from '../times/parse-time.ts';
import type { WrittenTime } from '../times/parse-time.ts';

/** A task's own words: its video and how it counts frames. */
interface Task {
  readonly place: string;
  readonly videos: readonly VideoReference[];
  readonly fps: number | undefined;
}

/** The rate at which Label Studio's video player counts frames where a project sets none (its `frameRate`). */
const playersFps = {
  fps: 24,
  why: '24 is what Label Studio counts by where a project sets nothing',
} as const;

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** True for tasks as Label Studio exports them (JSON), one of them, or their short form (JSON-MIN). */
export function isLabelStudio(value: unknown): boolean {
  const tasks = Array.isArray(value) ? value : [value];
  return tasks.length > 0 && tasks.every((task) => isTask(task) || isShortTask(task));
}

function isTask(value: unknown): value is Json {
  return (
    isObject(value) &&
    isObject(value['data']) &&
    ['annotations', 'completions', 'predictions'].some((key) => Array.isArray(value[key]))
  );
}

function isShortTask(value: unknown): value is Json {
  return isObject(value) && Object.values(value).some((entry) => list(entry).some(isShortResult));
}

/** A range of frames, or of seconds with labels. */
function isShortResult(value: unknown): value is Json {
  if (!isObject(value)) return false;
  return Array.isArray(value['ranges']) || (labelsOf(value).length > 0 && 'start' in value && 'end' in value);
}

/** Tasks of Label Studio: timeline labels, which count frames from 1, and labels in seconds. */
export function readLabelStudio(value: unknown, findings: Findings): void {
  for (const [index, task] of (Array.isArray(value) ? value : [value]).entries()) {
    const place = `task ${index + 1}`;
    if (isTask(task)) readTask(place, task, findings);
    else if (isObject(task)) readShortTask(place, task, findings);
    else findings.skip(place, 'it is no task of Label Studio');
  }
}

function readTask(place: string, task: Json, findings: Findings): void {
  const data = task['data'] as Json;
  const words = { place, ...taskWords(data) };
  const annotations = [...list(task['annotations']), ...list(task['completions'])].filter(isObject);
  let number = 0;
  for (const annotation of annotations) {
    const results = list(annotation['result']).filter(isObject);
    if (annotation['was_cancelled'] === true && results.length > 0) {
      findings.skip(place, 'an annotation that was cancelled');
      continue;
    }
    const texts = textsOfRegions(results);
    for (const result of results) readResult(`${place}, result ${++number}`, result, words, texts, findings);
  }
  if (list(task['predictions']).length > 0) {
    findings.skip(
      place,
      annotations.length === 0
        ? 'it holds predictions of a model alone'
        : 'predictions of a model beside the annotations',
    );
  }
}

/** Words that are about a region: a text area with the region's id. */
function textsOfRegions(results: readonly Json[]): ReadonlyMap<unknown, string> {
  const texts = new Map<unknown, string>();
  for (const { id, type, value } of results) {
    if (type !== 'textarea' || !isObject(value)) continue;
    const text = list(value['text']).map(String).join('\n');
    texts.set(id, texts.has(id) ? `${texts.get(id) ?? ''}\n${text}` : text);
  }
  return texts;
}

function readResult(
  place: string,
  result: Json,
  task: Task,
  texts: ReadonlyMap<unknown, string>,
  findings: Findings,
): void {
  const { type, id, meta } = result;
  const value = isObject(result['value']) ? result['value'] : {};
  const own = isObject(meta) ? meta : {};
  const text = list(own['text']).map(String).join('\n') || (texts.get(id) ?? '');
  const { startSec, endSec } = own;
  const exact = typeof startSec === 'number' && typeof endSec === 'number' ? { startSec, endSec } : undefined;
  if (Array.isArray(value['sequence'])) {
    readSequence(place, value, task, text, findings, exact);
    return;
  }
  if (type === 'textarea' && texts.has(id) && !('start' in value)) return;
  if (!isShortResult(value)) {
    findings.skip(place, `${typeof type === 'string' ? type : 'it'} has no times`);
    return;
  }
  readRegion(place, value, task, text, findings, exact, pictureRegionSchema.safeParse(own['region']).data);
}

/** The short form: a task whose results stand under the names of the labelling tags. */
function readShortTask(place: string, task: Json, findings: Findings): void {
  const words = { place, ...taskWords(task) };
  let number = 0;
  for (const entry of Object.values(task)) {
    for (const result of list(entry).filter(isObject)) {
      const resultPlace = `${place}, result ${++number}`;
      if (isShortResult(result)) readRegion(resultPlace, result, words, '', findings);
      else if (Array.isArray(result['sequence'])) readSequence(resultPlace, result, words, '', findings);
      else findings.skip(resultPlace, 'it has no times');
    }
  }
}

/** A region with its labels: frames from 1, both ends inside, or seconds. */
function readRegion(
  place: string,
  value: Json,
  task: Task,
  text: string,
  findings: Findings,
  exact?: Moment,
  region?: PictureRegion,
): void {
  const { ranges } = value;
  const spans: (readonly [WrittenTime | undefined, WrittenTime | undefined])[] = Array.isArray(ranges)
    ? exact !== undefined && ranges.length === 1
      ? [[seconds(exact.startSec), seconds(exact.endSec)]]
      : ranges.map((range: unknown) => rangeFrames(range, task.fps))
    : [[seconds(value['start']), seconds(value['end'])]];
  for (const [start, end] of spans) {
    if (start === undefined || end === undefined) {
      findings.skip(place, 'its range has no two times');
      continue;
    }
    add(findings, place, task, value, { start, end, text, region });
  }
}

function rangeFrames(
  range: unknown,
  fps: number | undefined,
): readonly [WrittenTime | undefined, WrittenTime | undefined] {
  const { start, end } = isObject(range) ? range : {};
  if (typeof start !== 'number' || typeof end !== 'number') return [undefined, undefined];
  return [
    { kind: 'frames', frames: Math.max(0, start - 1), fps },
    { kind: 'frames', frames: end, fps },
  ];
}

/**
 * An object that is followed through frames: moments are the stretches in which it is there, and where it stays in one place that
 * is where they are. Exact times beside it count as long as its frames are theirs.
 */
function readSequence(
  place: string,
  value: Json,
  task: Task,
  text: string,
  findings: Findings,
  exact?: Moment,
): void {
  const keys = list(value['sequence'])
    .filter(isObject)
    .filter(({ frame }) => typeof frame === 'number')
    .map((key) => ({
      ...{ frame: Number(key['frame']), enabled: key['enabled'] !== false, region: rectangleOf(key) },
    }))
    .sort((one, other) => one.frame - other.frame);
  const { framesCount, duration } = value;
  const counted =
    typeof framesCount === 'number' && typeof duration === 'number' && framesCount > 0 && duration > 0;
  const fps = task.fps ?? (counted ? framesCount / duration : undefined);
  const stretches: (typeof keys)[] = [];
  let open: typeof keys = [];
  for (const key of keys) {
    open.push(key);
    if (key.enabled) continue;
    stretches.push(open);
    open = [];
  }
  if (open.length > 0) stretches.push(open);
  if (stretches.length === 0) findings.skip(place, 'it follows nothing through frames');
  for (const within of stretches) {
    const [first = 0, last = first] = [within[0]?.frame, within.at(-1)?.frame];
    const region = placeThatStays(
      within.map((key) => key.region),
      findings,
      place,
    );
    add(findings, place, task, value, { ...stretchTimes([first, last], fps, exact), text, region });
  }
}

/** Frames from 1, both inside, as times; the exact ones where those are of just these frames. */
function stretchTimes(
  [first, last]: readonly [number, number],
  fps: number | undefined,
  exact: Moment | undefined,
): { readonly start: WrittenTime; readonly end: WrittenTime } {
  const bounds = exact && fps !== undefined ? frameBounds(exact, fps) : undefined;
  if (exact !== undefined && bounds?.first === first - 1 && bounds.end === last) {
    return { start: { kind: 'seconds', sec: exact.startSec }, end: { kind: 'seconds', sec: exact.endSec } };
  }
  return {
    start: { kind: 'frames', frames: Math.max(0, first - 1), fps },
    end: { kind: 'frames', frames: last, fps },
  };
}

/** A rectangle in hundredths of the picture's sides; a turned one has no upright box of its own. */
function rectangleOf({ x, y, width, height, rotation = 0 }: Json): PictureRegion | undefined {
  if (![x, y, width, height].every((number) => typeof number === 'number') || rotation !== 0)
    return undefined;
  const corners = [Number(x), Number(y), Number(x) + Number(width), Number(y) + Number(height)];
  return regionInShares(corners, { width: 100, height: 100 });
}

/** A moment for each label that `value` has; one without where it has none. */
function add(
  findings: Findings,
  place: string,
  { videos }: Task,
  value: Json,
  moment: Pick<FoundMoment, 'start' | 'end' | 'text' | 'region'>,
): void {
  const labels = labelsOf(value);
  for (const label of labels.length === 0 ? [''] : labels) {
    const named = label === moment.text ? '' : label;
    findings.add(place, { ...moment, label: named, videos, usualFps: playersFps });
  }
}

function seconds(value: unknown): WrittenTime | undefined {
  const sec = typeof value === 'string' ? parseNumber(value) : value;
  return typeof sec === 'number' ? { kind: 'seconds', sec } : undefined;
}

/** Labels of any labelling tag: `timelinelabels`, `labels`, `videolabels`, … */
function labelsOf(value: Json): string[] {
  const named = Object.entries(value).find(([key, entry]) => /labels$/iu.test(key) && Array.isArray(entry));
  return list(named?.[1]).filter((label) => typeof label === 'string');
}

function taskWords(data: Json): Omit<Task, 'place'> {
  const rate = Object.entries(data).find(([key]) => /^(?:fps|frame_?rate)$/iu.test(key))?.[1];
  const fps = typeof rate === 'string' ? parseNumber(rate) : rate;
  const texts = Object.values(data).filter((entry) => typeof entry === 'string');
  const video =
    texts.find((text) => /\.(?:mp4|m4v|mov|mkv|webm|avi|ogv|ogg|mpe?g|ts|flv|wmv)(?:[?#]|$)/iu.test(text)) ??
    texts.find((text) => /[/\\]/u.test(text)) ??
    (typeof data['video'] === 'string' ? data['video'] : undefined);
  return {
    videos: video === undefined ? [] : addressNames(video).map((name) => ({ name })),
    fps: typeof fps === 'number' && fps > 0 && Number.isFinite(fps) ? fps : undefined,
  };
}

/**
 * Names of a video by where Label Studio serves it. Uploads get a few signs and a hyphen before their name; files of the
 * machine are named in the query.
 */
function addressNames(address: string): string[] {
  const local = /\/data\/local-files\/?\?(?:.*&)?d=([^&#]+)/u.exec(address)?.[1];
  const name = baseName(local === undefined ? withoutQuery(address) : decoded(local));
  const upload = /^[\da-z]{1,8}-(.+)$/iu.exec(name)?.[1];
  const uploaded = /(?:^|\/)upload\//u.test(address) || /^[\da-f]{8}-/u.test(name);
  return upload !== undefined && uploaded ? [name, upload] : [name];
}

/** Only addresses have queries; a file's own name may hold the same signs. */
function withoutQuery(address: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//iu.test(address) ? (address.split(/[?#]/u)[0] ?? '') : address;
}
