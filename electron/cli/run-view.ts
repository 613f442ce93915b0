import type { RunEvent } from '../../native-models/protocol/run-events.ts';
import { reasoningSteps } from '../../native-models/protocol/reasoning-steps.ts';
import { claimStanding } from '../../native-models/protocol/claim-standing.ts';
import { numbersOf } from '../../native-models/protocol/picture-region.ts';
import type {
  Candidate,
  RunRecord,
  SaidMoment,
  SaidPlace,
  ToolCall,
} from '../../native-models/protocol/run-record.ts';
import { momentTimeline } from './moment-timeline.ts';
import type { Style } from './terminal.ts';
import { aboutTime, RemainingTime } from '../../native-models/protocol/remaining-time.ts';
import type { RunForecast } from '../../native-models/protocol/run-forecast.ts';
import { bar, clockRange, clockTime, duration, printable, table, wrap } from './text-layout.ts';

/** What to show for an event: lines that stay, and what the line of progress says. */
export interface Shown {
  readonly lines: readonly string[];
  readonly progress?: string;
}

const nothing: Shown = { lines: [] };
/** Width of the labels at the left, and of the times at the right. */
const labelColumns = 9;
const timeColumns = 10;

const doing = {
  planner: 'Planning',
  grounder: 'Looking for the moment',
  verifier: 'Verifying',
  answerer: 'Answering',
  reasoner: 'Reasoning',
} as const;

/** Turns the events of a run into lines as they come: each step once it is done, with its time. */
export class RunView {
  readonly #columns: number;
  readonly #style: Style;
  #durationSec = 0;
  #stepStartSec = 0;
  #reply = '';
  /** Whether what is ranked next was named by the model, and not found by a grounder. */
  #areClaims = false;
  readonly #remaining = new RemainingTime();

  constructor(columns: number, style: Style) {
    this.#columns = columns;
    this.#style = style;
  }

  /** `nowSec` is the time of the event on any steady clock. */
  show(event: RunEvent, nowSec: number): Shown {
    this.#remaining.hear(event, nowSec);
    const shown = this.#shown(event, nowSec);
    const leftSec = this.#remaining.leftSec(nowSec);
    if (leftSec === undefined || shown.progress === undefined || shown.progress === '') return shown;
    return { ...shown, progress: `${aboutTime(leftSec)} left · ${shown.progress}` };
  }

  #shown(event: RunEvent, nowSec: number): Shown {
    switch (event.type) {
      case 'started':
        this.#durationSec = event.durationSec;
        return { lines: event.time === undefined ? [] : this.#labelled('Time', timeWords(event.time)) };
      case 'planning':
        return this.#begin(nowSec, 'Planning …');
      case 'planned': {
        const { grounding, query } = event.plan;
        const text = grounding ? `Look for “${query}”.` : 'Answer from the whole video: no search needed.';
        return this.#step('Plan', text, nowSec);
      }
      case 'grounding':
        return this.#begin(nowSec, `Looking for “${printable(event.query)}” …`);
      case 'grounded':
        this.#areClaims = false;
        return this.#grounded(event.candidates, event.found, nowSec);
      case 'searched': {
        const { index, total, candidates } = event;
        const [best] = candidates;
        const likeliest = best === undefined ? '' : `, likeliest ${clockRange(best)}`;
        const progress = `Searched ${index + 1} of ${total} windows: ${count(candidates.length)}${likeliest} …`;
        const first = `${total} windows, the likeliest first. Ctrl-C ends the search and keeps what was found.`;
        return { lines: index === 0 && total > 1 ? this.#labelled('Search', first) : [], progress };
      }
      case 'verifying':
        if (event.index === 0) this.#begin(nowSec, '');
        return { lines: [], progress: `Verifying candidate ${event.index + 1} of ${event.total} …` };
      case 'verified':
        if (event.index < event.total - 1) return nothing;
        return this.#step('Verify', `Looked again at ${count(event.total)}.`, nowSec);
      case 'ranked':
        return { lines: this.#ranked(event.candidates) };
      case 'answering':
        return this.#begin(nowSec, `Answering from ${clockRange(event.span)} …`);
      case 'reasoned':
        this.#areClaims = event.moments.length > 0;
        return { lines: [...this.#reasoned(event.reasoning, event.moments), ...this.#places(event.places)] };
      case 'calling':
        this.#reply = '';
        return { lines: [], progress: `Calling ${printable(event.name)} ${printable(event.arguments)} …` };
      case 'called':
        return { lines: this.#called(event.call) };
      case 'answered':
        return event.text.trim() === ''
          ? this.#step('Answer', 'The model said nothing.', nowSec)
          : this.#step('Answer', event.text, nowSec, (line) => this.#style.bold(line));
      case 'progress':
        return { lines: [], progress: this.#progress(event) };
      case 'token':
        this.#reply += event.text;
        return {
          lines: [],
          progress: `${doing[event.role]}: ${printable(this.#reply).replaceAll('\n', ' ')}`,
        };
      case 'warning':
        return nothing;
    }
  }

  /** The end of the report: what the answer rests on, and where the time went. */
  finish(record: RunRecord): readonly string[] {
    const lines: string[] = [];
    const { option } = record.answer ?? {};
    if (option !== undefined) {
      const text = record.options?.[option.charCodeAt(0) - 'A'.charCodeAt(0)];
      const lettered = text?.startsWith(`${option}. `) === true ? text : `${option}. ${text ?? ''}`;
      lines.push(...this.#labelled('Option', text === undefined ? option : lettered));
    }
    if (record.moment !== undefined) lines.push(...this.#labelled('Moment', clockRange(record.moment)));
    const { totalSec, ...steps } = record.timings;
    const parts = Object.entries(steps).map(([name, seconds]) => `${name} ${duration(seconds)}`);
    if (totalSec !== undefined) parts.push(`total ${duration(totalSec)}`);
    const time = this.#labelled('Time', parts.join(' · '));
    const model = this.#labelled('Model', `${record.model.name}, ${record.precision}, on ${record.device}`);
    return [...lines, ...[...time, ...model].map((line) => this.#style.faint(line))];
  }

  #begin(nowSec: number, progress: string): Shown {
    this.#stepStartSec = nowSec;
    this.#reply = '';
    return { lines: [], progress };
  }

  #grounded(candidates: readonly Candidate[], found: boolean, nowSec: number): Shown {
    const text = found
      ? `Found ${count(candidates.length)}.`
      : candidates.length === 0
        ? 'Named no moment in any window.'
        : 'Named no moment: windows over the video stand in.';
    const { lines } = this.#step('Ground', text, nowSec);
    return { lines: [...lines, ...this.#table(candidates)] };
  }

  /** Candidates with what the verifier thinks of them, if it ran, and where they lie in the video. */
  #ranked(candidates: readonly Candidate[]): string[] {
    const verified = candidates.some((candidate) => candidate.verifierScore !== undefined);
    const rows = candidates.map((candidate, index) => ({
      ...candidate,
      label: String(index + 1),
      note: (candidate.verifierScore ?? candidate.confidence).toFixed(2),
    }));
    const timeline = momentTimeline(this.#durationSec, rows, this.#columns - labelColumns);
    const [scale = '', axis = '', ...tracks] = timeline;
    const [best = '', ...others] = tracks;
    const drawn = [scale, axis, this.#style.good(best), ...others.map((line) => this.#style.faint(line))];
    const heard = this.#areClaims ? this.#claims(candidates) : this.#table(candidates);
    return [...(verified ? heard : []), '', ...drawn.map((line) => this.#margin(line)), ''];
  }

  /** A call of a tool: where it looked, and what the model was told. */
  #called(call: ToolCall): string[] {
    const where =
      call.spanSec === undefined
        ? ''
        : ` ${clockRange({ startSec: call.spanSec[0], endSec: call.spanSec[1] })}`;
    const frames = call.frameIndices === undefined ? '' : `, ${call.frameIndices.length} frames`;
    const heading = call.ok
      ? `${call.name}${where}${frames}`
      : `${call.name}: refused (${call.refusal ?? 'failed'})`;
    return [
      ...this.#labelled('Tool', printable(heading)),
      ...this.#labelled('', printable(call.text)).map((line) => this.#style.faint(line)),
    ];
  }

  /** What a model thought, step by step, and the times that it named. */
  #reasoned(reasoning: string, moments: readonly SaidMoment[]): string[] {
    const steps = reasoningSteps(reasoning).flatMap((step, index) =>
      this.#labelled(index === 0 ? 'Think' : '', step),
    );
    if (moments.length === 0) return steps;
    const [heading = '', ...rows] = table(
      ['said, not verified', 'in its words'],
      moments.map((moment) => [clockRange(moment), printable(moment.text)]),
    );
    return [...steps, ...[this.#style.faint(heading), ...rows].map((line) => this.#margin(line))];
  }

  /** Boxes and points that the model named, in hundredths of the picture's sides. */
  #places(places: readonly SaidPlace[] = []): string[] {
    if (places.length === 0) return [];
    const [heading = '', ...rows] = table(
      ['at', 'where in the picture, %', 'what'],
      places.map(({ atSec, region, name }) => [
        atSec === undefined ? '' : clockTime(atSec),
        `${region.kind} ${numbersOf(region)
          .map((share) => Math.round(share * 100))
          .join(' ')}`,
        printable(name),
      ]),
    );
    return [this.#style.faint(heading), ...rows].map((line) => this.#margin(line));
  }

  /** Moments that the model named itself, with what the verifier thinks of them. */
  #claims(candidates: readonly Candidate[]): string[] {
    const rows = candidates.map(({ verifierScore, ...moment }, index) => [
      String(index + 1),
      clockRange(moment),
      verifierScore?.toFixed(2) ?? '',
      claimStanding(verifierScore),
    ]);
    const [heading = '', ...body] = table(['#', 'said', 'verifier', 'so it is'], rows);
    return [this.#style.faint(heading), ...body].map((line) => this.#margin(line));
  }

  #table(candidates: readonly Candidate[]): string[] {
    const verified = candidates.some((candidate) => candidate.verifierScore !== undefined);
    const headings = ['#', 'moment', 'confidence', ...(verified ? ['verifier'] : [])];
    const rows = candidates.map((candidate, index) => [
      String(index + 1),
      clockRange(candidate),
      candidate.confidence.toFixed(2),
      ...(verified ? [candidate.verifierScore?.toFixed(2) ?? ''] : []),
    ]);
    const [heading = '', ...body] = table(headings, rows);
    return [this.#style.faint(heading), ...body].map((line) => this.#margin(line));
  }

  /** A step that is done: label, text, and its time at the right of the first line. */
  #step(label: string, text: string, nowSec: number, emphasis = (line: string) => line): Shown {
    const room = this.#columns - labelColumns - timeColumns;
    const [first = '', ...rest] = wrap(printable(text), room);
    const time = duration(nowSec - this.#stepStartSec).padStart(timeColumns);
    const padding = ' '.repeat(Math.max(0, room - first.length));
    return {
      lines: [
        `${this.#label(label)}${emphasis(first)}${padding}${this.#style.faint(time)}`,
        ...rest.map((line) => this.#margin(emphasis(line))),
      ],
    };
  }

  #labelled(label: string, text: string): string[] {
    const [first = '', ...rest] = wrap(printable(text), this.#columns - labelColumns);
    return [`${this.#label(label)}${first}`, ...rest.map((line) => this.#margin(line))];
  }

  #label(label: string): string {
    return this.#style.bold(label.padEnd(labelColumns));
  }

  #margin(line: string): string {
    return line === '' ? '' : ' '.repeat(labelColumns) + line;
  }

  #progress({ role, stage, done, total }: Extract<RunEvent, { type: 'progress' }>): string {
    const what = stage === 'frames' ? 'frames' : 'prompt tokens';
    return `${doing[role]}  ${bar(done, total, 24)}  ${done} of ${total} ${what}`;
  }
}

/** How long a run will take, and what of it: `about 14 min (planner 1 min, grounder 3 min)`. */
export function timeWords({ seconds, roles }: RunForecast): string {
  const parts = roles.map((each) => `${each.role} ${aboutTime(each.seconds)}`);
  return `about ${aboutTime(seconds)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function count(candidates: number): string {
  return candidates === 1 ? '1 candidate moment' : `${candidates} candidate moments`;
}
