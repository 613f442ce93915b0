import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import { isConnectionLoss } from '../../transport/connection.ts';
import type { Call } from '../../transport/connection.ts';
import { operationsToResend } from './annotation-edits.ts';
import { AnnotationSet } from './annotation-set.ts';
import type { LibraryStore } from './library-store.ts';
import type { PendingEdit } from './library-state.ts';
import type { UnsentEdits } from './unsent-edits.ts';

export interface EditSenderOptions {
  readonly library: LibraryStore;
  readonly call: Call;
  /** The window, by whose name the host tells its history from that of others. */
  readonly windowId: string;
  /** Where edits are kept until the host has confirmed them. */
  readonly unsent: UnsentEdits;
  /** Applies the events that came before an answer (`Connection.flush`). */
  readonly flush: () => void;
  /** The host did not take an edit; it is shown no more. */
  readonly onRefused: (error: EngineError, edit: PendingEdit) => void;
}

/**
 * Shows edits of annotations at once and sends them to the host, one after the other. An edit that is on its way when
 * the line breaks is compared with what the host has once it is back, and sent again as far as it did not arrive.
 */
export class EditSender {
  readonly #options: EditSenderOptions;
  #nextEditId = 0;
  #sending = false;
  #sent: Promise<void> = Promise.resolve();
  /** The edit that is on its way. */
  #sendingEditId: number | undefined;
  /** The edits of which nobody knows whether the host has them. */
  readonly #unsureEditIds = new Set<number>();

  constructor(options: EditSenderOptions) {
    this.#options = options;
    const { library, unsent } = options;
    library.subscribe((now, before) => {
      if (now.pendingEdits === before.pendingEdits) return;
      unsent.keep(now.pendingEdits);
    });
  }

  /** @param join what is changed with the same words right after another is one step of undo, as while one types. */
  edit(projectId: string, title: string, operations: readonly AnnotationOperation[], join?: string): void {
    const { library } = this.#options;
    const last = library.getState().pendingEdits.at(-1);
    const waits =
      last !== undefined && last.editId !== this.#sendingEditId && !this.#unsureEditIds.has(last.editId);
    if (waits && join !== undefined && last.join === join && last.projectId === projectId) {
      library.dispatch({
        type: 'editGrown',
        edit: { ...last, operations: grown(last.operations, operations) },
      });
    } else {
      const edit = {
        editId: this.#nextEditId++,
        projectId,
        title,
        operations,
        ...(join !== undefined && { join }),
      };
      library.dispatch({ type: 'editBegun', edit });
    }
    void this.resume();
  }

  /** Takes over what was left unsent before: by this page before it was loaded anew, or by a window that is gone. */
  async takeOverUnsent(): Promise<void> {
    for (const left of await this.#options.unsent.takeOver()) {
      const edit = { ...left, editId: this.#nextEditId++ };
      this.#unsureEditIds.add(edit.editId);
      this.#options.library.dispatch({ type: 'editBegun', edit });
    }
  }

  /** Sends what waits; called again when the line is back. */
  async resume(): Promise<void> {
    if (this.#sending) return;
    this.#sent = this.#sendAll();
    await this.#sent;
  }

  /** Waits for what is on its way, so that undo takes back the last thing that a person did and not the one before it. */
  async whenSent(): Promise<void> {
    await this.#sent;
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    const { library, flush } = this.#options;
    for (let edit = first(library); edit !== undefined; edit = first(library)) {
      this.#sendingEditId = edit.editId;
      try {
        const change = await this.#send(edit);
        flush();
        const { editId } = edit;
        library.dispatch({ type: 'editEnded', editId, ...(change === undefined ? {} : { change }) });
      } catch (error) {
        if (isConnectionLoss(error)) {
          this.#unsureEditIds.add(edit.editId);
          break;
        }
        library.dispatch({ type: 'editEnded', editId: edit.editId });
        this.#options.onRefused(toEngineError(error), edit);
      }
    }
    this.#sending = false;
    this.#sendingEditId = undefined;
  }

  async #send(edit: PendingEdit) {
    const { call, library, windowId } = this.#options;
    const { projectId, title, join } = edit;
    let operations = edit.operations;
    if (this.#unsureEditIds.has(edit.editId)) {
      const { annotations } = await call('annotationsList', { projectId });
      this.#unsureEditIds.delete(edit.editId);
      operations = operationsToResend(
        operations,
        AnnotationSet.of(annotations),
        library.getState().projects[projectId],
      );
      if (operations.length === 0) return undefined;
    }
    return call('annotationsChange', { projectId, title, operations: [...operations], windowId, join });
  }
}

/** The later of two changes of the same thing counts. */
function grown(
  before: readonly AnnotationOperation[],
  more: readonly AnnotationOperation[],
): readonly AnnotationOperation[] {
  const isSame = (one: AnnotationOperation, other: AnnotationOperation): boolean =>
    one.op === 'update' &&
    other.op === 'update' &&
    one.id === other.id &&
    Object.keys(one.changes).every((field) => Object.hasOwn(other.changes, field));
  return [...before.filter((one) => !more.some((other) => isSame(one, other))), ...more];
}

function first(library: LibraryStore): PendingEdit | undefined {
  return library.getState().pendingEdits[0];
}
