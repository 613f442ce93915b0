import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactElement, ReactNode } from 'react';
import styles from './Tabs.module.css';

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  /** Beside the label: a number of something. */
  readonly count?: number;
  readonly content: ReactNode;
}

export interface TabsProps<Name extends string> {
  /** What is switched between, for screen readers. */
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly current: Name;
  readonly onChange: (name: Name) => void;
  /** At the right end of the row of tabs. */
  readonly extra?: ReactNode;
}

/** Pages of which one is shown. */
export function Tabs<Name extends string>({
  label,
  tabs,
  current,
  onChange,
  extra,
}: TabsProps<Name>): ReactElement {
  return (
    <Base.Root value={current} onValueChange={(name: Name) => onChange(name)} className={styles.root}>
      <div className={styles.row}>
        <Base.List aria-label={label} className={styles.list}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.name} value={tab.name} className={styles.tab}>
              {tab.label}
              {tab.count !== undefined && tab.count > 0 && <span className={styles.count}>{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {extra}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.name} value={tab.name} className={styles.panel} tabIndex={-1}>
          {tab.name === current && tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
