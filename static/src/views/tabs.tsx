/** Tabs: arrows move, Home and End jump, the shown panel is the chosen tab's. */

import type { ComponentChildren } from "preact";

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** Something new that has not been looked at. */
  readonly badge?: string;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  onChoose(id: string): void;
}

export function Tabs({ label, tabs, chosen, onChoose }: TabsProps) {
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs.at(to % tabs.length);
    if (next === undefined) return;
    onChoose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} class="room-tabs" onKeyDown={move}>
      {tabs.map(({ id, label: name, badge }) => (
        <button
          type="button"
          key={id}
          id={`tab-${id}`}
          role="tab"
          class="room-tab"
          aria-selected={id === chosen}
          aria-controls={`panel-${id}`}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {name}
          {badge !== undefined && <span class="room-badge">{badge}</span>}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly id: string;
  readonly chosen: string;
  readonly children: ComponentChildren;
}

export function TabPanel({ id, chosen, children }: TabPanelProps) {
  return (
    <section
      id={`panel-${id}`}
      role="tabpanel"
      class={`room-panel room-panel--${id}`}
      aria-labelledby={`tab-${id}`}
      hidden={id !== chosen}
    >
      {children}
    </section>
  );
}
