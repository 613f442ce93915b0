import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import { isConnectionLoss } from '../../transport/connection.ts';
import type { Call } from '../../transport/connection.ts';
import { operationsToResend } from './annotation-edits.ts';
import type { LibraryStore } from './library-store.ts';
import type { PendingEdit } from './library-state.ts';

export interface EditSenderOptions {
  readonly library: LibraryStore;
  readonly call: Call;
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
  /** The edit of which nobody knows whether the host has it. */
  #unsureEditId: number | undefined;

  constructor(options: EditSenderOptions) {
    this.#options = options;
  }

  edit(projectId: string, title: string, operations: readonly AnnotationOperation[]): void {
    const edit = { editId: this.#nextEditId++, projectId, title, operations };
    this.#options.library.dispatch({ type: 'editBegun', edit });
    void this.resume();
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
      try {
        const change = await this.#send(edit);
        flush();
        const { editId } = edit;
        library.dispatch({ type: 'editEnded', editId, ...(change === undefined ? {} : { change }) });
      } catch (error) {
        if (isConnectionLoss(error)) {
          this.#unsureEditId = edit.editId;
          break;
        }
        library.dispatch({ type: 'editEnded', editId: edit.editId });
        this.#options.onRefused(toEngineError(error), edit);
      }
    }
    this.#sending = false;
  }

  async #send(edit: PendingEdit) {
    const { call } = this.#options;
    const { projectId, title } = edit;
    let operations = edit.operations;
    if (edit.editId === this.#unsureEditId) {
      const { annotations } = await call('annotationsList', { projectId });
      this.#unsureEditId = undefined;
      operations = operationsToResend(
        operations,
        Object.fromEntries(annotations.map((row) => [row.id, row])),
      );
      if (operations.length === 0) return undefined;
    }
    return call('annotationsChange', { projectId, title, operations: [...operations] });
  }
}

function first(library: LibraryStore): PendingEdit | undefined {
  return library.getState().pendingEdits[0];
}
