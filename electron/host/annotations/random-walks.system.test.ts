import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { EditSender } from '../../../renderer/app/library/edit-sender.ts';
import { createLibraryStore } from '../../../renderer/app/library/library-store.ts';
import { openProject, shownAnnotations } from '../../../renderer/app/library/selectors.ts';
import type { UnsentEdit, UnsentEdits } from '../../../renderer/app/library/unsent-edits.ts';
import type { Call } from '../../../renderer/transport/connection.ts';
import type { Annotation, AnnotationOperation } from '../contract/annotations.ts';
import { TestWindow } from '../testing/connect-window.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

/**
 * A window as it is but for its drawing: the window's own store and sender of edits before the host's own store. Its line can
 * break before a call arrives, or before its answer does.
 */
class WalkWindow {
  readonly #host: TestHost;
  readonly #projectId: string;
  readonly #name: string;
  /** As the browser's storage keeps them. */
  #kept: readonly UnsentEdit[] = [];
  #line: 'whole' | 'cut' | 'deaf' = 'whole';
  #connection: TestWindow | undefined;
  #library = createLibraryStore();
  #sender: EditSender | undefined;
  readonly refused: string[] = [];

  constructor(host: TestHost, projectId: string, name: string) {
    this.#host = host;
    this.#projectId = projectId;
    this.#name = name;
  }

  /** As a page that is loaded: what the host has, then what was left unsent. */
  async load(): Promise<void> {
    this.#connection?.close();
    const library = createLibraryStore();
    this.#library = library;
    this.#line = 'whole';
    this.#connection = new TestWindow(
      this.#host.handlers,
      (event) => {
        if (this.#line === 'whole') library.dispatch({ type: 'events', events: [event] });
      },
      this.#name,
    );
    const unsent: UnsentEdits = {
      takeOver: () => Promise.resolve(this.#kept),
      keep: (edits) => {
        if (library === this.#library) this.#kept = [...edits];
      },
    };
    const sender = new EditSender({
      ...{ library, call: this.#call, windowId: this.#name, unsent, flush: () => undefined },
      onRefused: (error) => this.refused.push(error.code),
    });
    this.#sender = sender;
    library.dispatch({ type: 'projectOpened', projectId: this.#projectId });
    await this.#readAll();
    await sender.takeOverUnsent();
    await sender.resume();
  }

  breakLine(how: 'cut' | 'deaf'): void {
    this.#line = how;
  }

  get isWhole(): boolean {
    return this.#line === 'whole';
  }

  /** The line is back: everything is read anew, then what waits is sent. */
  async mendLine(): Promise<void> {
    this.#line = 'whole';
    await this.#readAll();
    await this.#sender?.resume();
  }

  async edit(operations: readonly AnnotationOperation[], join?: string): Promise<void> {
    this.#sender?.edit(this.#projectId, 'Edit', operations, join);
    await this.#sender?.whenSent();
  }

  async step(direction: 'annotationsUndo' | 'annotationsRedo', videoId: string): Promise<void> {
    await this.#sender?.whenSent();
    const scope = { projectId: this.#projectId, windowId: this.#name, videoId };
    const step = await this.#call(direction, scope).catch((error: unknown) => {
      expect((error as EngineError).code).toMatch(/NOTHING_TO_UNDO|ENGINE_UNRESPONSIVE/);
      return undefined;
    });
    if (step !== undefined) this.#library.dispatch({ type: 'annotationsChanged', change: step.change });
  }

  get shown() {
    const state = this.#library.getState();
    const project = openProject(state);
    return {
      annotations: plain(shownAnnotations(state).all()),
      labels: project?.labels ?? [],
      tracks: project?.tracks ?? [],
    };
  }

  get unsentCount(): number {
    return this.#library.getState().pendingEdits.length;
  }

  close(): void {
    this.#connection?.close();
  }

  async #readAll(): Promise<void> {
    const snapshot = await this.#call('snapshot', {});
    this.#library.dispatch({ type: 'snapshot', snapshot });
    const { annotations } = await this.#call('annotationsList', { projectId: this.#projectId });
    this.#library.dispatch({ type: 'annotationsLoaded', projectId: this.#projectId, annotations });
  }

  readonly #call: Call = async (method, params, options) => {
    const line = this.#line;
    const lost = () => new EngineError('ENGINE_UNRESPONSIVE', 'The line broke.');
    if (line === 'cut' || this.#connection === undefined) throw lost();
    const answer = await this.#connection.call(method, params, options);
    if (line === 'deaf') throw lost();
    return answer;
  };
}

/** What a person sees of moments: without the host's stamps. */
function plain(annotations: readonly Annotation[]) {
  return annotations
    .map(({ id, startSec, endSec, text, note, state, labelId, trackId }) => ({
      ...{ id, startSec, endSec, text, note, state, labelId, trackId },
    }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

const slots = fc.integer({ min: 0, max: 5 });
const window = fc.integer({ min: 0, max: 1 });
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'addLabelled' as const),
      window,
      slot: slots,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ do: fc.constant('update' as const), window, slot: slots },
      changes: fc.oneof(
        fc.record({ text: fc.constantFrom('', 'a', 'ab', 'abc') }),
        fc.record({ startSec: fc.integer({ min: 0, max: 9 }) }),
        fc.record({ state: fc.constantFrom('open' as const, 'accepted' as const, 'rejected' as const) }),
        fc.record({ labelId: fc.constantFrom('l0', 'l1', null) }),
        fc.record({ trackId: fc.constantFrom('t0', 't1', null) }),
      ),
      joins: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), window, slot: slots }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{
        do: fc.constantFrom(
          'addLabel' as const,
          'removeLabel' as const,
          'addTrack' as const,
          'removeTrack' as const,
        ),
      },
      ...{ window, slot: fc.integer({ min: 0, max: 1 }) },
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const), window }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const), window }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'deaf' as const), window }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('mend' as const), window }) },
);

let host: TestHost;
/** What every window was told of moments: what was acknowledged, whoever asked for it. */
const told = new Map<string, Annotation>();

function listen(): void {
  const listener = new TestWindow(host.handlers, (event) => {
    if (event.type !== 'annotationsChanged') return;
    for (const each of event.change.changed) told.set(each.id, each);
    for (const id of event.change.removedIds) told.delete(id);
  });
  expect(listener).toBeDefined();
}

beforeAll(async () => {
  host = await TestHost.open();
  listen();
}, hostPatienceMs);

afterAll(async () => {
  await host.remove();
}, hostPatienceMs);

const toldOf = (projectId: string) =>
  plain([...told.values()].filter((each) => each.projectId === projectId));

async function stored(projectId: string) {
  const { annotations } = await host.window.call('annotationsList', { projectId });
  const project = (await host.window.call('snapshot', {})).projects.find(({ id }) => id === projectId);
  return { annotations: plain(annotations), labels: project?.labels ?? [], tracks: project?.tracks ?? [] };
}

test(
  'whatever two windows do, over undo, redo, broken lines, reloads and a restart: what is shown is what is stored',
  async () => {
    let walks = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 50 }), async (commands) => {
        const walk = walks++;
        const { projectId, videoId } = await host.project(`walk-${walk}.mp4`);
        const windows = [
          new WalkWindow(host, projectId, `w${walk}-0`),
          new WalkWindow(host, projectId, `w${walk}-1`),
        ] as const;
        for (const each of windows) await each.load();
        for (const { do: what, window: at, ...rest } of commands) {
          const on = windows[at as 0 | 1];
          const id = `a${'slot' in rest ? rest.slot : ''}-${walk}`;
          const shown = on.shown;
          const isThere = shown.annotations.some((each) => each.id === id);
          switch (what) {
            case 'add':
              if (isThere) break;
              await on.edit([
                {
                  op: 'add',
                  annotation: {
                    ...{ id, videoId, startSec: 1, endSec: 20, text: '', note: '', state: 'open' },
                    provenance: 'human',
                  },
                },
              ]);
              break;
            case 'addLabelled': {
              // Several things at once: all of it or nothing.
              if (isThere) break;
              const label = { id: 'l0', name: 'l0', color: 1 };
              const moment = {
                id,
                videoId,
                startSec: 2,
                endSec: 21,
                text: '',
                note: '',
                state: 'open',
                labelId: 'l0',
              } as const;
              await on.edit([
                ...(shown.labels.some((each) => each.id === 'l0')
                  ? []
                  : [{ op: 'addLabel' as const, label }]),
                { op: 'add', annotation: { ...moment, provenance: 'human' } },
                { op: 'update', id, changes: { text: 'labelled' } },
              ]);
              break;
            }
            case 'update': {
              if (!isThere || !('changes' in rest)) break;
              const { changes } = rest;
              const names = [...shown.labels, ...shown.tracks].map((each) => each.id);
              const wanted = Object.values(changes as Record<string, string | number | null>).find((value) =>
                /^[lt]\d$/.test(String(value)),
              );
              if (wanted !== undefined && !names.includes(String(wanted))) break;
              await on.edit(
                [{ op: 'update', id, changes }],
                rest.joins ? `${Object.keys(changes).join()} ${id}` : undefined,
              );
              break;
            }
            case 'remove':
              if (isThere) await on.edit([{ op: 'remove', id }]);
              break;
            case 'addLabel':
            case 'removeLabel': {
              const labelId = `l${'slot' in rest ? rest.slot : 0}`;
              const has = shown.labels.some((each) => each.id === labelId);
              if (what === 'addLabel' && !has)
                await on.edit([{ op: 'addLabel', label: { id: labelId, name: labelId, color: 1 } }]);
              if (what === 'removeLabel' && has) await on.edit([{ op: 'removeLabel', id: labelId }]);
              break;
            }
            case 'addTrack':
            case 'removeTrack': {
              const trackId = `t${'slot' in rest ? rest.slot : 0}`;
              const has = shown.tracks.some((each) => each.id === trackId);
              const track = {
                id: trackId,
                name: trackId,
                kind: 'own',
                hidden: false,
                locked: false,
              } as const;
              if (what === 'addTrack' && !has) await on.edit([{ op: 'addTrack', track }]);
              if (what === 'removeTrack' && has) await on.edit([{ op: 'removeTrack', id: trackId }]);
              break;
            }
            case 'undo':
            case 'redo':
              if (on.isWhole) await on.step(what === 'undo' ? 'annotationsUndo' : 'annotationsRedo', videoId);
              break;
            case 'reload':
              await on.load();
              break;
            case 'cut':
            case 'deaf':
              on.breakLine(what);
              break;
            case 'mend':
              await on.mendLine();
          }
          const now = await stored(projectId);
          expect(now.annotations).toEqual(toldOf(projectId));
          for (const each of windows)
            if (each.isWhole && each.unsentCount === 0) expect(each.shown).toEqual(now);
        }
        for (const each of windows) await each.mendLine();
        // An edit of the one may have been told after the other was read.
        for (const each of windows) await each.mendLine();
        const end = await stored(projectId);
        for (const each of windows) {
          expect(each.unsentCount).toBe(0);
          expect(each.shown).toEqual(end);
          // Refused is only what the other window has taken the ground from, or made already.
          for (const code of each.refused)
            expect(['NOT_FOUND', 'ANNOTATION_INVALID', 'ARGUMENT_INVALID']).toContain(code);
          each.close();
        }
        if (walk % 5 !== 0) return;
        await host.restart();
        listen();
        expect(await stored(projectId)).toEqual(end);
      }),
      { numRuns: 25 },
    );
  },
  4 * hostPatienceMs,
);
