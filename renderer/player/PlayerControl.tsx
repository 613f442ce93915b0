import type { ReactNode } from 'react';

interface PlayerControlProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button of the player's bar: a picture, its name shown when it is pointed at. */
export function PlayerControl({ label, disabled = false, pressed, onClick, children }: PlayerControlProps) {
  return (
    <button
      type="button"
      className="player-control"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
