import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Keys } from './Keys.tsx';
import styles from './Menu.module.css';

/** One line of a menu; a `separator` stands between groups, a `heading` over one. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly detail?: string | undefined;
      readonly icon?: ReactNode;
      readonly keys?: string | undefined;
      readonly disabled?: boolean;
      readonly danger?: boolean;
      /** Of a choice: whether this is the one. */
      readonly chosen?: boolean;
      readonly onSelect: () => void;
    }
  | { readonly kind: 'separator'; readonly id: string }
  | { readonly kind: 'heading'; readonly id: string; readonly label: string };

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'end';
  /** Told when it opens: for what is found out only then. */
  readonly onOpen?: () => void;
}

/** A menu that a button opens. */
export function Menu({ trigger, entries, align = 'start', onOpen }: MenuProps) {
  return (
    <Base.Root onOpenChange={(open) => open && onOpen?.()}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className={styles.positioner}>
          <Base.Popup className={styles.popup}>{entries.map(renderEntry)}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function renderEntry(entry: MenuEntry): ReactElement {
  if (entry.kind === 'separator') return <Base.Separator key={entry.id} className={styles.separator} />;
  if (entry.kind === 'heading') {
    return (
      <div key={entry.id} className={styles.heading} role="presentation">
        {entry.label}
      </div>
    );
  }
  return (
    <Base.Item
      key={entry.id}
      disabled={entry.disabled ?? false}
      onClick={entry.onSelect}
      className={classNames(styles.item, entry.danger === true && styles.danger)}
    >
      <span className={styles.icon} aria-hidden="true">
        {entry.chosen === true ? <Check size={14} /> : entry.icon}
      </span>
      <span className={styles.label}>
        {entry.label}
        {entry.detail !== undefined && <span className={styles.detail}>{entry.detail}</span>}
      </span>
      {entry.keys !== undefined && <Keys keys={entry.keys} />}
    </Base.Item>
  );
}
