import type { ChooseMode } from '../../ui/choose-mode.ts';

/** Which rows are selected, and the one that keys start from. */
export interface RowSelection {
  readonly ids: ReadonlySet<string>;
  readonly currentId: string | null;
  /** Where a range began. */
  readonly anchorId: string | null;
}

export const noSelection: RowSelection = { ids: new Set(), currentId: null, anchorId: null };

/** The selection after a row was chosen. */
export function withChosen(
  selection: RowSelection,
  order: readonly string[],
  id: string,
  mode: ChooseMode,
): RowSelection {
  if (mode === 'toggle') {
    const ids = new Set(selection.ids);
    if (!ids.delete(id)) ids.add(id);
    return { ids, currentId: id, anchorId: id };
  }
  const anchorId =
    selection.anchorId !== null && order.includes(selection.anchorId) ? selection.anchorId : id;
  if (mode === 'alone') return { ids: new Set([id]), currentId: id, anchorId: id };
  const [from, to] = [order.indexOf(anchorId), order.indexOf(id)].toSorted((a, b) => a - b);
  return { ids: new Set(order.slice(from, (to ?? 0) + 1)), currentId: id, anchorId };
}

/** The row so many further, kept inside the list; undefined: there is none. */
export function rowFurther(
  order: readonly string[],
  currentId: string | null,
  by: number,
): string | undefined {
  const at = currentId === null ? -1 : order.indexOf(currentId);
  if (at < 0) return by > 0 ? order[0] : order.at(-1);
  return order[Math.min(order.length - 1, Math.max(0, at + by))];
}
