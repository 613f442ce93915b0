import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import type { Label, LabelAttribute } from '../../../electron/host/contract/library.ts';
import type { Application } from '../application.ts';
import { openProject, shownAnnotations } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { newAnnotationId } from './annotation-actions.ts';

const texts = appTexts.labelEdits;
const colors = 8;

/** Adds a label with a name of its own; returns its id. */
export function addLabel(app: Application): string | undefined {
  const labels = openProject(app.library.getState())?.labels;
  if (labels === undefined) return undefined;
  const names = new Set(labels.map(({ name }) => name));
  let number = labels.length + 1;
  while (names.has(appTexts.newLabel(number))) number++;
  const label = { id: newAnnotationId(), name: appTexts.newLabel(number), color: labels.length % colors };
  change(app, texts.add, { op: 'addLabel', label });
  return label.id;
}

/** Why a name cannot be a label's; undefined: it can. */
export function labelNameProblem(labels: readonly Label[], id: string, name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return appTexts.emptyLabel;
  const same = labels.some((label) => label.id !== id && label.name.trim().toLowerCase() === wanted);
  return same ? appTexts.sameLabel : undefined;
}

/** Renames a label while its name is typed: one step of undo. */
export function renameLabel(app: Application, id: string, name: string): void {
  change(app, texts.rename, { op: 'updateLabel', id, changes: { name: name.trim() } }, `label ${id}`);
}

export function colorLabel(app: Application, id: string, color: number): void {
  change(app, texts.color, { op: 'updateLabel', id, changes: { color } });
}

/** Says when a label is to be set, while it is typed: one step of undo. */
export function describeLabel(app: Application, id: string, guideline: string): void {
  change(app, texts.describe, { op: 'updateLabel', id, changes: { guideline } }, `guideline ${id}`);
}

/** Changes what is told of each moment with a label: a step of undo each time, unless `join` says what is typed. */
export function changeAttributes(
  app: Application,
  id: string,
  attributes: readonly LabelAttribute[],
  join?: string,
): void {
  const kept = attributes.map((attribute) => ({ ...attribute }));
  change(app, texts.attributes, { op: 'updateLabel', id, changes: { attributes: kept } }, join);
}

/** Changes an attribute of a label. Its name, or what can be chosen, is one step of undo while it is typed. */
export function changeAttribute(
  app: Application,
  { id, attributes = [] }: Label,
  attributeId: string,
  changes: Partial<LabelAttribute>,
): void {
  const typed = changes.kind === undefined ? `${Object.keys(changes).join()} ${attributeId}` : undefined;
  const next = attributes.map((each) => (each.id === attributeId ? { ...each, ...changes } : each));
  changeAttributes(app, id, next, typed);
}

/** An attribute to be named. */
export function newAttribute(number: number): LabelAttribute {
  return { id: newAnnotationId(), name: appTexts.newAttribute(number), kind: 'choice', options: [] };
}

export function moveLabel(app: Application, id: string, place: number): void {
  change(app, texts.move, { op: 'moveLabel', id, place });
}

/** Removes a label, also from moments; returns how many lost it. */
export function removeLabel(app: Application, id: string): number {
  const state = app.library.getState();
  const moments = shownAnnotations(state)
    .all()
    .filter(({ labelId }) => labelId === id).length;
  change(app, texts.remove, { op: 'removeLabel', id });
  return moments;
}

function change(app: Application, title: string, operation: AnnotationOperation, join?: string): void {
  const { projectId } = app.library.getState();
  if (projectId !== null) app.edits.edit(projectId, title, [operation], join);
}
